/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every message between roles, each a list of fields.  The lists make the
 * structs, the codec and the fuzz target; routes.c says who may send which.
 * MSG_<OWNER>_<VERB>_REQ goes to the owner, _ANS comes from it, _NOTE is not
 * answered.
 *
 * Kinds of field, with what they are in the struct and on the wire:
 *   U8 U16 U32 U64 I64   integers, network byte order
 *   RAW(n)               n bytes as they are
 *   STR(max)             text without NUL: char[max + 1]; u16 length + bytes
 *   BYTES(max)           uint8_t[max] and <name>_size; u16 length + bytes
 *   STRS(count, max)     char[count][max + 1] and <name>_count
 */
#ifndef IPC_MESSAGES_H
#define IPC_MESSAGES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/facts.h"
#include "lib/base/fields.h"
#include "lib/base/reason.h"
#include "lib/base/words.h"
#include "lib/ipc/record_fields.h"

#define ATTEMPT_ID 16
#define TICKET 16
#define NONCE_HASH 32
#define LEAF_HASH 32
#define SUBJECT_MAX 128
#define USERNAME_MAX FACTS_USERNAME_MAX
#define SERVICE_MAX FACTS_SERVICE_MAX
#define ADDRESS_MAX FACTS_ADDRESS_MAX
#define HOST_MAX 255
#define TTY_MAX FACTS_TTY_MAX
#define AUTH_INFO_MAX FACTS_AUTH_INFO_MAX
#define REFERENCE_MAX 16
#define SESSION_ID_MAX 24
#define CREDENTIAL_ID_MAX 40
#define GROUPS_MAX 64
#define GROUP_MAX 255
#define KEY_MAX 255
#define VALUE_MAX 4096
#define TEXT_MAX 255
#define WHY_MAX 1023 /* of a role that cannot do its job: all of them */
#define ANCESTORS_MAX 64
#define WHO_UNSET UINT32_MAX
#define PROMPTS_MAX 4
#define MORE_MAX 511 /* PAMWIRE_MAX_TEXT */
#define RECEIPTS_MAX 128
#define RECORD_GROUPS_MAX 2048
#define APPROVAL_MAX 64 /* of a reference in the company's change system */
#define APPROVAL_SECONDS_MAX 2592000 /* 30 days */
/* of an entry, that the policy names: policy.h has the same bounds */
#define ATTRIBUTES_MAX 16
#define ATTRIBUTE_NAME_MAX 64
#define ATTRIBUTE_VALUE_MAX 255
#define ATTRIBUTE_VALUES_MAX 64 /* of all attributes together */
#define ATTRIBUTE_BYTES_MAX 4096
#define RECORD_ATTRIBUTES_MAX 1024
#define JWKS_MAX 16384 /* the public token keys */

/* parent -> role, on the control channel (fd 3); each of CONFIG, FILE,
 * LISTEN and PEER may come again at a reload or when a peer was restarted */
/* conf: the role's own struct of lib/conf/conf.h, size checked exactly */
#define FIELDS_PARENT_CONFIG_NOTE(F) F(BYTES, conf, 32768, 0)
/* with one fd: a key, a directory, a text the role may read */
#define FIELDS_PARENT_FILE_NOTE(F) F(STR, name, 255, 0)
/* with one fd: a listening socket */
#define FIELDS_PARENT_LISTEN_NOTE(F) F(STR, name, 32, 0)
/* with one fd: a channel to that role */
#define FIELDS_PARENT_PEER_NOTE(F) F(U8, peer, 0, 0)
/* all of the above is complete: enum go says what to do with it.  round: of
 * the reload, so that an answer to an earlier one is known */
#define FIELDS_PARENT_GO_NOTE(F)      \
	F(U8, go, 0, 0) /* enum go */ \
	F(U32, round, 0, 0)
/* role -> parent: the answer, with what it answers; to GO_FORGET there is
 * none */
#define FIELDS_PARENT_READY_NOTE(F) \
	F(U8, go, 0, 0)             \
	F(U32, round, 0, 0)         \
	F(U8, failed, 0, 0)         \
	F(STR, text, TEXT_MAX, 0)
