/* SPDX-License-Identifier: Apache-2.0 */
/* Accepts the module's connections and forks a conversation for each. */
#ifndef LOGIN_LISTENER_H
#define LOGIN_LISTENER_H

#include <stdbool.h>

#include "gatewayd/login/seats.h"
#include "lib/base/loop.h"
#include "lib/conf/conf.h"

struct listener {
	struct conf_login conf;
	struct loop *loop;
	struct loop_watch watch;
	struct loop_timer timer; /* runs while there are conversations */
	struct seats *seats;
	int fd;
	int control;	  /* children close it; -1: none */
	int reserve;	  /* closed for a moment when no fd is left */
	bool paused;	  /* that did not help: wait for the timer */
	unsigned refused; /* connections, since the last line of the log */
};

/* Serves the listening socket, which it then owns.  -1: errno. */
int listener_start(struct listener *l, struct loop *loop, int fd, int control,
    const struct conf_login *conf);
/* Sets new limits for the next conversations. */
void listener_configure(struct listener *l, const struct conf_login *conf);
/* Takes no more connections, and ends the open conversations. */
void listener_stop(struct listener *l);

#endif
