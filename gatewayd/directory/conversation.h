/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Login's end: a listening socket, a channel for each conversation, one
 * password on each.  Every sender sees the same: its channel is closed as soon
 * as its message is in.
 */
#ifndef DIRECTORY_CONVERSATION_H
#define DIRECTORY_CONVERSATION_H

#include "gatewayd/directory/service.h"

/* at once; more wait in the socket's queue */
#define CONVERSATION_MAX 512
/* of one process, which needs one: no conversation keeps the others out */
#define CONVERSATION_PROCESS_MAX 8
/* login connects when it has the password */
#define CONVERSATION_LIFE_MS 5000

struct conversation;

struct conversations {
	struct service *service;
	struct loop_watch listen;
	struct loop_timer pause;
	struct conversation *first;
	unsigned count;
	uint32_t peer_uid; /* 0: only the socket's permissions say who may */
};

/* Takes the fd over.  -1: errno. */
int conversation_listen(struct conversations *all, struct service *service,
    int fd, uint32_t peer_uid);

#endif
