/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONNECT_H
#define CLI_CONNECT_H

#include <stddef.h>

#include "lib/ipc/channel.h"
#include "lib/ipc/messages.h"
#include "lib/ipc/roles.h"

/*
 * Opens a channel to authority: as root at admin.sock (ROLE_ADMIN), or as a
 * person in a session at token.sock (ROLE_SESSION).  path NULL: the configured
 * socket.  Each function here returns 0, or a cli_status after it has printed
 * the reason.
 */
int connect_open(struct channel *channel, enum role self, const char *path);

/* Copies text of the command line into a field of size bytes. */
int connect_field(char *field, size_t size, const char *text, const char *what);

/* Sends a message. */
int connect_send(struct channel *channel, const struct message *message);

/* Receives the next message, which must be of that type.  Where none comes, the
 * channel is closed. */
int connect_receive(
    struct channel *channel, struct message *message, enum message_type type);

/* Judges the enum admin_status and the text of an answer. */
int connect_judge(unsigned int status, const char *about, const char *text);

#endif
