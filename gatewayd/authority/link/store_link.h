/* SPDX-License-Identifier: Apache-2.0 */
/* authority's end of the channel to store: requests with a call back each. */
#ifndef AUTHORITY_LINK_STORE_LINK_H
#define AUTHORITY_LINK_STORE_LINK_H

#include "lib/base/loop.h"
#include "lib/base/table.h"
#include "lib/ipc/channel.h"

struct store_link {
	struct channel channel;
	struct loop *loop;
	struct table pending;
	uint64_t next;
};

/* What came back.  Everything unknown is STORE_UNAVAILABLE: a change with that
 * answer may have happened or not. */
struct store_answer {
	enum store_status status;
	uint64_t version;
	const char *key; /* of a list */
	const uint8_t *value;
	size_t value_size;
};

typedef void (*store_call)(void *arg, const struct store_answer *);

int store_link_init(struct store_link *s, struct loop *loop);
/* The first channel, or a new one: all that was pending fails. */
void store_link_peer(struct store_link *s, int fd);

/* call comes once, later or at once (STORE_UNAVAILABLE). */
void store_get(
    struct store_link *s, const char *key, store_call call, void *arg);
void store_put(struct store_link *s, const char *key, uint64_t version,
    const void *value, size_t value_size, store_call call, void *arg);
/* The same; from expires_ms on, since 1970, the key is not there any more. */
void store_put_until(struct store_link *s, const char *key, uint64_t version,
    int64_t expires_ms, const void *value, size_t value_size, store_call call,
    void *arg);
void store_delete(struct store_link *s, const char *key, uint64_t version,
    store_call call, void *arg);
/* call comes for every key with STORE_OK, then once with STORE_ABSENT or
 * STORE_UNAVAILABLE: only then the list is whole, or known not to be. */
void store_list(
    struct store_link *s, const char *prefix, store_call call, void *arg);

#endif
