/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IPC_ROLES_H
#define IPC_ROLES_H

/*
 * R(NAME, name, user) for everything that can be an end of a channel: its
 * number ROLE_NAME, and its name in logs, file names and status.
 *
 * The roles that the parent starts.  Each has a control channel to the parent,
 * a block of that name in gatewayd.conf (struct conf_name, name_keys), and a
 * user, unless the block says another one.
 */
#define ROLES_STARTED(R)                                \
	R(LOGIN, login, "_sallyport-login")             \
	R(DIRECTORY, directory, "_sallyport-directory") \
	R(AUTHORITY, authority, "_sallyport-authority") \
	R(STORE, store, "_sallyport-store")             \
	R(AUDIT, audit, "_sallyport-audit")             \
	R(FORWARD, forward, "_sallyport-forward")
/* The two faces are the sallyport command, which is no process of gatewayd:
 * root uses it at admin.sock, a person in a session at token.sock. */
#define ROLES_FACES(R)        \
	R(ADMIN, admin, NULL) \
	R(SESSION, session, NULL)
#define ROLES(R)                \
	R(PARENT, parent, NULL) \
	ROLES_STARTED(R)        \
	ROLES_FACES(R)

enum role {
	ROLE_NONE,
#define ROLE_NUMBER(NAME, name, user) ROLE_##NAME,
	ROLES(ROLE_NUMBER)
#undef ROLE_NUMBER
	    ROLE_COUNT
};

/* "login", "directory", ...; "?" for a number out of range */
const char *role_name(enum role role);

#endif
