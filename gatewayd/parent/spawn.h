/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_SPAWN_H
#define PARENT_SPAWN_H

#include <sys/types.h>

#include "lib/ipc/roles.h"

/*
 * Runs <libexec>/<role>.  Its environment has JOURNAL_STREAM only, if standard
 * error is that stream.  Its descriptors are 0 to 2 and its control channel.
 * *control_r is the parent's end.  -1: the reason was logged.
 */
pid_t spawn_role(const char *libexec, enum role role, int *control_r);

#endif