/* Can it do its job?  A role that never says so can from its READY on.
 * BLOCKED: not until somebody does something; reason says why, and what. */
#define FIELDS_PARENT_STATE_NOTE(F)              \
	F(U8, state, 0, 0) /* enum role_state */ \
	F(STR, reason, WHY_MAX, 0)               \
	F(I64, worked_ms, 0, 0) /* since 1970, when it last could; 0: never */
/* directory, forward -> parent: a certificate that a server showed; depth 0
 * begins anew what is known of that server.  ends: seconds since 1970. */
#define FIELDS_PARENT_SHOWN_NOTE(F)  \
	F(STR, server, TEXT_MAX, 0)  \
	F(U8, depth, 0, 0)           \
	F(STR, subject, TEXT_MAX, 0) \
	F(I64, ends, 0, 0)
/* likewise, after GO_PROBE: can it work with that server?  text: how, or why
 * not and what to do */
#define FIELDS_PARENT_PROBE_NOTE(F) \
	F(STR, server, TEXT_MAX, 0) \
	F(U8, works, 0, 0)          \
	F(STR, text, WHY_MAX, 0)
/* authority -> parent, with one fd: the pidfd of the process that opened the
 * session, which is over.  Sent again with the next step until it is gone. */
#define FIELDS_PARENT_END_NOTE(F)          \
	F(STR, session, SESSION_ID_MAX, 0) \
	F(U8, step, 0, 0) /* enum end_step */
/* authority -> parent, with one fd: a pidfd.  Who is that process? */
#define FIELDS_PARENT_WHO_REQ(F) F(U64, id, 0, 0)
/* known 0: it has ended, or is none.  WHO_UNSET in login_uid, audit_session:
 * nobody has set one.  ancestors: pids as u32 each, the process' own parent
 * first; those above one that could not be told are not there. */
#define FIELDS_PARENT_WHO_ANS(F)    \
	F(U64, id, 0, 0)            \
	F(U8, known, 0, 0)          \
	F(U32, pid, 0, 0)           \
	F(U32, login_uid, 0, 0)     \
	F(U32, audit_session, 0, 0) \
	F(BYTES, ancestors, 4 * ANCESTORS_MAX, 0)

/* login -> authority: BEGIN of the PAM wire, and whom it came from */
#define FIELDS_AUTHORITY_OPEN_REQ(F)                            \
	F(U8, phase, 0, 0) /* PAMWIRE_AUTHN, PAMWIRE_ACCOUNT */ \
	F(RAW, nonce_hash, NONCE_HASH, 0)                       \
	FACTS(F, BYTES)
/* what to collect; nothing to collect is possible (account phase) */
#define FIELDS_AUTHORITY_OPEN_ANS(F)                                          \
	F(RAW, attempt, ATTEMPT_ID, 0)                                        \
	F(RAW, ticket, TICKET, 0) /* for directory */                         \
	F(STR, reference, REFERENCE_MAX, 0)                                   \
	F(BYTES, collect, PROMPTS_MAX, 0) /* enum collect, a byte a prompt */ \
	F(STRS, prompt, PROMPTS_MAX, TEXT_MAX)
/* the answers are in; the password, if one was asked, went to directory */
#define FIELDS_AUTHORITY_ANSWER_REQ(F)                                 \
	F(U8, status, 0, 0) /* enum answer_status */                   \
	F(U8, more, 0, 0)   /* 1: the person can be asked once more */ \
	F(BYTES, code, 64, 0)
/* One more code, of an authenticator that the prompt has the seed of: wipe it.
 * Answered by a second ANSWER_REQ; a third there is not. */
#define FIELDS_AUTHORITY_MORE_ANS(F) F(STR, prompt, MORE_MAX, 0)
/* Instead of OPEN_REQ: the module is of another version, and refused. */
#define FIELDS_AUTHORITY_VERSION_NOTE(F) F(U8, version, 0, 0)
/* GRANTED tells the module to redeem; it lets nobody in */
#define FIELDS_AUTHORITY_RESULT_ANS(F)        \
	F(U8, result, 0, 0) /* enum result */ \
	F(STR, text, TEXT_MAX, 0)             \
	F(STR, reference, REFERENCE_MAX, 0)

