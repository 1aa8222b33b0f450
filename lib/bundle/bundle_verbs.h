/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUNDLE_BUNDLE_VERBS_H
#define BUNDLE_BUNDLE_VERBS_H

#include <stdbool.h>

#include "lib/bundle/bundle.h"

/*
 * V(NAME, word, people): what can be proposed, and how many people have to sign
 * it, its author among them.  bundle_verbs.c says which arguments and files it
 * has.  cli/proposal_verbs.c says whose signatures count, and what is done.
 */
#define BUNDLE_VERBS(V)        \
	V(POLICY, "policy", 2) \
	V(REVIEW, "review", 2)

enum bundle_verb {
#define BUNDLE_VERB(NAME, word, people) BUNDLE_VERB_##NAME,
	BUNDLE_VERBS(BUNDLE_VERB)
#undef BUNDLE_VERB
	    BUNDLE_VERB_COUNT
};

/*
 * policy: puts the files in force.  parent is the bundle in force that it was
 * made of, or none.  restores is an earlier bundle with the same files.
 */
#define BUNDLE_PARENT "parent"
#define BUNDLE_RESTORES "restores"
#define BUNDLE_NONE "none"
/* review: two people have looked at an emergency, which restored this bundle at
 * this time. */
#define BUNDLE_RESTORED "restored"
#define BUNDLE_AT "at"

const char *bundle_verb_word(enum bundle_verb verb);
unsigned bundle_verb_people(enum bundle_verb verb);
/* BUNDLE_VERB_COUNT: none of this release. */
enum bundle_verb bundle_verb_find(const char *word);
/* Is its verb known, and are its arguments and files those of the verb? */
bool bundle_verb_fits(const struct bundle *b);

#endif
