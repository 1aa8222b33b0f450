/* SPDX-License-Identifier: Apache-2.0 */
/* A world in which carl was invited to enrol, and what can happen to that. */
#ifndef TESTS_AUTHORITY_INVITED_H
#define TESTS_AUTHORITY_INVITED_H

#include "world.h"

#define INVITED_RULE                                         \
	"network corp 10.20.0.0/16\n"                        \
	"hosts bastion bastion*.prod.example.com\n"          \
	"group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n" \
	"permit sre from corp to bastion with "
extern const char invited_policy[];

/* What an administrator asks, as root, and what is answered. */
enum admin_status invited_by_admin(struct world *w, const char *name);
enum admin_status invited_revoke(
    struct world *w, const char *name, const char *id);
enum admin_status invited_enrol(struct world *w, const char *name);
struct world *invited_world(void);
struct subject *invited_carl(struct world *w);
/* the invitation began that long ago */
void invited_began(struct world *w, int64_t seconds);
/* how many rows of the store have this in their key; carl's credentials; what
 * was recorded as enrolled */
size_t invited_stored(struct world *w, const char *key);
size_t invited_credentials(struct world *w);
size_t invited_enrolments(struct world *w);
/* what the authenticator app makes of the prompt */
const char *invited_code(const char *prompt, int offset);
const char *invited_wrong_code(const char *prompt);
/* to the second round */
void invited_shown(struct world *w, struct world_talk *t);
/* The attempt ends without a grant, with this record; and after the one
 * question that everybody is asked. */
void invited_ends(struct world *w, struct world_talk *t, enum outcome outcome,
    const char *reason);
void invited_refused(struct world *w, struct world_talk *t, const char *reason);
/* to where the intent to enrol waits for the disk */
void invited_recording(struct world *w, struct world_talk *t);
void invited_release(struct world *w);

#endif
