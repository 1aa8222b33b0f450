/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/store/store_sqlite.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/store/store.h"
#include "gatewayd/store/store_schema.h"
#include "lib/base/bytes.h"
#include "lib/base/log.h"

/* expired rows removed in one go */
#define EXPIRE_LIMIT 256

enum statement {
	BEGIN,
	COMMIT,
	ROLLBACK,
	GET,
	NEXT,
	PUT,
	DELETE,
	EXPIRE,
	STATEMENTS
};

/* The row with the empty key, which nobody can ask for, holds the last version
 * given.  Keys are blobs, so that they compare by bytes. */
static const char *const sql[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [GET] = "SELECT key, version, expires, value FROM state"
	    " WHERE key = ?1 AND (expires = 0 OR expires > ?2)",
    [NEXT] = "SELECT key, version, expires, value FROM state"
	     " WHERE key >= ?1 AND key <> ?3 AND key <> x''"
	     " AND (expires = 0 OR expires > ?2) ORDER BY key LIMIT 1",
    [PUT] = "INSERT INTO state (key, version, expires, value)"
	    " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE SET"
	    " version = excluded.version, expires = excluded.expires,"
	    " value = excluded.value",
    [DELETE] = "DELETE FROM state WHERE key = ?1",
    [EXPIRE] = "DELETE FROM state WHERE key IN (SELECT key FROM state"
	       " WHERE expires > 0 AND expires <= ?1 LIMIT ?2)",
};

struct store_sqlite {
	struct store base;
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENTS];
	uint64_t last; /* version given */
	bool begun;    /* a transaction is open */
	bool changed;  /* and has something to commit */
	bool failed;   /* something in it was not done */
};

static enum store_status
unavailable(struct store_sqlite *q)
{
	/* one line a round is enough to know why */
	if (!q->failed)
		log_warnx("state: %s", sqlite3_errmsg(q->db));
	q->failed = true;
	return STORE_UNAVAILABLE;
}

/* The statement, ready for its values. */
static sqlite3_stmt *
take(struct store_sqlite *q, enum statement which)
{
	sqlite3_reset(q->statement[which]);
	return q->statement[which];
}

/* Runs a statement without rows. */
static int
run(struct store_sqlite *q, enum statement which)
{
	int result = sqlite3_step(q->statement[which]);

	sqlite3_reset(q->statement[which]);
	return result == SQLITE_DONE ? 0 : -1;
}

static int
begin(struct store_sqlite *q)
{
	if (!q->begun && run(q, BEGIN) < 0)
		unavailable(q);
	q->begun = true;
	return q->failed ? -1 : 0;
}

static void
bind_key(sqlite3_stmt *s, int at, const char *key)
{
	/* the callers' keys outlive the step; binding allocates nothing */
	sqlite3_bind_blob(s, at, key, (int)strlen(key), SQLITE_STATIC);
}

/* The row that a GET or NEXT stands on. */
static int
read_row(sqlite3_stmt *s, struct store_entry *e)
{
	size_t key_size = (size_t)sqlite3_column_bytes(s, 0);
	size_t size = (size_t)sqlite3_column_bytes(s, 3);
	const void *key = sqlite3_column_blob(s, 0);
	const void *value = sqlite3_column_blob(s, 3);

	/* SQLite hands out no pointer to no bytes */
	if (key_size > KEY_MAX || size > VALUE_MAX) {
		log_warnx("state: a row is larger than allowed");
		return -1;
	}
	if (key_size > 0)
		memcpy(e->key, key, key_size);
	e->key[key_size] = '\0';
	e->version = (uint64_t)sqlite3_column_int64(s, 1);
	e->expires_ms = sqlite3_column_int64(s, 2);
	e->size = size;
	if (size > 0)
		memcpy(e->value, value, size);
	return 0;
}

static enum store_status
step_row(struct store_sqlite *q, sqlite3_stmt *s, struct store_entry *e)
{
	enum store_status status = STORE_ABSENT;
	int result = sqlite3_step(s);

	if (result == SQLITE_ROW)
		status = read_row(s, e) < 0 ? STORE_UNAVAILABLE : STORE_OK;
	else if (result != SQLITE_DONE)
		status = unavailable(q);
	sqlite3_reset(s);
	/* the bound keys are about to go */
	sqlite3_clear_bindings(s);
	return status;
}

static enum store_status
sqlite_get(struct store *base, const char *key, struct store_entry *e)
{
	struct store_sqlite *q = (struct store_sqlite *)base;
	sqlite3_stmt *s = take(q, GET);

	bind_key(s, 1, key);
	sqlite3_bind_int64(s, 2, base->now_ms());
	return step_row(q, s, e);
}

static enum store_status
sqlite_next(
    struct store *base, const char *key, bool inclusive, struct store_entry *e)
{
	struct store_sqlite *q = (struct store_sqlite *)base;
	sqlite3_stmt *s = take(q, NEXT);

	bind_key(s, 1, key);
	sqlite3_bind_int64(s, 2, base->now_ms());
	bind_key(s, 3, inclusive ? "" : key);
	return step_row(q, s, e);
}

