/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each role is given, as data: a role's authority is its row here and
 * its rows in role/routes.c, nothing else.
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
	ROOT_EMPTY, /* <runtime>/empty, nothing in it */
	ROOT_IPC,   /* <runtime>/ipc, the private sockets */
	ROOT_STATE  /* <state>/<role>, its own */
};

struct roles_row {
	enum role role;
	size_t conf_offset, conf_size; /* its slice of struct conf */
	uint32_t allow;		       /* enum sandbox_allow */
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
	enum role owner; /* whose uid; ROLE_NONE: the module's */
	enum role role;
	const char *name; /* for role_take_listen() */
	/* where the gid of who may connect beside the owner is, in struct conf
	 * gateway; 0: nobody may */
	size_t gid_offset;
};

extern const struct roles_socket role_sockets[];
extern const size_t role_socket_rows;

#define ROLES_SERVERS 4 /* of one role: LDAP URIs, sinks */

/* What it connects to, in the order of the configuration; NULL: no more. */
const char *roles_server(const struct conf *conf, enum role role, size_t i);

const struct roles_row *roles_find(enum role role);
/* Writes what the table says into every role's struct conf_role: allow, root.
 * -1: a path is too long. */
int roles_fill(struct conf *conf);
/* the struct conf_role at the head of that role's slice */
struct conf_role *roles_conf(struct conf *conf, enum role role);

#endif
