/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An authority with everything around it played by the test: directory,
 * store, audit, and conversations of login, all in one loop.
 */
#ifndef TESTS_AUTHORITY_WORLD_H
#define TESTS_AUTHORITY_WORLD_H

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/factor/totp.h"
#include "gatewayd/authority/link/peer.h"
#include <sys/types.h>

#include "lib/ipc/channel.h"
#include "lib/wire/pamwire.h"

#define WORLD_RECORDS 256
#define WORLD_KEYS 256

struct world_talk {
	struct channel channel;
	bool opened, ended, closed;
	bool one_line;		   /* says the same to every prompt */
	unsigned more;		   /* second rounds */
	char prompt[MORE_MAX + 1]; /* of the last one */
	struct msg_AUTHORITY_OPEN_ANS open;
	struct msg_AUTHORITY_RESULT_ANS result;
	uint8_t nonce[32];
};

struct world_row {
	char key[KEY_MAX + 1];
	uint64_t version;
	int64_t expires_ms; /* as asked; nothing expires here */
	size_t size;
	uint8_t value[VALUE_MAX];
};

struct world {
	struct authority all;
	struct loop *loop;
	int attempt_table_fd, session_file_fd;
	/* directory: everybody whose name begins with a letter before 'u' is
	 * there; "disabled" is; "stranger" is in no group */
	struct channel directory;
	unsigned lookups, forgets;
	struct msg_DIRECTORY_LOOKUP_REQ lookup; /* the last one */
	unsigned binds, decoy_binds;		/* what it was allowed */
	bool directory_silent, directory_unavailable;
	uint8_t account; /* enum account_state of everybody; 0: as above */
	const char *disabled, *leaves; /* whose account, whose group is gone */
	const char *directory_says;    /* everybody is this subject */
	const char *directory_calls;   /* everybody is named so */
	const char *directory_adds;    /* one group more, of everybody */
	/* parent: what it was told of sessions that must end */
	struct channel parent, control;
	unsigned ends;
	uint8_t end_step; /* of the last one */
	bool parent_ends; /* does as it is told, at once */
	unsigned asked;	  /* who a process is, and what it answers */
	pid_t asked_until;
	struct msg_PARENT_WHO_ANS who, other; /* this process, another one */
	bool parent_silent;
	struct session *who_after; /* it must end before the answer */
	/* what it says of everybody's attributes: MSG_DIRECTORY_LOOKUP_ANS */
	uint64_t group_list;	/* which groups it asked about */
	const char *other_list; /* of whom it asked about others */
	size_t attribute_count, values_size;
	const char *attribute[ATTRIBUTES_MAX], *values;
	/* store */
	struct channel store;
	struct world_row row[WORLD_KEYS];
	size_t rows;
	uint64_t version;
	bool store_mute;     /* does what it is told, and says nothing */
	bool store_hold;     /* the answer to a change waits in held */
	bool store_hold_get; /* that to a question too */
	struct message held;
	bool rows_forget;	  /* tries are taken, and not kept */
	const char *store_refuse; /* keys of this prefix it cannot write */
	/* audit: what was appended, and how many of it are on disk */
	struct channel audit;
	struct msg_AUDIT_APPEND_REQ record[WORLD_RECORDS];
	size_t records, receipts;
	uint64_t replayed_from; /* what was asked last */
	uint64_t begins;	/* the log's first record; 0: 1 */
	bool hold, fail;
	bool serving;
	char blocked[TEXT_MAX + 1]; /* why it serves nobody */
	uint8_t log;		    /* which one: other leaves in another */
};

extern const uint8_t world_seed[TOTP_SEED];

/* the file of open sessions for the next world_new(), which takes it; -1 for
 * a fresh one */
extern int world_session_file;
/* the next one has another seal key */
extern bool world_other_key;
/* how many more times the store cannot list a person's credentials */
extern unsigned world_lists_refused;
/* called when all is there that the next one finds at its start */
extern void (*world_begins)(struct world *);
/* attempt_table_fd -1 for a fresh table of open attempts.  Enrolled: alice,
 * bob. */
struct world *world_new(const char *policy, int attempt_table_fd);
/* The next process, with the files, the store and the first keep records of
 * the log that this one had; it may serve or be blocked. */
struct world *world_next(struct world *before, const char *policy, size_t keep);
/* What the store has is put away, and put back instead of what it has then. */
void world_store_saves(struct world *w);
void world_store_is_restored(struct world *w);
void world_free(struct world *w);
/* lets everything happen that does not need more time than this */
void world_run(struct world *w, int ms);

void world_begin(struct world *w, struct world_talk *t, const char *name);
void world_open(struct world *w, struct world_talk *t,
    const struct msg_AUTHORITY_OPEN_REQ *q);
struct msg_AUTHORITY_OPEN_REQ world_request(const char *name);
void world_answer(struct world *w, struct world_talk *t, const char *code);
void world_verdict(struct world *w, struct world_talk *t, enum verdict verdict);
/* with what the bind said of the account */
void world_bound(struct world *w, struct world_talk *t, enum verdict verdict,
    enum account_state account);
void world_hang_up(struct world_talk *t);
/* begin, password right, that code, and all that follows */
void world_login(
    struct world *w, struct world_talk *t, const char *name, const char *code);

/* the code of now + offset steps */
const char *world_code(int offset);
const char *world_code_of(const uint8_t seed[TOTP_SEED], int offset);
/* audit writes what it held back */
void world_release(struct world *w);
/* audit dies and comes back; the first keep records are in its log */
void world_audit_restarts(struct world *w, size_t keep);
void world_directory_dies(struct world *w);
void world_directory_returns(struct world *w);
/* a reload */
void world_policy(struct world *w, const char *policy);
/* Up to where a session may be opened, and what has to be said for it. */
struct pamwire_session_open world_approved(
    struct world *w, struct world_talk *t, const char *name);
/* Opened by that process; PAMWIRE_* */
uint8_t world_open_session(
    struct world *w, const struct pamwire_session_open *o, pid_t pid);
/* A whole ssh session, opened by that process. */
struct session *world_session(
    struct world *w, struct world_talk *t, const char *name, pid_t pid);
/* That process as it would connect at redeem.sock: close its pidfd. */
struct peer world_peer(pid_t pid);
/* The session is closed by that process; PAMWIRE_* */
uint8_t world_close(struct world *w, const struct session *s, pid_t pid);
/* what that timer waits for happens now */
void world_fire(struct world *w, struct loop_timer *t);
/* the one record of a session with that outcome; NULL: there is none */
const struct msg_AUDIT_APPEND_REQ *world_session_record(
    struct world *w, enum outcome outcome);
/* what it was asked and has not answered is unknown */
void world_store_restarts(struct world *w);
void world_store_releases(struct world *w);
/* the marks' turn, for which the loop would wait half a second */
void world_flush(struct world *w);
/* Whom authority has in memory, with credentials that are not packed; NULL:
 * not there. */
struct subject *world_subject(struct world *w, const char *id);
/* the store's value of the first key with that prefix; NULL: none */
const uint8_t *world_stored(
    struct world *w, const char *prefix, size_t *size_r);
/* the records of what came of changes: how many, and the one of that place */
size_t world_changes(const struct world *w);
const struct msg_AUDIT_APPEND_REQ *world_change(
    const struct world *w, size_t place);
/* the one final record of this attempt; fails when there is not one */
const struct msg_AUDIT_APPEND_REQ *world_final(
    struct world *w, const struct world_talk *t);

#endif
