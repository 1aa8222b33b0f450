/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

struct store;

/*
 * The state in one SQLite file, made if it is not there.  It is checked as a
 * whole, and refused when it is damaged, of another schema, a symbolic link,
 * or in use.  NULL: the reason was logged.
 */
struct store *store_sqlite_open(const char *path);

#endif
