/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of every role process: take what the parent hands over on fd 3,
 * prepare, chroot, drop ids, sandbox, serve.  In that order, once, here.
 */
#ifndef ROLE_ROLE_H
#define ROLE_ROLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/loop.h"
#include "lib/conf/conf.h"
#include "lib/ipc/channel.h"
#include "lib/ipc/roles.h"

#define ROLE_CONTROL_FD 3

/* What the parent says once all that it hands over is there.  A reload has two
 * steps: nobody swaps before all have staged. */
enum go {
	GO_START,  /* serve */
	GO_STAGE,  /* make it ready beside what is in force, and say if it is */
	GO_SWAP,   /* from now on it is in force */
	GO_FORGET, /* another role refused it */
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
	int peer[ROLE_COUNT]; /* channel sockets, -1 where there is none */
};

struct role_ops {
	enum role role;
	size_t conf_size;
	/* paths that may be read inside the sandbox (SANDBOX_READ) */
	const char *const *(*read_paths)(const struct role_handed *);
	/* still with the parent's rights: read keys from the files handed
	 * over.  May be NULL.  -1: the reason was logged, the role ends. */
	int (*prepare)(struct role_handed *);
	/* inside the sandbox: put watches and channels into the loop */
	int (*start)(struct loop *, struct role_handed *);
	/* Instead of start, after GO_PROBE: say of each server what
	 * role_say_server() takes, then stop the loop.  NULL: it has none. */
	int (*probe)(struct loop *);
	/* that peer was restarted: fd is the new channel, the old is dead */
	void (*peer)(enum role, int fd);
	/* A reload: make all of the new conf and files that could fail, beside
	 * what is in force.  -1: text says why not, nothing is kept.  May be
	 * NULL: there is nothing that could fail. */
	int (*stage)(struct role_handed *, char *text, size_t size);
	/* What was staged, and its conf, is in force.  May be NULL: nothing of
	 * this role changes at a reload. */
	void (*swap)(const void *conf);
	/* What was staged will not be in force.  NULL where stage is. */
	void (*forget)(void);
	/* MSG_PARENT_WHO_ANS, to who asked; NULL: nobody does */
	void (*told)(const struct message *);
	/* the parent asks for the end, or is gone; may be NULL */
	void (*stop)(void);
};

/* The fd of that name, taken out of the handed ones; -1 if it is not there. */
int role_take_file(struct role_handed *h, const char *name);
int role_take_listen(struct role_handed *h, const char *name);
int role_take_peer(struct role_handed *h, enum role peer);

/* The control channel, for what a role has to tell the parent while it
 * serves. */
struct channel *role_parent(void);

/* Sends it there.  Ends the process when the parent is gone before the role
 * serves; later the loop sees that, and ends it as gatewayd's stop does. */
void role_tell_parent(const struct message *m);

/* Can the role do its job?  reason, of one that is blocked: why not, and what
 * to do; the parent's status says it. */
void role_say_state(enum role_state state, const char *reason);

/* Can it work with that server?  text: how, or why not and what to do. */
void role_say_server(const char *server, bool works, const char *text);

/* main() of every role; returns its exit status. */
int role_main(const struct role_ops *ops);

#endif
