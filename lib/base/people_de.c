/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/people.h"

const struct people people_de = {"de",
    {
	[PEOPLE_TIME] = "Bitte antworten Sie innerhalb von %1 Sekunden.\n",
	[PEOPLE_PASSWORD] = "Passwort: ",
	[PEOPLE_CODE] = "Einmalcode: ",
	[PEOPLE_REFUSED] = "Zugang verweigert",
	[PEOPLE_NO_DIRECTORY] =
	    ("Das Verzeichnis antwortet nicht: Zurzeit kann sich niemand "
	     "anmelden.\n"
	     "Es liegt nicht an Ihnen. Versuchen Sie es in einer Minute "
	     "wieder."),
	[PEOPLE_UNAVAILABLE] =
	    ("Das Login-Gateway arbeitet zurzeit nicht.\n"
	     "Es liegt nicht an Ihnen. Versuchen Sie es in einer Minute "
	     "wieder."),
	[PEOPLE_NO_ANSWER] =
	    ("Das Login-Gateway antwortet nicht: Zurzeit kann sich niemand "
	     "anmelden.\n"
	     "Es liegt nicht an Ihnen. Versuchen Sie es in einer Minute "
	     "wieder, oder sagen\n"
	     "Sie es der Administration."),
	[PEOPLE_REFERENCE] = "Kennung: %1",
	[PEOPLE_ENROL] =
	    ("Sie haben noch keinen zweiten Faktor und können jetzt einen "
	     "einrichten.\n"
	     "Geben Sie dies in eine Authenticator-App ein:\n\n"
	     "Schlüssel (%1, %2): %3\n"
	     "%4\n"
	     "Code, den die App jetzt anzeigt (%2): "),
	[PEOPLE_TIME_BASED] = "zeitbasiert",
	[PEOPLE_COUNTER_BASED] = "zählerbasiert",
	[PEOPLE_DIGITS] = "%1 Ziffern",
	[PEOPLE_ENROLLED] =
	    ("Es hat geklappt: Ihr zweiter Faktor ist eingerichtet.\n"
	     "Melden Sie sich nun mit Ihrem Passwort und dem nächsten Code der "
	     "App an."),
	[PEOPLE_FORM_IGNORED] =
	    ("Die App bildet nicht die Art von Code, die hier gebraucht wird: "
	     "sie\nübergeht eine Einstellung. Nichts ist eingerichtet. Nehmen "
	     "Sie eine\nandere App, oder fragen Sie Ihre Administratoren."),
    }};
