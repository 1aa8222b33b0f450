/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority's questions to directory: who is this?  All of them stand in one
 * table.  Each gets one answer, judged once, here; a channel that ends answers
 * every question that is open.
 */
#ifndef AUTHORITY_LINK_DIRECTORY_LINK_H
#define AUTHORITY_LINK_DIRECTORY_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/reason.h"
#include "lib/base/table.h"
#include "lib/ipc/messages.h"

struct authority;

struct directory_answer {
	/* what it says against the person; REASON_NONE: nothing */
	enum reason reason;
	/* NULL: nobody was found, or what came is no sound entry */
	const struct msg_DIRECTORY_LOOKUP_ANS *entry;
};

/* Part of whoever asks; zeroed before first use. */
struct directory_question {
	struct table_item item;
	bool open;
	char name[USERNAME_MAX + 1]; /* canonical */
	/* 128 random bits, not those of another question that is open */
	uint8_t id[ATTEMPT_ID];
	/* NULL: no password will come, so directory may forget the person as
	 * soon as it has answered */
	const uint8_t *ticket;
	bool decoy; /* looked up for the sake of the time it takes */
	void (*answer)(void *arg, const struct directory_answer *);
	void *arg;
};

/* answer() is called once, later.  -1: directory is away or there is no
 * memory; then it is not called. */
int directory_ask(struct authority *all, struct directory_question *q);
/* answer() is not called any more.  Directory forgets the person, and the
 * password that came with the ticket, if one has come. */
void directory_forget(struct authority *all, struct directory_question *q);

/* from the channel; an answer to no question of ours is dropped */
void directory_answered(
    struct authority *all, const struct msg_DIRECTORY_LOOKUP_ANS *m);
void directory_lost(struct authority *all);

#endif
