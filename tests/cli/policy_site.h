/* SPDX-License-Identifier: Apache-2.0 */
/* A gateway that does not run, with two people who may sign its policy, and
 * what they do. */
#ifndef TESTS_CLI_POLICY_SITE_H
#define TESTS_CLI_POLICY_SITE_H

#include "tests/cli/fake.h"

#include <stdbool.h>

#define PATH_ROOM 512
#define HASH_SHOWN 65

extern struct fake_run site_run;
extern char *site_folder;

int site_set_up(void **state);
int site_tear_down(void **state);

int site_policy(int argc, char **argv);
int site_proposal(int argc, char **argv);

const char *site_in_folder(const char *name);
void site_put(const char *name, const char *text);
bool site_is_there(const char *name);

/* A folder with a policy of one rule and a comment. */
void site_make(const char *name, const char *comment);
/* A person who may sign. */
void site_make_person(const char *name);
void site_propose(const char *name); /* by ann */
void site_approve(const char *name); /* by ben */
void site_apply(const char *name);
void site_make_signed(const char *name);
/* In an emergency. */
void site_rollback(void);
void site_sign(const char *person, const char *what);
void site_apply_named(const char *what);

/* The hash that a folder's proposal has. */
void site_hash_of(const char *name, char hash_r[HASH_SHOWN]);

void site_assert_said(int status, const char *text);
void site_assert_done(void);
void site_assert_in_force(const char *name);

#endif
