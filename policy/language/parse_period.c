/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/language/parse.h"

#include <string.h>

#define DAY_MINUTES (24 * 60)
#define ZONE_NAME_MAX 64

static const char *const day_words[] = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "daily", NULL};

static const char expected_zone[] = "a time zone like Europe/Paris or UTC";
static const char expected_days[] = "days like mon-fri or sat, or \"daily\"";

/* Letters, digits, "_", "-", "+", and "/" between parts of those. */
static bool
is_zone_name(const struct lex_token *token)
{
	if (token->length > ZONE_NAME_MAX)
		return false;
	for (size_t i = 0; i < token->length; i++) {
		char c = token->text[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool other =
		    (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
		bool inner =
		    i > 0 && i + 1 < token->length && token->text[i - 1] != '/';

		if (!letter && !(i > 0 && other) && !(c == '/' && inner))
			return false;
	}
	return true;
}

/* "Etc/GMT+5" is three tokens, for a "+" parts factors.  What stands without a
 * blank between is one name. */
static void
take_zone_name(struct lex *lex, struct lex_token *name)
{
	struct lex_token next;

	lex_next(lex);
	for (next = lex_peek(lex);
	     (next.kind == LEX_WORD || lex_is(&next, "+")) &&
	     next.text == name->text + name->length;
	     next = lex_peek(lex)) {
		name->length += next.length;
		lex_next(lex);
	}
}

static struct zone *
known_zone(struct parse *parse, const char *name)
{
	for (size_t i = 0; i < parse->zone_count; i++) {
		if (strcmp(parse->zone_list[i]->name, name) == 0)
			return parse->zone_list[i];
	}
	return NULL;
}

static int
read_zone(struct parse *parse, const struct lex_token *token, struct zone *zone)
{
	const char *name = zone->name;
	const char *problem;
	const void *data;
	size_t length;

	if (strcmp(name, "UTC") == 0) {
		zone_utc(zone);
		zone->name = name;
		return 0;
	}
	if (parse->zones == NULL || parse->zones->find(parse->zones->context,
					name, &data, &length) != 0) {
		lex_error(parse->errors, parse->lex, token,
		    "unknown time zone \"%s\"; names are like Europe/Paris "
		    "or UTC, and the system must have them (package tzdata)",
		    name);
		return -1;
	}
	if (zone_parse(zone, parse->arena, data, length, &problem) != 0) {
		lex_error(parse->errors, parse->lex, token,
		    "time zone \"%s\": %s", name, problem);
		return -1;
	}
	zone->name = name;
	return 0;
}

/* The zone must be the last word: 8:00 where? */
static int
parse_zone(struct parse *parse, const struct zone **zone_r)
{
	struct lex_token token = lex_peek(parse->lex);
	struct zone **list;
	struct zone *zone;
	char *name;

	if (token.kind != LEX_WORD)
		return parse_expected(parse, expected_zone);
	take_zone_name(parse->lex, &token);
	if (!is_zone_name(&token)) {
		lex_error(parse->errors, parse->lex, &token,
		    "expected %s, which \"%.*s\" is not", expected_zone,
		    (int)token.length, token.text);
		return -1;
	}
	name = arena_copy(parse->arena, token.text, token.length);
	list = arena_grow(&parse->scratch, parse->zone_list, parse->zone_count,
	    sizeof(struct zone *));
	zone = arena_alloc(parse->arena, sizeof *zone);
	if (name == NULL || list == NULL || zone == NULL)
		return parse_no_memory(parse);
	parse->zone_list = list;
	*zone_r = known_zone(parse, name);
	if (*zone_r == NULL) {
		zone->name = name;
		if (read_zone(parse, &token, zone) != 0)
			return -1;
		list[parse->zone_count++] = zone;
		*zone_r = zone;
	}
	return 0;
}

static struct period *
add_period(struct parse *parse, struct set *set)
{
	struct policy *policy = parse->policy;
	struct period *list = arena_grow(
	    parse->arena, policy->periods, policy->period_count, sizeof *list);
	struct period *period;

	if (list == NULL ||
	    names_add(parse, &set->members, false,
		(uint32_t)policy->period_count, &set->ref.token) != 0)
		return NULL;
	policy->periods = list;
	period = &list[policy->period_count++];
	*period = (struct period){0};
	period->name = arena_copy(parse->arena, set->name, strlen(set->name));
	period->label = compile_label(parse, &set->ref);
	return period;
}

static int
find_day(const char *text, size_t length)
{
	for (int i = 0; i < 7; i++) {
		if (length == 3 && memcmp(text, day_words[i], 3) == 0)
			return i;
	}
	return -1;
}

/* mon, mon-fri, sat-mon, daily: bits of days */
static int
parse_days(struct parse *parse, unsigned *days_r)
{
	struct lex_token token = lex_peek(parse->lex);
	int from, to;

	if (token.kind != LEX_WORD)
		return parse_expected(parse, expected_days);
	if (lex_is(&token, "daily")) {
		*days_r |= 0x7f;
		lex_next(parse->lex);
		return 0;
	}
	from = to = find_day(token.text, token.length);
	if (token.length == 7 && token.text[3] == '-') {
		from = find_day(token.text, 3);
		to = find_day(token.text + 4, 3);
	}
	if (from < 0 || to < 0)
		return parse_expected_of(parse, expected_days, day_words);
	for (int day = from;; day = (day + 1) % 7) {
		*days_r |= 1u << day;
		if (day == to)
			break;
	}
	lex_next(parse->lex);
	return 0;
}

/* hh:mm up to 24:00; minutes, or -1 */
static int
clock_minutes(const char *text)
{
	int hours, minutes;

	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9' ||
	    text[2] != ':' || text[3] < '0' || text[3] > '5' || text[4] < '0' ||
	    text[4] > '9')
		return -1;
	hours = (text[0] - '0') * 10 + text[1] - '0';
	minutes = (text[3] - '0') * 10 + text[4] - '0';
	return hours > 24 || (hours == 24 && minutes > 0)
		   ? -1
		   : hours * 60 + minutes;
}

/* 08:00-18:00, or over midnight into the next day: 22:00-06:00 */
static int
parse_clock(struct parse *parse, unsigned days, struct period *period)
{
	static const char expected[] = "hours like 08:00-18:00";
	struct lex_token token = lex_peek(parse->lex);
	int from, to;

	if (token.kind != LEX_WORD || token.length != 11 ||
	    token.text[5] != '-')
		return parse_expected(parse, expected);
	from = clock_minutes(token.text);
	to = clock_minutes(token.text + 6);
	if (from < 0 || to < 0 || from == to || from == DAY_MINUTES)
		return parse_expected(parse, expected);
	if (to < from)
		to += DAY_MINUTES;
	for (int day = 0; day < 7; day++) {
		for (int i = from; i < to && (days & 1u << day); i++) {
			int minute =
			    (day * DAY_MINUTES + i) % CALENDAR_WEEK_MINUTES;

			period->week[minute / 64] |= UINT64_C(1) << minute % 64;
		}
	}
	lex_next(parse->lex);
	return 0;
}

static bool
at_comma(struct parse *parse)
{
	struct lex_token token = lex_peek(parse->lex);

	if (!lex_is(&token, ","))
		return false;
	lex_next(parse->lex);
	return true;
}

/* hours office mon-thu 08:00-18:00 fri 08:00-16:00 Europe/Paris */
int
parse_hours(struct parse *parse)
{
	struct set *set = names_define(parse, SET_PERIODS);
	struct period *period;

	if (set == NULL)
		return -1;
	parse->place = PLACE_PERIOD;
	period = add_period(parse, set);
	if (period == NULL)
		return parse_no_memory(parse);
	do {
		unsigned days = 0;

		do {
			if (parse_days(parse, &days) != 0)
				return -1;
		} while (at_comma(parse));
		do {
			if (parse_clock(parse, days, period) != 0)
				return -1;
		} while (at_comma(parse));
	} while (parse_at_word(parse, "daily") ||
		 find_day(lex_peek(parse->lex).text,
		     lex_peek(parse->lex).length < 3 ? 0 : 3) >= 0);
	return parse_zone(parse, &period->zone);
}

static int
digits(const char *text, size_t count)
{
	int number = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + text[i] - '0';
	}
	return number;
}