/* login -> directory: once per attempt; the verdict goes to authority.
 * Connect when the password is there: a channel that says nothing for 5 s is
 * closed, and every other one as soon as its message is in, whatever it said.
 * The ticket must be the one of the attempt's LOOKUP, and only once. */
#define FIELDS_DIRECTORY_PASSWORD_REQ(F) \
	F(RAW, attempt, ATTEMPT_ID, 0)   \
	F(RAW, ticket, TICKET, 0)        \
	F(BYTES, password, 512, 0)

/* authority -> directory, answered within two operation timeouts.  decoy: look
 * up all the same, bind as nobody.  ticket: all zeros when no password is to
 * follow.  An attempt is held until its verdict, FORGET, or 180 s. */
#define FIELDS_DIRECTORY_LOOKUP_REQ(F) \
	F(RAW, attempt, ATTEMPT_ID, 0) \
	F(RAW, ticket, TICKET, 0)      \
	F(U8, decoy, 0, 0)             \
	F(STR, name, USERNAME_MAX, 0) /* canonical */
/* unless FOUND, only attempt and status are set */
#define FIELDS_DIRECTORY_LOOKUP_ANS(F)                                         \
	F(RAW, attempt, ATTEMPT_ID, 0)                                         \
	F(U8, status, 0, 0)	/* enum lookup_status */                       \
	F(U8, state, 0, 0)	/* enum account_state */                       \
	F(U8, employment, 0, 0) /* enum policy_employment */                   \
	F(STR, subject, SUBJECT_MAX, 0)                                        \
	F(STR, name, USERNAME_MAX, 0)	      /* as the directory spells it */ \
	F(STRS, group, GROUPS_MAX, GROUP_MAX) /* DNs */                        \
	/* names of attributes that were asked for, found or not */            \
	F(STRS, attribute, ATTRIBUTES_MAX, ATTRIBUTE_NAME_MAX)                 \
	/* each value: a byte with its name's number, the text, a NUL */       \
	F(BYTES, values, ATTRIBUTE_BYTES_MAX, 0)
/* One for each password taken.  Only MATCH lets in.  MISMATCH with another
 * state than ACCOUNT_ACTIVE: the directory said why it refused, also when the
 * password was right (expired, to be changed).  A decoy is always MISMATCH;
 * MALFORMED: empty, or with a NUL, and not tried. */
#define FIELDS_DIRECTORY_VERDICT_NOTE(F)        \
	F(RAW, attempt, ATTEMPT_ID, 0)          \
	F(U8, verdict, 0, 0) /* enum verdict */ \
	F(U8, state, 0, 0)   /* enum account_state, as the bind told it */
/* The answers are in and the try is reserved: now its password may be bound,
 * as it comes or if it has come.  decoy: as nobody, for who is refused anyway.
 * Without this note a password is kept and goes nowhere. */
#define FIELDS_DIRECTORY_BIND_NOTE(F)  \
	F(RAW, attempt, ATTEMPT_ID, 0) \
	F(U8, decoy, 0, 0)
/* the attempt is over: no bind for it any more */
#define FIELDS_DIRECTORY_FORGET_NOTE(F) F(RAW, attempt, ATTEMPT_ID, 0)

/* authority -> store.  id echoes; version 0: the key must not exist. */
#define FIELDS_STORE_GET_REQ(F) \
	F(U64, id, 0, 0)        \
	F(STR, key, KEY_MAX, 0)
#define FIELDS_STORE_GET_ANS(F)                     \
	F(U64, id, 0, 0)                            \
	F(U8, status, 0, 0) /* enum store_status */ \
	F(U64, version, 0, 0)                       \
	F(BYTES, value, VALUE_MAX, 0)
