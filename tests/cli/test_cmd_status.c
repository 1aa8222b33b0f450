/* SPDX-License-Identifier: Apache-2.0 */
/* status, and session list, which it counts. */

#include "cli/nouns.h"
#include "tests/cli/fake.h"
#include "tests/cli/transcript.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/unit.h"

static struct fake_run run;
static int sessions;
static const char *jwks = "{\"keys\":[{\"kty\":\"EC\"}]}";

static void
give_keys(struct channel *c)
{
	struct message m;

	message_init(&m, MSG_ADMIN_KEYS_ANS);
	m.u.ADMIN_HEAD.status = ADMIN_OK;
	m.u.ADMIN_KEYS_ANS.jwks_size = strlen(jwks);
	memcpy(m.u.ADMIN_KEYS_ANS.jwks, jwks, strlen(jwks));
	channel_send(c, &m);
}

static void
give_sessions(struct channel *c)
{
	struct msg_ADMIN_SESSIONS_ANS *a;
	struct message m;

	for (int i = 0; i <= sessions; i++) {
		message_init(&m, MSG_ADMIN_SESSIONS_ANS);
		m.u.ADMIN_HEAD.status = ADMIN_OK;
		a = &m.u.ADMIN_SESSIONS_ANS;
		a->end = i == sessions;
		snprintf(a->session, sizeof a->session, "s%d", i);
		snprintf(a->name, sizeof a->name, "alice");
		snprintf(a->subject, sizeof a->subject, "6f0c");
		snprintf(a->service, sizeof a->service, "sshd\033[2J");
		snprintf(a->client, sizeof a->client, "127.0.0.1");
		a->uid = 1000;
		a->opened_ms = INT64_C(1790000000000);
		a->ends_ms = INT64_C(1790028800000);
		channel_send(c, &m);
	}
}

static void
answer(struct channel *c, struct message *request)
{
	if (request->type == MSG_ADMIN_KEYS_REQ)
		give_keys(c);
	else
		give_sessions(c);
}

/* gatewayd's file beside the socket of a fake; "" for none */
static void
write_status(const struct fake *fake, const char *ready, long pid)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/status", fake_folder(fake));
	f = fopen(path, "we");
	assert_non_null(f);
	fprintf(f,
	    "{\"ready\":%s,\"pid\":%ld,\"policy_rules\":12,"
	    "\"reload_error\":\"\",\"roles\":["
	    "{\"role\":\"store\",\"state\":\"ready\",\"pid\":71,"
	    "\"restarts\":0},"
	    "{\"role\":\"login\",\"state\":\"do\\u001bwn\",\"pid\":0,"
	    "\"restarts\":1}]}\n",
	    ready, pid);
	assert_int_equal(fclose(f), 0);
}

static struct fake *
start(void (*with)(struct channel *, struct message *), const char *ready)
{
	struct fake *fake = fake_start(ROLE_ADMIN, with);

	write_status(fake, ready, (long)getpid());
	return fake;
}

#define STATUS_ROLES                         \
	"store\tready\tpid 71\t0 restarts\n" \
	"login\tdo\\x1bwn\tpid 0\t1 restart\n"
#define JSON_ROLES                                                       \
	"\"policy_rules\":12,\"reload_error\":\"\",\"roles\":["          \
	"{\"role\":\"store\",\"state\":\"ready\",\"pid\":71,"            \
	"\"restarts\":0},{\"role\":\"login\",\"state\":\"do\\u001Bwn\"," \
	"\"pid\":0,\"restarts\":1}]"

static void
ready_is_a_yes(void **state)
{
	struct fake *fake;
	char wanted[1024];

	sessions = 2;
	fake = start(answer, "true");
	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out,
	    "ready: 12 policy rules, 1 token key, 2 open sessions\n" STATUS_ROLES);
	RUN(&run, cmd_status, "status", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	snprintf(wanted, sizeof wanted,
	    "{\"ready\":true,\"pid\":%ld," JSON_ROLES
	    ",\"keys\":1,\"sessions\":2}\n",
	    (long)getpid());
	assert_string_equal(run.out, wanted);
	RUN(&run, cmd_status, "status", "show", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 0);
	fake_stop(&fake);
}

