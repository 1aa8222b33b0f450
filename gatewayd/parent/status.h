/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_STATUS_H
#define PARENT_STATUS_H

#include "gatewayd/parent/parent.h"

/*
 * Writes <runtime>/status, one line of JSON, and tells the service manager
 * the first time that all is ready (sd_notify(3), by hand).  Ready means:
 * every role can do its job, by its own word, and the policy has a rule.
 */
void status_changed(struct parent *p);
/* "STOPPING=1" and the like to the service manager, if there is one. */
void status_notify(struct parent *p, const char *text);
/* RELOADING=1; status_changed() says READY=1 once all roles have answered. */
void status_reloading(struct parent *p);
/* Connects to $NOTIFY_SOCKET and gives the signs of life that $WATCHDOG_USEC
 * asks for; nothing without them. */
void status_manager(struct parent *p);

#endif
