/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_GROUP_LIST_H
#define BASE_GROUP_LIST_H

#include <stddef.h>
#include <stdint.h>

/*
 * A number for the list of groups that directory is told of.  Its answers have
 * the number, and authority has that of its own policy: so an answer that was
 * given under another list, around a reload, is not taken for one that has all
 * groups that this policy names.
 */
uint64_t group_list_number(const void *text, size_t size);

#endif
