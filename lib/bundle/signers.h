/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUNDLE_SIGNERS_H
#define BUNDLE_SIGNERS_H

#include "lib/base/trust.h"
#include "lib/bundle/bundle.h"
#include "lib/record/log_key.h"

/*
 * The people who may sign a policy: a folder with NAME.pub for each, a
 * verifier key line of C2SP signed-note or an Ed25519 public key in PEM.
 * Nobody but root or ourselves may be able to write there: who can add a key
 * is a second person to himself.
 */

#define SIGNERS_MAX 64
#define SIGNERS_WHY TRUST_WHY

struct signers {
	size_t count;
	struct log_key key[SIGNERS_MAX];
};

/* 0, or -1 with the reason in WHY_R. */
int signers_load(
    struct signers *s, const char *folder, char why_r[SIGNERS_WHY]);
void signers_free(struct signers *s);

/*
 * Is this manifest, which bundle_parse() read into B, signed by its author and
 * by somebody else of them?  0 and who that is (the first one), or -1 with the
 * reason.
 */
int signers_verify(const struct signers *s, const struct bundle *b,
    const char *text, size_t len, char reviewer_r[BUNDLE_NAME_MAX + 1],
    char why_r[SIGNERS_WHY]);

/* The author's alone, before there is a reviewer. */
int signers_verify_author(const struct signers *s, const struct bundle *b,
    const char *text, size_t len, char why_r[SIGNERS_WHY]);

#endif
