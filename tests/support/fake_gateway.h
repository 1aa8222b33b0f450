/* SPDX-License-Identifier: Apache-2.0 */
/*
 * login and authority as the PAM module sees them, played by a forked child
 * that follows a script and shows in shared memory what it was sent.
 */
#ifndef SUPPORT_FAKE_GATEWAY_H
#define SUPPORT_FAKE_GATEWAY_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/wire/pamwire.h"

/* what the gateway does when its turn comes */
enum fake_act {
	FAKE_GOOD, /* the frame that the script holds */
	FAKE_SILENT,
	FAKE_CLOSE,
	FAKE_HALF,	/* half of the frame, then closes */
	FAKE_STALL,	/* half of the frame, then silence */
	FAKE_DRIP,	/* the frame, a byte per write */
	FAKE_GARBAGE,	/* bytes that are no frame */
	FAKE_WRONG_TYPE /* a good frame that does not belong here */
};

enum fake_turn {
	FAKE_TO_BEGIN,	/* PROMPT, or RESULT when there are no rounds */
	FAKE_TO_ANSWER, /* the next PROMPT, or RESULT */
	FAKE_TO_REDEEM,
	FAKE_TO_ACCOUNT,
	FAKE_TO_OPEN,
	FAKE_TO_CLOSE,
	FAKE_TURNS
};

#define FAKE_ROUNDS 4

struct fake_script {
	enum fake_act act[FAKE_TURNS];
	int rounds; /* PROMPT frames; then RESULT */
	struct pamwire_prompt prompt[FAKE_ROUNDS];
	bool ask_for_ever;
	bool no_account_prompts; /* phase ACCOUNT: RESULT at once */
	struct pamwire_result_frame result;
	bool wrong_attempt; /* RESULT names another attempt */
	struct pamwire_redeemed redeemed;
	struct pamwire_session_ans session_ans;
};

struct fake_seen {
	int begins, answers, redeems, accounts, opens, closes;
	int hung_up; /* connections that the module closed in our turn */
	struct pamwire_begin begin;
	struct pamwire_answer answer[FAKE_ROUNDS];
	struct pamwire_redeem redeem;
	struct pamwire_account account;
	struct pamwire_session_open open;
	struct pamwire_session_close close;
	bool nonce_is_right; /* the last REDEEM's, for the last BEGIN */
};

struct fake_gateway {
	char dir[64], login[96], redeem[96];
	pid_t pid;
	struct fake_script *script; /* shared: may be changed between calls */
	struct fake_seen *seen;	    /* shared */
};

/* A person with password and code, granted: the script of a good day. */
void fake_script_good(struct fake_script *s);
/* Makes a private directory with login.sock and redeem.sock. */
void fake_start(struct fake_gateway *g);
/* Both sockets refuse from now on. */
void fake_kill(struct fake_gateway *g);
/* Ends the child and removes the directory. */
void fake_stop(struct fake_gateway *g);

#endif
