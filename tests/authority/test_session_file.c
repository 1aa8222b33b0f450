/* SPDX-License-Identifier: Apache-2.0 */
/* The file of open sessions: what is read back, and what never is. */
#include "gatewayd/authority/session/session_file.h"

#include <signal.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/authority/seal.h"
#include "lib/base/clock.h"
#include "lib/base/format.h"
#include "tests/support/unit.h"

static const uint8_t key[SEAL_KEY] = "a key of exactly thirty-two byt";
static struct seal *seal;

static struct saved_session
session(uint8_t n)
{
	struct saved_session k = {.process = {.pid = getpid()},
	    .uid = 1000,
	    .seconds = 3600,
	    .granted_ms = 10 + n,
	    .opened_ms = 20 + n,
	    .ends_ms = 30 + n,
	    .ends_boot_ms = 40 + n,
	    .obligations = {.token_seconds = 600, .lease_seconds = 60}};

	k.process.seen_ms = clock_boot_ms();
	memset(k.record.attempt, n, ATTEMPT_ID);
	snprintf(k.record.session, sizeof k.record.session, "session-%u", n);
	memcpy(k.record.username, "al\0ice", 6);
	k.record.username_size = 6;
	strcpy(k.record.name, "alice");
	strcpy(k.record.subject, "uuid-alice");
	strcpy(k.record.client, "192.0.2.7");
	strcpy(k.record.service, "sshd");
	strcpy(k.record.host, "bastion1");
	strcpy(k.record.tty, "pts/3");
	strcpy(k.record.rule, "prod.policy:12");
	strcpy(k.record.approval, "CHG-1");
	k.record.port = 50222;
	k.record.verified = 3;
	k.record.employment = 1;
	assert_true(saved_session_add(&k, "tickets"));
	assert_true(saved_session_add(&k, "wiki"));
	assert_true(saved_session_add(&k, "cn=sre,dc=example"));
	k.audience_count = 2;
	k.group_count = 1;
	return k;
}

static struct session_file *
reopen(int fd)
{
	struct session_file *k = session_file_open(dup(fd), seal);

	assert_non_null(k);
	session_file_load(k);
	return k;
}

/* the one that is left, or NULL; fails when there are two */
static struct session_file_left *
only_left(struct session_file *k)
{
	struct session_file_left *l = session_file_next_left(k);

	assert_null(session_file_next_left(k));
	return l;
}

static void
left_free(struct session_file_left *l)
{
	if (l->pidfd >= 0)
		close(l->pidfd);
	free(l);
}

static void
assert_same(const struct saved_session *a, const struct saved_session *b)
{
	struct saved_session at = *a, bt = *b;

	/* filled in by session_file_put() */
	at.turn = bt.turn = 0;
	at.process.place = bt.process.place = (struct alive_place){0};
	assert_memory_equal(&at, &bt, sizeof at);
}

static void
what_was_open_at_kill_9_is_read_back(void **state)
{
	int fd = memfd_create("keep", 0), status;
	struct saved_session first = session(1), second = session(2);
	struct policy_obligations *o;
	struct session_file_left *l;
	struct session_file *k;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		k = session_file_open(dup(fd), seal);
		if (session_file_put(k, &first) < 0 ||
		    session_file_put(k, &second) < 0)
			_exit(1);
		session_file_recorded(k, "session-2", OUTCOME_OPENED);
		session_file_recorded(k, "session-1", OUTCOME_CLOSED);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	k = reopen(fd);
	l = only_left(k);
	assert_non_null(l);
	assert_same(&l->saved, &second);
	assert_int_equal(l->state, SESSION_FILE_OPEN);
	assert_true(l->opened);
	assert_true(l->pidfd >= 0); /* we are still there */
	o = saved_session_obligations(&l->saved);
	assert_int_equal(o->audience_count, 2);
	assert_string_equal(o->audiences[0], "tickets");
	assert_string_equal(o->audiences[1], "wiki");
	assert_int_equal(o->token_seconds, 600);
	assert_int_equal(o->lease_seconds, 60);
	assert_string_equal(
	    saved_session_text(&l->saved, 2), "cn=sre,dc=example");
	free(o);
	left_free(l);
	session_file_close(k);
	close(fd);
}

