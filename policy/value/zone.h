/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_ZONE_H
#define POLICY_VALUE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/value/arena.h"

/* The day on which summer time begins or ends, as in a POSIX TZ string. */
struct zone_day {
	enum { ZONE_JULIAN, ZONE_ORDINAL, ZONE_MONTH } kind;
	unsigned month, week, day;
	int32_t seconds; /* after local midnight; may be negative */
};

struct zone {
	const char *name;
	size_t count;
	const int64_t *times;	/* ascending; offsets[i] holds from times[i] */
	const int32_t *offsets; /* local = UTC + offset, in seconds */
	int32_t first_offset;
	bool has_footer; /* the members below hold after the last of times */
	bool has_summer; /* RFC 8536 3.3 */
	int32_t winter, summer;
	struct zone_day begin, end;
};

void zone_utc(struct zone *zone);

/*
 * Reads TZif data (RFC 8536) of version 2 or later, without leap seconds.
 * 0, or -1 with *problem_r.
 */
int zone_parse(struct zone *zone, struct arena *arena, const void *data,
    size_t length, const char **problem_r);

/* The seconds to add to UTC at this moment. */
int32_t zone_offset(const struct zone *zone, int64_t time_unix);

/* The next moment at which the offset may change; INT64_MAX if none. */
int64_t zone_next_change(const struct zone *zone, int64_t time_unix);

/*
 * UTC of a local time.  With later false: the first moment at which the local
 * clock shows that time or more.  With later true: the moment after which the
 * clock never shows less.  The two differ only where clocks are put back.
 */
int64_t zone_to_unix(const struct zone *zone, int64_t local, bool later);

#endif
