/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROPOSAL_PROPOSAL_SIGN_H
#define CLI_PROPOSAL_PROPOSAL_SIGN_H

#include <stdbool.h>

#include "cli/proposal/bundle_dir.h"
#include "lib/bundle/signers.h"
#include "lib/ipc/messages.h"

/* A person signs: with which key, in whose name, and what the command said. */
struct proposal_signing {
	const char *key;
	const char *name;      /* of the person; else by the key's file */
	const char *reference; /* of a new proposal */
	const char *expires;   /* likewise: a duration, or NULL */
	const char *parent;    /* likewise, of a policy */
	const char *socket;
	const char *path; /* the operand, or NULL */
	bool json;
	bool known; /* the key is theirs, by the list of the verb */
	char person[BUNDLE_NAME_MAX + 1];
};

/* Each of these returns 0, or a cli_status after it has printed the reason. */

/* Reads the options and the one operand.  new: a proposal is made. */
int proposal_options(
    struct proposal_signing *s, int argc, char **argv, bool new);
/* Fills in author, times and reference of a new proposal, signs it, and keeps
 * it in its folder, unless path is NULL, and among those of this gateway. */
int proposal_make(
    struct proposal_signing *s, struct bundle_dir *d, struct bundle *b);

/* The signers of this verb as this machine knows them, which the caller frees
 * with proposal_free_signers(), or NULL. */
int proposal_find_signers(const char *verb, struct signers **signers_r);
void proposal_free_signers(struct signers *signers);

/* What authority is to write down of a step. */
struct proposal_step {
	const char *socket; /* may be NULL */
	enum record_kind kind;
	enum outcome outcome;
	uint8_t id[ATTEMPT_ID]; /* of an intent and what came of it */
	const struct bundle *bundle;
	const char *hash;      /* the policy's; NULL: that of the bundle */
	const char *reference; /* NULL: that of the bundle */
	const char *reviewer;
	const char *actor;
};

/* Has it do so. */
int proposal_record(const struct proposal_step *step);
/* Gives it an id. */
int proposal_step_id(struct proposal_step *step);

/* Writes the proposal and its people as members of a JSON answer. */
struct json_write;
void proposal_write(
    struct json_write *w, const struct bundle *b, const char *reviewer);

/* sallyport proposal sign, which is policy approve too */
int proposal_sign(int argc, char **argv);

#endif
