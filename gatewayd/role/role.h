/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of every role process.  It takes its configuration and files from
 * the parent on fd 3.  Then it prepares, changes its root, drops its ids,
 * enters its sandbox and serves, in that order.
 */
#ifndef ROLE_ROLE_H
#define ROLE_ROLE_H

#include <stdbool.h>
#include <stddef.h>

#include "gatewayd/role/role_say.h"
#include "lib/base/loop.h"
#include "lib/conf/conf.h"
#include "lib/ipc/channel.h"
#include "lib/ipc/roles.h"

#define ROLE_CONTROL_FD 3
/* The variable in which the parent names its release. */
#define ROLE_RELEASE "SALLYPORT_RELEASE"

/* The order that the parent gives after it has sent everything.  A reload has
 * two steps: no role swaps before all have staged. */
enum go {
	GO_START,  /* serve */
	GO_STAGE,  /* prepare the new configuration beside the one in force */
	GO_SWAP,   /* the new configuration is in force now */
	GO_FORGET, /* another role refused the new configuration */
	GO_PROBE   /* instead of START: ask each server once, and end */
};

#define ROLE_FILES_MAX 96
#define ROLE_LISTENS_MAX 8

struct role_handed {
	const void *conf; /* the role's struct of lib/conf/conf.h */
	struct {
		char name[256];
		int fd;
	} file[ROLE_FILES_MAX], listen[ROLE_LISTENS_MAX];
	size_t file_count, listen_count;
	int peer[ROLE_COUNT]; /* sockets of channels; -1: none */
};

struct role_ops {
	enum role role;
	size_t conf_size;
	/* The paths that the sandbox lets the role read (SANDBOX_READ). */
	const char *const *(*read_paths)(const struct role_handed *);
	/* Reads keys from the files, still with the parent's rights.  May be
	 * NULL.  -1: the reason was logged, and the role ends. */
	int (*prepare)(struct role_handed *);
	/* Puts watches and channels into the loop, inside the sandbox. */
	int (*start)(struct loop *, struct role_handed *);
	/* Instead of start, after GO_PROBE: say of each server what
	 * role_say_server() takes, then stop the loop.  NULL: it has none. */
	int (*probe)(struct loop *);
	/* That peer was restarted.  fd is the new channel. */
	void (*peer)(enum role, int fd);
	/* A reload: make all of the new conf and files that could fail, beside
	 * what is in force.  -1: text says why not, nothing is kept.  May be
	 * NULL: there is nothing that could fail. */
	int (*stage)(struct role_handed *, char *text, size_t size);
	/* Puts in force what was staged, and its conf.  May be NULL: a reload
	 * changes nothing of this role. */
	void (*swap)(const void *conf);
	/* Drops what was staged.  NULL if stage is. */
	void (*forget)(void);
	/* Takes a MSG_PARENT_WHO_ANS.  NULL: the role never asks. */
	void (*told)(const struct message *);
	/* The parent wants the role to end, or is gone.  May be NULL. */
	void (*stop)(void);
};

/* Takes the fd of that name out of the handed ones; -1 if there is none. */
int role_take_file(struct role_handed *h, const char *name);
int role_take_listen(struct role_handed *h, const char *name);
int role_take_peer(struct role_handed *h, enum role peer);

/* main() of every role; returns its exit status. */
int role_main(const struct role_ops *ops);

#endif
