/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_SCHEMA_H
#define STORE_STORE_SCHEMA_H

struct sqlite3;

/*
 * Opens the file, and makes the table if the file is new.  Checks that the file
 * is undamaged, Sallyport's own, and of this schema.  -1: the reason was
 * logged; *db must be closed all the same.
 */
int store_schema_open(const char *path, struct sqlite3 **db);

#endif
