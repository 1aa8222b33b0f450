/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_LOOK_BACK_H
#define AUDIT_LOOK_BACK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/loop.h"
#include "lib/record/log_key.h"
#include "lib/record/log_reader.h"
#include "lib/record/merkle.h"

/*
 * A start reads the log from its newest head on.  The records before it are
 * verified afterwards, a few at a time between other work.  What is wrong with
 * them stops no login: it is logged, and is a trouble of this role.
 */

struct look_back {
	struct loop *loop; /* the caller's, as dir and key */
	int dir;	   /* of the log */
	struct log_key *key;
	bool running;
	uint64_t end;	  /* the records before this one are verified */
	uint64_t segment; /* that is being read */
	struct merkle tree;
	struct log_reader reader;
	struct loop_timer timer;
	char fault[256]; /* "": none was found */
};

/* Verifies the records before FIRST.  The caller has set loop, dir and key. */
void look_back_start(struct look_back *l, uint64_t first);
void look_back_stop(struct look_back *l);

/* NULL: nothing wrong was found so far. */
const char *look_back_trouble(const struct look_back *l);

#endif