/*
 * 2026-12-20 or 2026-12-20T18:00, as local seconds since 1970.  A date alone
 * at the end is the last day.
 */
static int
parse_moment(struct parse *parse, bool ends, int64_t *local_r)
{
	static const char expected[] =
	    "a date like 2026-12-20 or 2026-12-20T18:00";
	struct lex_token token = lex_peek(parse->lex);
	int year, month, day, minutes = ends ? DAY_MINUTES : 0;

	if (token.kind != LEX_WORD ||
	    (token.length != 10 && token.length != 16) ||
	    token.text[4] != '-' || token.text[7] != '-')
		return parse_expected(parse, expected);
	year = digits(token.text, 4);
	month = digits(token.text + 5, 2);
	day = digits(token.text + 8, 2);
	if (year < 1970 || month < 1 || month > 12 || day < 1 ||
	    day > (int)calendar_month_days(year, (unsigned)month))
		return parse_expected(parse, expected);
	if (token.length == 16)
		minutes =
		    token.text[10] == 'T' ? clock_minutes(token.text + 11) : -1;
	if (minutes < 0)
		return parse_expected(parse, expected);
	*local_r =
	    calendar_days(year, (unsigned)month, (unsigned)day) * CALENDAR_DAY +
	    minutes * 60;
	lex_next(parse->lex);
	return 0;
}

