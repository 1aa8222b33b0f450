/* SPDX-License-Identifier: Apache-2.0 */
/* A store for a test, in a directory of its own, and questions that wait. */
#ifndef TESTS_STORE_BACKEND_H
#define TESTS_STORE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gatewayd/store/store.h"

#define BACKEND_ANSWERS 1024

/* an answer with copies of what it points to */
struct backend_answer {
	struct store_ask ask;
	enum store_status status;
	uint64_t version;
	bool more;
	char key[KEY_MAX + 1];
	size_t size;
	uint8_t value[VALUE_MAX];
};

struct backend {
	const struct backend_kind *kind;
	struct store *store;
	char directory[64], path[96];
	struct backend_answer got; /* the latest */
	struct backend_answer answer[BACKEND_ANSWERS];
	size_t count;
};

struct backend_kind {
	struct store *(*open)(const char *path);
	void (*disrupt)(struct store *, bool broken);
};

extern const struct backend_kind backend_ram, backend_sqlite;

struct backend *backend_open(const struct backend_kind *kind);
void backend_close(struct backend *b);
/* as if the process had ended and begun again */
int backend_reopen(struct backend *b);
void backend_break(struct backend *b, bool broken);

/* One question and its flush; the answer is in got. */
enum store_status backend_get(struct backend *b, const char *key);
enum store_status backend_put(
    struct backend *b, const char *key, uint64_t version, const char *text);
enum store_status backend_delete(
    struct backend *b, const char *key, uint64_t version);
/* fills answer[] and count */
void backend_list(
    struct backend *b, const char *prefix, const char *after, size_t limit);

#endif
