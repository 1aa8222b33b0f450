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
/* Something on loopback that speaks TLS, with a certificate of that CA (ca,
 * stranger), for so many days and with that extension.  Its port. */
unsigned slapd_impostor(const struct slapd *s, const char *argv0,
    const char *ca, const char *days, const char *extension, pid_t *pid_r);

#endif
