/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The built directory role with a test as its parent, login and authority.
 */
#ifndef TESTS_DIRECTORY_RIG_H
#define TESTS_DIRECTORY_RIG_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/conf/conf.h"
#include "lib/ipc/channel.h"

struct rig {
	pid_t role;
	struct channel control, authority;
	int listen;
	char dir[64]; /* private; also holds the role's log */
	char socket[96];
	char why[TEXT_MAX + 1]; /* READY's text */
};

/* The groups that the policy names, up to a NULL: those of
 * slapd-world, unless a test says otherwise. */
extern const char *const *rig_groups;

/* conf with everything but servers and timing: see rig.c */
void rig_conf(struct conf_directory *c);
/* 0: it said READY.  -1: it ended or refused. */
int rig_start(
    struct rig *r, const char *program, const struct conf_directory *conf);
/* exit status or -signal */
int rig_stop(struct rig *r);
/* 0: took it, -1: kept the old one and said why */
int rig_reload(struct rig *r, const struct conf_directory *conf);
/* a new channel to "authority" */
void rig_restart_authority(struct rig *r);

/* Both ids are the number in their first bytes; ticket 0 is all zeros. */
void rig_ask(struct rig *r, unsigned attempt, unsigned ticket, bool decoy,
    const char *name);
/* status, or -1 when nothing came in time; answer may be NULL */
int rig_answer(struct rig *r, unsigned *attempt_r,
    struct msg_DIRECTORY_LOOKUP_ANS *answer);
int rig_lookup(struct rig *r, unsigned attempt, const char *name,
    struct msg_DIRECTORY_LOOKUP_ANS *answer);
/* login's part: 0 when the role closed the channel as it does after every
 * message */
int rig_hand_on(struct rig *r, unsigned attempt, unsigned ticket,
    const void *password, size_t size);
/* authority's: the try is reserved */
void rig_allow(struct rig *r, unsigned attempt, bool decoy);
/* both */
int rig_password(struct rig *r, unsigned attempt, unsigned ticket,
    const void *password, size_t size);
/* verdict, or -1 when none came in time */
int rig_verdict(struct rig *r, unsigned *attempt_r, enum account_state *state_r,
    int timeout_ms);
void rig_forget(struct rig *r, unsigned attempt);
/* lookup, password, verdict; 100 + status when nobody was found */
int rig_login(struct rig *r, const char *name, const char *password,
    enum account_state *state_r);
/* Is that text in the role's log? */
bool rig_logged(const struct rig *r, const char *text);
/* Does it get there? */
bool rig_await_log(const struct rig *r, const char *text);
/* its last lines, to standard error */
void rig_print_log(const struct rig *r);

/* build/libexec/directory beside this build's tests */
const char *rig_program(const char *argv0);
/* how much of argv0 is the path of build/, or build/san/ */
size_t rig_build(const char *argv0);

#endif
