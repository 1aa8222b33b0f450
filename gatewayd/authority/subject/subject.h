/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subject: authority's data about a person.  These are credentials with the
 * last accepted step, failed tries, and lockout.  The store has them, and this
 * is the working copy.  The log is the truth and is ahead of the store: the
 * store is written in the background, and after a restart authority takes the
 * later changes from the log.  Only one authority writes these keys, so the
 * copy in memory is the newest one.
 */
#ifndef AUTHORITY_SUBJECT_SUBJECT_H
#define AUTHORITY_SUBJECT_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/authority/credential/credential.h"
#include "gatewayd/authority/link/covered.h"
#include "gatewayd/authority/link/store_link.h"
#include "gatewayd/authority/subject/approval.h"
#include "gatewayd/authority/subject/invitation.h"
#include "lib/base/loop.h"
#include "lib/base/table.h"
#include "lib/conf/conf.h"

#define SUBJECT_CREDENTIALS 8		      /* per person */
#define SUBJECT_TRIES_KEYS "authority/tries/" /* of the store */
#define SUBJECTS_KEPT 16384 /* in memory, when nobody uses them */

struct recent;
/* Past starts of the overlap that are remembered, see covered.h. */
#define SUBJECTS_PAST 16

struct subject_waiter;

struct subject_over;

enum subject_state { SUBJECT_NEW, SUBJECT_LOADING, SUBJECT_LOADED };

/* In an order without holes: of all that authority has in memory, this is there
 * most often. */
struct subject {
	struct table_item item;
	const char *id; /* behind the struct */
	struct subject_waiter *waiters;
	struct subject *newer, *older; /* unused ones, in order of use */
	struct subject *next_dirty;    /* in the order of being written */
	struct subject *next_settle;
	/* NULL while they are packed, which they are in nobody's hands; before
	 * SUBJECT_LOADED, marks from the log only */
	struct credential *credential;
	uint8_t *packed;
	struct approvals approvals;    /* those past their time too */
	struct invitation *invitation; /* NULL: none */
	struct recent *recent;	       /* NULL: no attempt was seen */
	/* what the log says is over, until the store has none of it */
	struct subject_over *over;
	int64_t locked_until_ms;
	uint64_t tries_version;
	uint32_t tries; /* failed in a row */
	uint32_t tries_epoch, over_epoch;
	unsigned over_count;
	unsigned users;	   /* attempts and others that hold it */
	unsigned inflight; /* attempts whose try is reserved */
	uint8_t credential_count;
	uint8_t state; /* enum subject_state */
	/* while loading: the store did not give all; what it gave is no value
	 */
	bool broken, unreadable;
	bool tries_dirty, tries_writing;
	bool queued;   /* is in the list of those to be written */
	bool changing; /* one change at a time: change.h */
	bool settling;
	bool idle;
};

struct subjects {
	struct table table;
	struct store_link *store;
	struct seal *seal; /* of approvals */
	struct loop *loop;
	struct loop_timer timer;  /* writes marks in the background */
	void (*write)(void *all); /* write_back_due(), when it is time */
	struct subject idle;	  /* ring */
	size_t idle_count;
	const struct conf_authority *conf;
	const struct log_head *head; /* audit's last record on disk */
	/* what the store has, and what it is to have next */
	struct covered covered, covering;
	uint64_t covered_version;
	bool covering_set, covered_writing;
	struct {
		uint64_t at_ms, sequence;
	} past[SUBJECTS_PAST]; /* the newest first */
	uint32_t epoch;
	size_t dirty[2]; /* by epoch & 1 */
	struct subject *first_dirty, **last_dirty;
	size_t writing; /* marks that the store was asked to take */
	/* those that the log had something of, to be loaded one by one */
	struct {
		struct subject *first, **last;
		size_t loading;
		struct loop_timer again;
	} settle;
};

/* the mark of an earlier process: what authority/covered held */
void subjects_covered(
    struct subjects *all, const struct covered *covered, uint64_t version);
/* Something in the log from here on is not done yet: covered does not pass it
 * until subjects_unpin() with what this returns. */
uint32_t subjects_pin(struct subjects *all);
void subjects_unpin(struct subjects *all, uint32_t pin);

/* Holds it once more; subject_hold.h has the first time. */
void subject_keep(struct subjects *all, struct subject *s);
void subject_release(struct subjects *all, struct subject *s);

/* Something has become dirty, or the log has grown: the store has it within
 * half a second, and how much of the log it covers. */
void subjects_write_soon(struct subjects *all);
/* Lets the subject go that nobody has used for longest, if there are many. */
void subjects_evict(struct subjects *all);

/* For the modules of this room: the one of that id, made if need be; NULL: no
 * memory, or no id.  It is whole and does not count as unused: whoever does not
 * hold it says subject_idle() afterwards. */
struct subject *subject_find(struct subjects *all, const char *id);
/* Unused subjects wait in a ring, newest first, with their credentials packed.
 * This one is used. */
void subject_wanted(struct subjects *all, struct subject *s);
/* Nobody may be using it: then it may go. */
void subject_idle(struct subjects *all, struct subject *s);
/* It has something for the store. */
void subject_queue(struct subjects *all, struct subject *s);
void subject_tries_dirty(struct subjects *all, struct subject *s);

/* A copy of it, at its place; NULL: as many as there may be, or no memory.
 * Pointers to the others are no good any more. */
struct credential *subject_add_credential(
    struct subject *s, const struct credential *new);
struct credential *subject_credential(struct subject *s, const char *id);
/* The step moves: in memory at once, in the store soon. */
void subject_accept(struct subjects *all, struct subject *s,
    struct credential *c, uint64_t step);
/* The same for the later one of what it and the mark say. */
void subject_take_mark(struct subjects *all, struct subject *s,
    struct credential *c, const struct credential *mark);
/* Its replacement was proven: it counts no more, and is to be revoked. */
bool subject_is_replaced(const struct subject *s, const struct credential *c);
/* revoked, and gone from the store */
void subject_drop_credential(
    struct subjects *all, struct subject *s, struct credential *c);
/* A copy of it, in the place of one that was there; -1: no memory. */
int subject_invite(struct subject *s, const struct invitation *new);
/* it is over, and gone from the store */
void subject_uninvite(struct subject *s);
void subject_set_tries(struct subjects *all, struct subject *s, uint32_t tries,
    int64_t locked_until_ms);

#endif