static void
not_ready_is_a_no_and_nobody_is_asked(void **state)
{
	struct fake *fake = start(answer, "false");
	char wanted[1024];

	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 1);
	assert_string_equal(
	    run.out, "not ready: 12 policy rules\n" STATUS_ROLES);
	RUN(&run, cmd_status, "status", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 1);
	snprintf(wanted, sizeof wanted,
	    "{\"ready\":false,\"pid\":%ld," JSON_ROLES
	    ",\"keys\":null,\"sessions\":null}\n",
	    (long)getpid());
	assert_string_equal(run.out, wanted);
	fake_stop(&fake);
}

/* Who signed the policy, and how long ago; process 1 is always there. */
static void
write_policy(const struct fake *fake, const char *author, long long proposed,
    const char *warnings)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/status", fake_folder(fake));
	f = fopen(path, "we");
	assert_non_null(f);
	fprintf(f,
	    "{\"ready\":true,\"pid\":%ld,\"policy_rules\":12,"
	    "\"policy\":{\"bundle\":\"0123456789abcdef\",\"author\":\"%s\","
	    "\"reviewer\":\"ben\",\"reference\":\"CHG-1\","
	    "\"proposed\":%lld,\"review_seconds\":864000},"
	    "\"reload_error\":\"\",\"roles\":[]%s}\n",
	    1L, author, proposed, warnings);
	assert_int_equal(fclose(f), 0);
}

static void
who_answers_for_the_policy_is_shown(void **state)
{
	const long long now = (long long)time(NULL), day = 86400;
	struct fake *fake = start(answer, "true");

	write_policy(fake, "ann", now - 11 * day, "");
	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "policy 0123456789ab: CHG-1"));
	assert_non_null(strstr(run.out, "by ann, approved by ben"));
	RUN(&run, cmd_status, "status", "--json", "--socket",
	    fake_socket(fake));
	assert_non_null(strstr(run.out, "\"review_overdue\":true"));
	write_policy(fake, "", 0, "");
	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_non_null(
	    strstr(run.out, "policy 0123456789ab needs no signature"));
	fake_stop(&fake);
}

/* They are about some day: today's answer is yes. */
static void
warnings_are_shown_and_change_no_answer(void **state)
{
	struct fake *fake = start(answer, "true");

	write_policy(fake, "", 0,
	    ",\"warnings\":[{\"name\":\"disk\",\"about\":\"/x\","
	    "\"text\":\"the disk is \\u001bfull\"},{\"name\":\"clock\","
	    "\"about\":\"\",\"text\":\"the clock\"}]");
	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(
	    run.out, "\nwarning: the disk is \\x1bfull\nwarning: the clock\n"));
	RUN(&run, cmd_status, "status", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out,
	    "{\"name\":\"clock\",\"about\":\"\",\"text\":\"the clock\"}"));
	write_policy(fake, "", 0, ",\"warnings\":[{\"text\":1}]");
	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 2);
	write_policy(fake, "", 0, ",\"warnings\":{}");
	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 2);
	fake_stop(&fake);
}

static void
each_server_has_a_line(void **state)
{
	const long long now = (long long)time(NULL), day = 86400;
	struct fake *fake = start(answer, "true");
	char servers[1024];

	snprintf(servers, sizeof servers,
	    ",\"servers\":[{\"role\":\"directory\",\"server\":\"ldaps://a\","
	    "\"state\":\"works\",\"why\":\"\",\"worked\":1790000000,"
	    "\"certificate\":\"CN=\\u001ba\",\"ends\":%lld},"
	    "{\"role\":\"directory\",\"server\":\"ldap://b\",\"state\":"
	    "\"fails\",\"why\":\"connect: no\",\"worked\":0,"
	    "\"certificate\":\"\",\"ends\":0},"
	    "{\"role\":\"forward\",\"server\":\"siem\",\"state\":"
	    "\"unknown\",\"why\":\"\",\"worked\":0,\"certificate\":"
	    "\"CN=c\",\"ends\":%lld}]",
	    now + 12 * day + 600, now - day - 600);
	write_policy(fake, "", 0, servers);
	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out,
	    "\nserver\tldaps://a\tworks\tlast answer at 2026-09-21T14:13:20Z\t"
	    "certificate CN=\\x1ba ends in 12 days\n"
	    "server\tldap://b\tfails\tconnect: no\n"
	    "server\tsiem\tunknown\tcertificate CN=c ended 1 day ago\n"));
	RUN(&run, cmd_status, "status", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "\"worked\":\"2026-09-21T14:13:20Z\""));
	write_policy(fake, "", 0, ",\"servers\":[{\"server\":\"x\"}]");
	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 2);
	fake_stop(&fake);
}

