/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/change/change_rows.h"

#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/credential/credential_value.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

/* ---- a credential ---- */

static int
encode_credential(const struct change_order *o, struct seal *seal,
    const char *subject, struct store_value *value_r)
{
	return credential_value_encode(&o->credential, seal, subject, value_r);
}

static void
apply_enrolled(struct subject *s, struct subjects *all,
    const struct change_order *o, bool made, uint64_t version)
{
	struct credential c = o->credential;

	(void)all;
	c.version = version;
	if (made && subject_add_credential(s, &c) == NULL)
		log_warnx("subject %s: the new credential counts when "
			  "authority has read it from the store",
		    s->id);
}

static void
apply_revoked(struct subject *s, struct subjects *all,
    const struct change_order *o, bool made, uint64_t version)
{
	const char *id = o->record.credential;
	struct credential *c = subject_credential(s, id);

	(void)version;
	if (made && strcmp(id, INVITATION_ID) == 0)
		subject_uninvite(s);
	else if (made && c != NULL)
		subject_drop_credential(all, s, c);
}

/* An id is random, and no other is ever put at its key. */
static bool
is_credential_there(const struct msg_AUDIT_APPEND_REQ *intent,
    struct seal *seal, const uint8_t *value, size_t size)
{
	struct credential c;

	return credential_value_decode(
		   &c, seal, intent->subject, value, size) == 0;
}

/* As with an unlock, the log has it first, and the store's mark trails it. */
static void
apply_changed(struct subject *s, struct subjects *all,
    const struct change_order *o, bool made, uint64_t version)
{
	struct credential *c = subject_credential(s, o->record.credential);
	struct credential mark;

	(void)version;
	if (!made || c == NULL)
		return;
	change_mark(&o->record, &mark);
	subject_take_mark(all, s, c, &mark);
}

/* ---- an invitation ---- */

static int
encode_invitation(const struct change_order *o, struct seal *seal,
    const char *subject, struct store_value *value_r)
{
	(void)seal;
	(void)subject;
	return invitation_encode(&o->invitation, value_r);
}

static void
apply_invited(struct subject *s, struct subjects *all,
    const struct change_order *o, bool made, uint64_t version)
{
	struct invitation i = o->invitation;

	(void)all;
	i.version = version;
	if (made && subject_invite(s, &i) < 0)
		log_warnx("subject %s: the invitation counts when authority "
			  "has read it from the store",
		    s->id);
}

/* It begins when its intent was written: another one has another time. */
static bool
is_invitation_there(const struct msg_AUDIT_APPEND_REQ *intent,
    struct seal *seal, const uint8_t *value, size_t size)
{
	struct invitation i;
	int64_t start_ms;

	if (invitation_decode(&i, value, size) < 0)
		return false;
	start_ms = invitation_start_ms(&i, seal, intent->subject);
	return start_ms > 0 && start_ms == intent->time_ms;
}

/* ---- an approval ---- */

static int
encode_approval(const struct change_order *o, struct seal *seal,
    const char *subject, struct store_value *value_r)
{
	return approval_encode(&o->approval, seal, subject, value_r);
}

static void
apply_given(struct subject *s, struct subjects *all,
    const struct change_order *o, bool made, uint64_t version)
{
	(void)all;
	(void)version;
	if (made && approvals_add(&s->approvals, &o->approval) < 0)
		log_warnx("subject %s: the new approval counts when authority "
			  "has read it from the store",
		    s->id);
}

static bool
is_approval_there(const struct msg_AUDIT_APPEND_REQ *intent, struct seal *seal,
    const uint8_t *value, size_t size)
{
	struct approval p;

	return approval_decode(&p, seal, intent->subject, intent->approval,
		   (struct bytes){value, size}) == 0 &&
	       p.ends_ms == intent->approval_ends_ms;
}

/* It left the memory before anything was written. */
static void
apply_withdrawn(struct subject *s, struct subjects *all,
    const struct change_order *o, bool made, uint64_t version)
{
	(void)s;
	(void)all;
	(void)o;
	(void)made;
	(void)version;
}

/* Only the log says so: the store's mark trails it, as after any try. */
static void
apply_unlocked(struct subject *s, struct subjects *all,
    const struct change_order *o, bool made, uint64_t version)
{
	(void)o;
	(void)version;
	if (made)
		subject_set_tries(all, s, 0, 0);
}

/* ---- all of them ---- */

static const struct change_row rows[] = {
    {OUTCOME_ENROLLED, false, encode_credential, apply_enrolled,
	is_credential_there},
    {OUTCOME_REVOKED, true, NULL, apply_revoked, NULL},
    {OUTCOME_INVITED, false, encode_invitation, apply_invited,
	is_invitation_there},
    {OUTCOME_GIVEN, false, encode_approval, apply_given, is_approval_there},
    {OUTCOME_WITHDRAWN, true, NULL, apply_withdrawn, NULL},
    {OUTCOME_CHANGED, true, NULL, apply_changed, NULL},
    {OUTCOME_UNLOCKED, true, NULL, apply_unlocked, NULL},
};

const struct change_row *
change_row(unsigned outcome)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].outcome == outcome)
			return &rows[i];
	return NULL;
}

int
change_key(const struct msg_AUDIT_APPEND_REQ *r, char key[KEY_MAX + 1])
{
	bool approval =
	    r->outcome == OUTCOME_GIVEN || r->outcome == OUTCOME_WITHDRAWN;
	const char *what = approval ? r->approval : r->credential;

	key[0] = '\0';
	if (r->outcome == OUTCOME_UNLOCKED || r->outcome == OUTCOME_CHANGED)
		return 0;
	/* an empty one would be the prefix of all */
	if (r->subject[0] == '\0' || what[0] == '\0')
		return -1;
	return approval ? approval_key(key, KEY_MAX + 1, r->subject, what)
			: credential_key(key, KEY_MAX + 1, r->subject, what);
}

void
change_mark(const struct msg_AUDIT_APPEND_REQ *r, struct credential *mark_r)
{
	*mark_r = (struct credential){.step = r->step};
	memcpy(mark_r->id, r->credential, sizeof mark_r->id);
	memcpy(mark_r->label, r->label, sizeof mark_r->label);
	if (r->drift[0] != '\0') {
		mark_r->drift = (int32_t)strtol(r->drift, NULL, 10);
		mark_r->resynchronised_ms = r->time_ms;
	}
	if (r->step != 0)
		mark_r->used_ms = r->time_ms;
}

bool
change_ends_invitation(const struct msg_AUDIT_APPEND_REQ *r)
{
	return r->outcome == OUTCOME_ENROLLED ||
	       (r->outcome == OUTCOME_REVOKED &&
		   strcmp(r->credential, INVITATION_ID) == 0);
}

void
change_outcome(const struct msg_AUDIT_APPEND_REQ *intent, enum outcome outcome,
    struct msg_AUDIT_APPEND_REQ *r)
{
	*r = *intent;
	r->kind = RECORD_ADMIN;
	r->outcome = (uint8_t)outcome;
	r->time_ms = clock_wall_ms();
	if (outcome == OUTCOME_FAILED)
		reason_write(REASON_CHANGE_FAILED, r->reason);
}
