/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the built role against a real slapd share. */
#ifndef TESTS_DIRECTORY_SLAPD_CASE_H
#define TESTS_DIRECTORY_SLAPD_CASE_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/directory/rig.h"
#include "tests/directory/slapd.h"

struct CMUnitTest;

extern struct slapd_case {
	const char *program, *argv_0;
	struct slapd slapd;
	bool slapd_runs;
	struct rig rig;
	bool rig_runs;
} slapd_case;

/* Runs the tests with a slapd, whose number of failures it returns. */
int slapd_case_run(
    int argc, char **argv, const struct CMUnitTest *tests, size_t count);

/* Skips the test where there is none. */
void slapd_case_need(void);
/* A configuration for it, by LDAPS or StartTLS. */
void slapd_case_conf(struct conf_directory *c, bool start_tls);
void slapd_case_begin(const struct conf_directory *c);
void slapd_case_end(void);
/* after a test that failed */
int slapd_case_clean(void **state);
/* The verdict and the state of a login, or 100 + the status of its lookup. */
void slapd_case_login(const char *name, const char *password, int verdict,
    enum account_state expected);

#endif