static void
no_keys_is_a_no(void **state)
{
	struct fake *fake;

	jwks = "{\"keys\":[]}";
	fake = start(answer, "true");
	jwks = "{\"keys\":[{\"kty\":\"EC\"}]}";
	RUN(&run, cmd_status, "status", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.out, "{\"ready\":false,"));
	fake_stop(&fake);
}

static void
cannot_tell(const char *socket, const char *why)
{
	RUN(&run, cmd_status, "status", "--socket", socket);
	assert_int_equal(run.status, 2);
	assert_string_equal(run.out, "");
	assert_non_null(strstr(run.err, why));
	RUN(&run, cmd_status, "status", "--json", "--socket", socket);
	assert_int_equal(run.status, 2);
	assert_int_equal(
	    strncmp(run.out, "{\"ready\":null,\"error\":\"", 23), 0);
	assert_non_null(strstr(run.out, why));
}

static void
without_a_file_nobody_can_tell(void **state)
{
	struct fake *fake = fake_start(ROLE_ADMIN, answer);

	cannot_tell("/nonexistent/s", "is gatewayd running?");
	cannot_tell(fake_socket(fake), "is gatewayd running?");
	fake_stop(&fake);
}

static void
a_file_that_was_left_behind_tells_nothing(void **state)
{
	struct fake *fake = start(answer, "true");
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	write_status(fake, "true", (long)pid);
	cannot_tell(fake_socket(fake), "is gone");
	write_status(fake, "true", 0);
	cannot_tell(fake_socket(fake), "is gone");
	write_status(fake, "true", -1);
	cannot_tell(fake_socket(fake), "is gone");
	write_status(fake, "true", (long)getpid() + (1L << 32));
	cannot_tell(fake_socket(fake), "is gone");
	fake_stop(&fake);
}

static void
a_malformed_file_tells_nothing(void **state)
{
	static const char *const texts[] = {"", "ready", "{}", "[]",
	    "{\"ready\":1,\"pid\":1,\"policy_rules\":1,\"reload_error\":\"\","
	    "\"roles\":[]}",
	    "{\"ready\":true,\"pid\":1,\"policy_rules\":1,\"reload_error\":"
	    "\"\",\"roles\":{}}",
	    "{\"ready\":true,\"pid\":1,\"policy_rules\":1,\"reload_error\":"
	    "\"\",\"roles\":[{\"role\":\"store\"}]}",
	    "{\"ready\":false,\"ready\":true,\"pid\":1,\"policy_rules\":1,"
	    "\"reload_error\":\"\",\"roles\":[]}"};
	struct fake *fake = start(answer, "true");
	char path[256];

	snprintf(path, sizeof path, "%s/status", fake_folder(fake));
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		FILE *f = fopen(path, "we");

		assert_non_null(f);
		fputs(texts[i], f);
		assert_int_equal(fclose(f), 0);
		cannot_tell(fake_socket(fake), "malformed");
	}
	fake_stop(&fake);
}

static void
a_refused_reload_is_shown(void **state)
{
	struct fake *fake = start(answer, "true");
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/status", fake_folder(fake));
	f = fopen(path, "we");
	assert_non_null(f);
	fprintf(f,
	    "{\"ready\":true,\"pid\":%ld,\"policy_rules\":1,"
	    "\"reload_error\":\"forward: \\u0007no\",\"roles\":[],"
	    "\"new\":1}",
	    (long)getpid());
	assert_int_equal(fclose(f), 0);
	sessions = 0;
	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "ready: 1 policy rule, "));
	assert_non_null(
	    strstr(run.out, "the last reload was refused: forward: \\x07no\n"));
	fake_stop(&fake);
}

