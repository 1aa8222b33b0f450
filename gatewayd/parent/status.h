/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_STATUS_H
#define PARENT_STATUS_H

#include "gatewayd/parent/parent.h"

/*
 * Writes <runtime>/status, one line of JSON.  Tells the service manager when
 * gatewayd is ready for the first time (sd_notify(3), without its library).
 * Ready means that every role says it can do its job, and that the policy has a
 * rule.
 */
void status_changed(struct parent *p);
/* Sends a text such as "STOPPING=1" to the service manager, if any. */
void status_notify(struct parent *p, const char *text);
/* Sends RELOADING=1.  status_changed() sends READY=1 after all roles have
 * answered. */
void status_reloading(struct parent *p);
/* Connects to $NOTIFY_SOCKET, and serves the watchdog of $WATCHDOG_USEC.
 * Without these variables it does nothing. */
void status_manager(struct parent *p);

#endif
