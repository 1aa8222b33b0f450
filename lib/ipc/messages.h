/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every message between roles, each a list of fields.  The lists are in the
 * messages_*.h that this file includes.  The structs, the codec and the fuzz
 * target are made from them.  routes.c says which role may send which message.
 * MSG_<OWNER>_<VERB>_REQ goes to the owner, _ANS is the owner's answer, and
 * _NOTE has no answer.
 *
 * The kinds of field, in the struct and on the wire:
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
#include "lib/base/otp_form.h"
#include "lib/base/reason.h"
#include "lib/base/words.h"
#include "lib/ipc/message_limits.h"
#include "lib/ipc/message_values.h"
#include "lib/ipc/messages_admin.h"
#include "lib/ipc/messages_attempt.h"
#include "lib/ipc/messages_kept.h"
#include "lib/ipc/messages_parent.h"
#include "lib/ipc/record_fields.h"

#define MESSAGES(M)         \
	MESSAGES_PARENT(M)  \
	MESSAGES_ATTEMPT(M) \
	MESSAGES_KEPT(M)    \
	MESSAGES_ADMIN(M)

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
/* The beginnings of requests and answers at admin.sock; they are no messages.
 */
DECLARE_MESSAGE(ADMIN_ASK)
DECLARE_MESSAGE(ADMIN_ABOUT)
DECLARE_MESSAGE(ADMIN_HEAD)

/* A message.  The member of u has the name of the type. */
struct message {
	enum message_type type;
	int fd; /* passed with it, or -1; the receiver owns it */
	union {
#define MESSAGE_MEMBER(name) struct msg_##name name;
		MESSAGES(MESSAGE_MEMBER)
		MESSAGE_MEMBER(ADMIN_ASK)
		MESSAGE_MEMBER(ADMIN_ABOUT)
		MESSAGE_MEMBER(ADMIN_HEAD)
#undef MESSAGE_MEMBER
	} u;
};

/* Sets the type, sets fd to -1, and zeroes the type's member of u. */
void message_init(struct message *m, enum message_type type);
/* Wipes the type's member of u.  The type stays. */
void message_wipe(struct message *m);
/* These copy the fields of a record from the one message to the other. */
void message_record_replayed(const struct msg_AUDIT_APPEND_REQ *from,
    struct msg_AUDIT_REPLAY_ANS *replay_r);
void message_replayed_record(const struct msg_AUDIT_REPLAY_ANS *from,
    struct msg_AUDIT_APPEND_REQ *record_r);
/* "AUTHORITY_OPEN_REQ", for example; "?" for a number out of range. */
const char *message_name(enum message_type type);

/* Bytes of the largest message, encoded. */
#define MESSAGE_MAX 36864
/* Encodes.  Returns the size, or 0 if a field is over its maximum. */
size_t message_encode(const struct message *m, uint8_t out[MESSAGE_MAX]);
/* Decodes strictly: the size must be exact, no field over its maximum, no NUL
 * in a text.  -1: malformed. */
int message_decode(struct message *m, const uint8_t *bytes, size_t size);

#endif
