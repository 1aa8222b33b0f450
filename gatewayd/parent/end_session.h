/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authority cannot signal a process.  It passes the pidfd of the process that
 * opened a session, and the parent ends that process.  So an attacker who
 * controls authority can end logins, but nothing else: the parent ends only a
 * process that runs as the PAM module's uid and has a name from the table in
 * end_session.c, and never gatewayd's own or the sshd that listens.
 */
#ifndef PARENT_END_SESSION_H
#define PARENT_END_SESSION_H

#include <sys/types.h>

#include "gatewayd/parent/parent.h"

/* Carries out a PARENT_END_NOTE, and closes its fd.  Logs a refusal. */
void end_session(const struct parent *p, struct message *m);

/* The pid of a pidfd if the parent may end it; else -1 with the reason. */
pid_t end_session_target(const struct parent *p, int pidfd, const char **why_r);

#endif
