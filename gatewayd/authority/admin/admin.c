/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/admin/admin_guard.h"
#include "gatewayd/authority/admin/admin_parts.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/name.h"

/* Of people without root: so many connections at each socket, each for so
 * long. */
#define FACE_CONNECTIONS_MAX 64
#define FACE_CONNECTION_MS 60000

/* ---- the life of a request and of its connection ---- */

/* The connections of people without root at one socket; NULL: they are not
 * counted. */
static unsigned *
connections_at(struct authority *all, enum admin_face face)
{
	switch (face) {
	case ADMIN_HELPDESK:
		return &all->desks;
	case ADMIN_AUDITOR:
		return &all->auditors;
	case ADMIN_ROOT:
		break;
	}
	return NULL;
}

/* What the request under way held is let go, and nothing of it is left. */
static void
work_end(struct admin *a)
{
	struct admin_work *w = &a->work;

	if (w->verb != NULL && w->verb->drop != NULL)
		w->verb->drop(a);
	if (w->change != NULL)
		change_forget(w->change);
	directory_forget(a->all, &w->question);
	if (w->loading)
		subject_forget(&a->all->subjects, w->subject_id, a);
	if (w->subject != NULL)
		subject_release(&a->all->subjects, w->subject);
	explicit_bzero(w, sizeof *w);
}

static void
hang_up(struct admin *a)
{
	channel_close(&a->channel);
	a->gone = true; /* whoever holds it lets it go */
}

static void
end(struct admin *a)
{
	hang_up(a);
	if (a->holds > 0)
		return;
	audit_forget(&a->all->audit, a);
	work_end(a);
	actor_end(&a->actor);
	loop_timer_off(a->all->loop, &a->deadline);
	if (a->face != ADMIN_ROOT)
		--*connections_at(a->all, a->face);
	free(a);
}

void
admin_hold(struct admin *a)
{
	a->holds++;
}

void
admin_let_go(struct admin *a)
{
	if (--a->holds == 0 && a->gone)
		end(a);
}

/* ---- answers ---- */

void
admin_answer_init(struct admin *a, struct message *m)
{
	message_init(m, a->work.verb->answer);
	m->u.ADMIN_HEAD.status = ADMIN_OK;
	memcpy(m->u.ADMIN_HEAD.subject, a->work.subject_id,
	    sizeof m->u.ADMIN_HEAD.subject);
}

void
admin_item(struct admin *a, const struct message *m)
{
	if (a->gone || channel_post(&a->channel, m) == 0)
		return;
	hang_up(a);
}

void
admin_finish(struct admin *a, struct message *m)
{
	m->u.ADMIN_HEAD.end = 1;
	admin_item(a, m);
	message_wipe(m);
	work_end(a);
}

void
admin_answer(struct admin *a, enum admin_status status, const char *text)
{
	struct message m;

	admin_answer_init(a, &m);
	m.u.ADMIN_HEAD.status = (uint8_t)status;
	snprintf(m.u.ADMIN_HEAD.text, sizeof m.u.ADMIN_HEAD.text, "%s", text);
	admin_finish(a, &m);
}

/* ---- the record, then the answer ---- */

static void
on_recorded(void *arg, bool on_disk, uint64_t sequence)
{
	struct admin *a = arg;

	(void)sequence;
	admin_hold(a);
	if (!on_disk)
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the record could not be written");
	else
		admin_answer(a, ADMIN_OK, "");
	admin_let_go(a);
}

void
admin_record_init(struct admin *a, struct msg_AUDIT_APPEND_REQ *r,
    enum outcome outcome, enum reason reason)
{
	const struct admin_work *w = &a->work;

	*r = (struct msg_AUDIT_APPEND_REQ){.kind = RECORD_ADMIN,
	    .outcome = (uint8_t)outcome,
	    .time_ms = clock_wall_ms()};
	memcpy(r->attempt, w->id, sizeof r->attempt);
	memcpy(r->name, w->name, sizeof r->name);
	memcpy(r->subject, w->subject_id, sizeof r->subject);
	memcpy(r->actor, w->request.ask.actor, sizeof r->actor);
	actor_record(&a->actor, r);
	snprintf(r->actor_role, sizeof r->actor_role, "%s",
	    a->face == ADMIN_ROOT ? "root" : "helpdesk");
	reason_write(reason, r->reason);
	snprintf(r->service, sizeof r->service, "sallyport");
	snprintf(r->host, sizeof r->host, "%s", a->all->conf.host);
}

