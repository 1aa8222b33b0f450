/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket where login's conversations deliver passwords.  Each conversation
 * has a channel, and sends one password.  Every sender sees the same: its
 * channel is closed right after its message.
 */
#ifndef DIRECTORY_PASSWORD_CHANNEL_H
#define DIRECTORY_PASSWORD_CHANNEL_H

#include "gatewayd/directory/directory_service.h"

/* The most channels that are open at once.  More wait in the socket's queue. */
#define PASSWORD_CHANNEL_MAX 512
/* The most channels of one process.  It needs one, and must not block others.
 */
#define PASSWORD_CHANNEL_PROCESS_MAX 8
/* A channel without a message is closed after this time. */
#define PASSWORD_CHANNEL_LIFE_MS 5000

struct password_channel;

struct password_channels {
	struct directory_service *service;
	struct loop_watch listen;
	struct loop_timer pause;
	struct password_channel *first;
	unsigned count;
	uint32_t peer_uid; /* login's user; 0: only the socket's mode counts */
};

/* Serves the listening socket fd, which it then owns.  -1: errno. */
int password_channel_listen(struct password_channels *all,
    struct directory_service *service, int fd, uint32_t peer_uid);

#endif