static void
a_record_on_disk_clears_it_and_nothing_else_does(void **state)
{
	int fd = memfd_create("keep", 0);
	struct saved_session s = session(1);
	struct session_file *k = reopen(fd);
	struct session_file_left *l;

	assert_int_equal(session_file_put(k, &s), 0);
	session_file_mark(
	    k, "session-1", SESSION_FILE_CLOSED, 77, REASON_SESSION_CLOSED);
	/* started again and again, and killed before the receipt */
	for (int i = 0; i < 3; i++) {
		session_file_close(k);
		k = reopen(fd);
		l = only_left(k);
		assert_non_null(l);
		assert_int_equal(l->state, SESSION_FILE_CLOSED);
		assert_int_equal(l->time_ms, 77);
		assert_int_equal(l->reason, REASON_SESSION_CLOSED);
		assert_false(l->opened);
		assert_int_equal(l->pidfd, -1);
		left_free(l);
	}
	session_file_close(k);
	/* the log had it: so it is seen before anything is left */
	k = reopen(fd);
	session_file_recorded(k, "session-1", OUTCOME_CLOSED);
	assert_null(only_left(k));
	session_file_close(k);
	k = reopen(fd);
	assert_null(only_left(k));
	session_file_close(k);
	close(fd);
}

static void
one_written_anew_is_there_once_as_written_last(void **state)
{
	int fd = memfd_create("keep", 0);
	struct saved_session s = session(1);
	struct session_file *k = reopen(fd);
	struct session_file_left *l;
	char before[SESSION_FILE_SLOT];

	assert_int_equal(session_file_put(k, &s), 0);
	session_file_recorded(k, "session-1", OUTCOME_OPENED);
	assert_int_equal(
	    pread(fd, before, sizeof before, SESSION_FILE_FILE_HEAD) > 0, 1);
	s.ends_ms = 5;
	assert_int_equal(session_file_put(k, &s), 0);
	session_file_close(k);
	k = reopen(fd);
	l = only_left(k);
	assert_int_equal(l->saved.ends_ms, 5);
	assert_true(l->opened);
	left_free(l);
	session_file_close(k);
	/* killed in between: both are in the file, one before the other */
	for (int place = 0; place < 8; place += 7) {
		assert_int_equal(pwrite(fd, before, sizeof before,
				     SESSION_FILE_FILE_HEAD +
					 place * (off_t)SESSION_FILE_SLOT),
		    sizeof before);
		k = reopen(fd);
		l = only_left(k);
		assert_int_equal(l->saved.ends_ms, 5);
		left_free(l);
		if (place < 7)
			session_file_close(k);
	}
	session_file_recorded(k, "session-1", OUTCOME_CLOSED);
	session_file_close(k);
	k = reopen(fd);
	assert_null(only_left(k));
	session_file_close(k);
	close(fd);
}

/* The order goes on over a restart: the slot that an earlier process wrote
 * would be taken for the later one otherwise. */
static void
what_a_later_process_wrote_is_later(void **state)
{
	static char before[8 * SESSION_FILE_SLOT];
	int fd = memfd_create("keep", 0);
	struct saved_session s = session(1);
	struct session_file *k = reopen(fd);
	struct session_file_left *l;
	uint32_t word;

	for (int i = 0; i < 3; i++)
		assert_int_equal(session_file_put(k, &s), 0);
	session_file_close(k);
	assert_true(
	    pread(fd, before, sizeof before, SESSION_FILE_FILE_HEAD) > 0);
	k = reopen(fd);
	left_free(only_left(k));
	s.ends_ms = 5;
	assert_int_equal(session_file_put(k, &s), 0);
	session_file_close(k);
	/* killed before the old slot was cleared */
	for (off_t at = 0; at < (off_t)sizeof before; at += SESSION_FILE_SLOT)
		if (pread(fd, &word, sizeof word,
			SESSION_FILE_FILE_HEAD + at) == sizeof word &&
		    word == 0)
			assert_int_equal(
			    pwrite(fd, before + at, SESSION_FILE_SLOT,
				SESSION_FILE_FILE_HEAD + at),
			    SESSION_FILE_SLOT);
	k = reopen(fd);
	l = only_left(k);
	assert_int_equal(l->saved.ends_ms, 5);
	left_free(l);
	session_file_close(k);
	close(fd);
}

/* A disk that takes nothing. */
static void
what_is_not_written_is_not_there(void **state)
{
	int fd = memfd_create("keep", MFD_ALLOW_SEALING);
	struct saved_session s = session(1);
	struct session_file *k = reopen(fd);

	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
	assert_int_equal(session_file_put(k, &s), -1);
	assert_false(session_file_has(k, "session-1"));
	session_file_close(k);
	close(fd);
}

/* A file with two sessions, and its size. */
static size_t
two(int fd, struct saved_session s[2])
{
	struct session_file *k = reopen(fd);
	struct stat st;

	for (uint8_t i = 0; i < 2; i++) {
		s[i] = session((uint8_t)(i + 1));
		assert_int_equal(session_file_put(k, &s[i]), 0);
	}
	session_file_close(k);
	assert_int_equal(fstat(fd, &st), 0);
	return (size_t)st.st_size;
}

