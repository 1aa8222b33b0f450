/* SPDX-License-Identifier: Apache-2.0 */
/* gatewayd -t --connect: each server is connected to as for searches, by the
 * same code, and asked for the base.  One bind as the service for each. */
#ifndef DIRECTORY_DIRECTORY_PROBE_H
#define DIRECTORY_DIRECTORY_PROBE_H

struct loop;
struct setup;

/* Says of each server what came of it, then stops the loop. */
void probe_servers(struct loop *loop, struct setup *setup);

#endif
