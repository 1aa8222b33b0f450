/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"
#include "tests/cli/fake.h"
#include "tests/cli/transcript.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define SEED "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
/* zoe's, which no other test has had in memory; and every byte one further */
#define ZOE "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"
#define ZOE_HIDDEN "NGSHH[EGN[UXR3MLOOXH34UQPCZYF54V"
#define URI "otpauth://totp/gw:%s?secret=%s&issuer=gw&digits=6&period=30"

static struct fake *fake;
static struct fake_run run;

static void
enrol(struct channel *c, const struct msg_ADMIN_ENROL_REQ *q)
{
	struct msg_ADMIN_ENROL_ANS *a;
	struct message m;

	message_init(&m, MSG_ADMIN_ENROL_ANS);
	a = &m.u.ADMIN_ENROL_ANS;
	a->status = ADMIN_OK;
	assert_string_equal(q->kind, "totp");
	snprintf(a->subject, sizeof a->subject, "id-of-%.20s", q->name);
	snprintf(a->credential, sizeof a->credential, "c1");
	if (strcmp(q->name, "mallory") == 0) {
		a->status = ADMIN_NO;
		snprintf(a->text, sizeof a->text, "no such \033[2Jperson");
	} else if (strcmp(q->name, "carol") == 0) {
		a->status = ADMIN_UNAVAILABLE;
		snprintf(a->text, sizeof a->text, "the store is away");
	} else if (strcmp(q->name, "echo") == 0) {
		a->status = ADMIN_NO;
		snprintf(a->text, sizeof a->text,
		    "label=%s actor=%s replaces=%s form=%s-%u-%u", q->label,
		    q->actor, q->replaces, q->algorithm, q->digits, q->period);
	} else if (strcmp(q->name, "eve") == 0) {
		a->uri_size = (size_t)snprintf((char *)a->uri, sizeof a->uri,
		    "otpauth://totp/\033]52;c;AA\a");
	} else {
		a->uri_size = (size_t)snprintf((char *)a->uri, sizeof a->uri,
		    URI, q->name, strcmp(q->name, "zoe") == 0 ? ZOE : SEED);
	}
	channel_send(c, &m);
	message_wipe(&m);
}

static void
list(struct channel *c, const struct msg_ADMIN_FACTORS_REQ *q)
{
	struct msg_ADMIN_FACTORS_ANS *a;
	struct message m;
	int count = strcmp(q->name, "alice") == 0 ? 2 : 0;

	for (int i = 0; i <= count; i++) {
		message_init(&m, MSG_ADMIN_FACTORS_ANS);
		a = &m.u.ADMIN_FACTORS_ANS;
		a->status = ADMIN_OK;
		a->end = i == count;
		if (!a->end) {
			snprintf(a->credential, sizeof a->credential, "c%d", i);
			snprintf(a->kind, sizeof a->kind, "totp");
			snprintf(a->label, sizeof a->label, "phone \"%d\"", i);
			snprintf(a->subject, sizeof a->subject, "id");
			snprintf(a->name, sizeof a->name, "%s",
			    i == 0 ? "alice" : "anna-old");
			a->created_ms = INT64_C(1790000000000);
			a->step = 59666666;
		}
		if (strcmp(q->name, "mallory") == 0) {
			a->status = ADMIN_NO;
			snprintf(a->text, sizeof a->text, "no such person");
		}
		channel_send(c, &m);
	}
}

static void
end_one(struct channel *c, const struct msg_ADMIN_REVOKE_REQ *q)
{
	struct message m;

	message_init(&m, MSG_ADMIN_REVOKE_ANS);
	m.u.ADMIN_REVOKE_ANS.status =
	    strcmp(q->credential, "c1") == 0 && strcmp(q->name, "alice") == 0
		? ADMIN_OK
		: ADMIN_NO;
	snprintf(m.u.ADMIN_REVOKE_ANS.text, TEXT_MAX, "has no such one");
	channel_send(c, &m);
}

static void
invite(struct channel *c, const struct msg_ADMIN_INVITE_REQ *q)
{
	struct msg_ADMIN_INVITE_ANS *a;
	struct message m;

	message_init(&m, MSG_ADMIN_INVITE_ANS);
	a = &m.u.ADMIN_INVITE_ANS;
	a->status = ADMIN_OK;
	snprintf(a->subject, sizeof a->subject, "id-of-%.20s", q->name);
	if (strcmp(q->name, "echo") == 0) {
		a->status = ADMIN_NO;
		snprintf(a->text, sizeof a->text, "by %s.", q->actor);
	} else if (strcmp(q->name, "carol") == 0) {
		a->status = ADMIN_UNAVAILABLE;
		snprintf(a->text, sizeof a->text, "the store is away");
	}
	channel_send(c, &m);
}