/* A freeze or a window, after its keyword. */
static int
parse_dates(struct parse *parse, bool is_freeze)
{
	struct set *set = names_define(parse, SET_PERIODS);
	struct period *period;

	if (set == NULL)
		return -1;
	period = add_period(parse, set);
	if (period == NULL)
		return parse_no_memory(parse);
	period->by_date = true;
	period->is_freeze = is_freeze;
	do {
		struct lex_token token = lex_peek(parse->lex);
		struct interval *list = arena_grow(parse->arena,
		    period->intervals, period->interval_count, sizeof *list);
		struct interval local = {0, 0};

		if (list == NULL)
			return parse_no_memory(parse);
		period->intervals = list;
		if (parse_moment(parse, false, &local.from) != 0 ||
		    parse_moment(parse, true, &local.until) != 0)
			return -1;
		if (local.until <= local.from) {
			lex_error(parse->errors, parse->lex, &token,
			    "this time ends before it begins");
			return -1;
		}
		list[period->interval_count++] = local;
	} while (lex_peek(parse->lex).kind == LEX_WORD &&
		 lex_peek(parse->lex).text[0] >= '0' &&
		 lex_peek(parse->lex).text[0] <= '9');
	if (parse_zone(parse, &period->zone) != 0)
		return -1;
	for (size_t i = 0; i < period->interval_count; i++) {
		struct interval *interval = &period->intervals[i];

		/* where clocks are put back: the longer time */
		interval->from =
		    zone_to_unix(period->zone, interval->from, false);
		interval->until =
		    zone_to_unix(period->zone, interval->until, true);
	}
	return 0;
}

/* freeze year-end 2026-12-20 2027-01-04 Europe/Paris */
int
parse_freeze(struct parse *parse)
{
	if (parse_at_word(parse, "freeze"))
		return parse_expected(parse,
		    "another name, for \"during freeze\" means any freeze");
	return parse_dates(parse, true);
}

/* window move 2026-09-05T20:00 2026-09-06T06:00 Europe/Paris */
int
parse_window(struct parse *parse)
{
	return parse_dates(parse, false);
}
