/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/people.h"

const struct people people_en = {"en",
    {
	[PEOPLE_TIME] = "Answer within %1 seconds.\n",
	[PEOPLE_PASSWORD] = "Password: ",
	[PEOPLE_CODE] = "One-time code: ",
	[PEOPLE_REFUSED] = "Access denied",
	[PEOPLE_NO_DIRECTORY] =
	    ("The directory does not answer: nobody can log in now.\n"
	     "This is not your fault. Try again in a minute."),
	[PEOPLE_UNAVAILABLE] =
	    ("The login gateway does not work at the moment.\n"
	     "This is not your fault. Try again in a minute."),
	[PEOPLE_NO_ANSWER] =
	    ("The login gateway does not answer: nobody can log in now.\n"
	     "This is not your fault. Try again in a minute, or tell an "
	     "administrator."),
	[PEOPLE_REFERENCE] = "Reference: %1",
	[PEOPLE_ENROL] =
	    ("You have no second factor yet and may enrol one now.\n"
	     "Add this to an authenticator app:\n\n"
	     "Key (%1, %2): %3\n"
	     "%4\n"
	     "Type the code that the app shows now (%2): "),
	[PEOPLE_TIME_BASED] = "time-based",
	[PEOPLE_COUNTER_BASED] = "counter-based",
	[PEOPLE_DIGITS] = "%1 digits",
	[PEOPLE_ENROLLED] =
	    ("It worked: your second factor is enrolled.\n"
	     "Now log in again with your password and the next code of the "
	     "app."),
	[PEOPLE_FORM_IGNORED] =
	    ("The app does not make the kind of code that is needed here: it\n"
	     "ignores a setting. Nothing is enrolled. Use another app, or ask\n"
	     "an administrator."),
    }};
