/* SPDX-License-Identifier: Apache-2.0 */
/* What only a file can do: survive, be damaged, be somebody else's. */
#include <stdbool.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/store/store_sqlite.h"
#include "tests/store/backend.h"
#include "tests/support/unit.h"

/* Stands before the C library's: counts, and fails when told so. */
static int syncs;
static bool sync_fails;

static int
count_sync(long call, int fd)
{
	syncs++;
	if (sync_fails) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(call, fd);
}

__attribute__((visibility("default"))) int
fdatasync(int fd)
{
	return count_sync(SYS_fdatasync, fd);
}

__attribute__((visibility("default"))) int
fsync(int fd)
{
	return count_sync(SYS_fsync, fd);
}

static void
a_round_of_changes_costs_one_sync_and_one_of_questions_none(void **state)
{
	struct backend *b = *state;
	struct store_entry e = {.size = 1, .value = "x"};

	assert_int_equal(backend_put(b, "a/first", 0, "x"), STORE_OK);
	syncs = 0;
	for (int i = 0; i < 30; i++) {
		snprintf(e.key, sizeof e.key, "a/%d", i);
		store_put_if(b->store, (struct store_ask){0}, &e);
		store_get(b->store, (struct store_ask){0}, "a/first");
	}
	assert_int_equal(store_flush(b->store), 0);
	assert_int_equal(syncs, 1);
	assert_int_equal(backend_get(b, "a/first"), STORE_OK);
	backend_list(b, "a/", "", 100);
	assert_int_equal(backend_put(b, "a/first", 0, "y"), STORE_CONFLICT);
	store_expire(b->store);
	assert_int_equal(store_flush(b->store), 0);
	assert_int_equal(syncs, 1);
}

static void
a_sync_that_fails_is_no_success(void **state)
{
	struct backend *b = *state;

	assert_int_equal(backend_put(b, "a/k", 0, "one"), STORE_OK);
	uint64_t version = b->got.version;

	sync_fails = true;
	assert_int_equal(
	    backend_put(b, "a/k", version, "two"), STORE_UNAVAILABLE);
	sync_fails = false;
	assert_int_equal(backend_get(b, "a/k"), STORE_OK);
	assert_int_equal(b->got.version, version);
	assert_memory_equal(b->got.value, "one", 3);
	assert_int_equal(backend_put(b, "a/k", version, "three"), STORE_OK);
	assert_true(b->got.version > version + 1);
}

static void
what_was_answered_is_there_after_reopening(void **state)
{
	struct backend *b = *state;
	struct store_entry e = {.key = "a/lost", .size = 1, .value = "x"};

	assert_int_equal(backend_put(b, "a/k", 0, "one"), STORE_OK);
	uint64_t version = b->got.version;

	/* asked, and not flushed: neither answered nor kept */
	b->count = 0;
	store_put_if(b->store, (struct store_ask){0}, &e);
	assert_int_equal(backend_reopen(b), 0);
	assert_int_equal(b->count, 0);
	assert_int_equal(backend_get(b, "a/lost"), STORE_ABSENT);
	assert_int_equal(backend_get(b, "a/k"), STORE_OK);
	assert_int_equal(b->got.version, version);
}

static void
versions_go_on_after_reopening_an_emptied_store(void **state)
{
	struct backend *b = *state;

	assert_int_equal(backend_put(b, "a/k", 0, "one"), STORE_OK);
	uint64_t first = b->got.version;

	assert_int_equal(backend_delete(b, "a/k", first), STORE_OK);
	uint64_t deleted = b->got.version;

	assert_int_equal(backend_reopen(b), 0);
	assert_int_equal(backend_put(b, "a/k", 0, "two"), STORE_OK);
	assert_true(b->got.version > deleted);
	assert_int_equal(backend_put(b, "a/k", first, "old"), STORE_CONFLICT);
}