#define FIELDS_STORE_PUT_REQ(F)                             \
	F(U64, id, 0, 0)                                    \
	F(STR, key, KEY_MAX, 0)                             \
	F(U64, version, 0, 0)                               \
	F(I64, expires_ms, 0, 0) /* since 1970; 0: never */ \
	F(BYTES, value, VALUE_MAX, 0)
#define FIELDS_STORE_DELETE_REQ(F) \
	F(U64, id, 0, 0)           \
	F(STR, key, KEY_MAX, 0)    \
	F(U64, version, 0, 0)
/* answers PUT and DELETE; sent when the change is on disk */
#define FIELDS_STORE_DONE_ANS(F) \
	F(U64, id, 0, 0)         \
	F(U8, status, 0, 0)      \
	F(U64, version, 0, 0)
#define FIELDS_STORE_LIST_REQ(F) \
	F(U64, id, 0, 0)         \
	F(STR, prefix, KEY_MAX, 0)
/* one per key in order, then one with status STORE_ABSENT and no key */
#define FIELDS_STORE_LIST_ANS(F) \
	F(U64, id, 0, 0)         \
	F(U8, status, 0, 0)      \
	F(STR, key, KEY_MAX, 0)  \
	F(U64, version, 0, 0)    \
	F(BYTES, value, VALUE_MAX, 0)

/* What a record says; audit gives it its place and its form (OCSF). */
/* authority -> audit; answered in the order of sending */
#define FIELDS_AUDIT_APPEND_REQ(F) FIELDS_RECORD(F) /* record_fields.h */
/* count records are on disk, from first on; hash: their leaf hashes.
 * failed: these were not written and will not be. */
#define FIELDS_AUDIT_RECEIPT_ANS(F) \
	F(U8, failed, 0, 0)         \
	F(U64, first, 0, 0)         \
	F(U16, count, 0, 0)         \
	F(BYTES, hash, RECEIPTS_MAX *LEAF_HASH, 0)
/* The records from a sequence on, or from the log's first one where it begins
 * later: one REPLAY_ANS each, then one with end.  hash: the record's leaf;
 * before: that of the record before it. */
#define FIELDS_AUDIT_REPLAY_REQ(F) F(U64, from, 0, 0)
#define FIELDS_AUDIT_REPLAY_ANS(F)                                        \
	F(U8, end, 0, 0)                                                  \
	F(U64, sequence, 0, 0) /* with end: the next one to be written */ \
	F(RAW, hash, LEAF_HASH, 0)                                        \
	F(RAW, before, LEAF_HASH, 0)                                      \
	FIELDS_RECORD(F)
/* audit -> forward: all up to and with sequence is on disk */
#define FIELDS_FORWARD_COMMITTED_NOTE(F) F(U64, sequence, 0, 0)

/*
 * sallyport (root) -> authority at admin.sock.  Every request begins with
 * ADMIN_ASK, or ADMIN_ABOUT where it is about a person, and every answer with
 * ADMIN_HEAD: struct message has them as members of their own.  A list is one
 * answer an item and then one with end; all else is one answer with end.
 */
#define FIELDS_ADMIN_ASK(F) F(STR, actor, 64, 0) /* as it calls itself */
#define FIELDS_ADMIN_ABOUT(F) \
	FIELDS_ADMIN_ASK(F)   \
	F(STR, name, USERNAME_MAX, 0)
#define FIELDS_ADMIN_HEAD(F)                                             \
	F(U8, status, 0, 0)	  /* enum admin_status */                \
	F(U8, end, 0, 0)	  /* this is the last one */             \
	F(STR, text, TEXT_MAX, 0) /* what was wrong; "" with ADMIN_OK */ \
	F(STR, subject, SUBJECT_MAX, 0)
#define FIELDS_ADMIN_ENROL_REQ(F)             \
	FIELDS_ADMIN_ABOUT(F)                 \
	F(STR, kind, FACTOR_KIND_WORD_MAX, 0) \
	F(STR, label, 64, 0)                  \
	F(U8, another, 0, 0) /* 1: beside one that there is */