/* Opens the bytes as a file; each session that is left is one of the two,
 * unchanged.  Returns how many. */
static unsigned
left_of(const char *bytes, size_t size, const struct saved_session s[2])
{
	int fd = memfd_create("keep", 0);
	struct session_file_left *l;
	struct session_file *k;
	unsigned count = 0;

	assert_int_equal(write(fd, bytes, size), size);
	/* as if of another release: nothing opens, nothing is lost */
	if (size >= SESSION_FILE_FILE_HEAD && memcmp(bytes, "SP_S", 4) == 0 &&
	    memcmp(bytes + 4, &(char[4]){0, 0, 0, FORMAT_SESSIONS_NUMBER}, 4) !=
		0) {
		assert_null(session_file_open(fd, seal));
		return 0;
	}
	k = reopen(fd);
	while ((l = session_file_next_left(k)) != NULL) {
		assert_same(
		    &l->saved, &s[l->saved.record.session[8] == '1' ? 0 : 1]);
		left_free(l);
		count++;
	}
	/* and it takes new ones */
	struct saved_session more = session(9);

	assert_int_equal(session_file_put(k, &more), 0);
	session_file_close(k);
	k = reopen(fd);
	while ((l = session_file_next_left(k)) != NULL)
		left_free(l);
	session_file_close(k);
	close(fd);
	return count;
}

static void
a_file_cut_at_any_byte_gives_whole_sessions_or_none(void **state)
{
	int fd = memfd_create("keep", 0);
	struct saved_session s[2];
	size_t size = two(fd, s),
	       second = SESSION_FILE_FILE_HEAD + SESSION_FILE_SLOT;
	char *bytes = malloc(size);
	unsigned last = 0;

	assert_int_equal(pread(fd, bytes, size, 0), size);
	assert_true(size > second);
	for (size_t n = 0; n <= size; n++) {
		unsigned count;

		/* the slot's unused rest says nothing */
		if (n > 2048 && n < second - 16)
			continue;
		count = left_of(bytes, n, s);
		assert_true(count == last || count == last + 1);
		last = count;
	}
	assert_int_equal(last, 2);
	free(bytes);
	close(fd);
}

static void
a_byte_changed_anywhere_gives_no_other_session(void **state)
{
	int fd = memfd_create("keep", 0);
	struct saved_session s[2];
	size_t size = two(fd, s);
	char *bytes = malloc(size);
	unsigned lost = 0;

	assert_int_equal(pread(fd, bytes, size, 0), size);
	for (size_t n = 0; n < 2048; n++) {
		unsigned count;

		bytes[n] ^= 0x41;
		count = left_of(bytes, size, s);
		assert_true(count <= 2);
		lost += count < 2;
		bytes[n] ^= 0x41;
	}
	assert_true(lost > 200); /* all that is sealed, and more */
	free(bytes);
	close(fd);
}

/* Heads are in clear: what one says of its process is not the session's word,
 * and a session is not to live as long as somebody else's process. */
static void
a_head_cannot_lend_a_session_another_process(void **state)
{
	char head[256];
	int fd = memfd_create("keep", 0);
	struct saved_session ended = session(1), lives = session(2);
	struct session_file *k = reopen(fd);
	struct session_file_left *l;

	ended.process.pid = fork();
	if (ended.process.pid == 0)
		_exit(0);
	assert_int_equal(
	    waitpid(ended.process.pid, NULL, 0), ended.process.pid);
	assert_int_equal(session_file_put(k, &ended), 0);
	assert_int_equal(session_file_put(k, &lives), 0);
	session_file_close(k);
	assert_int_equal(pread(fd, head, sizeof head,
			     SESSION_FILE_FILE_HEAD + SESSION_FILE_SLOT),
	    sizeof head);
	assert_int_equal(
	    pwrite(fd, head, sizeof head, SESSION_FILE_FILE_HEAD), sizeof head);
	k = reopen(fd);
	l = only_left(k);
	assert_non_null(l);
	assert_string_equal(l->saved.record.session, "session-2");
	left_free(l);
	session_file_close(k);
	close(fd);
}

/* Killed in the middle of converting: the file still has the number of before,
 * some sessions are in today's form already, and every one is there. */
