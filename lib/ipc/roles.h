/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IPC_ROLES_H
#define IPC_ROLES_H

/* Both ends of every channel.  The last two are faces of the sallyport
 * command, not processes of gatewayd: root at admin.sock, and a person in a
 * session at token.sock. */
enum role {
	ROLE_NONE,
	ROLE_PARENT,
	ROLE_LOGIN,
	ROLE_DIRECTORY,
	ROLE_AUTHORITY,
	ROLE_STORE,
	ROLE_AUDIT,
	ROLE_FORWARD,
	ROLE_ADMIN,
	ROLE_SESSION,
	ROLE_COUNT
};

/* "login", "directory", ...; "?" for a number out of range */
const char *role_name(enum role);

#endif
