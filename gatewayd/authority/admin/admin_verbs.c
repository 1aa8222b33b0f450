/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "gatewayd/authority/admin/admin_approval.h"
#include "gatewayd/authority/admin/admin_factor.h"
#include "gatewayd/authority/admin/admin_invite.h"
#include "gatewayd/authority/admin/admin_keys.h"
#include "gatewayd/authority/admin/admin_parts.h"
#include "gatewayd/authority/admin/admin_policy.h"
#include "gatewayd/authority/admin/admin_prove.h"
#include "gatewayd/authority/admin/admin_session.h"
#include "gatewayd/authority/admin/admin_user.h"

/* clang-format off */
#define R ADMIN_ROOT
#define H (R | ADMIN_HELPDESK)
#define X (H | ADMIN_AUDITOR)

/* R root alone; H the helpdesk too; X auditors as well */
#define VERBS(V)                                                              \
	/* message    needs       who  changes opens  take, run, drop */      \
	V(ENROL,      SUBJECT,          R, true,  true,                       \
	    admin_factor_take_enrol, admin_factor_enrol, NULL)                \
	V(FACTORS,    SUBJECT,          X, false, false,                      \
	    NULL, admin_factor_list, NULL)                                    \
	V(INVITE,     SUBJECT,          H, true,  true,                       \
	    NULL, admin_invite, NULL)                                         \
	V(REVOKE,     SUBJECT,          R, true,  false,                      \
	    NULL, admin_factor_revoke, NULL)                                  \
	V(LABEL,      SUBJECT,          H, true,  false,                      \
	    admin_factor_take_label, admin_factor_label, NULL)                \
	V(PROVE,      SUBJECT,          H, true,  false,                      \
	    NULL, admin_prove, NULL)                                          \
	V(GIVE,       SUBJECT,          R, true,  false,                      \
	    admin_approval_take_give, admin_approval_give, NULL)              \
	V(APPROVALS,  SUBJECT_IF_NAMED, X, false, false,                      \
	    NULL, admin_approval_list, NULL)                                  \
	V(WITHDRAW,   SUBJECT,          R, true,  false,                      \
	    admin_approval_take_withdraw, admin_approval_withdraw, NULL)      \
	V(POLICY,     LOG,              R, true,  false,                      \
	    admin_policy_take, admin_policy_record, NULL)                     \
	V(SESSIONS,   SUBJECT_IF_NAMED, X, false, false,                      \
	    NULL, admin_session_list, NULL)                                   \
	V(END,        NOTHING,          R, true,  false,                      \
	    NULL, admin_session_end, admin_session_drop)                      \
	V(USER,       SUBJECT,          X, false, false,                      \
	    NULL, admin_user_show, NULL)                                      \
	V(ATTEMPTS,   SUBJECT,          X, false, false,                      \
	    NULL, admin_user_attempts, NULL)                                  \
	V(UNLOCK,     SUBJECT,          H, true,  true,                       \
	    NULL, admin_user_unlock, NULL)                                    \
	V(KEYS,       NOTHING,          X, false, false,                      \
	    NULL, admin_keys, NULL)
/* clang-format on */

#define VERB(name, needs, who, changes, opens, take, run, drop)              \
	{MSG_ADMIN_##name##_REQ, MSG_ADMIN_##name##_ANS,                     \
	    sizeof(struct msg_ADMIN_##name##_REQ), ADMIN_NEEDS_##needs, who, \
	    changes, opens, take, run, drop},
static const struct admin_verb verbs[] = {VERBS(VERB)};

/* A request has its place, and every message begins as it must. */
#define HEADED(name, ...)                                                  \
	_Static_assert(sizeof(struct msg_ADMIN_##name##_REQ) <=            \
			   sizeof(((struct admin_work *)0)->request),      \
	    #name " has no member in struct admin_work");                  \
	_Static_assert(offsetof(struct msg_ADMIN_##name##_REQ, actor) ==   \
			   offsetof(struct msg_ADMIN_ASK, actor),          \
	    #name " must begin with ADMIN_ASK");                           \
	_Static_assert(offsetof(struct msg_ADMIN_##name##_ANS, subject) == \
			   offsetof(struct msg_ADMIN_HEAD, subject),       \
	    #name " must begin with ADMIN_HEAD");
VERBS(HEADED)

const struct admin_verb *
admin_verb_find(enum message_type request)
{
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (verbs[i].request == request)
			return &verbs[i];
	return NULL;
}