/* Says what it was asked. */
static void
change(struct channel *c, const struct message *asked)
{
	const struct msg_ADMIN_PROVE_REQ *p = &asked->u.ADMIN_PROVE_REQ;
	const struct msg_ADMIN_LABEL_REQ *l = &asked->u.ADMIN_LABEL_REQ;
	bool prove = asked->type == MSG_ADMIN_PROVE_REQ;
	struct message m;

	message_init(&m, prove ? MSG_ADMIN_PROVE_ANS : MSG_ADMIN_LABEL_ANS);
	m.u.ADMIN_HEAD.end = 1;
	m.u.ADMIN_HEAD.status = strcmp(asked->u.ADMIN_ABOUT.name, "alice") == 0
				    ? ADMIN_OK
				    : ADMIN_NO;
	if (prove)
		snprintf(m.u.ADMIN_HEAD.text, sizeof m.u.ADMIN_HEAD.text,
		    "%s %.*s,%.*s", p->credential, (int)p->code_size, p->code,
		    (int)p->next_size, p->next);
	else
		snprintf(m.u.ADMIN_HEAD.text, sizeof m.u.ADMIN_HEAD.text,
		    "%s %s", l->credential, l->label);
	if (m.u.ADMIN_HEAD.status == ADMIN_OK)
		m.u.ADMIN_HEAD.text[0] = '\0';
	channel_send(c, &m);
}

static void
answer(struct channel *c, struct message *m)
{
	if (m->type == MSG_ADMIN_ENROL_REQ)
		enrol(c, &m->u.ADMIN_ENROL_REQ);
	else if (m->type == MSG_ADMIN_FACTORS_REQ)
		list(c, &m->u.ADMIN_FACTORS_REQ);
	else if (m->type == MSG_ADMIN_REVOKE_REQ)
		end_one(c, &m->u.ADMIN_REVOKE_REQ);
	else if (m->type == MSG_ADMIN_INVITE_REQ)
		invite(c, &m->u.ADMIN_INVITE_REQ);
	else
		change(c, m);
}

static int
set_up(void **state)
{
	fake = fake_start(ROLE_ADMIN, answer);
	return 0;
}

static int
tear_down(void **state)
{
	fake_stop(&fake);
	return 0;
}

static size_t
times(const char *text, const char *word)
{
	size_t n = 0;

	while ((text = strstr(text, word))) {
		text += strlen(word);
		n++;
	}
	return n;
}

static void
enrolment_shows_the_uri_once(void **state)
{
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--socket",
	    fake_socket(fake), "alice");
	assert_int_equal(run.status, 0);
	assert_int_equal(times(run.out, "otpauth://totp/gw:alice?"), 1);
	assert_int_equal(times(run.out, SEED), 1);
	assert_non_null(strstr(run.out, "credential c1"));
	assert_non_null(strstr(run.out, "id-of-alice"));
	assert_null(strstr(run.out, "\xe2\x96")); /* no terminal, no QR */
	assert_non_null(strstr(run.out, "\nKey: "));
	assert_string_equal(run.err, "");
}

static void
enrolment_draws_a_qr_code_when_asked(void **state)
{
	RUN(&run, cmd_factor, "factor", "enrol", "--qr", "totp", "--socket",
	    fake_socket(fake), "alice");
	assert_int_equal(run.status, 0);
	assert_true(times(run.out, "\xe2\x96\x88") > 100);
	assert_int_equal(times(run.out, SEED), 1);
}

/* What a screen reader has to read comes first. */
static void
the_key_stands_in_fours_before_the_qr_code(void **state)
{
	const char *key;

	RUN(&run, cmd_factor, "factor", "enrol", "--qr", "totp", "--socket",
	    fake_socket(fake), "alice");
	key =
	    strstr(run.out, "\nKey: GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ\n");
	assert_non_null(key);
	assert_true(key < strstr(run.out, "\xe2\x96"));
}

