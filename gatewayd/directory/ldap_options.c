/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/ldap_options.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "gatewayd/directory/tls_reason.h"
#include "lib/base/log.h"

/* an answer larger than this is no answer; 4096 groups of 250 bytes fit */
#define ANSWER_MAX (1024 * 1024)

void
ldap_options_isolate(void)
{
	/* also GNUTLS_*, SSLKEYLOGFILE and RES_OPTIONS */
	clearenv();
	/* libldap loads plug-ins of SASL, which nobody uses, at the first
	 * connection: the sandbox would end the role for it, where there is no
	 * Landlock that hides them */
	if (setenv("LDAPNOINIT", "1", 1) < 0 ||
	    setenv("SASL_PATH", "/nonexistent", 1) < 0)
		fatal("setenv");
	/* libldap copies the password into its request, a block of 4 KiB and
	 * more, and frees that unwiped: have the allocator overwrite it. */
	mallopt(M_PERTURB, 0x5a);
}

/* libldap takes a path only */
#define FD_PATH 32

static void
path_of(int fd, char path_r[FD_PATH])
{
	snprintf(path_r, FD_PATH, "/proc/self/fd/%d", fd);
}

/* libldap only warns when a file holds no certificate */
static int
holds_certificate(const char *file, const char *name)
{
	char line[128];
	FILE *f = fopen(file, "re");
	int found = -1;

	if (f == NULL) {
		log_warn("%s", name);
		return -1;
	}
	while (found < 0 && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, "-----BEGIN CERTIFICATE-----", 27) == 0)
			found = 0;
	fclose(f);
	if (found < 0)
		log_warnx("%s: no PEM certificate in it", name);
	return found;
}

/* GnuTLS (Debian) knows its own words for versions and heeds only them;
 * ldap_options_verify_tls() looks at what came of it. */
static int
set_versions(LDAP *ld)
{
	int min = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
	char *package = NULL;
	int result = 0;

	if (ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &min) !=
		LDAP_OPT_SUCCESS ||
	    ldap_get_option(ld, LDAP_OPT_X_TLS_PACKAGE, &package) !=
		LDAP_OPT_SUCCESS ||
	    package == NULL)
		return -1;
	if (strcmp(package, "GnuTLS") == 0 &&
	    ldap_set_option(ld, LDAP_OPT_X_TLS_CIPHER_SUITE,
		"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2") !=
		LDAP_OPT_SUCCESS)
		result = -1;
	ldap_memfree(package);
	return result;
}

static int
set_verification(LDAP *ld)
{
	int demand = LDAP_OPT_X_TLS_DEMAND;

	return ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) !=
			   LDAP_OPT_SUCCESS ||
		       ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_SAN,
			   &demand) != LDAP_OPT_SUCCESS
		   ? -1
		   : 0;
}

LDAP *
ldap_options_tls(int ca_fd, const char *name, int crl_fd, const char *crl_name)
{
	LDAP *ld = NULL;
	char ca_file[FD_PATH], crl_file[FD_PATH];
	int client = 0;

	path_of(ca_fd, ca_file);
	path_of(crl_fd, crl_file);
	if (holds_certificate(ca_file, name) < 0)
		return NULL;
	if (ldap_create(&ld) != LDAP_SUCCESS || set_verification(ld) < 0 ||
	    set_versions(ld) < 0 ||
	    ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, ca_file) !=
		LDAP_OPT_SUCCESS ||
	    (crl_fd >= 0 && ldap_set_option(ld, LDAP_OPT_X_TLS_CRLFILE,
				crl_file) != LDAP_OPT_SUCCESS) ||
	    ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client) !=
		LDAP_OPT_SUCCESS) {
		log_warnx("%s%s%s: libldap could not make a TLS context of it",
		    name, crl_fd >= 0 ? ", " : "", crl_name);
		if (ld != NULL)
			ldap_unbind_ext(ld, NULL, NULL);
		return NULL;
	}
	if (tls_reason_watch(ld) < 0) {
		log_warnx("libldap does not use GnuTLS: directory cannot "
			  "tell why TLS fails, and has no key crl");
		if (crl_fd >= 0) {
			ldap_unbind_ext(ld, NULL, NULL);
			return NULL;
		}
	}
	return ld;
}

int
ldap_options_apply(LDAP *ld, LDAP *tls, uint32_t handshake_ms)
{
	int version = LDAP_VERSION3;
	struct timeval handshake = {.tv_sec = handshake_ms / 1000,
	    .tv_usec = (long)(handshake_ms % 1000) * 1000};
	ber_len_t largest = ANSWER_MAX;
	Sockbuf *sb = NULL;
	void *ctx = NULL;

	/* No rebind procedure is ever set.  Without CONNECT_ASYNC libldap
	 * 2.5 repeats an unfinished handshake without end and without sleep;
	 * with it, the network timeout holds. */
	if (ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) !=
		LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) !=
		LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_ON) !=
		LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &handshake) !=
		LDAP_OPT_SUCCESS ||
	    ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb) != LDAP_OPT_SUCCESS ||
	    ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &largest) < 0)
		return -1;
	if (tls == NULL)
		return 0;
	/* the handle counts as one more owner of the context */
	if (set_verification(ld) < 0 ||
	    ldap_get_option(tls, LDAP_OPT_X_TLS_CTX, &ctx) !=
		LDAP_OPT_SUCCESS ||
	    ctx == NULL ||
	    ldap_set_option(ld, LDAP_OPT_X_TLS_CTX, ctx) != LDAP_OPT_SUCCESS)
		return -1;
	return 0;
}

int
ldap_options_verify_tls(LDAP *ld)
{
	char *version = NULL;
	int result = -1;

	if (!ldap_tls_inplace(ld) ||
	    ldap_get_option(ld, LDAP_OPT_X_TLS_VERSION, &version) !=
		LDAP_OPT_SUCCESS ||
	    version == NULL)
		return -1;
	if (strncmp(version, "TLS", 3) == 0 &&
	    (strstr(version, "1.2") != NULL || strstr(version, "1.3") != NULL))
		result = 0;
	else
		log_warnx("refused TLS version %s", version);
	ldap_memfree(version);
	return result;
}
