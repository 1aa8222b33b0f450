/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PATHS_H
#define CLI_PATHS_H

#include "lib/ipc/roles.h"

#define PATHS_MAX 512

/* The paths of this gateway's keys, and the name of its log. */
struct paths_keys {
	char token[PATHS_MAX];	    /* EC P-256, PEM */
	char seal[PATHS_MAX];	    /* 32 bytes */
	char checkpoint[PATHS_MAX]; /* Ed25519, PEM */
	char verifier[PATHS_MAX];   /* the public half of that, C2SP vkey */
	char origin[PATHS_MAX];	    /* the name in the verifier */
};

/*
 * These come from --config, or from the default configuration file if it can be
 * read, or from the built-in defaults.  0, or CLI_UNKNOWN after the reason was
 * printed.
 */
int paths_socket(enum role self, char path_r[PATHS_MAX]);
int paths_keys(struct paths_keys *paths_r);

/* The directory of the audit log, and the public half of its key.  Those that
 * are told; NULL: that of the configuration. */
int paths_log(const char *dir, const char *key, char dir_r[PATHS_MAX],
    char key_r[PATHS_MAX]);

/* gatewayd's status file, and the socket of ROLE_ADMIN.  If a socket is given,
 * the status file is beside it. */
struct paths_status {
	char file[PATHS_MAX];
	char socket[PATHS_MAX];
};
int paths_status(const char *socket, struct paths_status *paths_r);

/* Opens the directory told, or that of the log if told is NULL.  -1 after the
 * reason was printed. */
int paths_open_log(const char *told);

/* Opens the directory of the log if this user may read it.  -1 without any
 * message. */
int paths_try_log(void);

/* The folder of policy files. */
int paths_policy(char path_r[PATHS_MAX]);

/* The state directory, and the folder of proposals in it. */
int paths_proposals(char state_r[PATHS_MAX], char path_r[PATHS_MAX]);

/* The folder of the signers' keys; "" if the policy needs no signature. */
int paths_signers(char path_r[PATHS_MAX]);

#endif
