/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of a configuration held when it was checked, in sealed
 * memory: roles are given that, at a reload and when they start again, and
 * never a name to open.  So a file counts by its content, a change on disk is
 * not in force before a reload took it, and no sandbox is in the way of a new
 * name.
 */
#ifndef PARENT_FILES_H
#define PARENT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/conf/conf.h"

/* CA, seal, checkpoint; token keys; CA, certificate and key of each sink */
#define FILES_KEPT (3 + CONF_TOKEN_KEYS + 3 * CONF_SINKS)

struct files {
	size_t count;
	struct {
		char path[CONF_PATH];
		size_t size;
		int fd;
		void *locked; /* a map that keeps it out of swap; or NULL */
	} file[FILES_KEPT];
};

/* Memory that nobody can change any more, whoever holds it.  -1: errno. */
int files_seal(const char *text, size_t size);
/* Keeps a copy under that name; a second one of a name changes nothing.
 * secret: it stays out of swap, where the limits allow.  -1: errno. */
int files_keep(struct files *f, const char *path, const char *text, size_t size,
    bool secret);
/* A new descriptor of it, for a role; -1 with errno. */
int files_open(const struct files *f, const char *path);
void files_close(struct files *f);

#endif