static int
write_row(struct store_sqlite *q, const char *key, uint64_t version,
    int64_t expires_ms, struct bytes value)
{
	sqlite3_stmt *s = take(q, PUT);
	int result;

	bind_key(s, 1, key);
	sqlite3_bind_int64(s, 2, (sqlite3_int64)version);
	sqlite3_bind_int64(s, 3, expires_ms);
	sqlite3_bind_blob(s, 4, value.data, (int)value.size, SQLITE_STATIC);
	result = run(q, PUT);
	sqlite3_clear_bindings(s);
	q->changed = true;
	return result;
}

/* STORE_OK when the key has the expected version; found: the one it has. */
static enum store_status
compare(
    struct store_sqlite *q, const char *key, uint64_t expected, uint64_t *found)
{
	struct store_entry e;
	enum store_status status = sqlite_get(&q->base, key, &e);

	*found = status == STORE_OK ? e.version : 0;
	if (status == STORE_UNAVAILABLE)
		return status;
	return *found == expected ? STORE_OK : STORE_CONFLICT;
}

static enum store_status
sqlite_put_if(struct store *base, struct store_entry *entry)
{
	struct store_sqlite *q = (struct store_sqlite *)base;
	uint64_t expected = entry->version;
	enum store_status status;

	if (begin(q) < 0)
		return STORE_UNAVAILABLE;
	status = compare(q, entry->key, expected, &entry->version);
	if (status != STORE_OK)
		return status;
	entry->version = ++q->last;
	if (write_row(q, entry->key, entry->version, entry->expires_ms,
		(struct bytes){entry->value, entry->size}) < 0)
		return unavailable(q);
	return STORE_OK;
}

static enum store_status
sqlite_delete_if(struct store *base, const char *key, uint64_t *version)
{
	struct store_sqlite *q = (struct store_sqlite *)base;
	uint64_t expected = *version;
	enum store_status status;
	int result;

	if (begin(q) < 0)
		return STORE_UNAVAILABLE;
	status = compare(q, key, expected, version);
	if (status != STORE_UNAVAILABLE && *version == 0)
		status = STORE_ABSENT;
	if (status != STORE_OK)
		return status;
	bind_key(take(q, DELETE), 1, key);
	result = run(q, DELETE);
	sqlite3_clear_bindings(q->statement[DELETE]);
	if (result < 0)
		return unavailable(q);
	q->changed = true;
	*version = ++q->last;
	return STORE_OK;
}

/*
 * After a failure the transaction is taken back as a whole: SQLite may have
 * done so itself, and of a COMMIT that failed nobody knows how much reached
 * the disk.  The versions given in it stay given.
 */
static int
sqlite_commit(struct store *base)
{
	struct store_sqlite *q = (struct store_sqlite *)base;
	bool failed = q->failed;

	if (!q->begun) {
		q->failed = false;
		return failed ? -1 : 0;
	}
	if (!failed &&
	    (write_row(q, "", q->last, 0, (struct bytes){"", 0}) < 0 ||
		run(q, COMMIT) < 0)) {
		unavailable(q);
		failed = true;
	}
	if (failed && sqlite3_get_autocommit(q->db) == 0)
		run(q, ROLLBACK);
	q->begun = q->failed = false;
	return failed ? -1 : 0;
}

static void
sqlite_expire(struct store *base)
{
	struct store_sqlite *q = (struct store_sqlite *)base;
	sqlite3_stmt *s = take(q, EXPIRE);

	if (begin(q) < 0)
		return;
	sqlite3_bind_int64(s, 1, base->now_ms());
	sqlite3_bind_int(s, 2, EXPIRE_LIMIT);
	if (run(q, EXPIRE) < 0)
		unavailable(q);
	else if (sqlite3_changes(q->db) > 0)
		q->changed = true;
}

static void
sqlite_close(struct store *base)
{
	struct store_sqlite *q = (struct store_sqlite *)base;

	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(q->statement[i]);
	sqlite3_close(q->db);
	free(q);
}

static const struct store_ops ops = {
    .get = sqlite_get,
    .put_if = sqlite_put_if,
    .delete_if = sqlite_delete_if,
    .next = sqlite_next,
    .commit = sqlite_commit,
    .expire = sqlite_expire,
    .close = sqlite_close,
};

static int
prepare(struct store_sqlite *q)
{
	struct store_entry head;

	for (int i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(q->db, sql[i], -1,
			SQLITE_PREPARE_PERSISTENT, &q->statement[i],
			NULL) != SQLITE_OK)
			return -1;
	switch (sqlite_get(&q->base, "", &head)) {
	case STORE_OK:
		q->last = head.version;
		return 0;
	case STORE_ABSENT:
		return 0;
	default:
		return -1;
	}
}

struct store *
store_sqlite_open(const char *path)
{
	struct store_sqlite *q = calloc(1, sizeof *q);

	if (q == NULL)
		return NULL;
	store_init(&q->base, &ops);
	if (store_schema_open(path, &q->db) < 0)
		goto fail;
	if (prepare(q) < 0) {
		log_warnx("%s: %s", path, sqlite3_errmsg(q->db));
		goto fail;
	}
	return &q->base;
fail:
	sqlite_close(&q->base);
	return NULL;
}