#define FIELDS_ADMIN_ENROL_ANS(F)                \
	FIELDS_ADMIN_HEAD(F)                     \
	F(STR, credential, CREDENTIAL_ID_MAX, 0) \
	F(BYTES, uri, 1024, 0) /* otpauth://, shown once: wipe it */
#define FIELDS_ADMIN_FACTORS_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_FACTORS_ANS(F)                             \
	FIELDS_ADMIN_HEAD(F)                                    \
	F(STR, credential, CREDENTIAL_ID_MAX, 0)                \
	F(STR, kind, 16, 0) /* factor_kind_word(), "invited" */ \
	F(STR, name, 64, 0) /* it is for no other */            \
	F(STR, label, 64, 0)                                    \
	F(I64, created_ms, 0, 0)                                \
	F(U64, step, 0, 0) /* last accepted */
/* one who has no second factor may enrol one, by "grace" of the policy */
#define FIELDS_ADMIN_INVITE_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_INVITE_ANS(F) FIELDS_ADMIN_HEAD(F)
/* credential "invitation": that one ends */
#define FIELDS_ADMIN_REVOKE_REQ(F) \
	FIELDS_ADMIN_ABOUT(F)      \
	F(STR, credential, CREDENTIAL_ID_MAX, 0)
#define FIELDS_ADMIN_REVOKE_ANS(F) FIELDS_ADMIN_HEAD(F)
/* a step of a change of the policy, which only has to be written down */
#define FIELDS_ADMIN_POLICY_REQ(F)                                      \
	FIELDS_ADMIN_ASK(F)                                             \
	F(U8, outcome, 0, 0) /* OUTCOME_PROPOSED to OUTCOME_RESTORED */ \
	F(STR, bundle, 64, 0)                                           \
	F(STR, change, 64, 0)                                           \
	F(STR, author, 64, 0)                                           \
	F(STR, reviewer, 64, 0) /* "": not yet */
#define FIELDS_ADMIN_POLICY_ANS(F) FIELDS_ADMIN_HEAD(F)
/* a person's failed tries; locked_until_ms 0: is not locked out */
#define FIELDS_ADMIN_USER_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_USER_ANS(F) \
	FIELDS_ADMIN_HEAD(F)     \
	F(STR, name, 64, 0)      \
	F(U32, tries, 0, 0)      \
	F(U32, max_tries, 0, 0)  \
	F(I64, locked_until_ms, 0, 0)
/* the last ones of a person, the newest first */
#define FIELDS_ADMIN_ATTEMPTS_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_ATTEMPTS_ANS(F)    \
	FIELDS_ADMIN_HEAD(F)            \
	F(I64, time_ms, 0, 0)           \
	F(U8, outcome, 0, 0)            \
	F(STR, reason, REASON_MAX, 0)   \
	F(STR, service, SERVICE_MAX, 0) \
	F(STR, client, ADDRESS_MAX, 0)  \
	F(STR, reference, REFERENCE_MAX, 0)
/* no failed try of theirs counts any more */
#define FIELDS_ADMIN_UNLOCK_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_UNLOCK_ANS(F) FIELDS_ADMIN_HEAD(F)
/* of one person; name "": all */
#define FIELDS_ADMIN_SESSIONS_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_SESSIONS_ANS(F)               \
	FIELDS_ADMIN_HEAD(F)                       \
	F(STR, session, SESSION_ID_MAX, 0)         \
	F(STR, name, USERNAME_MAX, 0)              \
	F(STR, service, SERVICE_MAX, 0)            \
	F(STR, client, ADDRESS_MAX, 0)             \
	F(U32, uid, 0, 0)                          \
	F(I64, opened_ms, 0, 0)                    \
	F(I64, ends_ms, 0, 0)                      \
	F(U32, lease_seconds, 0, 0)                \
	F(I64, renewed_ms, 0, 0)                   \
	/* why it is being ended; "": it is not */ \
	F(STR, ending, REASON_MAX, 0)
/* A subject's approvals.  actor gives it, and is not the one it is for. */
#define FIELDS_ADMIN_GIVE_REQ(F)                            \
	FIELDS_ADMIN_ABOUT(F)                               \
	F(STR, approval, APPROVAL_MAX, 0)                   \
	F(STR, service, SERVICE_MAX, 0) /* "": every one */ \
	F(U32, seconds, 0, 0)
