/* SPDX-License-Identifier: Apache-2.0 */
/* The forward process with a log, as the parent and audit drive it. */
#ifndef TESTS_FORWARD_FORWARD_WORLD_H
#define TESTS_FORWARD_FORWARD_WORLD_H

#include <stdint.h>

#include "lib/ipc/channel.h"
#include "tests/audit/role_fixture.h"
#include "tests/forward/certs.h"
#include "tests/forward/relp_server.h"
#include "tests/record/log_fixture.h"

#define FORWARD_WORLD_RECORDS 300
#define FORWARD_WORLD_SEGMENT (64 * 1024)

struct forward_world {
	struct log_fixture log, state;
	struct cert ca, client;
	struct role_fixture p;
	struct channel audit;
	const char *host, *server_name;
	int mutual;
	bool two; /* sinks, the second one to nobody */
};

int forward_world_set_up(void **state);

int forward_world_tear_down(void **state);

int forward_world_text_file(const char *text);

/* Configuration and files, as the parent hands them over. */
void forward_world_hand_over(struct forward_world *w, uint16_t port);

int forward_world_start(struct forward_world *w, uint16_t port);

void forward_world_committed(struct forward_world *w, uint64_t sequence);

void forward_world_end(struct forward_world *w);

uint64_t forward_world_cursor(struct forward_world *w);

/* Until the cursor file says so. */
void forward_world_wait_for_cursor(struct forward_world *w, uint64_t sequence);

/* Each of 1 to LAST was received, the first time in order. */
void forward_world_received(const struct relp_seen *seen, uint32_t last);

#endif
