/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What authority and login ask for, put together: a lookup, then at most one
 * bind for the same attempt, whose verdict goes to authority alone.
 */
#ifndef DIRECTORY_DIRECTORY_SERVICE_H
#define DIRECTORY_DIRECTORY_SERVICE_H

#include <stdint.h>

#include "gatewayd/directory/pending.h"
#include "gatewayd/directory/setup.h"
#include "lib/ipc/channel.h"

struct directory_service {
	struct loop *loop;
	struct setup *setup;
	struct setup *old; /* of before a reload, until its requests ended */
	struct loop_timer old_end;
	struct pending_table pending;
	struct channel authority;
	unsigned refused; /* passwords, since the last line about them */
	uint64_t complain_at;
};

/* Takes the set-up over and starts it.  -1: the reason was logged. */
int directory_service_init(
    struct directory_service *s, struct loop *loop, struct setup *setup);
/* A new channel to authority; what the old one had asked for is forgotten. */
int directory_service_authority(struct directory_service *s, int fd);
/* Takes the new set-up over.  -1: no memory, the old one stays. */
int directory_service_reload(struct directory_service *s, struct setup *setup);
/* A password from login, kept until authority lets it be bound.  Says nothing
 * to its sender, not even by the time it takes: the caller has closed the
 * channel already. */
void directory_service_password(struct directory_service *s,
    const uint8_t attempt[ATTEMPT_ID], const uint8_t ticket[TICKET],
    const void *password, size_t password_size);
void directory_service_end(struct directory_service *s);

#endif
