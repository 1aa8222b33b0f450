/* SPDX-License-Identifier: Apache-2.0 */
/* A reload every 10 ms under load: each attempt is decided by one policy, the
 * one that was in force when it began, never by parts of two. */
#include <stdio.h>
#include <string.h>

#include <sys/mman.h>
#include <unistd.h>

#include "gatewayd/authority/snapshot.h"
#include "lib/base/clock.h"
#include "lib/bundle/proved.h"
#include "policy/policy.h"
#include "tests/authority/world.h"
#include "tests/support/unit.h"

#define RELOAD_MS 10
#define AT_ONCE 8
#define ROUNDS 12

#define GROUP "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"

/* What the one lets in with a password the other wants a code for, which
 * these people do not have; each has a rule, and times, of its own. */
static const struct {
	const char *text, *rule, *reason;
	uint8_t outcome;
	uint32_t obtained, session_seconds;
	size_t prompts;
} policies[] = {
    {GROUP "permit sre with password for 1h\nend\n", "one.policy:2", "permit",
	OUTCOME_GRANTED, POLICY_PASSWORD, 3600, 1},
    {GROUP "\npermit sre with password + otp for 2h\nend\n", "one.policy:3",
	"factors", OUTCOME_DENIED, 0, 0, 2},
};

struct reloads {
	struct world *w;
	struct loop_timer timer;
	unsigned done;
};

struct file {
	const char *name, *text;
};

/* As the parent hands them over, after it proved the other ones. */
static struct snapshot *
hand_over(const struct file files[2], const struct file proved[2])
{
	struct conf_authority conf = {.host = ""};
	struct role_handed h = {.conf = &conf};
	struct proved_text list[2];
	struct snapshot *new;
	char why[256] = "";
	size_t count = 0;

	for (size_t i = 0; i < 2 && files[i].name != NULL; i++) {
		size_t size = strlen(files[i].text);
		int fd = memfd_create("policy", MFD_CLOEXEC);

		assert_true(fd >= 0);
		assert_int_equal(write(fd, files[i].text, size), size);
		snprintf(
		    h.file[i].name, sizeof h.file[i].name, "%s", files[i].name);
		h.file[h.file_count++].fd = fd;
	}
	for (; count < 2 && proved[count].name != NULL; count++)
		list[count] = (struct proved_text){proved[count].name,
		    proved[count].text, strlen(proved[count].text)};
	assert_int_equal(proved_hash(list, count, conf.policy.proved), 0);
	new = snapshot_load(&h, why, sizeof why);
	assert_int_equal(new != NULL, why[0] == '\0');
	if (new == NULL)
		assert_string_equal(why,
		    "the policy that was given is not the one that was proved");
	for (size_t i = 0; i < h.file_count; i++)
		close(h.file[i].fd);
	return new;
}

static struct snapshot *
load(const char *text)
{
	const struct file files[2] = {
	    {"policy/one.policy", text}, {NULL, NULL}};
	struct snapshot *new = hand_over(files, files);

	assert_non_null(new);
	return new;
}

/* A file changed, appeared, vanished or got another name since the proof. */
static void
only_what_was_proved_is_loaded(void **state)
{
	static const char one[] = "permit any with password\nend\n",
			  other[] = "permit any with publickey\nend\n";
	static const struct file proved[2] = {
	    {"policy/a.policy", one}, {"policy/b.policy", other}};
	static const struct file given[][2] = {
	    {{"policy/a.policy", one}, {"policy/b.policy", one}},
	    {{"policy/a.policy", other}, {"policy/b.policy", other}},
	    {{"policy/a.policy", one}, {NULL, NULL}},
	    {{"policy/a.policy", one}, {"policy/c.policy", other}},
	    {{"policy/b.policy", other}, {"policy/a.policy", one}},
	    {{NULL, NULL}, {NULL, NULL}},
	};
	struct snapshot *right = hand_over(proved, proved);

	assert_non_null(right);
	snapshot_release(right);
	for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
		assert_null(hand_over(given[i], proved));
	/* and the other way round: one more than was proved */
	assert_null(hand_over(proved, given[2]));
}

/* as reload() of gatewayd/authority/main.c */
static void
reload(void *arg)
{
	struct reloads *r = arg;
	struct authority *all = &r->w->all;

	snapshot_release(all->snapshot);
	all->snapshot = load(policies[++r->done % 2].text);
	loop_timer_at(
	    r->w->loop, &r->timer, clock_mono_ms() + RELOAD_MS, reload, r);
}

