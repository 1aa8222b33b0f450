/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIRECTORY_STABLE_ID_H
#define DIRECTORY_STABLE_ID_H

#include <stddef.h>

#include "lib/ipc/messages.h"

/* Writes a stable id in its one form, from a value of that attribute.  -1: the
 * value is no stable id. */
int stable_id(const char *attribute, const void *value, size_t size,
    char out[SUBJECT_MAX + 1]);

#endif
