/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the parent share. */
#ifndef PARENT_PARENT_H
#define PARENT_PARENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "gatewayd/parent/check.h"
#include "gatewayd/parent/roles.h"
#include "gatewayd/parent/warnings.h"
#include "lib/base/loop.h"
#include "lib/ipc/channel.h"

#define SOCKETS_MAX 8

enum child_state {
	CHILD_DOWN,	/* not running; restart says when it will */
	CHILD_STARTING, /* waiting for its READY */
	CHILD_READY
};

/* How far it is with the reload that is under way. */
enum child_stage {
	STAGE_NONE, /* has no part in one */
	STAGE_ASKED,
	STAGE_DONE
};

struct reload {
	enum { RELOAD_NONE, RELOAD_PROVING, RELOAD_STAGING } step;
	bool again;	      /* one more was asked for meanwhile */
	uint32_t round;	      /* which one; answers say it */
	pid_t prover;	      /* or 0 */
	struct checked *next; /* not in force yet */
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
	uint8_t able;	       /* enum role_state, as it says itself */
	int64_t worked_ms;     /* when it last could; 0: not said */
	unsigned awaited;      /* GO that READY has not answered yet */
	bool cannot;	       /* it said itself why its last start failed */
	char why[WHY_MAX + 1]; /* it is not ready; "": not known, or it is */
	enum child_stage stage;
	struct warnings_server server[ROLES_SERVERS];
	struct loop_timer
	    timer; /* restart, or a deadline: of READY, of its end */
};

struct parent {
	struct loop *loop;
	const char *config; /* the file */
	bool root;
	struct checked *now; /* the configuration in force */
	struct reload reload;
	struct child child[ROLE_COUNT];
	int socket[SOCKETS_MAX]; /* as in role_sockets */
	struct loop_watch signals;
	int signal_fd;
	bool stopping;
	bool served;		/* all roles were ready once */
	int exit_status;	/* once it is stopping */
	char reload_error[256]; /* why the last reload was refused; or "" */
	int notify_fd;		/* of the service manager, or -1 */
	uint32_t watchdog_ms;	/* how often it wants a sign of life; or 0 */
	struct loop_timer watchdog;
	struct warnings warnings; /* as status and log have them */
	struct warnings_clock clock;
	struct loop_timer look; /* for the next ones */
	int lock_fd;		/* runtime, so that it is ours alone */
};

#endif
