/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration with all its files, which the check accepts as it is. */
#ifndef TESTS_PARENT_SITE_H
#define TESTS_PARENT_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include "gatewayd/parent/check.h"
#include "lib/conf/lex.h"

#define SITE_TEXT 4096 /* a configuration */

struct site {
	char directory[64];
	struct lex_errors errors;
};

const char *site_path(const struct site *s, const char *name);
void site_write(const struct site *s, const char *name, const char *text);
/* Its configuration, with that user of audit. */
void site_text(
    const struct site *s, const char *audit_user, char text_r[SITE_TEXT]);
void site_configure(const struct site *s, const char *audit_user);
/* For cmocka; *state is a struct site. */
int site_make(void **state);
int site_remove(void **state);
struct checked *site_check(struct site *s, bool root);
/* One fault, and this is what is said of it. */
void site_assert_refused(struct site *s, bool root, const char *said);
void site_assert_accepted(struct site *s, bool root);
void site_assert_says(struct site *s, const char *text);
void site_write_bytes(
    struct site *s, const char *name, const void *bytes, size_t size);

#endif
