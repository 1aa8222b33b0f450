/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy as it was read and checked, time zones too, kept in sealed memory
 * until authority asks for it: a file that is changed on disk is not in force
 * before a reload has found it good, also when authority dies in between.
 */
#ifndef PARENT_POLICIES_H
#define PARENT_POLICIES_H

#include <stdbool.h>
#include <stddef.h>

#include "gatewayd/parent/reviewed.h"
#include "lib/conf/conf.h"

struct lex_errors;
struct policy;

/* authority takes ROLE_FILES_MAX in all, keys and
 * the two files of what is open among them */
#define POLICIES_MAX BUNDLE_POLICIES

struct policies {
	struct policy *unproved; /* until policies_proved() */
	size_t rules;
	/* of a person's entry, that it names */
	uint32_t attribute_count;
	char attribute[CONF_ATTRIBUTES][CONF_ATTRIBUTE];
	struct reviewed reviewed;
	size_t count;
	struct {
		char name[256]; /* policy/one.policy, zone/Europe/Paris */
		int fd;
	} text[POLICIES_MAX];
};

/* All *.policy files of the directory in the order of their names.  Every
 * fault goes to errors, those of the directory as the configuration's.
 * signers: a folder of public keys, or "" where nobody need have signed. */
void policies_load(struct policies *p, const char *directory,
    const char *signers, const char *config, struct lex_errors *errors);
/* Its assertions hold; else which does not goes to errors. */
bool policies_prove(const struct policies *p, struct lex_errors *errors);
/* The texts are kept; what was made of them for the proof is not. */
void policies_proved(struct policies *p);
void policies_close(struct policies *p);

#endif
