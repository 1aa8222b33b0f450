/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_RECORD_OCSF_TABLE_H
#define TESTS_RECORD_OCSF_TABLE_H

#include <stddef.h>

/*
 * Holds one line against what OCSF 1.8.0 says of the attributes that Sallyport
 * writes: required ones, types, enumerations, constraints, and the arithmetic
 * of class, category and type.  An attribute that the table does not name is a
 * fault.  NULL when there is none, else what is wrong (static).
 */
const char *ocsf_fault(const char *line, size_t len);

#endif
