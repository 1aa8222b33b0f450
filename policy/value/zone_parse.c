/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "policy/value/zone.h"

#define HEADER_SIZE 44u
#define OFFSET_MAX (26 * 3600)
#define COUNT_MAX 100000u
#define FOOTER_MAX 128

struct tzif_header {
	char version;
	uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
};

static uint32_t
get32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

static int64_t
get64(const unsigned char *at)
{
	return (int64_t)((uint64_t)get32(at) << 32 | get32(at + 4));
}

static int
parse_header(const unsigned char *at, size_t left, struct tzif_header *h)
{
	if (left < HEADER_SIZE || memcmp(at, "TZif", 4) != 0)
		return -1;
	h->version = (char)at[4];
	h->isutcnt = get32(at + 20);
	h->isstdcnt = get32(at + 24);
	h->leapcnt = get32(at + 28);
	h->timecnt = get32(at + 32);
	h->typecnt = get32(at + 36);
	h->charcnt = get32(at + 40);
	return h->isutcnt > COUNT_MAX || h->isstdcnt > COUNT_MAX ||
		       h->leapcnt > COUNT_MAX || h->timecnt > COUNT_MAX ||
		       h->typecnt > 256 || h->typecnt == 0 ||
		       h->charcnt > COUNT_MAX
		   ? -1
		   : 0;
}

static size_t
block_size(const struct tzif_header *h, size_t time_size)
{
	return h->timecnt * time_size + h->timecnt + h->typecnt * 6 +
	       h->charcnt + h->leapcnt * (time_size + 4) + h->isstdcnt +
	       h->isutcnt;
}

/* The footer's own small language: a cursor over a bounded string. */

static int
parse_number(const char **at, int most)
{
	int number = 0;

	if (**at < '0' || **at > '9')
		return -1;
	while (**at >= '0' && **at <= '9') {
		number = number * 10 + (**at - '0');
		if (number > most)
			return -1;
		(*at)++;
	}
	return number;
}

/* [+-]hh[:mm[:ss]] */
static int
parse_time(const char **at, int most_hours, int32_t *seconds_r)
{
	int sign = **at == '-' ? -1 : 1;
	int hours, rest[2] = {0, 0};

	if (**at == '-' || **at == '+')
		(*at)++;
	hours = parse_number(at, most_hours);
	if (hours < 0)
		return -1;
	for (int i = 0; i < 2 && **at == ':'; i++) {
		(*at)++;
		rest[i] = parse_number(at, 59);
		if (rest[i] < 0)
			return -1;
	}
	*seconds_r = sign * (hours * 3600 + rest[0] * 60 + rest[1]);
	return 0;
}

static int
parse_name(const char **at)
{
	const char *start = *at;

	if (**at == '<') {
		*at = strchr(*at, '>');
		if (*at == NULL)
			return -1;
		(*at)++;
		return 0;
	}
	while ((**at >= 'a' && **at <= 'z') || (**at >= 'A' && **at <= 'Z'))
		(*at)++;
	return *at - start >= 3 ? 0 : -1;
}

static int
parse_month_day(const char **at, struct zone_day *rule)
{
	int month, week, day;

	(*at)++;
	month = parse_number(at, 12);
	if (month < 1 || *(*at)++ != '.')
		return -1;
	week = parse_number(at, 5);
	if (week < 1 || *(*at)++ != '.')
		return -1;
	day = parse_number(at, 6);
	if (day < 0)
		return -1;
	rule->kind = ZONE_MONTH;
	rule->month = (unsigned)month;
	rule->week = (unsigned)week;
	rule->day = (unsigned)day;
	return 0;
}

