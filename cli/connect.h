/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONNECT_H
#define CLI_CONNECT_H

#include <stddef.h>

#include "lib/ipc/channel.h"
#include "lib/ipc/messages.h"
#include "lib/ipc/roles.h"

/*
 * A channel to authority, as root at admin.sock (ROLE_ADMIN) or as a person
 * in a session at token.sock (ROLE_SESSION).  path NULL: the socket of
 * --config, or the usual one.  0, or a cli_status after having said why.
 */
int connect_open(struct channel *channel, enum role self, const char *path);

/* Text of the command line into a field of size bytes; the same results. */
int connect_field(char *field, size_t size, const char *text, const char *what);

/* Sends; 0 or CLI_UNKNOWN after having said why. */
int connect_send(struct channel *channel, const struct message *message);

/* The next message, which must be of that type; the same results. */
int connect_receive(
    struct channel *channel, struct message *message, enum message_type type);

/* enum admin_status and its text: 0, CLI_NO or CLI_UNKNOWN, said. */
int connect_judge(unsigned int status, const char *about, const char *text);

#endif
