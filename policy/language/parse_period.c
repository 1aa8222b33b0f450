/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "policy/language/parse.h"

#define DAY_MINUTES (24 * 60)
#define ZONE_NAME_MAX 64

static const char *const day_words[] = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "daily", NULL};

static const char *const nth_words[] = {
    "first", "second", "third", "fourth", "last", NULL};
#define NTH_COUNT 5

static const char expected_zone[] = "a time zone like Europe/Paris or UTC";
static const char expected_days[] =
    "days like mon-fri, sat or first mon, or \"daily\"";

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

/* A new period of a set: its number, or INTERN_NONE without memory. */
static uint32_t
add_period(struct parse *parse, struct set *set, bool by_date)
{
	struct policy *policy = parse->policy;
	uint32_t number = (uint32_t)policy->period_count;
	struct period *list = arena_grow(
	    parse->arena, policy->periods, policy->period_count, sizeof *list);

	if (list == NULL || names_add(parse, &set->members, false, number,
				&set->ref.token) != 0) {
		parse_no_memory(parse);
		return INTERN_NONE;
	}
	policy->periods = list;
	policy->period_count++;
	list[number] = (struct period){.by_date = by_date};
	list[number].name =
	    arena_copy(parse->arena, set->name, strlen(set->name));
	list[number].label = compile_label(parse, &set->ref);
	return number;
}

