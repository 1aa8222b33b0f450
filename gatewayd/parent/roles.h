/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of everything that a role is given.  A role's authority is its row
 * here and its rows in role/routes.c, and nothing else.
 */
#ifndef PARENT_ROLES_H
#define PARENT_ROLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/conf/conf.h"
#include "lib/ipc/roles.h"

enum roles_root {
	ROOT_EMPTY, /* <runtime>/empty, an empty directory */
	ROOT_IPC,   /* <runtime>/ipc, with the private sockets */
	ROOT_STATE  /* <state>/<role>, its own directory */
};

struct roles_row {
	enum role role;
	uint32_t allow; /* enum sandbox_allow */
	enum roles_root root;
	unsigned ready_seconds; /* from its start to READY */
};

extern const struct roles_row roles[];
extern const size_t role_rows;

/* The parent binds these and gives each to one role. */
struct roles_socket {
	const char *path; /* below runtime */
	int type;
	mode_t mode;
	enum role owner; /* the role with its uid; ROLE_NONE: the module */
	enum role role;
	const char *name; /* for role_take_listen() */
	/* the gid in struct conf_gateway that may connect beside the owner;
	 * 0: no group may */
	size_t gid_offset;
};

extern const struct roles_socket role_sockets[];
extern const size_t role_socket_rows;

#define ROLES_SERVERS 4 /* of one role: LDAP URIs, sinks */

/* The servers of a role, in the order of the configuration; NULL: no more. */
const char *roles_server(const struct conf *conf, enum role role, size_t i);

const struct roles_row *roles_find(enum role role);
/* Copies allow and root from the table into every role's struct conf_role.  -1:
 * a path is too long. */
int roles_fill(struct conf *conf);
/* The block of that role and its size; NULL: it has none. */
const void *roles_block(
    const struct conf *conf, enum role role, size_t *size_r);
/* What every block begins with. */
struct conf_role *roles_conf(struct conf *conf, enum role role);

#endif
