/* SPDX-License-Identifier: Apache-2.0 */
/* The question who a process is, and the session that the answer belongs to. */
#include "gatewayd/authority/link/process.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gatewayd/authority/session/belongs.h"
#include "gatewayd/authority/session/session.h"
#include "lib/base/buf.h"
#include "tests/authority/opener.h"
#include "tests/support/unit.h"
#include "world.h"

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp for 1h\n"
    "end\n";

static void
parent_says(struct world *w, pid_t pid, const pid_t *above, size_t count)
{
	struct writer writer;

	w->who = (struct msg_PARENT_WHO_ANS){.known = 1,
	    .pid = (uint32_t)pid,
	    .login_uid = 1000,
	    .audit_session = 7};
	writer_init(&writer, w->who.ancestors, sizeof w->who.ancestors);
	for (size_t i = 0; i < count; i++)
		writer_u32(&writer, (uint32_t)above[i]);
	w->who.ancestors_size = writer.used;
}

static void
keep(void *arg, const struct process *who)
{
	*(struct process *)arg = *who;
}

static struct process
ask(struct world *w)
{
	int pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	struct process_question q = {0};
	struct process who = {.pid = -1};

	assert_int_equal(process_ask(&w->all, &q, pidfd, keep, &who), 0);
	close(pidfd);
	world_run(w, 5);
	assert_null(q.answered);
	assert_int_equal(w->all.questions.count, 0);
	return who;
}

static void
the_answer_is_the_parent_s(void **state)
{
	struct world *w = world_new(policy, -1);
	static const pid_t above[] = {30, 20, 1};
	struct process who;

	parent_says(w, 40, above, 3);
	who = ask(w);
	assert_true(who.known);
	assert_int_equal(who.pid, 40);
	assert_int_equal(who.login_uid, 1000);
	assert_int_equal(who.audit_session, 7);
	assert_int_equal(who.ancestor_count, 3);
	assert_int_equal(who.ancestor[2], 1);
	assert_null(belongs_find(&w->all, &who));
	world_free(w);
}

static void
who_has_gone_away_hears_nothing(void **state)
{
	struct world *w = world_new(policy, -1);
	int pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	struct process_question q = {0};
	struct process who = {.pid = -1};

	process_forget(&q); /* one that is not under way */
	assert_int_equal(process_ask(&w->all, &q, pidfd, keep, &who), 0);
	process_forget(&q);
	process_forget(&q);
	world_run(w, 5);
	assert_int_equal(w->asked, 1);
	assert_int_equal(who.pid, -1);
	close(pidfd);
	world_free(w);
}

static void
without_the_parent_nobody_can_be_asked(void **state)
{
	struct world *w = world_new(policy, -1);
	struct process_question q = {0};
	struct process who;

	channel_close(&w->control);
	assert_int_equal(process_ask(&w->all, &q, 0, keep, &who), -1);
	assert_int_equal(w->all.questions.count, 0);
	world_free(w);
}

static void
the_nearest_session_above_is_meant(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t, u;
	pid_t outer = opener_begin(), inner = opener_begin(), above[3];
	struct session *first = world_session(w, &t, "alice", outer);
	struct session *second = world_session(w, &u, "bob", inner);
	struct process who;

	above[0] = inner, above[1] = outer, above[2] = 1;
	parent_says(w, 999999, above, 3);
	who = ask(w);
	assert_ptr_equal(belongs_find(&w->all, &who), second);
	parent_says(w, 999999, above + 1, 2);
	who = ask(w);
	assert_ptr_equal(belongs_find(&w->all, &who), first);
	/* its own process is in it too: sudo, as it opens */
	parent_says(w, inner, above + 1, 2);
	who = ask(w);
	assert_ptr_equal(belongs_find(&w->all, &who), second);
	parent_says(w, 999999, above + 2, 1);
	who = ask(w);
	assert_null(belongs_find(&w->all, &who));
	who.known = false;
	who.pid = inner;
	assert_null(belongs_find(&w->all, &who));
	opener_end(inner);
	opener_end(outer);
	world_run(w, 10);
	world_free(w);
}

/* The number may be another process' by now, or have been one at the time. */
static void
a_number_alone_is_no_session(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);
	struct process who;

	parent_says(w, 999999, &pid, 1);
	who = ask(w);
	who.asked_ms = s->pid_seen_ms - 1; /* before it was opened */
	assert_null(belongs_find(&w->all, &who));
	who.asked_ms = s->pid_seen_ms;
	assert_ptr_equal(belongs_find(&w->all, &who), s);
	opener_end(pid); /* and authority has not heard of it yet */
	assert_null(belongs_find(&w->all, &who));
	world_run(w, 10);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_answer_is_the_parent_s),
	    cmocka_unit_test(who_has_gone_away_hears_nothing),
	    cmocka_unit_test(without_the_parent_nobody_can_be_asked),
	    cmocka_unit_test(the_nearest_session_above_is_meant),
	    cmocka_unit_test(a_number_alone_is_no_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