/* Puts for ever, and says which number was answered. */
static noreturn void
put_until_killed(const char *path, int acknowledged)
{
	struct store *s = store_sqlite_open(path);
	struct store_entry e = {.size = 100};

	if (s == NULL)
		_exit(1);
	for (uint32_t n = 0;; n++) {
		memset(e.value, (int)(n & 0xff), e.size);
		snprintf(e.key, sizeof e.key, "a/%d/%u", (int)getpid(), n);
		store_put_if(s, (struct store_ask){0}, &e);
		if (n % 3 == 0 && (store_flush(s) < 0 ||
				      write(acknowledged, &n, sizeof n) < 0))
			_exit(1);
	}
}

static void
every_answered_change_survives_kill_9(void **state)
{
	struct backend *b = *state;

	store_close(b->store);
	b->store = NULL;
	for (unsigned round = 0; round < 12; round++) {
		uint32_t n, last = 0, seen = 0;
		int ack[2];
		pid_t pid;

		assert_int_equal(pipe2(ack, O_CLOEXEC), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			put_until_killed(b->path, ack[1]);
		close(ack[1]);
		while (seen < 20 + round * 7 &&
		       read(ack[0], &n, sizeof n) == sizeof n) {
			last = n;
			seen++;
		}
		kill(pid, SIGKILL);
		while (read(ack[0], &n, sizeof n) == sizeof n)
			last = n;
		close(ack[0]);
		waitpid(pid, NULL, 0);
		assert_true(seen >= 20);

		assert_int_equal(backend_reopen(b), 0);
		for (n = 0; n <= last; n++) {
			char key[64];

			snprintf(key, sizeof key, "a/%d/%u", (int)pid, n);
			assert_int_equal(backend_get(b, key), STORE_OK);
			assert_int_equal(b->got.size, 100);
			assert_int_equal(b->got.value[99], n & 0xff);
		}
		store_close(b->store);
		b->store = NULL;
	}
}

/* The file refused, and what was said about it. */
static void
assert_refused(struct backend *b, const char *says)
{
	char text[4096] = "";
	int log = memfd_create("log", MFD_CLOEXEC), old = dup(2);
	struct store *s;

	assert_true(log >= 0 && old >= 0);
	assert_int_equal(dup2(log, 2), 2);
	s = store_sqlite_open(b->path);
	assert_int_equal(dup2(old, 2), 2);
	close(old);
	assert_true(pread(log, text, sizeof text - 1, 0) >= 0);
	close(log);
	assert_null(s);
	if (strstr(text, says) == NULL || strstr(text, b->path) == NULL)
		fail_msg("\"%s\" does not say %s", text, says);
}

static void
close_store(struct backend *b)
{
	store_close(b->store);
	b->store = NULL;
}

static void
fill(struct backend *b)
{
	struct store_entry e = {.size = 600};

	for (int i = 0; i < 200; i++) {
		memset(e.value, i, e.size);
		snprintf(e.key, sizeof e.key, "a/%d", i);
		store_put_if(b->store, (struct store_ask){0}, &e);
	}
	assert_int_equal(store_flush(b->store), 0);
	close_store(b);
}

static void
scribble(const char *path, off_t at, const char *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, size, at), size);
	close(fd);
}

static void
a_damaged_file_is_refused(void **state)
{
	struct backend *b = *state;
	char zeros[512] = {0};
	struct stat st;

	fill(b);
	assert_int_equal(stat(b->path, &st), 0);
	assert_true(st.st_size > 16 * 4096);
	/* the head of a page in the middle */
	scribble(b->path, 8 * 4096, zeros, sizeof zeros);
	assert_refused(b, "damaged");
}

static void
a_file_cut_short_is_refused(void **state)
{
	struct backend *b = *state;

	fill(b);
	assert_int_equal(truncate(b->path, 9 * 4096), 0);
	assert_refused(b, "state.db");
}

static void
what_is_no_database_is_refused(void **state)
{
	struct backend *b = *state;
	char text[2048];

	close_store(b);
	memset(text, 'x', sizeof text);
	scribble(b->path, 0, text, sizeof text);
	assert_refused(b, "not a database");
}

