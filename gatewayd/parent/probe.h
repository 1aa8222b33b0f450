/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gatewayd -t --connect: can the roles work with their servers?  directory and
 * forward are started as for service, each in its sandbox and as its user, are
 * given what they have there but for sockets and directories, connect to each
 * server once, and end.  So what they say is what they would meet.
 */
#ifndef PARENT_PROBE_H
#define PARENT_PROBE_H

#include "gatewayd/parent/parent.h"

/* Writes to standard output.  0: with all of them; 1: not with all; 2: of one
 * it could not be found out. */
int probe(struct parent *p);

#endif
