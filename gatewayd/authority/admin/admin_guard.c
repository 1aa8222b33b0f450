/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_guard.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/dn.h"

#define HOUR_MS 3600000u

static bool
is_listed(
    const char (*list)[CONF_TEXT], uint32_t count, const char *dn, size_t size)
{
	for (uint32_t i = 0; i < count; i++)
		if (strlen(list[i]) == size && memcmp(list[i], dn, size) == 0)
			return true;
	return false;
}

bool
guard_is_protected(
    const struct conf_authority *conf, const struct msg_DIRECTORY_LOOKUP_ANS *m)
{
	char dn[DN_MAX];

	for (size_t i = 0; i < m->group_count; i++) {
		long size = dn_normalise(m->group[i], dn, sizeof dn);

		/* the parent has written those of the configuration alike */
		if (size > 0 &&
		    (is_listed(conf->protected, conf->protected_count, dn,
			 (size_t)size) ||
			is_listed(conf->helpdesk_people,
			    conf->helpdesk_people_count, dn, (size_t)size)))
			return true;
	}
	return false;
}

/* One act more in this hour?  A uid has a place until its hour is over. */
static bool
may_act(struct authority *all, uint32_t uid)
{
	uint64_t now = clock_mono_ms();
	struct admin_acts *free_one = NULL;

	for (size_t i = 0; i < ADMIN_ACTORS; i++) {
		struct admin_acts *t = &all->acts[i];

		if (t->count > 0 && now - t->since_ms >= HOUR_MS)
			t->count = 0;
		if (t->count > 0 && t->uid == uid)
			return t->count++ < all->conf.helpdesk_limit;
		if (t->count == 0)
			free_one = t;
	}
	if (free_one == NULL)
		return false;
	*free_one = (struct admin_acts){uid, 1, now};
	return true;
}

const char *
guard_request(struct admin *a)
{
	const struct admin_verb *v = a->work.verb;

	if ((v->who & a->face) == 0)
		return "needs root: it is not allowed at this socket";
	if (!v->changes || a->face == ADMIN_ROOT)
		return NULL;
	if (!actor_is_somebody(&a->actor))
		return "you cannot be identified: this process has no "
		       "login uid (pam_loginuid), and belongs to no open "
		       "session";
	if (!may_act(a->all, a->actor.peer_uid))
		return "has to wait: you have asked for all changes that "
		       "helpdesk-limit allows in an hour";
	return NULL;
}

/* Somebody else, who is known, has said that it may be done to this person. */
static bool
is_seconded(const struct admin *a)
{
	const struct approvals *all = &a->work.subject->approvals;
	uint32_t uid = a->actor.login_uid;
	int64_t now = clock_wall_ms();

	for (size_t i = 0; i < all->count; i++) {
		const struct approval *p = &all->item[i];

		if (now < p->ends_ms &&
		    strcmp(p->service, GUARD_SERVICE) == 0 &&
		    strcmp(p->name, a->work.name) == 0 &&
		    p->giver_uid != UINT32_MAX && uid != WHO_UNSET &&
		    p->giver_uid != uid)
			return true;
	}
	return false;
}

const char *
guard_subject(struct admin *a)
{
	const struct admin_verb *v = a->work.verb;
	bool own = a->actor.subject[0] != '\0' &&
		   strcmp(a->actor.subject, a->work.subject_id) == 0;

	if (!v->changes)
		return NULL;
	if (a->face != ADMIN_ROOT && own)
		return "is you: another person must make this change";
	if (a->face != ADMIN_ROOT && a->work.is_protected)
		return "is protected: only root can make this change, "
		       "with a second person";
	if (v->opens && a->work.is_protected && !is_seconded(a))
		return "is protected: a second person with a login uid must "
		       "approve this first (sallyport approval give "
		       "--service " GUARD_SERVICE ")";
	return NULL;
}
