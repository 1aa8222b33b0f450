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
	struct loop_timer timer; /* while there are conversations */
	struct seats *seats;
	int fd;
	int control;	  /* closed in children; -1 for none */
	int reserve;	  /* given up for a moment when there is no fd left */
	bool paused;	  /* not even that helps: wait a tick */
	unsigned refused; /* since the last line about it */
};

/* Takes the listening socket over.  -1: errno. */
int listener_start(struct listener *l, struct loop *loop, int fd, int control,
    const struct conf_login *conf);
/* New limits, for the conversations to come. */
void listener_configure(struct listener *l, const struct conf_login *conf);
/* No more connections; ends the conversations there are. */
void listener_stop(struct listener *l);

#endif
