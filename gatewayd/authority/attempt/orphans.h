/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts that the process before has left without a final record. */
#ifndef AUTHORITY_ATTEMPT_ORPHANS_H
#define AUTHORITY_ATTEMPT_ORPHANS_H

struct authority;

/* A record for each of them, and a try where answers had been given.  -1: no
 * memory. */
int orphans_record(struct authority *all);

#endif
