/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority's lookups of people at directory.  All open questions are in one
 * table.  Each gets one answer, which is judged once, here.  If the channel
 * ends, every open question gets an answer at once.
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
	/* the reason to refuse the person, or REASON_NONE */
	enum reason reason;
	/* NULL: no entry was found, or the answer is malformed */
	const struct msg_DIRECTORY_LOOKUP_ANS *entry;
};

/* A question.  The struct is part of its owner's, and must be zeroed before its
 * first use. */
struct directory_question {
	struct table_item item;
	bool open;
	char name[USERNAME_MAX + 1]; /* canonical */
	/* 128 random bits, different from those of other open questions */
	uint8_t id[ATTEMPT_ID];
	/* NULL: no password will come, so directory drops the attempt after
	 * its answer */
	const uint8_t *ticket;
	bool decoy; /* the lookup only has to take its usual time */
	void (*answer)(void *arg, const struct directory_answer *);
	void *arg;
};

/* Asks.  answer() is called once, later.  -1: directory is away or there is no
 * memory; answer() is not called. */
int directory_ask(struct authority *all, struct directory_question *q);
/* Ends a question: answer() is not called any more.  directory drops the
 * attempt and its password. */
void directory_forget(struct authority *all, struct directory_question *q);

/* Takes an answer from the channel.  An answer without a question is dropped.
 */
void directory_answered(
    struct authority *all, const struct msg_DIRECTORY_LOOKUP_ANS *m);
void directory_lost(struct authority *all);

#endif
