/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key-value state with compare-and-set.  All answers come through one function,
 * from store_flush().  A flush first puts all changes since the last one on
 * disk together.  So a crash can never take back a value of an answer, even of
 * a get.
 *
 * Versions grow over all keys of a store.  A version is never used twice, not
 * for a key that was deleted and made again, nor after a change that failed.
 *
 * A backend is a table of functions and lives in store_<backend>.c.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/ipc/messages.h"

/* The asker.  The answer has it unchanged, and the store never reads it. */
struct store_ask {
	void *who;
	uint64_t id;
};

/* key: 1 to KEY_MAX bytes of text; ordered by bytes. */
struct store_entry {
	char key[KEY_MAX + 1];
	uint64_t version;   /* 0: the key does not exist */
	int64_t expires_ms; /* since 1970; 0: never.  Then it is gone. */
	size_t size;
	uint8_t value[VALUE_MAX];
};

enum store_op { STORE_OP_GET, STORE_OP_CHANGE, STORE_OP_LIST };

/*
 * get     STORE_OK with version and value; or STORE_ABSENT
 * change  STORE_OK with the new version; STORE_CONFLICT with the present
 * version (0: no such key); STORE_ABSENT: there was no key to delete list
 * STORE_OK with key, version and value for each entry, then STORE_ABSENT
 *         without them; more: the page was full, continue after its last key
 * any     STORE_UNAVAILABLE: reading or writing failed; a change may have been
 *         made or not
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

struct store;

/* The functions of a backend; store_get() and the others below use them. */
struct store_ops {
	enum store_status (*get)(
	    struct store *, const char *key, struct store_entry *);
	/* entry->version: the expected one, then the new or present one */
	enum store_status (*put_if)(struct store *, struct store_entry *);
	enum store_status (*delete_if)(
	    struct store *, const char *key, uint64_t *version);
	/* The first entry whose key is >= key (inclusive) or > key.  The
	 * backend knows no prefix. */
	enum store_status (*next)(struct store *, const char *key,
	    bool inclusive, struct store_entry *);
	/* Puts all changes since the last commit on disk.  -1: none of them
	 * was made. */
	int (*commit)(struct store *);
	/* Removes expired entries, a bounded number at a time. */
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
};

/* For backends. */
void store_init(struct store *s, const struct store_ops *ops);

void store_on_answer(struct store *s, store_answer_fn answer, void *arg);
/* Frees the store.  Changes without a flush are lost, and get no answer. */
void store_close(struct store *s);

void store_get(struct store *s, struct store_ask ask, const char *key);
/* Puts the entry if the key has the entry's version; 0: if there is no key. */
void store_put_if(
    struct store *s, struct store_ask ask, const struct store_entry *entry);
void store_delete_if(
    struct store *s, struct store_ask ask, const char *key, uint64_t version);
/* Lists at most limit entries that begin with prefix.  after is "" or the last
 * key of the page before. */
void store_list(struct store *s, struct store_ask ask, const char *prefix,
    const char *after, size_t limit);

/* Commits, then answers in the order of the requests.  -1: the commit failed,
 * and every request since the last flush was answered STORE_UNAVAILABLE. */
int store_flush(struct store *s);
/* Removes expired entries.  The next flush commits this. */
void store_expire(struct store *s);

#endif