#define FIELDS_ADMIN_GIVE_ANS(F) \
	FIELDS_ADMIN_HEAD(F)     \
	F(I64, ends_ms, 0, 0)
/* name "": everybody's */
#define FIELDS_ADMIN_APPROVALS_REQ(F) FIELDS_ADMIN_ABOUT(F)
#define FIELDS_ADMIN_APPROVALS_ANS(F)                          \
	FIELDS_ADMIN_HEAD(F)                                   \
	F(STR, approval, APPROVAL_MAX, 0)                      \
	F(STR, name, USERNAME_MAX, 0) /* "": it is not ours */ \
	F(STR, service, SERVICE_MAX, 0)                        \
	F(STR, giver, 64, 0)                                   \
	F(I64, given_ms, 0, 0)                                 \
	F(I64, ends_ms, 0, 0)
#define FIELDS_ADMIN_WITHDRAW_REQ(F) \
	FIELDS_ADMIN_ABOUT(F)        \
	F(STR, approval, APPROVAL_MAX, 0)
#define FIELDS_ADMIN_WITHDRAW_ANS(F) FIELDS_ADMIN_HEAD(F)
/* answered when its process is gone, or after 13 s */
#define FIELDS_ADMIN_END_REQ(F) \
	FIELDS_ADMIN_ASK(F)     \
	F(STR, session, SESSION_ID_MAX, 0)
#define FIELDS_ADMIN_END_ANS(F) FIELDS_ADMIN_HEAD(F)
/* the token keys' public halves */
#define FIELDS_ADMIN_KEYS_REQ(F) FIELDS_ADMIN_ASK(F)
#define FIELDS_ADMIN_KEYS_ANS(F) \
	FIELDS_ADMIN_HEAD(F)     \
	F(BYTES, jwks, JWKS_MAX, 0)

/* sallyport (a person in a session) -> authority at token.sock */
#define FIELDS_AUTHORITY_KEYS_REQ(F) F(U8, unused, 0, 0)
#define FIELDS_AUTHORITY_KEYS_ANS(F) F(BYTES, jwks, JWKS_MAX, 0)
#define FIELDS_AUTHORITY_TOKEN_REQ(F)      \
	F(STR, session, SESSION_ID_MAX, 0) \
	F(STR, audience, 128, 0)
#define FIELDS_AUTHORITY_TOKEN_ANS(F)               \
	F(U8, status, 0, 0) /* enum admin_status */ \
	F(STR, text, TEXT_MAX, 0)                   \
	F(BYTES, token, 8192, 0)

