/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/format.h"

#include <stdio.h>

static const struct {
	unsigned number, oldest;
	const char *file;
} formats[] = {
#define FORMAT_ROW(stem, number, oldest, file) {number, oldest, file},
    FORMATS(FORMAT_ROW)
#undef FORMAT_ROW
};

#define FORMAT_CHECK(stem, number, oldest, file)                         \
	_Static_assert((oldest) == (number) || (oldest) + 1 == (number), \
	    file ": this release's format and the one before, no other");
FORMATS(FORMAT_CHECK)
#undef FORMAT_CHECK

enum format_is
format_look(enum format f, unsigned found)
{
	if (found == formats[f].number)
		return FORMAT_NOW;
	return found < formats[f].number && found >= formats[f].oldest
		   ? FORMAT_BEFORE
		   : FORMAT_REFUSED;
}

const char *
format_refusal(
    enum format f, const char *name, unsigned found, char text_r[FORMAT_TEXT])
{
	char reads[48];

	snprintf(reads, sizeof reads,
	    formats[f].oldest == formats[f].number ? "%u" : "%u and %u",
	    formats[f].number, formats[f].oldest);
	snprintf(text_r, FORMAT_TEXT,
	    "%s%s%s has format %u; this release reads %s: %s", formats[f].file,
	    name != NULL ? " " : "", name != NULL ? name : "", found, reads,
	    found > formats[f].number
		? "install the release that wrote it, or a later one"
		: "start each release between first, which converts it");
	return text_r;
}

const char *
format_converted(
    enum format f, unsigned found, size_t count, char text_r[FORMAT_TEXT])
{
	snprintf(text_r, FORMAT_TEXT,
	    "%s: converted from format %u to %u (%zu)", formats[f].file, found,
	    formats[f].number, count);
	return text_r;
}