static void
hang_up(struct channel *c, struct message *request)
{
	(void)c;
	(void)request;
	_exit(0);
}

static void
a_gateway_that_hangs_up_is_no_yes(void **state)
{
	struct fake *fake = start(hang_up, "true");

	RUN(&run, cmd_status, "status", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.out, "{\"ready\":null,"));
	fake_stop(&fake);
}

static void
sessions_are_listed(void **state)
{
	struct fake *fake;
	json_t *array;

	sessions = 1;
	fake = fake_start(ROLE_ADMIN, answer);
	RUN(&run, cmd_session, "session", "list", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out,
	    "SESSION  OPENED                ENDS                  RENEWED  "
	    "NAME   CLIENT     SERVICE      ENDING\n"
	    "s0       2026-09-21T14:13:20Z  2026-09-21T22:13:20Z  -        "
	    "alice  127.0.0.1  sshd\\x1b[2J  -\n");
	RUN(&run, cmd_session, "session", "list", "--json", "--socket",
	    fake_socket(fake));
	array = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(array), 1);
	assert_int_equal(json_integer_value(
			     json_object_get(json_array_get(array, 0), "uid")),
	    1000);
	json_decref(array);
	fake_stop(&fake);
}

static void
many_sessions_are_listed(void **state)
{
	struct fake *fake;
	json_t *array;

	sessions = 250;
	fake = fake_start(ROLE_ADMIN, answer);
	RUN(&run, cmd_session, "session", "list", "--json", "--socket",
	    fake_socket(fake));
	array = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(array), 250);
	json_decref(array);
	fake_stop(&fake);
	sessions = 0;
	fake = fake_start(ROLE_ADMIN, answer);
	RUN(&run, cmd_session, "session", "list", "--json", "--socket",
	    fake_socket(fake));
	assert_string_equal(run.out, "[]\n");
	fake_stop(&fake);
}

static void
usage_errors_say_what_to_do(void **state)
{
	RUN(&run, cmd_status, "status", "--nope");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_status, "status", "tell");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_status, "status", "--json", "--json", "--json", "--json",
	    "--json", "--json", "--json", "--json");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_session, "session", "list", "x");
	assert_int_equal(run.status, 2);
}

static void
the_command_prints_what_it_found(void **state)
{
	static struct transcript t = {.noun = cmd_status};
	struct fake *fake;

	sessions = 2;
	fake = start(answer, "true");
	t.socket = fake_socket(fake);
	t.folder = fake_folder(fake);
	write_status(fake, "true", 1);
	TRANSCRIPT(&t, "status help", "status show", "status show --json");
	write_status(fake, "false", 1);
	TRANSCRIPT(&t, "status show", "status show --json");
	write_policy(fake, "ann", (long long)time(NULL) - 950400,
	    ",\"warnings\":[{\"name\":\"review\",\"about\":\"\","
	    "\"text\":\"the policy's last review is old\"}]");
	TRANSCRIPT(&t, "status show", "status show --json");
	write_status(fake, "true", 0);
	TRANSCRIPT(&t, "status show", "status show --json", "status tell");
	transcript_compare(&t, "status");
	fake_stop(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ready_is_a_yes),
	    cmocka_unit_test(not_ready_is_a_no_and_nobody_is_asked),
	    cmocka_unit_test(who_answers_for_the_policy_is_shown),
	    cmocka_unit_test(warnings_are_shown_and_change_no_answer),
	    cmocka_unit_test(each_server_has_a_line),
	    cmocka_unit_test(no_keys_is_a_no),
	    cmocka_unit_test(without_a_file_nobody_can_tell),
	    cmocka_unit_test(a_file_that_was_left_behind_tells_nothing),
	    cmocka_unit_test(a_malformed_file_tells_nothing),
	    cmocka_unit_test(a_refused_reload_is_shown),
	    cmocka_unit_test(a_gateway_that_hangs_up_is_no_yes),
	    cmocka_unit_test(sessions_are_listed),
	    cmocka_unit_test(many_sessions_are_listed),
	    cmocka_unit_test(usage_errors_say_what_to_do),
	    cmocka_unit_test(the_command_prints_what_it_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
