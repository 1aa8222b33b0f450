/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_AUDIT_ROLE_FIXTURE_H
#define TESTS_AUDIT_ROLE_FIXTURE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/ipc/channel.h"

/* A role process started as gatewayd starts it, with the test as parent. */
struct role_fixture {
	pid_t pid;
	struct channel control;
	uint32_t links; /* the number of the channel that it got last */
	char why[256];	/* it could not start */
};

/* Runs libexec/NAME of the build that this test belongs to. */
void role_fixture_start(
    struct role_fixture *p, enum role role, const char *name);
void role_fixture_conf(struct role_fixture *p, const void *conf, size_t size);
/* The role's end of a new channel to PEER goes over; ours is in CHANNEL_R. */
void role_fixture_peer(
    struct role_fixture *p, enum role peer, struct channel *channel_r);
/* Until it says that it has lost that one. */
void role_fixture_await_lost(struct role_fixture *p, enum role peer);
void role_fixture_file(struct role_fixture *p, const char *name, int fd);
/* Sends GO; 1 when it said READY, 0 when it ended instead. */
int role_fixture_go(struct role_fixture *p);
/* both steps of one */
int role_fixture_reload(struct role_fixture *p);
/* Hangs up and waits: its exit status, or 256 and the signal. */
int role_fixture_end(struct role_fixture *p);
void role_fixture_kill(struct role_fixture *p);

#endif