/* Which of the two asked for that. */
static int
which(const struct world_talk *t)
{
	for (int i = 0; i < 2; i++)
		if (t->open.collect_size == policies[i].prompts)
			return i;
	fail_msg("%zu prompts are of neither", t->open.collect_size);
	return -1;
}

static void
assert_of_one(struct world *w, const struct world_talk *t, unsigned seen[2])
{
	const struct msg_AUDIT_APPEND_REQ *r = world_final(w, t);
	int i = which(t);

	assert_string_equal(r->rule, policies[i].rule);
	assert_string_equal(r->reason, policies[i].reason);
	assert_int_equal(r->outcome, policies[i].outcome);
	assert_int_equal(r->required, policies[i].obtained);
	assert_int_equal(r->session_seconds, policies[i].session_seconds);
	seen[i]++;
}

static void
one_round(struct world *w, unsigned round, unsigned seen[2])
{
	static struct world_talk talk[AT_ONCE];
	char name[16];

	for (unsigned i = 0; i < AT_ONCE; i++) {
		snprintf(name, sizeof name, "p%u-%u", round, i);
		world_begin(w, &talk[i], name);
	}
	/* many reloads after they began */
	for (unsigned i = 0; i < AT_ONCE; i++)
		world_verdict(w, &talk[i], VERDICT_MATCH);
	for (unsigned i = 0; i < AT_ONCE; i++)
		world_answer(w, &talk[i], "000000");
	world_run(w, 40);
	for (unsigned i = 0; i < AT_ONCE; i++)
		assert_of_one(w, &talk[i], seen);
	world_run(w, (int)w->all.conf.deny_delay + 20);
	for (unsigned i = 0; i < AT_ONCE; i++)
		world_hang_up(&talk[i]);
}

static void
each_attempt_is_decided_by_one_policy(void **state)
{
	struct world *w = world_new(policies[0].text, -1);
	struct reloads r = {.w = w};
	unsigned seen[2] = {0, 0};

	snapshot_release(w->all.snapshot);
	w->all.snapshot = load(policies[0].text);
	loop_timer_at(
	    w->loop, &r.timer, clock_mono_ms() + RELOAD_MS, reload, &r);
	for (unsigned round = 0; round < ROUNDS; round++)
		one_round(w, round, seen);
	assert_true(seen[0] > 0 && seen[1] > 0);
	assert_true(r.done > ROUNDS * AT_ONCE);
	loop_timer_off(w->loop, &r.timer);
	world_free(w);
}

/* The same without the rest: whoever holds one keeps it, whole. */
static void
a_snapshot_that_is_held_decides_as_it_did(void **state)
{
	static const char *const groups[] = {
	    "cn=sre,ou=groups,dc=example,dc=com"};
	const struct policy_request request = {.username = "p",
	    .subject = "p",
	    .groups = groups,
	    .group_count = 1,
	    .employment = POLICY_EMPLOYEE,
	    .host = "bastion.example.com",
	    .service = "sshd",
	    .time_unix = 1782900000,
	    .proven = POLICY_PASSWORD};
	struct snapshot *now = load(policies[0].text), *held[16] = {NULL};
	struct policy_decision d;

	for (unsigned i = 0; i < 400; i++) {
		unsigned place = i * 7 % 16;

		snapshot_release(held[place]);
		held[place] = snapshot_hold(now);
		snapshot_release(now);
		now = load(policies[(i + 1) % 2].text);
		for (unsigned j = 0; j < 16; j++) {
			if (held[j] == NULL)
				continue;
			policy_decide(held[j]->policy, &request, &d);
			if (strcmp(d.rule, policies[0].rule) == 0)
				assert_int_equal(d.outcome, POLICY_PERMIT);
			else
				assert_int_equal(d.outcome, POLICY_DENY);
			assert_string_equal(policy_reason_text(d.reason),
			    policies[d.outcome == POLICY_DENY].reason);
		}
	}
	for (unsigned j = 0; j < 16; j++)
		snapshot_release(held[j]);
	snapshot_release(now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_what_was_proved_is_loaded),
	    cmocka_unit_test(each_attempt_is_decided_by_one_policy),
	    cmocka_unit_test(a_snapshot_that_is_held_decides_as_it_did),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