static void
a_file_of_the_release_before_is_converted_whole(void **state)
{
	static const uint8_t before[4] = {0, 0, 0, FORMAT_SESSIONS_NUMBER - 1};
	int fd = memfd_create("keep", 0);
	struct saved_session s[2];
	uint8_t found[4];

	two(fd, s);
	for (int i = 0; i < 2; i++) {
		struct session_file_left *l;
		struct session_file *k;
		int count = 0;

		assert_int_equal(
		    pwrite(fd, before, sizeof before, 4), sizeof before);
		k = reopen(fd);
		while ((l = session_file_next_left(k)) != NULL) {
			assert_same(&l->saved,
			    &s[l->saved.record.session[8] == '1' ? 0 : 1]);
			left_free(l);
			count++;
		}
		assert_int_equal(count, 2);
		session_file_close(k);
		assert_int_equal(
		    pread(fd, found, sizeof found, 4), sizeof found);
		assert_int_equal(found[3], FORMAT_SESSIONS_NUMBER);
	}
	close(fd);
}

static void
another_key_is_nothing_and_another_release_is_refused(void **state)
{
	static const uint8_t other[SEAL_KEY] =
	    "another of as many bytes, it is";
	static const uint8_t later[4] = {0, 0, 0, FORMAT_SESSIONS_NUMBER + 1};
	int fd = memfd_create("keep", 0);
	struct seal *ours = seal;
	uint8_t found[4];
	struct saved_session s[2];
	struct session_file *k;
	size_t size;

	two(fd, s);
	seal = seal_new(other);
	k = reopen(fd);
	assert_null(only_left(k));
	session_file_close(k);
	seal_free(seal);
	seal = ours;
	size = two(fd, s);
	assert_int_equal(pwrite(fd, later, sizeof later, 4), sizeof later);
	assert_null(session_file_open(dup(fd), seal));
	assert_int_equal(pread(fd, found, sizeof found, 4), sizeof found);
	assert_memory_equal(found, later, sizeof later);
	assert_int_equal(lseek(fd, 0, SEEK_END), size);
	close(fd);
}

static void
when_all_are_taken_no_session_opens(void **state)
{
	int fd = memfd_create("keep", 0);
	struct session_file *k = reopen(fd);
	struct saved_session s = session(1);

	for (int i = 0; i < SESSION_FILE_COUNT; i++) {
		snprintf(s.record.session, sizeof s.record.session, "s%d", i);
		assert_int_equal(session_file_put(k, &s), 0);
	}
	strcpy(s.record.session, "one more");
	assert_int_equal(session_file_put(k, &s), -1);
	/* one that is open can be written anew all the same */
	strcpy(s.record.session, "s5");
	assert_int_equal(session_file_put(k, &s), 0);
	assert_int_equal(session_file_put(k, &s), 0);
	strcpy(s.record.session, "one more");
	session_file_recorded(k, "s77", OUTCOME_CLOSED);
	assert_int_equal(session_file_put(k, &s), 0);
	session_file_close(k);
	close(fd);
}

static void
what_is_not_well_formed_is_not_decoded(void **state)
{
	uint8_t bytes[SAVED_SESSION_MAX + 1];
	struct saved_session s = session(1), out;
	size_t size = saved_session_encode(&s, bytes);

	assert_true(size > 0);
	assert_int_equal(saved_session_decode(&out, bytes, size), 0);
	assert_int_equal(saved_session_decode(&out, bytes, size + 1), -1);
	for (size_t n = 0; n < size; n++)
		assert_int_equal(saved_session_decode(&out, bytes, n), -1);
	/* counts that the texts do not bear out */
	s.audience_count = 3;
	size = saved_session_encode(&s, bytes);
	assert_int_equal(saved_session_decode(&out, bytes, size), -1);
	s.audience_count = 2;
	s.text_size--; /* the last one is not ended */
	size = saved_session_encode(&s, bytes);
	assert_int_equal(saved_session_decode(&out, bytes, size), -1);
}

static int
setup(void **state)
{
	seal = seal_new(key);
	return seal == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	seal_free(seal);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_open_at_kill_9_is_read_back),
	    cmocka_unit_test(a_record_on_disk_clears_it_and_nothing_else_does),
	    cmocka_unit_test(one_written_anew_is_there_once_as_written_last),
	    cmocka_unit_test(what_a_later_process_wrote_is_later),
	    cmocka_unit_test(what_is_not_written_is_not_there),
	    cmocka_unit_test(
		a_file_cut_at_any_byte_gives_whole_sessions_or_none),
	    cmocka_unit_test(a_byte_changed_anywhere_gives_no_other_session),
	    cmocka_unit_test(a_head_cannot_lend_a_session_another_process),
	    cmocka_unit_test(a_file_of_the_release_before_is_converted_whole),
	    cmocka_unit_test(
		another_key_is_nothing_and_another_release_is_refused),
	    cmocka_unit_test(when_all_are_taken_no_session_opens),
	    cmocka_unit_test(what_is_not_well_formed_is_not_decoded),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