static void
nothing_is_drawn_where_nobody_wants_it(void **state)
{
	setenv("NO_COLOR", "1", 1);
	RUN(&run, cmd_factor, "factor", "enrol", "--qr", "totp", "--socket",
	    fake_socket(fake), "alice");
	unsetenv("NO_COLOR");
	assert_non_null(strstr(run.out, "\xe2\x96"));
	assert_null(strchr(run.out, '\033'));
	cli_set_plain(true);
	RUN(&run, cmd_factor, "factor", "enrol", "--qr", "totp", "--socket",
	    fake_socket(fake), "alice");
	cli_set_plain(false);
	assert_int_equal(run.status, 0);
	assert_null(strstr(run.out, "\xe2\x96"));
	assert_null(strchr(run.out, '\033'));
	assert_non_null(strstr(run.out, "\nKey: "));
}

/* What is no fault of the people named fails for all of them. */
static void
enrolment_ends_when_the_gateway_cannot(void **state)
{
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--socket",
	    fake_socket(fake), "carol", "carol", "mallory", "carol", "carol",
	    "carol", "alice", "bob");
	assert_int_equal(run.status, 2);
	assert_int_equal(times(run.err, "the store is away"), 5);
	assert_null(strstr(run.out, "alice"));
	assert_non_null(
	    strstr(run.err, "alice is the first of 2 who were not tried"));
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--json", "--socket",
	    fake_socket(fake), "carol", "carol", "carol", "alice");
	assert_int_equal(run.status, 2);
	json_t *all = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(all), 4);
	assert_int_equal(json_integer_value(
			     json_object_get(json_array_get(all, 3), "status")),
	    2);
	json_decref(all);
}

static void
enrolment_in_json_is_an_array_of_all(void **state)
{
	static const char *const names[] = {"alice", "mallory", "bob"};
	json_t *all;

	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--json", "--qr",
	    "--socket", fake_socket(fake), "alice", "mallory", "bob");
	assert_int_equal(run.status, 1);
	all = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(all), 3);
	for (size_t i = 0; i < 3; i++) {
		const json_t *object = json_array_get(all, i);
		const char *uri;

		assert_non_null(object);
		uri = json_string_value(json_object_get(object, "uri"));
		assert_string_equal(
		    json_string_value(json_object_get(object, "name")),
		    names[i]);
		assert_int_equal(uri != NULL, i != 1);
		if (i == 1)
			assert_string_equal(
			    json_string_value(json_object_get(object, "error")),
			    "mallory: no such \033[2Jperson");
	}
	json_decref(all);
}

static void
the_worst_answer_is_the_exit_status(void **state)
{
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--socket",
	    fake_socket(fake), "carol", "alice", "mallory");
	assert_int_equal(run.status, 2);
	assert_int_equal(times(run.out, SEED), 1);
	assert_non_null(strstr(run.err, "carol: the store is away"));
	assert_non_null(strstr(run.err, "mallory: no such \\x1b[2Jperson"));
}

static void
a_hostile_uri_is_not_shown(void **state)
{
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--qr", "--socket",
	    fake_socket(fake), "eve");
	assert_int_equal(run.status, 2);
	assert_string_equal(run.out, "");
	assert_null(strchr(run.err, '\033'));
	assert_non_null(strstr(run.err, "revoke c1"));
}

static void
the_record_learns_who_did_it(void **state)
{
	setenv("SUDO_USER", "helpdesk", 1);
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--label", "new phone",
	    "--socket", fake_socket(fake), "echo");
	unsetenv("SUDO_USER");
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "label=new phone actor="));
	if (getuid() == 0)
		assert_non_null(strstr(run.err, "actor=helpdesk"));
	else
		assert_null(strstr(run.err, "actor=helpdesk"));
}

/* With a QR code libqrencode leaves copies of its own; see cli/main.c. */
static void
no_copy_of_a_seed_is_left_in_memory(void **state)
{
#ifdef __SANITIZE_ADDRESS__
	skip(); /* its own copies, and memory that must not be read */
#endif
	fake_secret = ZOE_HIDDEN;
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--socket",
	    fake_socket(fake), "zoe");
	assert_int_equal(run.status, 0);
	assert_int_equal(times(run.out, ZOE), 1);
	memset(run.out, 0, sizeof run.out);
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--json", "--socket",
	    fake_socket(fake), "zoe");
	assert_int_equal(run.status, 0);
	fake_secret = NULL;
}

