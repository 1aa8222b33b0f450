/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/roles.h"

#include <stdio.h>
#include <sys/socket.h>

#include "gatewayd/role/sandbox.h"

_Static_assert(ROLES_SERVERS >= CONF_URIS && ROLES_SERVERS >= CONF_SINKS,
    "a place for each server");

/* store and audit read their files before they serve.  That takes long for a
 * log of years, and must not count as a role that hangs. */
#define SOON 10
#define WHOLE 600

/* in the order of their start; the stop has the opposite order */
const struct roles_row roles[] = {
    {ROLE_STORE, SANDBOX_WRITE, ROOT_STATE, WHOLE},
    {ROLE_FORWARD, SANDBOX_INET | SANDBOX_READ | SANDBOX_WRITE, ROOT_STATE,
	SOON},
    {ROLE_AUDIT, SANDBOX_WRITE, ROOT_STATE, WHOLE},
    {ROLE_DIRECTORY, SANDBOX_INET | SANDBOX_READ, ROOT_EMPTY, SOON},
    {ROLE_AUTHORITY, SANDBOX_PIDFD, ROOT_EMPTY, SOON},
    {ROLE_LOGIN, SANDBOX_FORK | SANDBOX_CONNECT, ROOT_IPC, SOON},
};
const size_t role_rows = sizeof roles / sizeof roles[0];

const struct roles_socket role_sockets[] = {
    {"login.sock", SOCK_STREAM, 0600, ROLE_NONE, ROLE_LOGIN, "login", 0},
    {"redeem.sock", SOCK_STREAM, 0600, ROLE_NONE, ROLE_AUTHORITY, "redeem", 0},
    {"admin.sock", SOCK_SEQPACKET, 0600, ROLE_PARENT, ROLE_AUTHORITY, "admin",
	0},
    {"helpdesk.sock", SOCK_SEQPACKET, 0600, ROLE_PARENT, ROLE_AUTHORITY,
	"helpdesk", offsetof(struct conf_gateway, helpdesk_gid)},
    {"auditor.sock", SOCK_SEQPACKET, 0600, ROLE_PARENT, ROLE_AUTHORITY,
	"auditor", offsetof(struct conf_gateway, auditor_gid)},
    {"token.sock", SOCK_SEQPACKET, 0666, ROLE_PARENT, ROLE_AUTHORITY, "token",
	0},
    /* only conversations of login can connect to these two */
    {"ipc/authority.sock", SOCK_SEQPACKET, 0600, ROLE_LOGIN, ROLE_AUTHORITY,
	"login", 0},
    {"ipc/directory.sock", SOCK_SEQPACKET, 0600, ROLE_LOGIN, ROLE_DIRECTORY,
	"directory", 0},
};
const size_t role_socket_rows = sizeof role_sockets / sizeof role_sockets[0];

const struct roles_row *
roles_find(enum role role)
{
	for (size_t i = 0; i < role_rows; i++)
		if (roles[i].role == role)
			return &roles[i];
	return NULL;
}

/* the place of each role's block in struct conf */
static const struct {
	size_t offset, size;
} blocks[ROLE_COUNT] = {
#define BLOCK(NAME, name, user) \
	[ROLE_##NAME] = {       \
	    offsetof(struct conf, name), sizeof(struct conf_##name)},
    ROLES_STARTED(BLOCK)
#undef BLOCK
};

const void *
roles_block(const struct conf *conf, enum role role, size_t *size_r)
{
	*size_r = (unsigned)role < ROLE_COUNT ? blocks[role].size : 0;
	return *size_r == 0 ? NULL : (const char *)conf + blocks[role].offset;
}

struct conf_role *
roles_conf(struct conf *conf, enum role role)
{
	size_t size;

	return (struct conf_role *)roles_block(conf, role, &size);
}

int
roles_fill(struct conf *conf)
{
	const struct conf_gateway *g = &conf->gateway;

	for (size_t i = 0; i < role_rows; i++) {
		struct conf_role *r = roles_conf(conf, roles[i].role);
		const char *base = g->runtime, *name = "empty";

		if (roles[i].root == ROOT_STATE) {
			base = g->state;
			name = role_name(roles[i].role);
		} else if (roles[i].root == ROOT_IPC) {
			name = "ipc";
		}
		r->allow = roles[i].allow;
		if (snprintf(r->root, sizeof r->root, "%s/%s", base, name) >=
		    (int)sizeof r->root)
			return -1;
	}
	return 0;
}

const char *
roles_server(const struct conf *conf, enum role role, size_t i)
{
	if (role == ROLE_DIRECTORY && i < conf->directory.uri_count)
		return conf->directory.uri[i];
	if (role == ROLE_FORWARD && i < conf->forward.sink_count)
		return conf->forward.sink[i].name;
	return NULL;
}
