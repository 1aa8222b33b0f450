/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PATHS_H
#define CLI_PATHS_H

#include "lib/ipc/roles.h"

#define PATHS_MAX 512

/* Where this gateway has its keys, and what they are called. */
struct paths_keys {
	char token[PATHS_MAX];	    /* EC P-256, PEM */
	char seal[PATHS_MAX];	    /* 32 bytes */
	char checkpoint[PATHS_MAX]; /* Ed25519, PEM */
	char verifier[PATHS_MAX];   /* its public half, C2SP vkey */
	char origin[PATHS_MAX];	    /* the name in that */
};

/*
 * All by --config, or by the usual configuration file where it can be read,
 * or by the built-in defaults.  0, or CLI_UNKNOWN after having said why.
 */
int paths_socket(enum role self, char path_r[PATHS_MAX]);
int paths_keys(struct paths_keys *paths_r);

/* The directory of the audit log, and the public half of its key. */
int paths_log(char dir_r[PATHS_MAX], char key_r[PATHS_MAX]);

/* gatewayd's own word on its health, and the socket of ROLE_ADMIN.  With a
 * socket given the file is the one beside it. */
struct paths_status {
	char file[PATHS_MAX];
	char socket[PATHS_MAX];
};
int paths_status(const char *socket, struct paths_status *paths_r);

/* That directory, or the one that was told, open; -1 after having said why. */
int paths_open_log(const char *told);

/* The usual one where this user may read it, without a word where not. */
int paths_try_log(void);

/* The folder of policy files. */
int paths_policy(char path_r[PATHS_MAX]);

/* That of the keys that may sign them; "" where nobody need. */
int paths_signers(char path_r[PATHS_MAX]);

#endif
