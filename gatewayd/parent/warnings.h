/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Warnings of faults that will end logins one day: a certificate that expires,
 * a disk that fills.  One list has a row for each kind: the value that is
 * looked at, the threshold in the configuration, and the remedy.  status and
 * log loop over the warnings.
 */
#ifndef PARENT_WARNINGS_H
#define PARENT_WARNINGS_H

#include "gatewayd/parent/warning.h"

struct child;
struct msg_PARENT_SERVER_NOTE;
struct msg_PARENT_SHOWN_NOTE;
struct parent;

/* Evaluates all rows. */
void warnings_look(struct parent *p, struct warnings *found_r);
/* Evaluates all rows now and every minute, and logs new warnings. */
void warnings_watch(struct parent *p);
/* Takes the role's report about a server: its certificates, or whether it can
 * be used.  Then evaluates all rows. */
void warnings_shown(struct child *c, const struct msg_PARENT_SHOWN_NOTE *n);
void warnings_server(struct child *c, const struct msg_PARENT_SERVER_NOTE *n);

#endif