#define MESSAGES(M)               \
	M(PARENT_CONFIG_NOTE)     \
	M(PARENT_FILE_NOTE)       \
	M(PARENT_LISTEN_NOTE)     \
	M(PARENT_PEER_NOTE)       \
	M(PARENT_GO_NOTE)         \
	M(PARENT_READY_NOTE)      \
	M(PARENT_STATE_NOTE)      \
	M(PARENT_END_NOTE)        \
	M(AUTHORITY_OPEN_REQ)     \
	M(AUTHORITY_OPEN_ANS)     \
	M(AUTHORITY_ANSWER_REQ)   \
	M(AUTHORITY_MORE_ANS)     \
	M(AUTHORITY_RESULT_ANS)   \
	M(AUTHORITY_VERSION_NOTE) \
	M(DIRECTORY_PASSWORD_REQ) \
	M(DIRECTORY_LOOKUP_REQ)   \
	M(DIRECTORY_LOOKUP_ANS)   \
	M(DIRECTORY_VERDICT_NOTE) \
	M(DIRECTORY_BIND_NOTE)    \
	M(DIRECTORY_FORGET_NOTE)  \
	M(STORE_GET_REQ)          \
	M(STORE_GET_ANS)          \
	M(STORE_PUT_REQ)          \
	M(STORE_DELETE_REQ)       \
	M(STORE_DONE_ANS)         \
	M(STORE_LIST_REQ)         \
	M(STORE_LIST_ANS)         \
	M(AUDIT_APPEND_REQ)       \
	M(AUDIT_RECEIPT_ANS)      \
	M(AUDIT_REPLAY_REQ)       \
	M(AUDIT_REPLAY_ANS)       \
	M(FORWARD_COMMITTED_NOTE) \
	M(ADMIN_ENROL_REQ)        \
	M(ADMIN_ENROL_ANS)        \
	M(ADMIN_FACTORS_REQ)      \
	M(ADMIN_FACTORS_ANS)      \
	M(ADMIN_INVITE_REQ)       \
	M(ADMIN_INVITE_ANS)       \
	M(ADMIN_REVOKE_REQ)       \
	M(ADMIN_REVOKE_ANS)       \
	M(ADMIN_POLICY_REQ)       \
	M(ADMIN_POLICY_ANS)       \
	M(ADMIN_SESSIONS_REQ)     \
	M(ADMIN_SESSIONS_ANS)     \
	M(ADMIN_END_REQ)          \
	M(ADMIN_END_ANS)          \
	M(ADMIN_KEYS_REQ)         \
	M(ADMIN_KEYS_ANS)         \
	M(ADMIN_USER_REQ)         \
	M(ADMIN_USER_ANS)         \
	M(ADMIN_ATTEMPTS_REQ)     \
	M(ADMIN_ATTEMPTS_ANS)     \
	M(ADMIN_UNLOCK_REQ)       \
	M(ADMIN_UNLOCK_ANS)       \
	M(AUTHORITY_KEYS_REQ)     \
	M(AUTHORITY_KEYS_ANS)     \
	M(AUTHORITY_TOKEN_REQ)    \
	M(AUTHORITY_TOKEN_ANS)    \
	M(ADMIN_GIVE_REQ)         \
	M(ADMIN_GIVE_ANS)         \
	M(ADMIN_APPROVALS_REQ)    \
	M(ADMIN_APPROVALS_ANS)    \
	M(ADMIN_WITHDRAW_REQ)     \
	M(ADMIN_WITHDRAW_ANS)     \
	M(PARENT_WHO_REQ)         \
	M(PARENT_WHO_ANS)         \
	M(PARENT_SHOWN_NOTE)      \
	M(PARENT_PROBE_NOTE)

enum message_type {
	MSG_NONE,
#define MESSAGE_ENUM(name) MSG_##name,
	MESSAGES(MESSAGE_ENUM)
#undef MESSAGE_ENUM
	    MSG_COUNT
};

/* The structs: struct msg_AUTHORITY_OPEN_REQ and so on. */
#define DECLARE_MESSAGE(name)                \
	struct msg_##name {                  \
		FIELDS_##name(DECLARE_FIELD) \
	};
MESSAGES(DECLARE_MESSAGE)
/* what the requests and answers of admin.sock begin with; no messages */
DECLARE_MESSAGE(ADMIN_ASK)
DECLARE_MESSAGE(ADMIN_ABOUT)
DECLARE_MESSAGE(ADMIN_HEAD)

/* What goes through a channel.  u's member has the message's name. */
struct message {
	enum message_type type;
	int fd; /* passed along, or -1; the receiver owns it */
	union {
#define MESSAGE_MEMBER(name) struct msg_##name name;
		MESSAGES(MESSAGE_MEMBER)
		MESSAGE_MEMBER(ADMIN_ASK)
		MESSAGE_MEMBER(ADMIN_ABOUT)
		MESSAGE_MEMBER(ADMIN_HEAD)
#undef MESSAGE_MEMBER
	} u;
};

/* Sets the type, no fd, and zeroes that type's member. */
void message_init(struct message *m, enum message_type type);
/* Wipes what message_init() zeroed; keeps the type. */
void message_wipe(struct message *m);
/* What both say of a record. */
void message_record_replayed(const struct msg_AUDIT_APPEND_REQ *from,
    struct msg_AUDIT_REPLAY_ANS *replay_r);
