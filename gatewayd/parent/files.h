/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The content of the configuration's files, in sealed memory, as it was when
 * the configuration was checked.  Roles get this content at a reload and when
 * they start again, and never a path to open.  So a change on disk is not in
 * force before a reload accepts it, and a role's sandbox needs no new path.
 */
#ifndef PARENT_FILES_H
#define PARENT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/conf/conf.h"

/* Made of the policy and the configuration, so it is no path: the canonical DNs
 * of the groups that they name, each with its NUL. */
#define FILES_GROUPS "groups"
/* CA, CRL, groups, seal, checkpoint; token keys; CA, certificate and key of
 * each sink */
#define FILES_KEPT (5 + CONF_TOKEN_KEYS + 3 * CONF_SINKS)

struct files {
	size_t count;
	struct {
		char path[CONF_PATH];
		size_t size;
		int fd;
		void *locked; /* a map that keeps it out of swap; or NULL */
	} file[FILES_KEPT];
};

/* Makes a memory file that no holder of the descriptor can change.  -1: errno.
 */
int files_seal(const char *text, size_t size);
/* Keeps a copy under that path; a second copy of the same path is ignored.
 * secret: the copy stays out of swap, if the limits allow.  -1: errno. */
int files_keep(struct files *f, const char *path, const char *text, size_t size,
    bool secret);
/* A new descriptor of the copy, for a role; -1 with errno. */
int files_open(const struct files *f, const char *path);
void files_close(struct files *f);

#endif