static void
another_form_is_asked_for(void **state)
{
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--algorithm",
	    "sha256", "--digits", "8", "--period", "60", "--replace", "c1",
	    "--socket", fake_socket(fake), "echo");
	assert_non_null(strstr(run.err, "replaces=c1 form=sha256-8-60"));
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--socket",
	    fake_socket(fake), "echo");
	assert_non_null(strstr(run.err, "replaces= form=-0-0"));
}

static void
a_form_that_is_none_is_not_asked_for(void **state)
{
	static const char *const bad[][2] = {{"--algorithm", "md5"},
	    {"--algorithm", ""}, {"--digits", "7"}, {"--digits", "0"},
	    {"--digits", "66"}, {"--period", "45"}, {"--period", "0"}};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		RUN(&run, cmd_factor, "factor", "enrol", "totp",
		    (char *)bad[i][0], (char *)bad[i][1], "--socket",
		    fake_socket(fake), "echo");
		assert_int_equal(run.status, 2);
		assert_non_null(strstr(run.err, "the form of codes is"));
	}
}

static void
codes_are_read_from_standard_input(void **state)
{
	RUN_INPUT(&run, cmd_factor, "123 456\n", "factor", "confirm",
	    "--socket", fake_socket(fake), "alice", "c1");
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "confirmed\n");
	RUN_INPUT(&run, cmd_factor, "123 456\n654321\n", "factor", "confirm",
	    "--socket", fake_socket(fake), "bob", "c1");
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "bob: c1 123 456,\n"));
	RUN_INPUT(&run, cmd_factor, "123456\n654321\n", "factor", "resync",
	    "--socket", fake_socket(fake), "bob", "c1");
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "bob: c1 123456,654321\n"));
	RUN_INPUT(&run, cmd_factor, "123456\n", "factor", "resync", "--socket",
	    fake_socket(fake), "alice", "c1");
	assert_int_equal(run.status, 2);
	RUN_INPUT(&run, cmd_factor, "", "factor", "confirm", "--socket",
	    fake_socket(fake), "alice", "c1");
	assert_int_equal(run.status, 2);
}

static void
a_label_is_given(void **state)
{
	RUN(&run, cmd_factor, "factor", "label", "--socket", fake_socket(fake),
	    "alice", "c1", "old phone");
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "labelled\n");
	RUN(&run, cmd_factor, "factor", "label", "--socket", fake_socket(fake),
	    "bob", "c1", "old phone");
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "bob: c1 old phone\n"));
	RUN(&run, cmd_factor, "factor", "label", "--socket", fake_socket(fake),
	    "alice", "c1");
	assert_int_equal(run.status, 2);
}

static void
factors_are_listed(void **state)
{
	RUN(&run, cmd_factor, "factor", "list", "alice", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out,
	    "KIND  CREATED               USED  CREDENTIAL  NAME      LABEL"
	    "      REPLACES\n"
	    "totp  2026-09-21T14:13:20Z  -     c0          alice     phone "
	    "\"0\"  -\n"
	    "totp  2026-09-21T14:13:20Z  -     c1          anna-old  phone "
	    "\"1\"  -\n");
	RUN(&run, cmd_factor, "factor", "list", "bob", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "no credential, and no invitation\n");
	RUN(&run, cmd_factor, "factor", "list", "mallory", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "mallory: no such person"));
}

static void
factors_are_listed_in_json(void **state)
{
	json_t *array;

	RUN(&run, cmd_factor, "factor", "list", "alice", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	array = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(array), 2);
	assert_string_equal(json_string_value(json_object_get(
				json_array_get(array, 1), "label")),
	    "phone \"1\"");
	assert_string_equal(json_string_value(json_object_get(
				json_array_get(array, 1), "name")),
	    "anna-old");
	assert_int_equal(json_integer_value(json_object_get(
			     json_array_get(array, 0), "last_step")),
	    59666666);
	json_decref(array);
	RUN(&run, cmd_factor, "factor", "list", "bob", "--json", "--socket",
	    fake_socket(fake));
	assert_string_equal(run.out, "[]\n");
}

static void
a_credential_is_revoked(void **state)
{
	RUN(&run, cmd_factor, "factor", "revoke", "alice", "c1", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "revoked\n");
	RUN(&run, cmd_factor, "factor", "revoke", "alice", "c2", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "alice: has no such one"));
}

