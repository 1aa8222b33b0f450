/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/backend.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/store/store_ram.h"
#include "gatewayd/store/store_sqlite.h"

static struct store *
open_ram(const char *path)
{
	(void)path;
	return store_ram_open();
}

/* a disk that takes no byte more: every write past one byte fails */
static void
break_sqlite(struct store *s, bool broken)
{
	struct rlimit r;

	(void)s;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &r);
	r.rlim_cur = broken ? 1 : r.rlim_max;
	setrlimit(RLIMIT_FSIZE, &r);
}

const struct backend_kind backend_ram = {open_ram, store_ram_break};
const struct backend_kind backend_sqlite = {store_sqlite_open, break_sqlite};

static void
on_answer(void *arg, const struct store_answer *a)
{
	struct backend *b = arg;
	struct backend_answer *to = &b->got;

	*to = (struct backend_answer){.ask = a->ask,
	    .status = a->status,
	    .version = a->version,
	    .more = a->more,
	    .size = a->size};
	snprintf(to->key, sizeof to->key, "%s", a->key);
	if (a->size > 0)
		memcpy(to->value, a->value, a->size);
	if (b->count < BACKEND_ANSWERS)
		b->answer[b->count++] = *to;
}

static int
start(struct backend *b)
{
	b->store = b->kind->open(b->path);
	if (b->store == NULL)
		return -1;
	store_on_answer(b->store, on_answer, b);
	return 0;
}

struct backend *
backend_open(const struct backend_kind *kind)
{
	struct backend *b = calloc(1, sizeof *b);

	if (b == NULL)
		return NULL;
	b->kind = kind;
	snprintf(
	    b->directory, sizeof b->directory, "/tmp/sallyport-store-XXXXXX");
	if (mkdtemp(b->directory) == NULL) {
		free(b);
		return NULL;
	}
	snprintf(b->path, sizeof b->path, "%s/state.db", b->directory);
	if (start(b) == 0)
		return b;
	backend_close(b);
	return NULL;
}

void
backend_close(struct backend *b)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	char path[128];

	store_close(b->store);
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		snprintf(path, sizeof path, "%s%s", b->path, suffixes[i]);
		unlink(path);
	}
	rmdir(b->directory);
	free(b);
}

int
backend_reopen(struct backend *b)
{
	store_close(b->store);
	return start(b);
}

void
backend_break(struct backend *b, bool broken)
{
	b->kind->disrupt(b->store, broken);
}

static enum store_status
flush(struct backend *b)
{
	store_flush(b->store);
	return b->got.status;
}

enum store_status
backend_get(struct backend *b, const char *key)
{
	store_get(b->store, (struct store_ask){0}, key);
	return flush(b);
}

enum store_status
backend_put(
    struct backend *b, const char *key, uint64_t version, const char *text)
{
	struct store_entry e = {.version = version, .size = strlen(text)};

	snprintf(e.key, sizeof e.key, "%s", key);
	memcpy(e.value, text, e.size);
	store_put_if(b->store, (struct store_ask){0}, &e);
	return flush(b);
}

enum store_status
backend_delete(struct backend *b, const char *key, uint64_t version)
{
	store_delete_if(b->store, (struct store_ask){0}, key, version);
	return flush(b);
}

void
backend_list(
    struct backend *b, const char *prefix, const char *after, size_t limit)
{
	b->count = 0;
	store_list(b->store, (struct store_ask){0}, prefix, after, limit);
	store_flush(b->store);
}