void
admin_record_write(struct admin *a, const struct msg_AUDIT_APPEND_REQ *r)
{
	if (audit_append(&a->all->audit, r, -1, on_recorded, a) < 0)
		on_recorded(a, false, 0);
}

/* Answer and record agree: this comes when the record is on disk. */
static void
on_changed(void *arg, enum change_result result)
{
	struct admin *a = arg;

	a->work.change = NULL;
	admin_hold(a);
	if (result == CHANGE_MADE && a->work.then != NULL)
		a->work.then(a);
	else if (result == CHANGE_MADE)
		admin_answer(a, ADMIN_OK, "");
	else if (result == CHANGE_NOT_MADE)
		admin_answer(a, ADMIN_NO, a->work.not_made);
	else
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the store or the audit log does not answer: the "
		    "log will say whether the change was made");
	admin_let_go(a);
}

void
admin_change(
    struct admin *a, const struct change_order *o, const char *not_made)
{
	a->work.not_made = not_made;
	a->work.change =
	    change_begin(a->all, a->work.subject, o, on_changed, a);
	if (a->work.change == NULL)
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "another change of this person is under way, or there is "
		    "no memory: try again");
}

void
admin_order(struct admin *a, struct change_order *o, enum outcome outcome,
    const char *credential)
{
	*o = (struct change_order){0};
	admin_record_init(a, &o->record, outcome, REASON_ADMIN_CHANGE);
	snprintf(o->record.credential, sizeof o->record.credential, "%s",
	    credential);
}

/* ---- what a verb needs ---- */

static void
on_subject(void *arg, struct subject *s, bool ok)
{
	struct admin *a = arg;
	const char *wrong;

	admin_hold(a);
	a->work.loading = false;
	a->work.subject = ok ? s : NULL;
	wrong = ok ? guard_subject(a) : NULL;
	if (!ok)
		admin_answer(a, ADMIN_UNAVAILABLE, "the store did not answer");
	else if (wrong != NULL)
		admin_answer(a, ADMIN_NO, wrong);
	else
		a->work.verb->run(a);
	admin_let_go(a);
}

/* Why the directory's answer names nobody, for people. */
static const char *
nobody(enum reason reason)
{
	switch (reason) {
	case REASON_UNKNOWN_PERSON:
		return "the directory has no person with this name";
	case REASON_AMBIGUOUS_PERSON:
		return "the directory has more than one entry with this name";
	case REASON_DIRECTORY_UNAVAILABLE:
		return "the directory did not answer";
	default:
		return "the directory's entry cannot be used: it has another "
		       "name, or no stable id that is a text without '/'";
	}
}

/* An account that may not log in now is still somebody's. */
static void
on_entry(void *arg, const struct directory_answer *answer)
{
	struct admin *a = arg;

	admin_hold(a);
	if (answer->entry == NULL) {
		bool sure = answer->reason == REASON_UNKNOWN_PERSON ||
			    answer->reason == REASON_AMBIGUOUS_PERSON;

		admin_answer(a, sure ? ADMIN_NO : ADMIN_UNAVAILABLE,
		    nobody(answer->reason));
	} else if (!snapshot_was_asked(a->all->snapshot, answer->entry)) {
		admin_answer(
		    a, ADMIN_UNAVAILABLE, nobody(REASON_DIRECTORY_UNAVAILABLE));
	} else {
		memcpy(a->work.subject_id, answer->entry->subject,
		    sizeof a->work.subject_id);
		a->work.is_protected =
		    guard_is_protected(&a->all->conf, answer->entry);
		a->work.loading = true;
		subject_hold(
		    &a->all->subjects, a->work.subject_id, on_subject, a);
	}
	admin_let_go(a);
}

