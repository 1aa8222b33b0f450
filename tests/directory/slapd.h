/* SPDX-License-Identifier: Apache-2.0 */
/* A real slapd for tests, with the people of the script slapd-world. */
#ifndef TESTS_DIRECTORY_SLAPD_H
#define TESTS_DIRECTORY_SLAPD_H

#include <sys/types.h>

struct slapd {
	pid_t pid;
	unsigned port, tls_port;
	char dir[64]; /* ca.pem, stranger.pem */
};

/* NULL, or why there is none here. */
const char *slapd_missing(void);
/* users: how many more than the named ones.  -1: it did not start. */
int slapd_start(struct slapd *s, const char *argv0, unsigned users);
void slapd_stop(struct slapd *s);
/* Removes a directory of the test's own, and what is in it. */
void slapd_remove(const char *dir);
/* Makes the certificates of the script with that name.  -1: it failed. */
int slapd_certificates(const char *argv0, const char *dir);
/* A slapd with nobody in it and that certificate of dir, which also shows the
 * chain's.  Its port. */
unsigned slapd_tls(const char *argv0, const char *dir, const char *name,
    const char *chain, pid_t *pid_r);

#endif
