/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_SPAWN_H
#define PARENT_SPAWN_H

#include <sys/types.h>

#include "lib/ipc/roles.h"

/* Runs <libexec>/<role> with nothing in its environment but JOURNAL_STREAM,
 * where that is ours, and no fds but 0 to 2 and its control channel.
 * *control_r is our end.  -1: the reason was logged. */
pid_t spawn_role(const char *libexec, enum role role, int *control_r);

#endif