void message_replayed_record(const struct msg_AUDIT_REPLAY_ANS *from,
    struct msg_AUDIT_APPEND_REQ *record_r);
/* "AUTHORITY_OPEN_REQ"; "?" for a number out of range */
const char *message_name(enum message_type type);

/* the largest encoded message */
#define MESSAGE_MAX 36864
/* Returns the encoded size, 0 when a field is over its maximum. */
size_t message_encode(const struct message *m, uint8_t out[MESSAGE_MAX]);
/* Strict: exact size, every maximum, no NUL in text.  -1: malformed. */
int message_decode(struct message *m, const uint8_t *bytes, size_t size);

/* What the u8 fields above hold.  0 is never a valid value that lets anybody
 * in, so that a field left out cannot grant. */
enum collect { COLLECT_PASSWORD = 1, COLLECT_CODE };
enum answer_status {
	ANSWER_OK = 1,
	ANSWER_ABORTED,
	ANSWER_MALFORMED,
	ANSWER_SUBSTITUTED, /* sshd's own words, not the person's */
	ANSWER_SAME	    /* one answer for password and code */
};
enum result { RESULT_GRANTED = 1, RESULT_DENIED, RESULT_UNAVAILABLE };
enum lookup_status {
	LOOKUP_FOUND = 1,
	LOOKUP_UNKNOWN,
	LOOKUP_AMBIGUOUS, /* more than one entry */
	LOOKUP_MALFORMED, /* without a stable id, groups or values cut off */
	LOOKUP_UNAVAILABLE
};
enum account_state {
	ACCOUNT_ACTIVE = 1,
	ACCOUNT_DISABLED,
	ACCOUNT_EXPIRED,
	ACCOUNT_LOCKED,
	ACCOUNT_PASSWORD_EXPIRED,
	ACCOUNT_MUST_CHANGE,
	/* by wrong passwords, for a time: a bind says whether it is over */
	ACCOUNT_MAYBE_LOCKED
};
enum verdict {
	VERDICT_MATCH = 1,
	VERDICT_MISMATCH,
	VERDICT_UNAVAILABLE,
	VERDICT_MALFORMED
};
enum store_status {
	STORE_OK = 1,
	STORE_ABSENT,
	STORE_CONFLICT, /* another version is there */
	STORE_UNAVAILABLE
};
enum record_kind {
	RECORD_ATTEMPT = 1,
	RECORD_SESSION,
	RECORD_ADMIN, /* a change, when it was made, or not */
	RECORD_INTENT /* the same, before it is made */
};
enum outcome {
	OUTCOME_GRANTED = 1,
	OUTCOME_DENIED,
	OUTCOME_ABORTED,
	OUTCOME_ERROR,
	OUTCOME_ORPHANED,
	OUTCOME_OPENED, /* sessions */
	OUTCOME_CLOSED,
	OUTCOME_LAPSED,	  /* granted, but nobody came to open it */
	OUTCOME_ENROLLED, /* admin changes */
	OUTCOME_REVOKED,
	OUTCOME_PROPOSED, /* changes of the policy */
	OUTCOME_APPROVED,
	OUTCOME_APPLIED,
	OUTCOME_RESTORED, /* an earlier one, applied again */
	OUTCOME_LOADED,	  /* by authority itself: in force from here on */
	OUTCOME_GIVEN,	  /* approvals */
	OUTCOME_WITHDRAWN,
	OUTCOME_INVITED,  /* admin changes: to enrol by grace */
	OUTCOME_UNLOCKED, /* failed tries and lockout are gone */
	OUTCOME_FAILED	  /* a change that was intended and not made */
};
enum role_state {
	ROLE_STATE_ABLE = 1,
	ROLE_STATE_STARTING,
	ROLE_STATE_BLOCKED
};
enum end_step {
	END_TERMINATE = 1, /* SIGTERM: it closes its session and ends */
	END_CHILDREN,	   /* SIGKILL to its children, and it closes */
	END_KILL	   /* SIGKILL to itself */
};
enum admin_status { ADMIN_OK = 1, ADMIN_NO, ADMIN_UNAVAILABLE };

#endif
