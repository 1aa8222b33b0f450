/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key-value state with compare-and-set.  Whatever is asked is answered through
 * one function, and not before store_flush(): by then every change asked for
 * since the last flush is on disk together, so no answer, a get's neither,
 * ever rests on something that a crash could take back.
 *
 * Versions grow over all keys of a store and are never given twice, also not
 * for a key that was deleted and made again, nor for a change that failed.
 *
 * A backend is a table of functions and lives in store_<backend>.c.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/ipc/messages.h"

/* Who asked; handed back with the answer, never looked at. */
struct store_ask {
	void *who;
	uint64_t id;
};

/* key: 1 to KEY_MAX bytes of text; ordered by bytes. */
struct store_entry {
	char key[KEY_MAX + 1];
	uint64_t version;   /* 0: not there */
	int64_t expires_ms; /* since 1970; 0: never.  Past: not there. */
	size_t size;
	uint8_t value[VALUE_MAX];
};

enum store_op { STORE_OP_GET, STORE_OP_CHANGE, STORE_OP_LIST };

/*
 * get     STORE_OK with version and value; STORE_ABSENT
 * change  STORE_OK with the version it made; STORE_CONFLICT with the version
 *         that is there (0: none); STORE_ABSENT: nothing was there to delete
 * list    STORE_OK with key, version and value for each entry; then
 *         STORE_ABSENT without; more: the page was full, go on after its last
 * any     STORE_UNAVAILABLE: the disk did not take or give it; what became of
 *         a change is unknown
 */
struct store_answer {
	struct store_ask ask;
	enum store_op op;
	enum store_status status;
	uint64_t version;
	bool more;
	const char *key;
	const uint8_t *value;
	size_t size;
};

typedef void (*store_answer_fn)(void *arg, const struct store_answer *);

/* Lives inside its owner's struct. */
struct store_watch {
	const char *prefix;
	/* after the flush that made it durable; expiry is not told */
	void (*changed)(void *arg, const char *key, uint64_t version);
	void *arg;
	struct store_watch *next;
};

struct store;

/* What a backend does; see store_get() and so on.  Statuses as above. */
struct store_ops {
	enum store_status (*get)(
	    struct store *, const char *key, struct store_entry *);
	/* entry->version is the one expected, and then the one made or found */
	enum store_status (*put_if)(struct store *, struct store_entry *);
	enum store_status (*delete_if)(
	    struct store *, const char *key, uint64_t *version);
	/* The first entry whose key is >= key, or > key; its key may be past
	 * any prefix. */
	enum store_status (*next)(struct store *, const char *key,
	    bool inclusive, struct store_entry *);
	/* Puts all changes since the last commit on disk; -1: none of them
	 * counts. */
	int (*commit)(struct store *);
	/* removes what has expired, a bounded part of it at a time */
	void (*expire)(struct store *);
	void (*close)(struct store *);
};

struct store_queued;

/* First member of every backend's struct. */
struct store {
	const struct store_ops *ops;
	int64_t (*now_ms)(void); /* clock_wall_ms() */
	store_answer_fn answer;
	void *arg;
	struct store_queued *first, **last;
	struct store_watch *watches;
};

/* For backends. */
void store_init(struct store *s, const struct store_ops *ops);

void store_on_answer(struct store *s, store_answer_fn answer, void *arg);
/* Frees it; what was not flushed is not answered and not kept. */
void store_close(struct store *s);

void store_get(struct store *s, struct store_ask ask, const char *key);
/* The key must have the entry's version, 0: must not be there. */
void store_put_if(
    struct store *s, struct store_ask ask, const struct store_entry *entry);
void store_delete_if(
    struct store *s, struct store_ask ask, const char *key, uint64_t version);
/* At most limit entries that begin with prefix; after: "" or the last key of
 * the page before. */
void store_list(struct store *s, struct store_ask ask, const char *prefix,
    const char *after, size_t limit);

void store_watch(struct store *s, struct store_watch *w);
void store_unwatch(struct store *s, struct store_watch *w);

/* Commits, then answers, in the order of asking.  -1: the commit failed, and
 * all that was asked since the last flush was answered STORE_UNAVAILABLE. */
int store_flush(struct store *s);
/* Removes what has expired; the next flush commits it. */
void store_expire(struct store *s);

#endif
