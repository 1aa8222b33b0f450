/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUNDLE_SIGNERS_H
#define BUNDLE_SIGNERS_H

#include <stdbool.h>

#include "lib/base/bytes.h"
#include "lib/base/trust.h"
#include "lib/bundle/bundle.h"
#include "lib/record/log_key.h"

/*
 * The people who may sign proposals of a verb.  A folder has a file NAME.pub
 * for each of them: a verifier key line of C2SP signed-note, or an Ed25519
 * public key in PEM.  Only root and the user of this process may be able to
 * write to the folder: whoever can add a key there can review their own policy.
 */

#define SIGNERS_MAX 64
#define SIGNERS_WHY TRUST_WHY

struct signers {
	size_t count;
	struct log_key key[SIGNERS_MAX];
};

/* Reads the folder.  0, or -1 with the reason in WHY_R. */
int signers_load(
    struct signers *s, const char *folder, char why_r[SIGNERS_WHY]);
void signers_free(struct signers *s);

/*
 * Verifies that the author signed the proposal TEXT, which bundle_parse() read
 * into B, and as many other signers as its verb needs.  0 with the name of the
 * first other signer, or -1 with the reason.
 */
int signers_verify(const struct signers *s, const struct bundle *b,
    struct bytes text, char reviewer_r[BUNDLE_NAME_MAX + 1],
    char why_r[SIGNERS_WHY]);

/* Is this the key of the person that it is named after? */
bool signers_have(const struct signers *s, const struct log_key *key);

/* Verifies the author's signature only, before there is a reviewer. */
int signers_verify_author(const struct signers *s, const struct bundle *b,
    struct bytes text, char why_r[SIGNERS_WHY]);

#endif
