/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Login's end: a listening socket, a channel for each conversation, one
 * password on each.  Every sender sees the same: its channel is closed as soon
 * as its message is in.
 */
#ifndef DIRECTORY_PASSWORD_CHANNEL_H
#define DIRECTORY_PASSWORD_CHANNEL_H

#include "gatewayd/directory/directory_service.h"

/* at once; more wait in the socket's queue */
#define PASSWORD_CHANNEL_MAX 512
/* of one process, which needs one: no conversation keeps the others out */
#define PASSWORD_CHANNEL_PROCESS_MAX 8
/* login connects when it has the password */
#define PASSWORD_CHANNEL_LIFE_MS 5000

struct password_channel;

struct password_channels {
	struct directory_service *service;
	struct loop_watch listen;
	struct loop_timer pause;
	struct password_channel *first;
	unsigned count;
	uint32_t peer_uid; /* 0: only the socket's permissions say who may */
};

/* Takes the fd over.  -1: errno. */
int password_channel_listen(struct password_channels *all,
    struct directory_service *service, int fd, uint32_t peer_uid);

#endif