static void
change_by_hand(struct backend *b, const char *sql)
{
	sqlite3 *db;

	close_store(b);
	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
a_newer_schema_is_refused(void **state)
{
	change_by_hand(*state, "PRAGMA user_version = 2");
	assert_refused(*state, "format 2");
}

static void
a_database_of_something_else_is_refused(void **state)
{
	change_by_hand(*state, "PRAGMA application_id = 7");
	assert_refused(*state, "another program");
}

static void
a_database_without_its_table_is_refused(void **state)
{
	change_by_hand(*state, "DROP TABLE state");
	assert_refused(*state, "no such table");
}

static void
a_row_over_its_size_is_never_an_answer(void **state)
{
	struct backend *b = *state;

	change_by_hand(b, "INSERT INTO state VALUES (CAST('a/k' AS BLOB), 1, "
			  "0, zeroblob(5000))");
	assert_int_equal(backend_reopen(b), 0);
	assert_int_equal(backend_get(b, "a/k"), STORE_UNAVAILABLE);
	assert_int_equal(backend_put(b, "a/k", 1, "x"), STORE_UNAVAILABLE);
	assert_int_equal(backend_put(b, "a/other", 0, "x"), STORE_OK);
}

static void
a_symbolic_link_is_refused(void **state)
{
	struct backend *b = *state;
	char elsewhere[128];

	close_store(b);
	snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", b->directory);
	assert_int_equal(rename(b->path, elsewhere), 0);
	assert_int_equal(symlink(elsewhere, b->path), 0);
	assert_refused(b, "unable to open");
	assert_int_equal(unlink(elsewhere), 0);
}

/* The store of a gatewayd that was killed ends a little later. */
static void
a_file_that_is_let_go_is_waited_for(void **state)
{
	struct backend *b = *state;
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(backend_put(b, "a/k", 0, "x"), STORE_OK);
	close_store(b);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (store_sqlite_open(b->path) == NULL ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		usleep(300000);
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	b->store = store_sqlite_open(b->path);
	assert_non_null(b->store);
	assert_int_equal(backend_reopen(b), 0);
	assert_int_equal(backend_get(b, "a/k"), STORE_OK);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
a_file_in_use_is_refused(void **state)
{
	struct backend *b = *state;

	assert_int_equal(backend_put(b, "a/k", 0, "x"), STORE_OK);
	assert_refused(b, "locked");
	assert_int_equal(backend_get(b, "a/k"), STORE_OK);
}

static void
what_was_deleted_is_gone_from_the_file(void **state)
{
	struct backend *b = *state;
	const char *needle = "sealed-blob-of-a-revoked-credential";
	struct stat st;
	char *bytes;
	int fd;

	assert_int_equal(backend_put(b, "a/k", 0, needle), STORE_OK);
	assert_int_equal(backend_delete(b, "a/k", b->got.version), STORE_OK);
	close_store(b);
	fd = open(b->path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0);
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_true(bytes != MAP_FAILED);
	assert_null(memmem(bytes, (size_t)st.st_size, needle, strlen(needle)));
	munmap(bytes, (size_t)st.st_size);
	close(fd);
}

static int
set_up(void **state)
{
	*state = backend_open(&backend_sqlite);
	return *state == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	backend_close(*state);
	return 0;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_round_of_changes_costs_one_sync_and_one_of_questions_none),
	    TEST(a_sync_that_fails_is_no_success),
	    TEST(what_was_answered_is_there_after_reopening),
	    TEST(versions_go_on_after_reopening_an_emptied_store),
	    TEST(every_answered_change_survives_kill_9),
	    TEST(a_damaged_file_is_refused),
	    TEST(a_file_cut_short_is_refused),
	    TEST(what_is_no_database_is_refused),
	    TEST(a_newer_schema_is_refused),
	    TEST(a_database_of_something_else_is_refused),
	    TEST(a_database_without_its_table_is_refused),
	    TEST(a_row_over_its_size_is_never_an_answer),
	    TEST(a_symbolic_link_is_refused),
	    TEST(a_file_that_is_let_go_is_waited_for),
	    TEST(a_file_in_use_is_refused),
	    TEST(what_was_deleted_is_gone_from_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
