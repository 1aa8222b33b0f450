/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_CHANGE_H
#define CLI_POLICY_POLICY_CHANGE_H

#include "cli/policy/bundle_dir.h"
#include "lib/base/json_write.h"
#include "lib/ipc/messages.h"

/*
 * How a policy changes: its author proposes a folder, somebody else approves
 * it, and both sign; then it is applied.  Each step is an audit record.
 */
int policy_propose(int argc, char **argv);
int policy_approve(int argc, char **argv);
int policy_apply(int argc, char **argv);
int policy_rollback(int argc, char **argv);
int policy_history(int argc, char **argv);

/* Has authority write the step down.  socket may be NULL.  0, or a cli_status
 * after having said why. */
int policy_change_record(const char *socket, enum outcome outcome,
    const struct bundle *b, const char *reviewer, const char *actor);

/* Which policy it is, and whose: members of an answer for scripts. */
void policy_change_write(
    struct json_write *w, const struct bundle *b, const char *reviewer);

#endif
