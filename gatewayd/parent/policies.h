/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of the policy and its time zones, in sealed memory, as they were
 * when they were checked.  authority gets these copies, even when it starts
 * again.  So a change on disk is not in force before a reload accepts it.
 */
#ifndef PARENT_POLICIES_H
#define PARENT_POLICIES_H

#include <stdbool.h>
#include <stddef.h>

#include "gatewayd/parent/reviewed.h"
#include "lib/bundle/proved.h"
#include "lib/conf/conf.h"

struct lex_errors;
struct policy;

/* authority takes ROLE_FILES_MAX files.  Its keys, and its files of open
 * attempts and sessions, are among them. */
#define POLICIES_MAX BUNDLE_POLICIES

struct policies {
	struct policy *unproved; /* until policies_proved() */
	size_t rules;
	/* the attributes of a person's entry that the policy names */
	uint32_t attribute_count;
	char attribute[CONF_ATTRIBUTES][CONF_ATTRIBUTE];
	/* the canonical DNs of the groups that it names, each with its NUL */
	char *groups;
	size_t groups_size;
	struct reviewed reviewed;
	char proved[PROVED_HASH]; /* of the texts that unproved was read from */
	size_t count;
	struct {
		char name[256]; /* policy/one.policy, zone/Europe/Paris */
		int fd;
	} text[POLICIES_MAX];
};

/*
 * Reads all *.policy files of the directory, in the order of their names. Every
 * fault goes to errors; faults of the directory are labelled with config.
 * signers: a folder of public keys, or "" if the policy needs no signature.
 */
void policies_load(struct policies *p, const char *directory,
    const char *signers, const char *config, struct lex_errors *errors);
/* True if all assertions hold.  Adds those that do not to errors. */
bool policies_prove(const struct policies *p, struct lex_errors *errors);
/* Frees the parsed policy, which was needed for the proof.  The texts stay. */
void policies_proved(struct policies *p);
void policies_close(struct policies *p);

#endif
