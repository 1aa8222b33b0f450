/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/golden.h"

#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_ROOM 256
#define SIZE_MAX_GOLDEN (512 * 1024)

static void
update(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static const char *
was(const char *path)
{
	static char text[SIZE_MAX_GOLDEN];
	FILE *f = fopen(path, "re");
	size_t size;

	if (f == NULL)
		fail_msg("%s is not there: make golden writes it", path);
	size = fread(text, 1, sizeof text - 1, f);
	assert_true(size < sizeof text - 1);
	fclose(f);
	text[size] = '\0';
	return text;
}

void
golden_compare(const char *name, const char *text)
{
	char path[NAME_ROOM];
	const char *old;

	snprintf(path, sizeof path, "tests/golden/%s", name);
	if (getenv("UPDATE_GOLDEN") != NULL)
		update(path, text);
	old = was(path);
	for (unsigned line = 1; *text != '\0' || *old != '\0'; line++) {
		size_t is_len = strcspn(text, "\n");
		size_t was_len = strcspn(old, "\n");

		if (is_len != was_len || memcmp(text, old, is_len) != 0 ||
		    text[is_len] != old[was_len])
			fail_msg("%s:%u differs (make golden writes it anew, "
				 "git diff shows it)\nis  %.*s\nwas %.*s",
			    path, line, (int)is_len, text, (int)was_len, old);
		text += is_len + (text[is_len] == '\n');
		old += was_len + (old[was_len] == '\n');
	}
}
