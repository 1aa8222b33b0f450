/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_CHANGE_H
#define CLI_POLICY_POLICY_CHANGE_H

#include "cli/proposal/proposal_apply.h"
#include "cli/proposal/proposal_sign.h"

/*
 * A policy changes in steps.  The author proposes a folder and signs it.
 * Another person signs it too.  Then it is applied.  Each step has an audit
 * record.
 */
int policy_propose(int argc, char **argv);
int policy_rollback(int argc, char **argv);
int emergency_review(int argc, char **argv);
int policy_history(int argc, char **argv);
/* Gives files the one form; --check names those that have another. */
int policy_fmt(int argc, char **argv);

/* Proposes the files of d.  restores: the earlier bundle that has them, or
 * NULL.  0, or a cli_status after it has printed the reason. */
int policy_change_make(
    struct proposal_signing *s, struct bundle_dir *d, const char *restores);

/* What proposal apply does for the verb policy, and for review. */
int policy_apply(struct proposal_apply *a);
int emergency_reviewed(struct proposal_apply *a);

#endif
