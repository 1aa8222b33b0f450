/* SPDX-License-Identifier: Apache-2.0 */
/* The state that all parts of authority share.  The process has one of it. */
#ifndef AUTHORITY_AUTHORITY_H
#define AUTHORITY_AUTHORITY_H

#include <stdbool.h>

#include "gatewayd/authority/link/audit_link.h"
#include "gatewayd/authority/link/store_link.h"
#include "gatewayd/authority/subject/subject.h"
#include "lib/base/loop.h"
#include "lib/base/reason.h"
#include "lib/base/table.h"
#include "lib/conf/conf.h"
#include "lib/ipc/channel.h"

/* The changes that one person of the helpdesk has made within an hour. */
#define ADMIN_ACTORS 64
struct admin_acts {
	uint32_t uid, count; /* count 0: free */
	uint64_t since_ms;   /* clock_mono_ms() */
};

struct session_file;
struct keyring;
struct seal;
struct attempt_table;
struct snapshot;
struct token_client;
struct wrong_passwords;

struct authority {
	struct loop *loop;
	struct conf_authority conf;
	struct seal *seal;
	struct attempt_table *attempt_table;
	struct session_file *session_file;
	struct keyring *keys;
	struct snapshot *snapshot;
	struct channel
	    *parent; /* ends processes, and answers questions about them */
	struct channel directory;
	struct store_link store;
	struct audit_link audit;
	struct subjects subjects;
	struct wrong_passwords *wrong_passwords;
	struct table attempts;	  /* by attempt id, until the final record */
	struct table grants;	  /* sessions by attempt id, until redeemed */
	struct table sessions;	  /* by session id */
	struct table login_peers; /* login's processes, by pid */
	struct {
		unsigned count; /* since the last line about it */
		uint64_t next;	/* no line before this time */
	} login_peers_refused;
	struct table questions; /* to the parent, about processes */
	struct table lookups;	/* to directory, about people */
	struct admin_acts acts[ADMIN_ACTORS];
	unsigned desks, auditors;    /* connections at their sockets */
	struct token_client *tokens; /* connections at token.sock */
	struct {
		void (*serve)(struct authority *);
		void (*blocked)(const char *text);
		struct covered covered; /* from the store */
		uint64_t version;	/* of covered in the store */
		bool tried, proven;	/* the seal key, with a credential */
		struct table intents;	/* of changes without an outcome */
		struct table grants;	/* without a session, by session id */
		void (*settled)(struct authority *);
		struct loop_timer retry;
		bool serving;
		uint64_t records; /* read from the log */
	} recovery;
};

#endif
