/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the parent share. */
#ifndef PARENT_PARENT_H
#define PARENT_PARENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "gatewayd/parent/check.h"
#include "gatewayd/parent/roles.h"
#include "gatewayd/parent/warning.h"
#include "lib/base/loop.h"
#include "lib/ipc/channel.h"

#define SOCKETS_MAX 8

enum child_state {
	CHILD_DOWN,	/* not running; timer starts it again */
	CHILD_STARTING, /* waiting for its READY */
	CHILD_READY
};

/* The progress of a child in the current reload. */
enum child_stage {
	STAGE_NONE, /* takes no part */
	STAGE_ASKED,
	STAGE_DONE
};

struct reload {
	enum { RELOAD_NONE, RELOAD_PROVING, RELOAD_STAGING } step;
	bool again;	      /* begin another one after this */
	uint32_t round;	      /* the number of this reload, as in answers */
	pid_t prover;	      /* the child that proves; 0: none */
	struct checked *next; /* the new configuration, not in force yet */
};

struct parent;

struct child {
	struct parent *parent;
	enum role role;
	enum child_state state;
	pid_t pid;
	struct channel control;
	uint64_t started; /* clock_mono_ms() */
	uint32_t backoff; /* milliseconds before the next start */
	unsigned restarts;
	uint8_t able;	       /* enum role_state, as the role reports it */
	int64_t worked_ms;     /* the last time it worked; 0: not reported */
	unsigned awaited;      /* the GOs that it has not answered yet */
	bool cannot;	       /* its last start failed, and it said why */
	char why[WHY_MAX + 1]; /* why it is not ready; "": ready or unknown */
	enum child_stage stage;
	struct warnings_server server[ROLES_SERVERS];
	struct loop_timer
	    timer; /* restart, or a deadline: of READY, of its end */
};

/* The channel of two roles. */
struct link {
	struct child *a, *b;
	uint32_t number; /* of the one they were given last; 0: none */
	uint64_t made_ms;
	struct loop_timer again; /* for the next one */
};

struct parent {
	struct loop *loop;
	const char *config; /* the file */
	bool root;
	struct checked *now; /* the configuration in force */
	struct reload reload;
	struct child child[ROLE_COUNT];
	struct link link[ROLE_COUNT][ROLE_COUNT]; /* the lesser role first */
	int socket[SOCKETS_MAX];		  /* as in role_sockets */
	struct loop_watch signals;
	int signal_fd;
	bool stopping;
	bool served;		/* all roles have been ready before */
	int exit_status;	/* for the end */
	char reload_error[256]; /* why the last reload was refused; or "" */
	int notify_fd;		/* to the service manager, or -1 */
	uint32_t watchdog_ms;	/* the interval of its watchdog; 0: none */
	struct loop_timer watchdog;
	struct warnings warnings; /* as status and log have them */
	struct warnings_clock clock;
	struct loop_timer look; /* for the next ones */
	int lock_fd;		/* locks runtime: one gatewayd only */
};

#endif
