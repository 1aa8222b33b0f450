/* SPDX-License-Identifier: Apache-2.0 */
/* authority's end of the channel to store.  Each request has a call back. */
#ifndef AUTHORITY_LINK_STORE_LINK_H
#define AUTHORITY_LINK_STORE_LINK_H

#include "lib/base/bytes.h"
#include "lib/base/loop.h"
#include "lib/base/table.h"
#include "lib/ipc/channel.h"

struct store_link {
	struct channel channel;
	struct loop *loop;
	struct table pending;
	uint64_t next;
};

/* An answer.  With STORE_UNAVAILABLE a change may have been made or not. */
struct store_answer {
	enum store_status status;
	uint64_t version;
	const char *key; /* of a list */
	const uint8_t *value;
	size_t value_size;
};

typedef void (*store_call)(void *arg, const struct store_answer *);

int store_link_init(struct store_link *s, struct loop *loop);
/* Takes the first channel or a new one.  All pending requests fail. */
void store_link_peer(struct store_link *s, int fd);

/* What the store is to have at a key. */
struct store_row {
	const char *key;
	uint64_t version;   /* that it has there now; 0: none */
	int64_t expires_ms; /* since 1970; 0: never */
	struct bytes value;
};

/* call comes once: later, or at once with STORE_UNAVAILABLE. */
void store_get(
    struct store_link *s, const char *key, store_call call, void *arg);
/* Nothing of the row is used after the return. */
void store_put(struct store_link *s, const struct store_row *row,
    store_call call, void *arg);
void store_delete(struct store_link *s, const char *key, uint64_t version,
    store_call call, void *arg);
/* call comes for every key with STORE_OK.  The last call has STORE_ABSENT if
 * the list is complete, or STORE_UNAVAILABLE. */
void store_list(
    struct store_link *s, const char *prefix, store_call call, void *arg);
/* The keys of one prefix after the other, with one request; "" is none. */
#define STORE_PREFIXES 3
void store_list_all(struct store_link *s,
    const char *const prefix[STORE_PREFIXES], store_call call, void *arg);

#endif
