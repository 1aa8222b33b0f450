/* SPDX-License-Identifier: Apache-2.0 */
/* The code of an attempt: whose it is, and what a right one changes. */
#ifndef AUTHORITY_CODE_CODE_H
#define AUTHORITY_CODE_CODE_H

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/factor/factor.h"

/* What was typed, by whom. */
struct code_typed {
	struct subject *subject;
	const char *name; /* canonical */
	uint32_t factors; /* that are asked for: POLICY_* */
	const uint8_t *code;
	size_t size;
};

struct code_judged {
	struct credential *credential; /* whose code it is, or NULL */
	struct factor_found found;
	enum reason reason; /* why it is nobody's */
	/* the one that shows this code, but has another idea of the time */
	struct credential *outside;
	uint64_t outside_step;
};

/* A credential opens the account that it was enrolled for and no other, even if
 * directory says that both are the same subject.  One that has a proven
 * replacement opens nothing. */
bool code_counts(
    const struct subject *s, const char *name, const struct credential *c);
/* Changes nothing. */
void code_judge(const struct authority *all, const struct code_typed *typed,
    struct code_judged *code_r);
/* All else was right: the code of the next step will show how far the clock of
 * the authenticator is off. */
void code_remember(const struct code_judged *code);
/* The attempt is granted: the code counts no more, and its record has it. */
void code_spend(struct authority *all, struct subject *s,
    const struct code_judged *code, struct msg_AUDIT_APPEND_REQ *record);

#endif
