/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages about what is kept: of store, audit and forward.  messages.h
 * includes this file, and says what the lists mean.
 */
#ifndef IPC_MESSAGES_KEPT_H
#define IPC_MESSAGES_KEPT_H

/* authority -> store.  The answer has the id of the request.  A version of 0
 * means that the key must not exist. */
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
/* The answer to PUT and DELETE, after the change is on disk. */
#define FIELDS_STORE_DONE_ANS(F) \
	F(U64, id, 0, 0)         \
	F(U8, status, 0, 0)      \
	F(U64, version, 0, 0)
/* The keys with that prefix, then those with the others, as far as they are not
 * "": all that is kept of a person comes with one request. */
#define FIELDS_STORE_LIST_REQ(F)   \
	F(U64, id, 0, 0)           \
	F(STR, prefix, KEY_MAX, 0) \
	F(STR, second, KEY_MAX, 0) \
	F(STR, third, KEY_MAX, 0)
/* One answer for each key, in order, then one with status STORE_ABSENT. */
#define FIELDS_STORE_LIST_ANS(F) \
	F(U64, id, 0, 0)         \
	F(U8, status, 0, 0)      \
	F(STR, key, KEY_MAX, 0)  \
	F(U64, version, 0, 0)    \
	F(BYTES, value, VALUE_MAX, 0)

/* authority -> audit: the content of a record.  audit adds its place in the log
 * and writes it as OCSF.  Receipts come in the order of the requests. */
#define FIELDS_AUDIT_APPEND_REQ(F) FIELDS_RECORD(F) /* record_fields.h */
/* `count` records are on disk; the first has the sequence `first`.  hash: their
 * leaf hashes.  failed: audit did not write them, and will not. */
#define FIELDS_AUDIT_RECEIPT_ANS(F) \
	F(U8, failed, 0, 0)         \
	F(U64, first, 0, 0)         \
	F(U16, count, 0, 0)         \
	F(BYTES, hash, RECEIPTS_MAX *LEAF_HASH, 0)
/*
 * Asks for the records from a sequence on, or from the first record of a log
 * that begins later.  Each record is one REPLAY_ANS; the last answer has end
 * set and no record.  hash: the record's leaf hash.  before: the leaf hash of
 * the record before it.
 */
#define FIELDS_AUDIT_REPLAY_REQ(F) F(U64, from, 0, 0)
#define FIELDS_AUDIT_REPLAY_ANS(F)                                        \
	F(U8, end, 0, 0)                                                  \
	F(U64, sequence, 0, 0) /* with end: the next one to be written */ \
	F(RAW, hash, LEAF_HASH, 0)                                        \
	F(RAW, before, LEAF_HASH, 0)                                      \
	FIELDS_RECORD(F)
/* audit -> forward: the records up to this sequence are on disk. */
#define FIELDS_FORWARD_COMMITTED_NOTE(F) F(U64, sequence, 0, 0)

#define MESSAGES_KEPT(M)     \
	M(STORE_GET_REQ)     \
	M(STORE_GET_ANS)     \
	M(STORE_PUT_REQ)     \
	M(STORE_DELETE_REQ)  \
	M(STORE_DONE_ANS)    \
	M(STORE_LIST_REQ)    \
	M(STORE_LIST_ANS)    \
	M(AUDIT_APPEND_REQ)  \
	M(AUDIT_RECEIPT_ANS) \
	M(AUDIT_REPLAY_REQ)  \
	M(AUDIT_REPLAY_ANS)  \
	M(FORWARD_COMMITTED_NOTE)

#endif
