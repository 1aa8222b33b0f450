/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of a login, as PAM and sshd give them: the person, the client, and
 * the service.  The frames of the PAM wire, the module, and the messages
 * between roles all use this one list, and each fact has one limit.
 *
 * F(kind, name, max), as in lib/base/fields.h.  NAME is the kind of the
 * username as typed: STR, or BYTES where it may hold a NUL.
 */
#ifndef BASE_FACTS_H
#define BASE_FACTS_H

#define FACTS_USERNAME_MAX 256
#define FACTS_SERVICE_MAX 64
#define FACTS_ADDRESS_MAX 64
#define FACTS_TTY_MAX 64
#define FACTS_AUTH_INFO_MAX 4096 /* a key of 16,384 bits */

/* client: a numeric address, "" when local.  port 0: not known. */
#define FACTS_OF_CONNECTION(F)                \
	F(STR, service, FACTS_SERVICE_MAX, 0) \
	F(STR, client, FACTS_ADDRESS_MAX, 0)  \
	F(U16, port, 0, 0)
/* The facts that each later step repeats. */
#define FACTS_OF_ALL(F, NAME)  \
	FACTS_OF_CONNECTION(F) \
	F(NAME, username, FACTS_USERNAME_MAX, 0)
/* The local user of that name.  FACTS_NO_UID if the name is not local. */
#define FACTS_OF_ACCOUNT(F) F(U32, uid, 0, 0)
/* local: 1 if this machine has a user of that name.  auth_info: the keys that
 * sshd has verified, from SSH_AUTH_INFO_0. */
#define FACTS_OF_PROOF(F)    \
	F(ENUM, local, 0, 1) \
	FACTS_OF_ACCOUNT(F)  \
	F(STR, auth_info, FACTS_AUTH_INFO_MAX, 0)
/* The place of the session. */
#define FACTS_OF_SESSION(F) F(STR, tty, FACTS_TTY_MAX, 0)
#define FACTS_OF_LOGIN(F, NAME) \
	FACTS_OF_ALL(F, NAME)   \
	FACTS_OF_PROOF(F)       \
	FACTS_OF_SESSION(F)
/* ruser: PAM_RUSER, the caller of su and sudo.  Only login uses it: a local
 * caller has a share of its seats, as an address has. */
#define FACTS(F, NAME)          \
	FACTS_OF_LOGIN(F, NAME) \
	F(STR, ruser, FACTS_USERNAME_MAX, 0)

#define FACTS_NO_UID 0xffffffffU

/* Copies a fact from *from to *to, inside a function.  The two may be different
 * structs.  It does not compile if their limits differ. */
#define FACTS_COPY(kind, name, n, m)                         \
	_Static_assert(sizeof to->name == sizeof from->name, \
	    "the fact has the same room");                   \
	memcpy(&to->name, &from->name, sizeof to->name);

#endif
