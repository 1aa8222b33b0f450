/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sizes and counts of fields, one limit for each thing: bytes without a NUL
 * at the end, unless a comment says otherwise.
 */
#ifndef IPC_MESSAGE_LIMITS_H
#define IPC_MESSAGE_LIMITS_H

#include "lib/base/facts.h"

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
#define APPROVAL_MAX 64 /* a reference in the company's change system */
#define APPROVAL_SECONDS_MAX 2592000 /* 30 days */
#define RECORD_APPROVERS 3	     /* in a record */
#define RECORD_APPROVERS_MAX 780
/* The attributes that the policy names; policy.h has the same bounds. */
#define ATTRIBUTES_MAX 16
#define ATTRIBUTE_NAME_MAX 64
#define ATTRIBUTE_VALUE_MAX 255
#define ATTRIBUTE_VALUES_MAX 64 /* of all attributes together */
#define ATTRIBUTE_BYTES_MAX 4096
#define RECORD_ATTRIBUTES_MAX 1024
#define JWKS_MAX 16384 /* bytes of the public token keys */

#endif
