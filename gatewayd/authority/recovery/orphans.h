/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts that an earlier process of authority left without a final record. */
#ifndef AUTHORITY_RECOVERY_ORPHANS_H
#define AUTHORITY_RECOVERY_ORPHANS_H

struct authority;

/* Writes a record for each of them, and counts a try if answers had been given.
 * -1: no memory. */
int orphans_record(struct authority *all);

#endif