static int
parse_rule(const char **at, struct zone_day *rule)
{
	int day;

	if (*(*at)++ != ',')
		return -1;
	if (**at == 'M') {
		if (parse_month_day(at, rule) != 0)
			return -1;
	} else {
		rule->kind = **at == 'J' ? ZONE_JULIAN : ZONE_ORDINAL;
		if (rule->kind == ZONE_JULIAN)
			(*at)++;
		day = parse_number(at, 365);
		if (day < (rule->kind == ZONE_JULIAN))
			return -1;
		rule->day = (unsigned)day;
	}
	rule->seconds = 2 * 3600;
	if (**at != '/')
		return 0;
	(*at)++;
	return parse_time(at, 167, &rule->seconds);
}

/* POSIX TZ with the extensions of RFC 8536 3.3.1; its offsets point west. */
static int
parse_footer(struct zone *zone, const char *at)
{
	int32_t west;

	if (parse_name(&at) != 0 || parse_time(&at, 24, &west) != 0)
		return -1;
	zone->has_footer = true;
	zone->winter = zone->summer = -west;
	if (*at == '\0')
		return 0;
	zone->has_summer = true;
	zone->summer += 3600;
	if (parse_name(&at) != 0)
		return -1;
	if (*at != ',') {
		if (parse_time(&at, 24, &west) != 0)
			return -1;
		zone->summer = -west;
	}
	if (parse_rule(&at, &zone->begin) != 0 ||
	    parse_rule(&at, &zone->end) != 0)
		return -1;
	return *at == '\0' ? 0 : -1;
}

static int
read_footer(struct zone *zone, const unsigned char *at, size_t left)
{
	char text[FOOTER_MAX];
	const unsigned char *end;

	if (left < 2 || at[0] != '\n')
		return -1;
	end = memchr(at + 1, '\n', left - 1);
	if (end == NULL || end - at > FOOTER_MAX)
		return -1;
	if (end == at + 1)
		return 0;
	memcpy(text, at + 1, (size_t)(end - at - 1));
	text[end - at - 1] = '\0';
	return parse_footer(zone, text);
}

static int
read_changes(struct zone *zone, struct arena *arena,
    const struct tzif_header *h, const unsigned char *at)
{
	const unsigned char *indices = at + h->timecnt * 8;
	const unsigned char *types = indices + h->timecnt;
	int64_t *times = arena_alloc(arena, h->timecnt * sizeof *times);
	int32_t *offsets = arena_alloc(arena, h->timecnt * sizeof *offsets);

	if (times == NULL || offsets == NULL)
		return -1;
	for (uint32_t i = 0; i < h->typecnt; i++) {
		int32_t offset = (int32_t)get32(types + i * 6);

		if (offset < -OFFSET_MAX || offset > OFFSET_MAX)
			return -1;
	}
	for (uint32_t i = 0; i < h->timecnt; i++) {
		times[i] = get64(at + i * 8);
		if (indices[i] >= h->typecnt ||
		    (i > 0 && times[i] <= times[i - 1]))
			return -1;
		offsets[i] = (int32_t)get32(types + indices[i] * 6);
	}
	zone->first_offset = (int32_t)get32(types);
	zone->times = times;
	zone->offsets = offsets;
	zone->count = h->timecnt;
	return 0;
}

int
zone_parse(struct zone *zone, struct arena *arena, const void *data,
    size_t length, const char **problem_r)
{
	const unsigned char *at = data;
	struct tzif_header h;
	size_t size;

	*problem_r = "not time zone data of RFC 8536, or cut short";
	if (parse_header(at, length, &h) != 0)
		return -1;
	if (h.version < '2') {
		*problem_r = "time zone data of version 1; 2 or later is "
			     "needed";
		return -1;
	}
	size = HEADER_SIZE + block_size(&h, 4);
	if (size > length)
		return -1;
	at += size;
	length -= size;
	if (parse_header(at, length, &h) != 0)
		return -1;
	if (h.leapcnt != 0) {
		*problem_r = "time zone data with leap seconds";
		return -1;
	}
	size = HEADER_SIZE + block_size(&h, 8);
	if (size > length)
		return -1;
	if (read_changes(zone, arena, &h, at + HEADER_SIZE) != 0)
		return -1;
	return read_footer(zone, at + size, length - size);
}
