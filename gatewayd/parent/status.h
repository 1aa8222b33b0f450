/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_STATUS_H
#define PARENT_STATUS_H

#include "gatewayd/parent/parent.h"

/*
 * Writes <runtime>/status, one line of JSON, and tells the service manager
 * the first time that all is ready (sd_notify(3), by hand).  Ready means:
 * every role serves and the policy has a rule.
 */
void status_changed(struct parent *);
/* "RELOADING=1", "STOPPING=1" to the service manager, if there is one. */
void status_notify(struct parent *, const char *text);
/* Connects to $NOTIFY_SOCKET; -1 without one. */
int status_manager(void);

#endif
