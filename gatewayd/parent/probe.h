/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gatewayd -t --connect: finds out if the roles can work with their servers.
 * The parent starts directory and forward as for service: each in its sandbox,
 * as its user, with its files, but without sockets and directories.  Each
 * connects to every server once, and ends.  So they meet the conditions that
 * they would have in service.
 */
#ifndef PARENT_PROBE_H
#define PARENT_PROBE_H

#include "gatewayd/parent/parent.h"

/* Writes the results to standard output.  0: all servers work.  1: one does
 * not. 2: one could not be tried. */
int probe(struct parent *p);

#endif