/* Has directory say who that is; then it is on_subject()'s turn. */
static void
look_up(struct admin *a)
{
	const char *name = a->work.request.about.name;
	struct directory_question *q = &a->work.question;

	if (name_canonical(name, strlen(name), q->name, sizeof q->name) < 0) {
		admin_answer(a, ADMIN_NO,
		    "is not a user name: use letters, digits, '.', '_' and "
		    "'-' only");
		return;
	}
	memcpy(a->work.name, q->name, sizeof a->work.name);
	memcpy(q->id, a->work.id, sizeof q->id);
	q->answer = on_entry;
	q->arg = a;
	if (directory_ask(a->all, q) < 0)
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the directory cannot be reached");
}

/* Who asks is known by now, where it matters. */
static void
proceed(struct admin *a)
{
	const struct admin_verb *v = a->work.verb;
	const char *wrong = guard_request(a);
	bool about;

	if (wrong == NULL && v->take != NULL)
		wrong = v->take(a);
	if (wrong != NULL) {
		admin_answer(a, ADMIN_NO, wrong);
		return;
	}
	about = v->needs == ADMIN_NEEDS_SUBJECT ||
		(v->needs == ADMIN_NEEDS_SUBJECT_IF_NAMED &&
		    a->work.request.about.name[0] != '\0');
	if ((about || v->needs == ADMIN_NEEDS_LOG) && !a->all->audit.ready)
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the audit log is not ready");
	else if (RAND_bytes(a->work.id, sizeof a->work.id) != 1)
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the kernel gives no random bytes");
	else if (about)
		look_up(a);
	else
		v->run(a);
}

static void
on_actor(void *arg)
{
	struct admin *a = arg;

	admin_hold(a);
	proceed(a);
	admin_let_go(a);
}

static void
begin(struct admin *a)
{
	if (!a->work.verb->changes || (a->work.verb->who & a->face) == 0)
		proceed(a); /* which says no where it is not theirs */
	else if (a->work.request.ask.actor[0] == '\0')
		admin_answer(
		    a, ADMIN_NO, "the author of this change is not named");
	else if (actor_ask(&a->actor, a->all, on_actor, a) < 0)
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the process that asks cannot be identified at the moment: "
		    "try again");
}

/* ---- the connection ---- */

static void
on_close(void *arg)
{
	end(arg);
}

static void
on_message(void *arg, struct message *m)
{
	struct admin *a = arg;
	const struct admin_verb *verb = admin_verb_find(m->type);

	if (verb == NULL)
		channel_unexpected(&a->channel, m);
	admin_hold(a);
	if (a->work.verb != NULL) {
		log_warnx("admin.sock: a request while one is under way");
		hang_up(a);
	} else {
		a->work.verb = verb;
		memcpy(&a->work.request, &m->u, verb->request_size);
		begin(a);
	}
	admin_let_go(a);
}

static void
on_deadline(void *arg)
{
	end(arg);
}

static void
open_face(struct authority *all, int fd, enum admin_face face)
{
	struct loop *loop = all->loop;
	unsigned *connections = connections_at(all, face);
	struct admin *a = NULL;

	if (connections == NULL || *connections < FACE_CONNECTIONS_MAX)
		a = calloc(1, sizeof *a);
	if (a == NULL) {
		close(fd);
		return;
	}
	a->all = all;
	a->face = face;
	actor_begin(&a->actor, fd);
	channel_init(&a->channel, fd, ROLE_AUTHORITY, ROLE_ADMIN);
	a->channel.accepted = true;
	if (connections != NULL) {
		++*connections;
		loop_timer_at(loop, &a->deadline,
		    clock_mono_ms() + FACE_CONNECTION_MS, on_deadline, a);
	}
	if (channel_serve(&a->channel, loop, on_message, on_close, a) < 0) {
		log_warn("epoll");
		end(a);
	}
}

void
admin_begin(struct authority *all, int fd)
{
	open_face(all, fd, ADMIN_ROOT);
}

void
helpdesk_begin(struct authority *all, int fd)
{
	open_face(all, fd, ADMIN_HELPDESK);
}

void
auditor_begin(struct authority *all, int fd)
{
	open_face(all, fd, ADMIN_AUDITOR);
}
