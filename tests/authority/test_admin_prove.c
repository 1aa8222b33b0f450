/* SPDX-License-Identifier: Apache-2.0 */
/* Codes at the desk: a credential is proven, a clock is followed, a label is
 * given.  Nothing of it makes a code good twice. */
#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/subject/subject_hold.h"
#include "tests/authority/world_admin.h"
#include "tests/support/unit.h"

#define STEP_MS (TOTP_STEP_SECONDS * 1000)

static const char policy[] =
    "network corp 10.20.0.0/16\n"
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre from corp with password + otp\n"
    "end\n";

static enum admin_status
ask(struct world *w, const struct message *m)
{
	struct message answer;

	return (enum admin_status)world_asked(w, admin_begin, m, &answer);
}

static void
on_subject(void *arg, struct subject *s, bool ok)
{
	assert_true(ok);
	*(struct subject **)arg = s;
}

static struct credential
credential_of(struct world *w)
{
	struct subject *s = NULL;
	struct credential c;

	subject_hold(&w->all.subjects, "uuid-alice", on_subject, &s);
	world_run(w, 10);
	assert_non_null(s);
	c = s->credential[0];
	subject_release(&w->all.subjects, s);
	return c;
}

static enum admin_status
prove(struct world *w, const char *code, const char *next)
{
	struct msg_ADMIN_PROVE_REQ *q;
	struct message m;

	message_init(&m, MSG_ADMIN_PROVE_REQ);
	q = &m.u.ADMIN_PROVE_REQ;
	snprintf(q->name, sizeof q->name, "alice");
	snprintf(q->actor, sizeof q->actor, "root");
	memcpy(q->credential, credential_of(w).id, sizeof q->credential);
	q->code_size = strlen(code);
	memcpy(q->code, code, q->code_size);
	q->next_size = strlen(next);
	memcpy(q->next, next, q->next_size);
	return ask(w, &m);
}

static const char *
login(struct world *w, int offset)
{
	struct world_talk t;
	const char *reason;

	world_login(w, &t, "alice", world_code(offset));
	reason = world_final(w, &t)->reason;
	world_hang_up(&t);
	world_run(w, 10);
	return reason;
}

static void
a_code_proves_once_and_opens_nothing_after(void **state)
{
	struct world *w = world_new(policy, -1);
	const struct msg_AUDIT_APPEND_REQ *r;

	assert_int_equal(credential_of(w).step, 0);
	assert_int_equal(prove(w, "000000", ""), ADMIN_NO);
	assert_int_equal(w->records, 0);
	assert_int_equal(prove(w, world_code(0), ""), ADMIN_OK);
	assert_int_equal(world_changes(w), 1);
	r = world_change(w, 0);
	assert_int_equal(r->outcome, OUTCOME_CHANGED);
	assert_true(r->step > 0);
	assert_int_equal(credential_of(w).step, r->step);
	assert_int_equal(prove(w, world_code(0), ""), ADMIN_NO);
	assert_string_equal(login(w, 0), "code_replayed");
	assert_string_equal(login(w, 1), "permit");
	world_free(w);
}

/* While its record is on the way to the disk, a login cannot have it too. */
static void
a_code_is_spent_before_its_record_is_written(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	w->hold = true;
	assert_int_equal(prove(w, world_code(0), ""), 0);
	world_login(w, &t, "alice", world_code(0));
	w->hold = false;
	world_release(w);
	world_run(w, 100);
	assert_string_equal(world_final(w, &t)->reason, "code_replayed");
	world_hang_up(&t);
	world_free(w);
}

/* An hour and more: no login would find that. */
static void
two_codes_at_the_desk_show_any_drift(void **state)
{
	static const int offs[] = {125, -125, 3, 0};

	for (size_t i = 0; i < sizeof offs / sizeof offs[0]; i++) {
		struct world *w = world_new(policy, -1), *next;

		assert_int_equal(
		    prove(w, world_code(offs[i] - 1), world_code(offs[i] + 1)),
		    ADMIN_NO);
		assert_int_equal(
		    prove(w, world_code(offs[i]), world_code(offs[i] - 1)),
		    ADMIN_NO);
		assert_int_equal(
		    prove(w, world_code(offs[i] - 1), world_code(offs[i])),
		    ADMIN_OK);
		assert_int_equal(credential_of(w).drift, offs[i]);
		assert_string_equal(login(w, offs[i]), "code_replayed");
		assert_string_equal(login(w, offs[i] + 1), "permit");
		/* the log has it */
		next = world_next(w, policy, w->records);
		world_free(w);
		world_run(next, STEP_MS);
		assert_string_equal(login(next, offs[i] + 1), "permit");
		world_free(next);
	}
}

static void
a_label_is_given_and_known_after_a_start(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	struct message m;

	message_init(&m, MSG_ADMIN_LABEL_REQ);
	strcpy(m.u.ADMIN_LABEL_REQ.name, "alice");
	strcpy(m.u.ADMIN_LABEL_REQ.actor, "root");
	memcpy(m.u.ADMIN_LABEL_REQ.credential, credential_of(w).id,
	    sizeof m.u.ADMIN_LABEL_REQ.credential);
	assert_int_equal(ask(w, &m), ADMIN_NO); /* no label */
	strcpy(m.u.ADMIN_LABEL_REQ.label, "old phone");
	w->store_refuse = "authority/credential/";
	assert_int_equal(ask(w, &m), ADMIN_OK);
	assert_string_equal(credential_of(w).label, "old phone");
	assert_string_equal(world_change(w, 0)->label, "old phone");
	next = world_next(w, policy, w->records);
	world_free(w);
	assert_string_equal(credential_of(next).label, "old phone");
	strcpy(m.u.ADMIN_LABEL_REQ.credential, "c0ffee");
	assert_int_equal(ask(next, &m), ADMIN_NO);
	world_free(next);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_code_proves_once_and_opens_nothing_after),
	    cmocka_unit_test(a_code_is_spent_before_its_record_is_written),
	    cmocka_unit_test(two_codes_at_the_desk_show_any_drift),
	    cmocka_unit_test(a_label_is_given_and_known_after_a_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
