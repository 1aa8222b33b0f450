/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/reload.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/parent/fixed.h"
#include "gatewayd/parent/go.h"
#include "gatewayd/parent/place.h"
#include "gatewayd/parent/status.h"
#include "gatewayd/parent/warnings.h"
#include "lib/base/log.h"

/* A comparison that fails counts as a difference. */
static bool
is_fixed_same(struct parent *p, char key[FIXED_KEY])
{
	char old[FIXED_TEXT], new[FIXED_TEXT];

	snprintf(key, FIXED_KEY, "gateway");
	return fixed_text(p->now, old) == 0 &&
	       fixed_text(p->reload.next, new) == 0 &&
	       fixed_same(old, new, key);
}

static void
again(struct parent *p)
{
	if (!p->reload.again)
		return;
	p->reload.again = false;
	reload_begin(p);
}

static void __attribute__((format(printf, 2, 3)))
refuse(struct parent *p, const char *format, ...)
{
	struct reload *r = &p->reload;
	va_list ap;

	va_start(ap, format);
	vsnprintf(p->reload_error, sizeof p->reload_error, format, ap);
	va_end(ap);
	log_warnx("the old configuration stays: %s", p->reload_error);
	if (r->step == RELOAD_STAGING)
		for (size_t i = 0; i < role_rows; i++) {
			struct child *c = &p->child[roles[i].role];

			if (c->stage != STAGE_NONE)
				go_tell(c, GO_FORGET);
			c->stage = STAGE_NONE;
		}
	checked_free(r->next);
	r->next = NULL;
	r->step = RELOAD_NONE;
	status_changed(p);
	again(p);
}

/* A role that could not start is started again: its fault may be mended now. */
static void
try_again(struct parent *p)
{
	for (size_t i = 0; i < role_rows; i++) {
		struct child *c = &p->child[roles[i].role];

		if (c->pid <= 0 && c->cannot)
			loop_timer_now(p->loop, &c->timer);
	}
}

static void
put_in_force(struct parent *p)
{
	struct checked *old = p->now;

	/* first: a role that starts from now on gets the new one */
	p->now = p->reload.next;
	p->reload.next = NULL;
	p->reload.step = RELOAD_NONE;
	p->reload_error[0] = '\0';
	for (size_t i = 0; i < role_rows; i++) {
		struct child *c = &p->child[roles[i].role];

		if (c->stage == STAGE_DONE)
			go_tell(c, GO_SWAP);
		c->stage = STAGE_NONE;
	}
	log_info("reloaded %s: %zu rules", p->config, p->now->policies.rules);
	checked_free(old);
	try_again(p);
	status_changed(p);
	warnings_watch(p);
	again(p);
}

static void
look_if_all(struct parent *p)
{
	if (p->reload.step != RELOAD_STAGING)
		return;
	for (size_t i = 0; i < role_rows; i++)
		if (p->child[roles[i].role].stage == STAGE_ASKED)
			return;
	put_in_force(p);
}

static int
stage(struct parent *p, struct child *c)
{
	if (place_hand_over(p, p->reload.next, c, PLACE_RELOAD) < 0) {
		/* a role must not mix the files of two configurations */
		kill(c->pid, SIGKILL);
		return -1;
	}
	c->stage = STAGE_ASKED;
	go_tell(c, GO_STAGE);
	return 0;
}

/* A role that does not run takes no part.  At its start it gets the
 * configuration that is in force then. */
static void
stage_all(struct parent *p)
{
	p->reload.step = RELOAD_STAGING;
	p->reload.round++;
	for (size_t i = 0; i < role_rows; i++) {
		struct child *c = &p->child[roles[i].role];

		if (c->state != CHILD_DOWN && stage(p, c) < 0) {
			refuse(p, "%s did not get the whole configuration",
			    role_name(c->role));
			return;
		}
	}
	look_if_all(p);
}

void
reload_started(struct parent *p, struct child *c)
{
	if (p->reload.step == RELOAD_STAGING && stage(p, c) < 0)
		refuse(p, "%s did not get the whole configuration",
		    role_name(c->role));
}

void
reload_answer(struct child *c, const struct msg_PARENT_READY_NOTE *n)
{
	struct parent *p = c->parent;

	if (n->round != p->reload.round || c->stage != STAGE_ASKED)
		return; /* an answer to an earlier reload */
	if (n->failed) {
		/* a role that refuses has forgotten it already */
		c->stage = STAGE_NONE;
		refuse(p, "%s: %.200s", role_name(c->role), n->text);
		return;
	}
	c->stage = STAGE_DONE;
	look_if_all(p);
}

/* If a role that had been ready ends, the new configuration may be the cause,
 * and the reload is refused.  If a role that was still starting ends, the cause
 * may be the old configuration, and the reload goes on. */
void
reload_ended(struct child *c, bool ran)
{
	struct parent *p = c->parent;
	bool asked = c->stage == STAGE_ASKED;

	c->stage = STAGE_NONE;
	if (p->reload.step != RELOAD_STAGING || p->stopping)
		return;
	if (ran && asked)
		refuse(p, "%s ended while it looked at the new configuration",
		    role_name(c->role));
	else
		look_if_all(p);
}

/* ---- the proof ---- */

/* Forks a child that proves the policy, while the parent goes on.  The child
 * has the same copy of the policy that would be loaded. */
static pid_t
begin_proof(struct parent *p)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(check_prove(p->reload.next) ? 0 : 1);
}

bool
reload_reap(struct parent *p, pid_t pid, int status)
{
	if (pid != p->reload.prover)
		return false;
	p->reload.prover = 0;
	if (p->stopping)
		return true;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		refuse(p,
		    WIFEXITED(status)
			? "an assertion of the policy does not hold, or takes "
			  "too much work; gatewayd -t says which"
			: "the proof of the policy was ended");
	else
		stage_all(p);
	return true;
}

void
reload_begin(struct parent *p)
{
	char key[FIXED_KEY], where[CHECK_WHERE];

	if (p->reload.step != RELOAD_NONE) {
		p->reload.again = true;
		return;
	}
	status_reloading(p);
	p->reload.next = check_unproved(p->config, where);
	if (p->reload.next == NULL) {
		refuse(p, "%s: an error; gatewayd -t shows all", where);
		return;
	}
	if (!is_fixed_same(p, key)) {
		refuse(p, "%s cannot change: restart gatewayd", key);
		return;
	}
	p->reload.prover = begin_proof(p);
	policies_proved(&p->reload.next->policies);
	if (p->reload.prover < 0) {
		refuse(p, "no process for the proof of the policy");
		return;
	}
	p->reload.step = RELOAD_PROVING;
	status_changed(p);
}
