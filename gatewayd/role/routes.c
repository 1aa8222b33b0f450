/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/ipc/routes.h"

#define ROW(type, from, to, phase, max, fd)                                \
	{                                                                  \
		MSG_##type, ROLE_##from, ROLE_##to, PHASE_##phase, max, fd \
	}
#define CONTROL(role, name, user)                                   \
	ROW(PARENT_CONFIG_NOTE, PARENT, role, ANY, 33000, false),   \
	    ROW(PARENT_FILE_NOTE, PARENT, role, ANY, 300, true),    \
	    ROW(PARENT_LISTEN_NOTE, PARENT, role, ANY, 64, true),   \
	    ROW(PARENT_PEER_NOTE, PARENT, role, ANY, 8, true),      \
	    ROW(PARENT_GO_NOTE, PARENT, role, ANY, 16, false),      \
	    ROW(PARENT_READY_NOTE, role, PARENT, ANY, 300, false),  \
	    ROW(PARENT_STATE_NOTE, role, PARENT, ANY, 1100, false), \
	    ROW(PARENT_LOST_NOTE, role, PARENT, ANY, 8, false),

const struct route routes[] = {
    ROLES_STARTED(CONTROL)
	ROW(PARENT_END_NOTE, AUTHORITY, PARENT, ANY, 64, true),
    ROW(PARENT_SHOWN_NOTE, DIRECTORY, PARENT, ANY, 600, false),
    ROW(PARENT_SHOWN_NOTE, FORWARD, PARENT, ANY, 600, false),
    ROW(PARENT_SERVER_NOTE, DIRECTORY, PARENT, ANY, 1400, false),
    ROW(PARENT_SERVER_NOTE, FORWARD, PARENT, ANY, 1400, false),
    ROW(PARENT_WHO_REQ, AUTHORITY, PARENT, ANY, 16, true),
    ROW(PARENT_WHO_ANS, PARENT, AUTHORITY, ANY, 300, false),

    ROW(AUTHORITY_OPEN_REQ, LOGIN, AUTHORITY, NEW, 5120, false),
    ROW(AUTHORITY_VERSION_NOTE, LOGIN, AUTHORITY, NEW, 8, false),
    ROW(AUTHORITY_OPEN_ANS, AUTHORITY, LOGIN, ANY, 1200, false),
    ROW(AUTHORITY_ANSWER_REQ, LOGIN, AUTHORITY, OPENED, 80, false),
    ROW(AUTHORITY_MORE_ANS, AUTHORITY, LOGIN, ANY, 520, false),
    ROW(AUTHORITY_RESULT_ANS, AUTHORITY, LOGIN, ANY, 300, false),
    ROW(DIRECTORY_PASSWORD_REQ, LOGIN, DIRECTORY, NEW, 560, false),

    ROW(DIRECTORY_LOOKUP_REQ, AUTHORITY, DIRECTORY, ANY, 300, false),
    ROW(DIRECTORY_LOOKUP_ANS, DIRECTORY, AUTHORITY, ANY, 22500, false),
    ROW(DIRECTORY_VERDICT_NOTE, DIRECTORY, AUTHORITY, ANY, 24, false),
    ROW(DIRECTORY_BIND_NOTE, AUTHORITY, DIRECTORY, ANY, 24, false),
    ROW(DIRECTORY_FORGET_NOTE, AUTHORITY, DIRECTORY, ANY, 24, false),

    ROW(STORE_GET_REQ, AUTHORITY, STORE, ANY, 300, false),
    ROW(STORE_GET_ANS, STORE, AUTHORITY, ANY, 4200, false),
    ROW(STORE_PUT_REQ, AUTHORITY, STORE, ANY, 4500, false),
    ROW(STORE_DELETE_REQ, AUTHORITY, STORE, ANY, 300, false),
    ROW(STORE_DONE_ANS, STORE, AUTHORITY, ANY, 24, false),
    ROW(STORE_LIST_REQ, AUTHORITY, STORE, ANY, 800, false),
    ROW(STORE_LIST_ANS, STORE, AUTHORITY, ANY, 4500, false),

    ROW(AUDIT_APPEND_REQ, AUTHORITY, AUDIT, ANY, 6200, false),
    ROW(AUDIT_RECEIPT_ANS, AUDIT, AUTHORITY, ANY, 4200, false),
    ROW(AUDIT_REPLAY_REQ, AUTHORITY, AUDIT, ANY, 16, false),
    ROW(AUDIT_REPLAY_ANS, AUDIT, AUTHORITY, ANY, 6300, false),
    ROW(FORWARD_COMMITTED_NOTE, AUDIT, FORWARD, ANY, 16, false),

    ROW(ADMIN_ENROL_REQ, ADMIN, AUTHORITY, ANY, 600, false),
    ROW(ADMIN_ENROL_ANS, AUTHORITY, ADMIN, ANY, 1700, false),
    ROW(ADMIN_FACTORS_REQ, ADMIN, AUTHORITY, ANY, 400, false),
    ROW(ADMIN_FACTORS_ANS, AUTHORITY, ADMIN, ANY, 800, false),
    ROW(ADMIN_INVITE_REQ, ADMIN, AUTHORITY, ANY, 400, false),
    ROW(ADMIN_INVITE_ANS, AUTHORITY, ADMIN, ANY, 450, false),
    ROW(ADMIN_REVOKE_REQ, ADMIN, AUTHORITY, ANY, 500, false),
    ROW(ADMIN_REVOKE_ANS, AUTHORITY, ADMIN, ANY, 450, false),
    ROW(ADMIN_LABEL_REQ, ADMIN, AUTHORITY, ANY, 500, false),
    ROW(ADMIN_LABEL_ANS, AUTHORITY, ADMIN, ANY, 500, false),
    ROW(ADMIN_PROVE_REQ, ADMIN, AUTHORITY, ANY, 600, false),
    ROW(ADMIN_PROVE_ANS, AUTHORITY, ADMIN, ANY, 500, false),
    ROW(ADMIN_POLICY_REQ, ADMIN, AUTHORITY, ANY, 400, false),
    ROW(ADMIN_POLICY_ANS, AUTHORITY, ADMIN, ANY, 450, false),
    ROW(ADMIN_GIVE_REQ, ADMIN, AUTHORITY, ANY, 600, false),
    ROW(ADMIN_GIVE_ANS, AUTHORITY, ADMIN, ANY, 500, false),
    ROW(ADMIN_APPROVALS_REQ, ADMIN, AUTHORITY, ANY, 400, false),
    ROW(ADMIN_APPROVALS_ANS, AUTHORITY, ADMIN, ANY, 1300, false),
    ROW(ADMIN_WITHDRAW_REQ, ADMIN, AUTHORITY, ANY, 500, false),
    ROW(ADMIN_WITHDRAW_ANS, AUTHORITY, ADMIN, ANY, 450, false),
    ROW(ADMIN_SESSIONS_REQ, ADMIN, AUTHORITY, ANY, 400, false),
    ROW(ADMIN_SESSIONS_ANS, AUTHORITY, ADMIN, ANY, 1200, false),
    ROW(ADMIN_END_REQ, ADMIN, AUTHORITY, ANY, 120, false),
    ROW(ADMIN_END_ANS, AUTHORITY, ADMIN, ANY, 450, false),
    ROW(ADMIN_USER_REQ, ADMIN, AUTHORITY, ANY, 400, false),
    ROW(ADMIN_USER_ANS, AUTHORITY, ADMIN, ANY, 550, false),
    ROW(ADMIN_ATTEMPTS_REQ, ADMIN, AUTHORITY, ANY, 400, false),
    ROW(ADMIN_ATTEMPTS_ANS, AUTHORITY, ADMIN, ANY, 700, false),
    ROW(ADMIN_UNLOCK_REQ, ADMIN, AUTHORITY, ANY, 400, false),
    ROW(ADMIN_UNLOCK_ANS, AUTHORITY, ADMIN, ANY, 450, false),
    ROW(ADMIN_KEYS_REQ, ADMIN, AUTHORITY, ANY, 120, false),
    ROW(ADMIN_KEYS_ANS, AUTHORITY, ADMIN, ANY, 16900, false),

    ROW(AUTHORITY_KEYS_REQ, SESSION, AUTHORITY, ANY, 8, false),
    ROW(AUTHORITY_KEYS_ANS, AUTHORITY, SESSION, ANY, 16400, false),
    ROW(AUTHORITY_TOKEN_REQ, SESSION, AUTHORITY, ANY, 200, false),
    ROW(AUTHORITY_TOKEN_ANS, AUTHORITY, SESSION, ANY, 8500, false),
};
const size_t route_count = sizeof routes / sizeof routes[0];

const struct route *
route_find(enum message_type type, enum role from, enum role to)
{
	for (size_t i = 0; i < route_count; i++)
		if (routes[i].type == type && routes[i].from == from &&
		    routes[i].to == to)
			return &routes[i];
	return NULL;
}

bool
route_pair(enum role a, enum role b)
{
	for (size_t i = 0; i < route_count; i++)
		if ((routes[i].from == a && routes[i].to == b) ||
		    (routes[i].from == b && routes[i].to == a))
			return true;
	return false;
}

static const char *const names[ROLE_COUNT] = {[ROLE_NONE] = "?",
#define WORD(NAME, name, user) [ROLE_##NAME] = #name,
    ROLES(WORD)
#undef WORD
};

const char *
role_name(enum role role)
{
	return (unsigned)role < ROLE_COUNT ? names[role] : "?";
}
