/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IPC_ROLES_H
#define IPC_ROLES_H

/*
 * R(NAME, word) for everything that can be an end of a channel.  The two faces
 * are the sallyport command, which is no process of gatewayd: root uses it at
 * admin.sock, a person in a session at token.sock.
 */
#define ROLES_FACES(R)    \
	R(ADMIN, "admin") \
	R(SESSION, "session")
/* The roles that the parent starts.  Each has a control channel to the parent.
 */
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
