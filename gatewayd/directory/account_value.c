/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/account_value.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <time.h>

struct bytes {
	const char *at;
	size_t size;
};

static bool
is_text(struct bytes v, const char *s)
{
	return v.size == strlen(s) && strncasecmp(v.at, s, v.size) == 0;
}

int
account_value_boolean(const void *value, size_t size, int64_t *r)
{
	struct bytes v = {value, size};

	*r = is_text(v, "TRUE");
	return *r || is_text(v, "FALSE") ? 0 : -1;
}

int
account_value_integer(const void *value, size_t size, int64_t *r)
{
	struct bytes v = {value, size};
	bool negative = v.size > 0 && v.at[0] == '-';
	size_t i = negative ? 1 : 0;

	*r = 0;
	if (i == v.size)
		return -1;
	for (; i < v.size; i++) {
		if (v.at[i] < '0' || v.at[i] > '9' ||
		    __builtin_mul_overflow(*r, 10, r) ||
		    __builtin_add_overflow(*r, v.at[i] - '0', r))
			return -1;
	}
	if (negative)
		*r = -*r;
	return 0;
}

/* digits of a fixed width; -1 when there are others */
static int
field(struct bytes *v, size_t width)
{
	int n = 0;

	if (v->size < width)
		return -1;
	for (size_t i = 0; i < width; i++) {
		if (v->at[i] < '0' || v->at[i] > '9')
			return -1;
		n = n * 10 + (v->at[i] - '0');
	}
	v->at += width;
	v->size -= width;
	return n;
}

/* "Z", "+HH", "-HHMM" */
static int
zone(struct bytes v, int64_t *offset_r)
{
	bool west;
	int hours, minutes = 0;

	*offset_r = 0;
	if (v.size == 1 && v.at[0] == 'Z')
		return 0;
	if (v.size < 1 || (v.at[0] != '+' && v.at[0] != '-'))
		return -1;
	west = v.at[0] == '-';
	v.at++;
	v.size--;
	hours = field(&v, 2);
	if (v.size > 0)
		minutes = field(&v, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 ||
	    v.size > 0)
		return -1;
	*offset_r = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
	return 0;
}

static void
skip_fraction(struct bytes *v)
{
	if (v->size < 2 || (v->at[0] != '.' && v->at[0] != ',') ||
	    v->at[1] < '0' || v->at[1] > '9')
		return;
	do {
		v->at++;
		v->size--;
	} while (v->size > 0 && v->at[0] >= '0' && v->at[0] <= '9');
}

int
account_value_time(const void *value, size_t size, int64_t *unix_r)
{
	struct bytes v = {value, size};
	struct tm tm = {0};
	int64_t offset;
	time_t t;
	int year = field(&v, 4), month = field(&v, 2), day = field(&v, 2);
	int hour = field(&v, 2), minute, second = 0;

	minute = field(&v, 2);
	if (v.size > 0 && v.at[0] >= '0' && v.at[0] <= '9')
		second = field(&v, 2);
	skip_fraction(&v);
	if (year < 0 || month < 1 || month > 12 || hour < 0 || hour > 23 ||
	    minute < 0 || minute > 59 || second < 0 || second > 60 ||
	    zone(v, &offset) < 0)
		return -1;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = day;
	tm.tm_hour = hour;
	tm.tm_min = minute;
	tm.tm_sec = second;
	t = timegm(&tm);
	if (tm.tm_mday != day)
		return -1; /* a day that this month does not have */
	*unix_r = (int64_t)t - offset;
	return 0;
}

int
account_value_bytes(const void *value, size_t size, int64_t *r)
{
	const uint8_t *v = value;

	*r = 0;
	for (size_t i = 0; i < size; i++)
		if (v[i] != 0xff)
			*r = 1;
	return 0;
}
