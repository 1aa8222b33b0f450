/* SPDX-License-Identifier: Apache-2.0 */
/* token.sock is open to everybody: what one of them can hold is bounded, and a
 * token is for the processes of its session. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/authority/session/session.h"
#include "gatewayd/authority/token/keyring.h"
#include "gatewayd/authority/token/token.h"
#include "lib/base/buf.h"
#include "tests/authority/opener.h"
#include "tests/support/unit.h"
#include "world.h"

static int
connect_token(struct world *w)
{
	int fds[2];

	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
	token_begin(&w->all, fds[0]);
	return fds[1];
}

static bool
is_closed(int fd)
{
	char byte;

	return recv(fd, &byte, 1, 0) == 0;
}

static void
one_uid_holds_a_few_connections(void **state)
{
	struct world *w = world_new(
	    "group sre \"cn=sre,dc=x\"\npermit sre with password\nend\n", -1);
	int fd[TOKEN_CLIENTS_UID], more;

	for (int i = 0; i < TOKEN_CLIENTS_UID; i++)
		fd[i] = connect_token(w);
	more = connect_token(w);
	assert_true(is_closed(more));
	close(more);
	for (int i = 0; i < TOKEN_CLIENTS_UID; i++)
		assert_false(is_closed(fd[i]));
	/* first, last and one between go away: there is room again */
	close(fd[0]);
	close(fd[7]);
	close(fd[TOKEN_CLIENTS_UID - 1]);
	world_run(w, 10);
	fd[0] = connect_token(w);
	fd[7] = connect_token(w);
	fd[TOKEN_CLIENTS_UID - 1] = connect_token(w);
	assert_false(is_closed(fd[7]));
	more = connect_token(w);
	assert_true(is_closed(more));
	close(more);
	for (int i = 0; i < TOKEN_CLIENTS_UID; i++)
		close(fd[i]);
	world_run(w, 10);
	assert_null(w->all.tokens);
	world_free(w);
}

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp for 1h token 5m audience tickets\n"
    "end\n";

/* One of this process' requests in a session of its uid, and the answer. */
struct scene {
	struct world *w;
	pid_t opener;
	struct session *s;
	struct channel asker;
};

static struct scene
begin_scene(void)
{
	struct scene n = {.w = world_new(policy, -1), .opener = opener_begin()};
	struct world_talk t;

	n.s = world_session(n.w, &t, "alice", n.opener);
	n.s->uid = getuid();
	n.w->all.keys = keyring_new();
	channel_init(
	    &n.asker, connect_token(n.w), ROLE_SESSION, ROLE_AUTHORITY);
	n.w->who = (struct msg_PARENT_WHO_ANS){.known = 1,
	    .pid = (uint32_t)getpid(),
	    .login_uid = WHO_UNSET,
	    .audit_session = WHO_UNSET};
	n.w->other = (struct msg_PARENT_WHO_ANS){.known = 1,
	    .pid = (uint32_t)n.opener,
	    .login_uid = WHO_UNSET,
	    .audit_session = WHO_UNSET};
	return n;
}

static void
end_scene(struct scene *n)
{
	channel_close(&n->asker);
	kill(n->opener, SIGKILL);
	waitpid(n->opener, NULL, 0);
	world_run(n->w, 10);
	assert_null(n->w->all.tokens);
	assert_int_equal(n->w->all.questions.count, 0);
	keyring_free(&n->w->all.keys);
	world_free(n->w);
}

static void
request(struct scene *n)
{
	struct message m;

	message_init(&m, MSG_AUTHORITY_TOKEN_REQ);
	memcpy(m.u.AUTHORITY_TOKEN_REQ.session, n->s->id, sizeof n->s->id);
	strcpy(m.u.AUTHORITY_TOKEN_REQ.audience, "tickets");
	assert_int_equal(channel_send(&n->asker, &m), 0);
	world_run(n->w, 10);
}

