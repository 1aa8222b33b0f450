/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/host_facts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pwd.h>
#include <security/pam_ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define PASSWD_MAX (1 << 20) /* one entry of the account database, bytes */

/* What does not fit, and what is no name or address for us, is handed on all
 * the same, so that there is a record of the attempt: cut to what fits and
 * ended with "...".  before marks it so that it can never be taken for a right
 * one, as long as no name may be; no address has a ?.  Authority refuses it by
 * its form, in the same words as everybody. */
static void
mark(char *out, size_t size, const char *before, const char *s)
{
	static const char cut[] = "...";

	if ((size_t)snprintf(out, size, "%s%s", before, s) >= size)
		memcpy(out + size - sizeof cut, cut, sizeof cut);
}

static int
item(pam_handle_t *pamh, int type, char *out, size_t size, const char *what)
{
	const void *value = NULL;

	if (pam_get_item(pamh, type, &value) != PAM_SUCCESS) {
		pam_syslog(pamh, LOG_ERR, "PAM does not give %s", what);
		return -1;
	}
	mark(out, size, "", value == NULL ? "" : value);
	return 0;
}

/* Rewritten in its one canonical form; an IPv4 address that is mapped into
 * IPv6 becomes IPv4, so that rules for either see it. */
static int
address(char *out, size_t size, char *text)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char *zone = strchr(text, '%');
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, text, &four) == 1)
		return inet_ntop(AF_INET, &four, out, (socklen_t)size) ? 0 : -1;
	if (zone != NULL)
		*zone = '\0';
	if (inet_pton(AF_INET6, text, &six) != 1 ||
	    (zone != NULL && !IN6_IS_ADDR_LINKLOCAL(&six)))
		return -1;
	if (memcmp(&six, mapped, sizeof mapped) == 0)
		return inet_ntop(AF_INET, six.s6_addr + sizeof mapped, out,
			   (socklen_t)size)
			   ? 0
			   : -1;
	return inet_ntop(AF_INET6, &six, out, (socklen_t)size) ? 0 : -1;
}

/* "address port address port", as sshd writes it */
static int
ssh_connection(struct host_facts *f, const char *value)
{
	char text[sizeof f->client];
	const char *space = strchr(value, ' ');
	char *end;
	unsigned long port;

	if (space == NULL || (size_t)(space - value) >= sizeof text)
		return -1;
	memcpy(text, value, (size_t)(space - value));
	text[space - value] = '\0';
	if (space[1] < '0' || space[1] > '9')
		return -1;
	errno = 0;
	port = strtoul(space + 1, &end, 10);
	if (errno != 0 || port > UINT16_MAX || *end != ' ')
		return -1;
	f->port = (uint16_t)port;
	return address(f->client, sizeof f->client, text);
}

/* PAM_RHOST is a number, and another one. */
static bool
is_another(const char *client, const char *rhost)
{
	char text[sizeof((struct host_facts *)0)->client], other[sizeof text];

	mark(text, sizeof text, "", rhost);
	return address(other, sizeof other, text) == 0 &&
	       strcmp(other, client) != 0;
}

/* A client that is there but cannot be named by its number is never taken for a
 * local one.  SSH_CONNECTION is sshd's word only as long as no module has let
 * people write there; PAM_RHOST is none of their affair. */
static int
client(struct host_facts *f, pam_handle_t *pamh)
{
	const char *connection = pam_getenv(pamh, "SSH_CONNECTION");
	const void *item = NULL;
	const char *rhost;
	char text[sizeof f->client];

	if (pam_get_item(pamh, PAM_RHOST, &item) != PAM_SUCCESS) {
		pam_syslog(pamh, LOG_ERR, "PAM does not give PAM_RHOST");
		return -1;
	}
	rhost = item == NULL ? "" : item;
	if (connection != NULL) {
		if (ssh_connection(f, connection) == 0 &&
		    !is_another(f->client, rhost))
			return 0;
		pam_syslog(pamh, LOG_ERR,
		    "to be refused: SSH_CONNECTION names no address, or "
		    "another one than PAM_RHOST");
		mark(f->client, sizeof f->client, "?", connection);
		f->port = 0;
		return 0;
	}
	if (rhost[0] == '\0')
		return 0;
	mark(text, sizeof text, "", rhost);
	if (address(f->client, sizeof f->client, text) == 0)
		return 0;
	pam_syslog(pamh, LOG_ERR,
	    "to be refused: the client is known by a host name only; names are "
	    "not looked up, so the service has to give PAM_RHOST as a number");
	mark(f->client, sizeof f->client, "?", rhost);
	return 0;
}

/* The one look into the account database.  Where that fails nobody gets in, as
 * where it does not know the name, and authority's record says so. */
static void
local_account(struct host_facts *f, pam_handle_t *pamh)
{
	struct passwd pw, *found = NULL;
	int error = ERANGE;

	if (!f->is_whole)
		return;
	for (size_t size = 4096; error == ERANGE && size <= PASSWD_MAX;
	     size *= 4) {
		char *room = malloc(size);

		if (room == NULL) {
			error = ENOMEM;
			break;
		}
		error = getpwnam_r(f->username, &pw, room, size, &found);
		if (found != NULL) {
			f->local = true;
			f->uid = (uint32_t)found->pw_uid;
		}
		explicit_bzero(room, size);
		free(room);
	}
	/* getpwnam(3) names these for "there is no such name" */
	if (found != NULL || error == 0 || error == ENOENT || error == ESRCH)
		return;
	errno = error;
	pam_syslog(pamh, LOG_ERR,
	    "to be refused: the account database does not answer: %m");
}

int
host_facts_gather(struct host_facts *f, pam_handle_t *pamh)
{
	const char *user = NULL, *info;

	memset(f, 0, sizeof *f);
	f->uid = PAMWIRE_NO_UID;
	if (pam_get_user(pamh, &user, NULL) != PAM_SUCCESS || user == NULL) {
		pam_syslog(pamh, LOG_ERR, "PAM does not give the username");
		return -1;
	}
	mark(f->username, sizeof f->username, "", user);
	f->is_whole = strcmp(f->username, user) == 0;
	info = pam_getenv(pamh, "SSH_AUTH_INFO_0");
	mark(f->auth_info, sizeof f->auth_info, "", info == NULL ? "" : info);
	if (item(pamh, PAM_SERVICE, f->service, sizeof f->service,
		"PAM_SERVICE") < 0 ||
	    item(pamh, PAM_TTY, f->tty, sizeof f->tty, "PAM_TTY") < 0 ||
	    item(pamh, PAM_RUSER, f->ruser, sizeof f->ruser, "PAM_RUSER") < 0 ||
	    client(f, pamh) < 0)
		return -1;
	local_account(f, pamh);
	return 0;
}

bool
host_facts_same_user(const struct host_facts *f, pam_handle_t *pamh)
{
	const void *now = NULL;

	return pam_get_item(pamh, PAM_USER, &now) == PAM_SUCCESS &&
	       now != NULL && strcmp(now, f->username) == 0;
}
