/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/store/store_schema.h"

#include <poll.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/format.h"
#include "lib/base/log.h"

#define APPLICATION_ID 1397510220 /* "SLPL" */
#define SCHEMA 1
#define LOCK_MS 5000
#define LOCK_PAUSE_MS 20
#define TEXT(x) #x
#define NUMBER(x) TEXT(x)

/*
 * One process has the file, so that the wal-index is in its memory and not
 * in a third file.  FULL: a commit is on disk when it returns.  What was
 * deleted is overwritten, and the schema in the file is not believed.  What
 * authority has in memory is not asked for: a large cache is for nobody.
 */
static const char pragmas[] = "PRAGMA locking_mode = EXCLUSIVE;"
			      "PRAGMA trusted_schema = OFF;"
			      "PRAGMA cell_size_check = ON;"
			      "PRAGMA secure_delete = ON;"
			      "PRAGMA temp_store = MEMORY;"
			      "PRAGMA cache_size = -512;" /* KiB */
			      "PRAGMA mmap_size = 0;";
static const char durable[] = "PRAGMA journal_mode = WAL;"
			      "PRAGMA synchronous = FULL;"
			      "PRAGMA journal_size_limit = 8388608;";

_Static_assert(SCHEMA == FORMAT_STATE_DB_NUMBER, "one number");

static const char create[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE state ("
    " key BLOB PRIMARY KEY NOT NULL,"
    " version INTEGER NOT NULL,"
    " expires INTEGER NOT NULL,"
    " value BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX expiry ON state (expires) WHERE expires > 0;"
    "PRAGMA application_id = " NUMBER(
	APPLICATION_ID) ";"
			"PRAGMA user_version = " NUMBER(SCHEMA) ";"
								"COMMIT;";

/* One number or text from the first row; -1: an error of the file. */
static int
ask_number(sqlite3 *db, const char *sql, sqlite3_int64 *number)
{
	sqlite3_stmt *s = NULL;
	int result = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW) {
		*number = sqlite3_column_int64(s, 0);
		result = 0;
	}
	sqlite3_finalize(s);
	return result;
}

static int
ask_whole(sqlite3 *db, const char *path)
{
	sqlite3_stmt *s = NULL;
	const char *text = NULL;
	int result = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &s, NULL) ==
		SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(s, 0);
	if (text != NULL && strcmp(text, "ok") == 0)
		result = 0;
	else
		log_warnx("%s is damaged (%s). Restore a copy of it: "
			  "authority then applies the later records of the "
			  "audit log. Or move it away, and enrol all "
			  "credentials again",
		    path, text != NULL ? text : sqlite3_errmsg(db));
	sqlite3_finalize(s);
	return result;
}

static int
limit_db(sqlite3 *db)
{
	static const struct {
		int option, on;
	} config[] = {
	    {SQLITE_DBCONFIG_DEFENSIVE, 1},
	    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
	    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
	    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
	    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
	};

	for (size_t i = 0; i < sizeof config / sizeof config[0]; i++)
		if (sqlite3_db_config(
			db, config[i].option, config[i].on, NULL) != SQLITE_OK)
			return -1;
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1 << 20);
	return sqlite3_exec(db, pragmas, NULL, NULL, NULL) == SQLITE_OK ? 0
									: -1;
}

/* Whose file is it: nobody's yet, ours, or another's? */
static int
ask_owner(sqlite3 *db, const char *path, bool *fresh)
{
	sqlite3_int64 tables, application, schema;
	char text[FORMAT_TEXT];

	if (ask_number(db, "SELECT count(*) FROM sqlite_schema", &tables) < 0 ||
	    ask_number(db, "PRAGMA application_id", &application) < 0 ||
	    ask_number(db, "PRAGMA user_version", &schema) < 0) {
		log_warnx("%s cannot be read as a state file: %s", path,
		    sqlite3_errmsg(db));
		return -1;
	}
	*fresh = tables == 0 && application == 0 && schema == 0;
	if (*fresh)
		return 0;
	if (application != APPLICATION_ID) {
		log_warnx("%s is an SQLite file of another program: move it "
			  "away",
		    path);
		return -1;
	}
	/* what does not fit is no number of ours either */
	if (schema < 0 || schema > UINT32_MAX)
		schema = UINT32_MAX;
	if (format_look(FORMAT_STATE_DB, (unsigned)schema) == FORMAT_NOW)
		return 0;
	log_warnx("%s: %s", path,
	    format_refusal(FORMAT_STATE_DB, NULL, (unsigned)schema, text));
	return -1;
}

/* A gatewayd that was killed leaves a store behind, which ends by itself and
 * has the file until then.  poll(), as SQLite's own pause is no call of ours.
 */
static int
wait_for_lock(void *arg, int times)
{
	(void)arg;
	poll(NULL, 0, LOCK_PAUSE_MS);
	return times < LOCK_MS / LOCK_PAUSE_MS;
}

int
store_schema_open(const char *path, struct sqlite3 **db)
{
	bool fresh;

	if (sqlite3_open_v2(path, db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_EXRESCODE,
		NULL) != SQLITE_OK ||
	    sqlite3_busy_handler(*db, wait_for_lock, NULL) != SQLITE_OK ||
	    limit_db(*db) < 0) {
		log_warnx("%s: %s", path,
		    *db != NULL ? sqlite3_errmsg(*db) : "no memory");
		return -1;
	}
	if (ask_owner(*db, path, &fresh) < 0)
		return -1;
	if (!fresh && ask_whole(*db, path) < 0)
		return -1;
	if (sqlite3_exec(*db, durable, NULL, NULL, NULL) == SQLITE_OK &&
	    (!fresh ||
		sqlite3_exec(*db, create, NULL, NULL, NULL) == SQLITE_OK))
		return 0;
	log_warnx("%s: %s", path, sqlite3_errmsg(*db));
	return -1;
}
