/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authority may not signal anybody; it hands over the pidfd of the process
 * that opened a session, and the parent ends that.  What an authority that
 * was taken over can end this way: logins, that is processes which run as the
 * uid of the PAM module, under a name of the table in end_session.c, and are
 * neither gatewayd's nor the sshd that listens.
 */
#ifndef PARENT_END_SESSION_H
#define PARENT_END_SESSION_H

#include <sys/types.h>

#include "gatewayd/parent/parent.h"

/* A PARENT_END_NOTE; takes its fd.  What is refused is logged. */
void end_session(const struct parent *p, struct message *m);

/* The pid behind a pidfd that may be ended; -1, and why not. */
pid_t end_session_target(const struct parent *p, int pidfd, const char **why_r);

#endif