/* A seed in a file that everybody reads is everybody's. */
static void
a_seed_goes_to_a_file_of_ones_own(void **state)
{
	char path[256], text[4096];
	struct stat st;
	FILE *file;

	snprintf(path, sizeof path, "%s/seeds", fake_folder(fake));
	umask(0);
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--json", "--output",
	    path, "--socket", fake_socket(fake), "alice");
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	file = fopen(path, "r");
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	assert_non_null(strstr(text, "otpauth://"));
	/* what is there is not written over */
	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--output", path,
	    "--socket", fake_socket(fake), "alice");
	assert_int_equal(run.status, 2);
	unlink(path);
}

static void
people_are_invited(void **state)
{
	setenv("SUDO_USER", "helpdesk", 1);
	RUN(&run, cmd_factor, "factor", "invite", "--socket", fake_socket(fake),
	    "alice", "echo", "bob");
	unsetenv("SUDO_USER");
	assert_int_equal(run.status, 1);
	assert_string_equal(run.out,
	    "alice: invited to enrol, subject id-of-alice\n"
	    "bob: invited to enrol, subject id-of-bob\n");
	if (getuid() == 0)
		assert_non_null(strstr(run.err, "echo: by helpdesk."));
	RUN(&run, cmd_factor, "factor", "invite", "--json", "--socket",
	    fake_socket(fake), "alice", "echo", "carol");
	assert_int_equal(run.status, 2);
	assert_string_equal(run.out,
	    "[{\"name\":\"alice\",\"subject\":\"id-of-alice\"},\n "
	    "{\"name\":\"echo\",\"error\":\"echo: by root.\",\"status\":1},\n "
	    "{\"name\":\"carol\",\"error\":\"carol: the store is away\",\"status\":2}]\n");
}

static void
names_past_their_bound_are_refused(void **state)
{
	char name[300];

	memset(name, 'a', sizeof name);
	name[257] = '\0';
	RUN(&run, cmd_factor, "factor", "list", name, "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 2);
	name[256] = '\0';
	RUN(&run, cmd_factor, "factor", "list", name, "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
}

static void
the_command_prints_what_it_did(void **state)
{
	static struct transcript t = {.noun = cmd_factor};

	t.socket = fake_socket(fake);
	TRANSCRIPT(&t, "factor help", "factor enrol totp alice",
	    "factor enrol --json totp alice", "factor enrol totp mallory",
	    "factor enrol --json totp mallory", "factor enrol totp carol",
	    "factor enrol sms alice", "factor invite alice",
	    "factor invite --json alice", "factor invite carol",
	    "factor list alice", "factor list --json alice", "factor list bob",
	    "factor list --json bob", "factor list mallory",
	    "factor list --json mallory", "factor revoke alice c1",
	    "factor revoke --json alice c1", "factor revoke alice c2",
	    "factor revoke --json alice c2", "factor revoke alice");
	transcript_compare(&t, "factor");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(enrolment_shows_the_uri_once),
	    cmocka_unit_test(enrolment_ends_when_the_gateway_cannot),
	    cmocka_unit_test(enrolment_draws_a_qr_code_when_asked),
	    cmocka_unit_test(the_key_stands_in_fours_before_the_qr_code),
	    cmocka_unit_test(nothing_is_drawn_where_nobody_wants_it),
	    cmocka_unit_test(enrolment_in_json_is_an_array_of_all),
	    cmocka_unit_test(the_worst_answer_is_the_exit_status),
	    cmocka_unit_test(a_hostile_uri_is_not_shown),
	    cmocka_unit_test(the_record_learns_who_did_it),
	    cmocka_unit_test(no_copy_of_a_seed_is_left_in_memory),
	    cmocka_unit_test(codes_are_read_from_standard_input),
	    cmocka_unit_test(a_label_is_given),
	    cmocka_unit_test(another_form_is_asked_for),
	    cmocka_unit_test(a_form_that_is_none_is_not_asked_for),
	    cmocka_unit_test(factors_are_listed),
	    cmocka_unit_test(factors_are_listed_in_json),
	    cmocka_unit_test(a_credential_is_revoked),
	    cmocka_unit_test(people_are_invited),
	    cmocka_unit_test(a_seed_goes_to_a_file_of_ones_own),
	    cmocka_unit_test(names_past_their_bound_are_refused),
	    cmocka_unit_test(the_command_prints_what_it_did),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
