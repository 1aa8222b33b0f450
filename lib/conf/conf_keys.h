/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of gatewayd.conf, as data. */
#ifndef CONF_CONF_KEYS_H
#define CONF_CONF_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/ipc/roles.h"

struct conf;

enum conf_kind {
	CONF_KIND_TEXT,
	CONF_KIND_PATH, /* absolute */
	CONF_KIND_NUMBER,
	CONF_KIND_MILLISECONDS, /* 300ms 5s 10m 8h */
	CONF_KIND_SECONDS,
	CONF_KIND_BYTES64, /* 64M */
	CONF_KIND_YES_NO,
	CONF_KIND_TEXTS, /* one or more values; the key may be repeated */
	CONF_KIND_PATHS
};

struct conf_key {
	const char *name;
	enum conf_kind kind;
	size_t offset;		   /* in the block's struct */
	size_t size;		   /* of one text */
	size_t count_offset, most; /* of TEXTS and PATHS */
	uint64_t least, greatest;
	bool required;
};

struct conf_block {
	const char *name;
	size_t offset; /* in struct conf */
	const struct conf_key *keys;
};

#define CONF_KEYS_MOST 32 /* the most keys of one block */

/* gateway, and each role that the parent starts */
enum conf_block_number {
	CONF_GATEWAY,
#define CONF_NUMBER(NAME, name, user) CONF_##NAME,
	ROLES_STARTED(CONF_NUMBER)
#undef CONF_NUMBER
	    CONF_BLOCKS
};

/* In each list of keys the last one has no name. */
extern const struct conf_block conf_blocks[CONF_BLOCKS];
/* The keys of a sink block, which stands inside forward. */
extern const struct conf_key conf_sink_keys[];

/* Zeroes *c, then sets the defaults. */
void conf_defaults(struct conf *c);

#endif
