/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

struct store;

/*
 * Opens the state in one SQLite file, which is made if there is none.  The
 * whole file is checked.  A file that is damaged, of another schema, a symbolic
 * link or in use is refused.  NULL: the reason was logged.
 */
struct store *store_sqlite_open(const char *path);

#endif
