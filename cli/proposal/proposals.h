/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROPOSAL_PROPOSALS_H
#define CLI_PROPOSAL_PROPOSALS_H

#include <stdbool.h>

#include "cli/paths.h"
#include "cli/proposal/bundle_dir.h"

/*
 * The proposals that this gateway knows: a folder for each, below the state
 * directory, by its hash.  It has the proposal, its files, and a mark of how
 * far it has got.  The marks are why a proposal is applied once: they may go
 * when the proposal has expired, and not before.
 */
#define PROPOSALS_PATH (PATHS_MAX + 128)
#define PROPOSALS_SHOWN 12 /* digits of a hash for people */
#define PROPOSALS_LEAST 8  /* digits that name one */

struct proposals {
	char state[PATHS_MAX];
	char folder[PATHS_MAX];
};

enum proposals_mark {
	PROPOSALS_OPEN,
	PROPOSALS_BEGUN, /* it may be applied in part, and may be again */
	PROPOSALS_APPLIED,
};

/* Each of these returns 0, or a cli_status after it has printed the reason. */

/* Finds the folder by the configuration. */
int proposals_find(struct proposals *q);
/* The folder of the proposal that is told: itself if it is a folder, else the
 * one here whose hash begins so. */
int proposals_locate(
    const struct proposals *q, const char *told, char path_r[PROPOSALS_PATH]);
/* Keeps a proposal with its files.  One that is here already gets the
 * signatures that it lacks, and so does d.  make: the state directory too. */
int proposals_put(const struct proposals *q, struct bundle_dir *d, bool make);
/* Could this user keep one here? */
bool proposals_writable(const struct proposals *q);
/* The mark is on disk when this returns. */
int proposals_set(
    const struct proposals *q, const char *hash, enum proposals_mark mark);
int proposals_get(
    const struct proposals *q, const char *hash, enum proposals_mark *mark_r);
/* Nobody else changes what is here until lock_r is closed, or the process
 * ends.  make as above. */
int proposals_lock(const struct proposals *q, bool make, int *lock_r);

/* Calls one for each proposal here, in the order of their hashes, until it
 * returns another value than 0.  Returns that value. */
int proposals_each(const struct proposals *q,
    int (*one)(void *arg, const struct bundle_dir *d, enum proposals_mark mark),
    void *arg);

#endif
