/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_CHANGE_H
#define CLI_POLICY_POLICY_CHANGE_H

#include "cli/policy/bundle_dir.h"
#include "lib/base/json_write.h"
#include "lib/ipc/messages.h"

/*
 * A policy changes in steps.  The author proposes a folder and signs it.  A
 * reviewer approves it and signs it too.  Then it is applied.  Each step has an
 * audit record.
 */
int policy_propose(int argc, char **argv);
int policy_approve(int argc, char **argv);
int policy_apply(int argc, char **argv);
int policy_rollback(int argc, char **argv);
int policy_history(int argc, char **argv);
/* Gives files the one form; --check names those that have another. */
int policy_fmt(int argc, char **argv);

/* What authority is to write down of a step. */
struct policy_step {
	const char *socket; /* may be NULL */
	enum record_kind kind;
	enum outcome outcome;
	uint8_t id[ATTEMPT_ID]; /* of an intent and what came of it */
	const struct bundle *bundle;
	const char *reviewer;
	const char *actor;
};

/* Has it do so.  0, or a cli_status after having said why. */
int policy_change_record(const struct policy_step *step);
/* Gives it an id.  0, or a cli_status likewise. */
int policy_change_id(struct policy_step *step);

/* Writes the bundle and its people as members of a JSON answer. */
void policy_change_write(
    struct json_write *w, const struct bundle *b, const char *reviewer);

#endif
