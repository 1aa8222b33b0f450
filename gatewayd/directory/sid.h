/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The primary group of an account in Active Directory.  No member attribute
 * lists it: the entry has its number, which is one in the account's domain.
 */
#ifndef DIRECTORY_SID_H
#define DIRECTORY_SID_H

#include <stddef.h>
#include <stdint.h>

#define SID_TEXT_MAX 192

/* Parses a primaryGroupID.  -1: it is no number from 1 to 2^32 - 1. */
int sid_number(const void *value, size_t size, uint32_t *number_r);

/*
 * Writes "S-1-5-21-...-513": the domain of the account's objectSid (MS-DTYP
 * 2.4.2.2, binary), and the number.  -1: that is no SID of an account.
 */
int sid_of_group(
    const void *sid, size_t size, uint32_t number, char out[SID_TEXT_MAX]);

#endif
