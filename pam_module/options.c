/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/options.h"

#include <security/pam_ext.h>
#include <string.h>
#include <syslog.h>

static const char *
value_of(const char *arg, const char *name)
{
	size_t size = strlen(name);

	return strncmp(arg, name, size) == 0 ? arg + size : NULL;
}

/* 1 to OPTIONS_TIMEOUT_MAX, decimal digits only; else 0 */
static int
seconds(const char *s)
{
	int n = 0;

	if (s[0] == '\0' || strlen(s) > 3)
		return 0;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return 0;
		n = n * 10 + (*s - '0');
	}
	return n <= OPTIONS_TIMEOUT_MAX ? n : 0;
}

static int
parse_one(struct options *o, const char *arg)
{
	const char *value;

	if ((value = value_of(arg, "login=")) != NULL && value[0] == '/')
		o->login = value;
	else if ((value = value_of(arg, "redeem=")) != NULL && value[0] == '/')
		o->redeem = value;
	else if ((value = value_of(arg, "timeout=")) != NULL &&
		 seconds(value) > 0)
		o->timeout = seconds(value) * INT64_C(1000);
	else if ((value = value_of(arg, "language=")) != NULL &&
		 people_find(value) != NULL)
		o->people = people_find(value);
	else
		return -1;
	return 0;
}

int
options_parse(
    struct options *o, pam_handle_t *pamh, int argc, const char **argv)
{
	*o = (struct options){.login = "/run/sallyport/login.sock",
	    .redeem = "/run/sallyport/redeem.sock",
	    .timeout = 100000,
	    .people = people_find(PEOPLE_DEFAULT)};
	for (int i = 0; i < argc; i++) {
		if (parse_one(o, argv[i]) == 0)
			continue;
		pam_syslog(pamh, LOG_ERR,
		    "option \"%s\" is none of login=/PATH, redeem=/PATH, "
		    "timeout=1..%d, language=LANGUAGE; nobody is let in until the PAM service "
		    "is mended",
		    argv[i], OPTIONS_TIMEOUT_MAX);
		return -1;
	}
	return 0;
}
