/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service for authority and login: a lookup, then at most one bind for the
 * same attempt.  The verdict goes to authority only.
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
	struct setup *old; /* before a reload; kept until its requests end */
	struct loop_timer old_end;
	struct pending_table pending;
	struct channel authority;
	unsigned refused; /* passwords, since the last line of the log */
	uint64_t complain_at;
};

/* Starts the set-up, which it then owns.  -1: the reason was logged. */
int directory_service_init(
    struct directory_service *s, struct loop *loop, struct setup *setup);
/* Takes a new channel to authority, and drops all attempts of the old one. */
int directory_service_authority(struct directory_service *s, int fd);
/* Replaces the set-up.  -1: no memory; the old one stays. */
int directory_service_reload(struct directory_service *s, struct setup *setup);
/* Takes a password from login, and keeps it until authority allows the bind.
 * The sender learns nothing, not even by the time that this takes: the caller
 * has closed the channel already. */
void directory_service_password(struct directory_service *s,
    const uint8_t attempt[ATTEMPT_ID], const uint8_t ticket[TICKET],
    const void *password, size_t password_size);
void directory_service_end(struct directory_service *s);

#endif