/* All periods from this number on are in the zone that follows. */
static int
parse_zone_of(struct parse *parse, size_t first)
{
	struct policy *policy = parse->policy;
	const struct zone *zone = NULL;

	if (parse_zone(parse, &zone) != 0)
		return -1;
	for (size_t i = first; i < policy->period_count; i++)
		policy->periods[i].zone = zone;
	return 0;
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

static int
find_nth(const struct lex_token *token)
{
	for (int i = 0; nth_words[i] != NULL; i++) {
		if (token->kind == LEX_WORD && lex_is(token, nth_words[i]))
			return i;
	}
	return -1;
}

/* Days as bits: of every week, and the first to the last of a month. */
struct days {
	unsigned weekly, nth[NTH_COUNT];
};

/* mon, mon-fri, sat-mon, daily, first mon */
static int
parse_days(struct parse *parse, struct days *days)
{
	struct lex_token token = lex_peek(parse->lex);
	int from, to, nth = find_nth(&token);
	unsigned *bits = nth < 0 ? &days->weekly : &days->nth[nth];

	if (nth >= 0) {
		lex_next(parse->lex);
		token = lex_peek(parse->lex);
	}
	if (token.kind != LEX_WORD)
		return parse_expected(parse, expected_days);
	if (lex_is(&token, "daily") && nth < 0) {
		*bits |= 0x7f;
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
		*bits |= 1u << day;
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

/* What one definition says of one zone: numbers of periods. */
struct hours {
	struct set *set;
	uint32_t week, months; /* INTERN_NONE: there is none yet */
};

static int
add_weekly(struct parse *parse, struct hours *hours, unsigned days, int from,
    int until)
{
	struct period *period;

	if (hours->week == INTERN_NONE)
		hours->week = add_period(parse, hours->set, false);
	if (hours->week == INTERN_NONE)
		return -1;
	period = &parse->policy->periods[hours->week];
	for (int day = 0; day < 7; day++) {
		for (int i = from; i < until && (days & 1u << day); i++) {
			int minute =
			    (day * DAY_MINUTES + i) % CALENDAR_WEEK_MINUTES;

			period->week[minute / 64] |= UINT64_C(1) << minute % 64;
		}
	}
	return 0;
}

static int
add_nth(struct parse *parse, struct hours *hours, const struct nth_day *nth_day)
{
	struct period *period;
	struct nth_day *list;

	if (hours->months == INTERN_NONE)
		hours->months = add_period(parse, hours->set, true);
	if (hours->months == INTERN_NONE)
		return -1;
	period = &parse->policy->periods[hours->months];
	list = arena_grow(
	    parse->arena, period->nth, period->nth_count, sizeof *list);
	if (list == NULL)
		return parse_no_memory(parse);
	period->nth = list;
	list[period->nth_count++] = *nth_day;
	return 0;
}

/* 08:00-18:00, or over midnight into the next day: 22:00-06:00 */
static int
parse_clock(struct parse *parse, const struct days *days, struct hours *hours)
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
	if (days->weekly != 0 &&
	    add_weekly(parse, hours, days->weekly, from, to) != 0)
		return -1;
	for (unsigned n = 0; n < NTH_COUNT; n++) {
		struct nth_day one = {(uint8_t)(CALENDAR_FIRST << n),
		    (uint8_t)days->nth[n], (uint16_t)from, (uint16_t)to};

		if (one.days != 0 && add_nth(parse, hours, &one) != 0)
			return -1;
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

/* Days with their times are next, and no zone. */
static bool
at_days(struct parse *parse)
{
	struct lex_token token = lex_peek(parse->lex);

	return token.kind == LEX_WORD &&
	       (lex_is(&token, "daily") || find_nth(&token) >= 0 ||
		   find_day(token.text, token.length < 3 ? 0 : 3) >= 0);
}

static int
parse_days_and_times(struct parse *parse, struct hours *hours)
{
	struct days days = {0};

	do {
		if (parse_days(parse, &days) != 0)
			return -1;
	} while (at_comma(parse));
	do {
		if (parse_clock(parse, &days, hours) != 0)
			return -1;
	} while (at_comma(parse));
	return 0;
}

/* hours office mon-thu 08:00-18:00 fri 08:00-16:00 Europe/Paris
 * hours patches second tue,last fri 22:00-02:00 Europe/Paris */
int
parse_hours(struct parse *parse)
{
	struct set *set = names_define(parse, SET_PERIODS);

	if (set == NULL)
		return -1;
	parse->place = PLACE_PERIOD;
	do {
		size_t first = parse->policy->period_count;
		struct hours hours = {set, INTERN_NONE, INTERN_NONE};

		do {
			if (parse_days_and_times(parse, &hours) != 0)
				return -1;
		} while (at_days(parse));
		if (parse_zone_of(parse, first) != 0)
			return -1;
	} while (at_days(parse));
	return 0;
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

/* 2026-12-20 or 12-20 of every year, T18:00 or not. */
struct moment {
	bool yearly;
	int year;
	struct year_time time;
};

static int64_t
local_of(const struct moment *m)
{
	return calendar_days(m->year, m->time.month, m->time.day) *
		   CALENDAR_DAY +
	       m->time.seconds;
}

static bool
take_date(const char *text, struct moment *m)
{
	int year = m->yearly ? 2000 : digits(text, 4);
	int month = digits(text + (m->yearly ? 0 : 5), 2);
	int day = digits(text + (m->yearly ? 3 : 8), 2);

	if (year < 1970 || month < 1 || month > 12 || day < 1 ||
	    day > (int)calendar_month_days(year, (unsigned)month))
		return false;
	m->year = year;
	m->time.month = (uint8_t)month;
	m->time.day = (uint8_t)day;
	return true;
}

/* A date alone at the end is the last day. */
static int
parse_moment(struct parse *parse, bool ends, struct moment *m)
{
	static const char expected[] =
	    "a date like 2026-12-20, or 12-20 for every year, or with a time: "
	    "2026-12-20T18:00";
	struct lex_token token = lex_peek(parse->lex);
	const char *text = token.text;
	int minutes = ends ? DAY_MINUTES : 0;
	size_t date;

	m->yearly = token.length == 5 || token.length == 11;
	date = m->yearly ? 5 : 10;
	if (token.kind != LEX_WORD ||
	    (token.length != date && token.length != date + 6) ||
	    text[date - 3] != '-' || (!m->yearly && text[4] != '-') ||
	    !take_date(text, m))
		return parse_expected(parse, expected);
	if (token.length > date)
		minutes =
		    text[date] == 'T' ? clock_minutes(text + date + 1) : -1;
	if (minutes < 0)
		return parse_expected(parse, expected);
	if (m->yearly && m->time.month == 2 && m->time.day == 29) {
		lex_error(parse->errors, parse->lex, &token,
		    "not every year has this day: write 02-28 or 03-01");
		return -1;
	}
	m->time.seconds = minutes * 60;
	lex_next(parse->lex);
	return 0;
}

static int
add_yearly(struct parse *parse, struct period *period,
    const struct moment *from, const struct moment *until)
{
	struct yearly *list = arena_grow(
	    parse->arena, period->yearly, period->yearly_count, sizeof *list);

	if (list == NULL)
		return parse_no_memory(parse);
	period->yearly = list;
	list[period->yearly_count++] = (struct yearly){from->time, until->time};
	return 0;
}

static int
add_interval(
    struct parse *parse, struct period *period, const struct interval *local)
{
	struct interval *list = arena_grow(parse->arena, period->intervals,
	    period->interval_count, sizeof *list);

	if (list == NULL)
		return parse_no_memory(parse);
	period->intervals = list;
	list[period->interval_count++] = *local;
	return 0;
}

/* From, and to. */
static int
parse_dates_of(struct parse *parse, struct period *period)
{
	struct lex_token token = lex_peek(parse->lex);
	struct moment from = {0}, until = {0};
	struct interval local;

	if (parse_moment(parse, false, &from) != 0 ||
	    parse_moment(parse, true, &until) != 0)
		return -1;
	if (from.yearly != until.yearly) {
		lex_error(parse->errors, parse->lex, &token,
		    "of these two dates one is of every year: give both of "
		    "them a year, or none");
		return -1;
	}
	if (from.yearly)
		return add_yearly(parse, period, &from, &until);
	local = (struct interval){local_of(&from), local_of(&until)};
	if (local.until <= local.from) {
		lex_error(parse->errors, parse->lex, &token,
		    "this time ends before it begins");
		return -1;
	}
	return add_interval(parse, period, &local);
}

static bool
at_date(struct parse *parse)
{
	struct lex_token token = lex_peek(parse->lex);

	return token.kind == LEX_WORD && token.text[0] >= '0' &&
	       token.text[0] <= '9';
}

/* A freeze or a window in one zone. */
static int
parse_dates_in(struct parse *parse, struct set *set, bool is_freeze)
{
	uint32_t number = add_period(parse, set, true);
	struct period *period;

	if (number == INTERN_NONE)
		return -1;
	period = &parse->policy->periods[number];
	period->is_freeze = is_freeze;
	do {
		if (parse_dates_of(parse, period) != 0)
			return -1;
	} while (at_date(parse));
	if (parse_zone_of(parse, number) != 0)
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

/* A freeze or a window, after its keyword. */
static int
parse_dates(struct parse *parse, bool is_freeze)
{
	struct set *set = names_define(parse, SET_PERIODS);

	if (set == NULL)
		return -1;
	do {
		if (parse_dates_in(parse, set, is_freeze) != 0)
			return -1;
	} while (at_date(parse));
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