static void
is_below(struct scene *n, pid_t pid)
{
	struct writer w;

	writer_init(&w, n->w->who.ancestors, sizeof n->w->who.ancestors);
	writer_u32(&w, 4000000);
	writer_u32(&w, (uint32_t)pid);
	n->w->who.ancestors_size = w.used;
}

static const char *
refusal(struct scene *n)
{
	static struct message m;

	request(n);
	assert_int_equal(channel_receive(&n->asker, &m, 0), CHANNEL_MESSAGE);
	assert_int_equal(m.type, MSG_AUTHORITY_TOKEN_ANS);
	assert_int_equal(m.u.AUTHORITY_TOKEN_ANS.token_size, 0);
	assert_int_not_equal(m.u.AUTHORITY_TOKEN_ANS.status, ADMIN_OK);
	return m.u.AUTHORITY_TOKEN_ANS.text;
}

/* There is no key here: to have come so far is to be let in. */
#define LET_IN "the token could not be signed"
#define NOT_IN                                                     \
	"this process is not in the session of this id: ask from " \
	"the session's own shell"

static void
who_is_below_the_session_s_process_is_in_it(void **state)
{
	struct scene n = begin_scene();

	is_below(&n, n.opener);
	assert_string_equal(refusal(&n), LET_IN);
	assert_int_equal(n.w->asked, 1);
	assert_int_equal(n.w->asked_until, n.opener);
	is_below(&n, n.opener + 1);
	assert_string_equal(refusal(&n), NOT_IN);
	n.w->who.known = 0;
	is_below(&n, n.opener);
	assert_string_equal(refusal(&n), NOT_IN);
	end_scene(&n);
}

static void
who_is_of_the_same_login_is_in_it(void **state)
{
	struct scene n = begin_scene();

	assert_string_equal(refusal(&n), NOT_IN); /* nobody set any */
	n.w->who.login_uid = n.w->other.login_uid = getuid();
	assert_string_equal(refusal(&n), NOT_IN);
	n.w->who.audit_session = 7;
	assert_string_equal(refusal(&n), NOT_IN);
	n.w->other.audit_session = 8;
	assert_string_equal(refusal(&n), NOT_IN);
	n.w->other.audit_session = 7;
	assert_string_equal(refusal(&n), LET_IN);
	/* sshd itself was started from somebody's login */
	n.w->who.login_uid = n.w->other.login_uid = getuid() + 1;
	assert_string_equal(refusal(&n), NOT_IN);
	n.w->other.login_uid = getuid();
	assert_string_equal(refusal(&n), NOT_IN);
	end_scene(&n);
}

static void
a_session_that_ends_meanwhile_gives_none(void **state)
{
	struct scene n = begin_scene();

	is_below(&n, n.opener);
	n.w->who_after = n.s;
	assert_string_equal(
	    refusal(&n), "no open session of yours has this id");
	end_scene(&n);
}

static void
who_does_not_wait_for_the_answer_is_closed(void **state)
{
	struct scene n = begin_scene();
	struct message m;

	n.w->parent_silent = true;
	request(&n);
	request(&n);
	assert_int_equal(n.w->asked, 1);
	assert_int_equal(channel_receive(&n.asker, &m, 0), CHANNEL_CLOSED);
	end_scene(&n);
}

static void
a_parent_that_is_silent_gives_none(void **state)
{
	struct scene n = begin_scene();
	struct message m;

	n.w->parent_silent = true;
	request(&n);
	world_run(n.w, 6000);
	assert_int_equal(channel_receive(&n.asker, &m, 0), CHANNEL_CLOSED);
	end_scene(&n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_is_below_the_session_s_process_is_in_it),
	    cmocka_unit_test(who_is_of_the_same_login_is_in_it),
	    cmocka_unit_test(a_session_that_ends_meanwhile_gives_none),
	    cmocka_unit_test(who_does_not_wait_for_the_answer_is_closed),
	    cmocka_unit_test(a_parent_that_is_silent_gives_none),
	    cmocka_unit_test(one_uid_holds_a_few_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
