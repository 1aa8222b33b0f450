/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IPC_ROLES_H
#define IPC_ROLES_H

/* Both ends of every channel: R(NAME, word).  Faces of the sallyport command
 * are no processes of gatewayd: root at admin.sock, a person in a session at
 * token.sock. */
#define ROLES_FACES(R)    \
	R(ADMIN, "admin") \
	R(SESSION, "session")
/* What the parent starts, each with a control channel to it. */
#define ROLES_STARTED(R)          \
	R(LOGIN, "login")         \
	R(DIRECTORY, "directory") \
	R(AUTHORITY, "authority") \
	R(STORE, "store")         \
	R(AUDIT, "audit")         \
	R(FORWARD, "forward")
#define ROLES(R)            \
	R(PARENT, "parent") \
	ROLES_STARTED(R)    \
	ROLES_FACES(R)

enum role {
	ROLE_NONE,
#define ROLE_NUMBER(NAME, word) ROLE_##NAME,
	ROLES(ROLE_NUMBER)
#undef ROLE_NUMBER
	    ROLE_COUNT
};

/* "login", "directory", ...; "?" for a number out of range */
const char *role_name(enum role role);

#endif
