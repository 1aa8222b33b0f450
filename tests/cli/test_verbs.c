/* SPDX-License-Identifier: Apache-2.0 */
/* What is the same of every verb of every noun: a new one is walked too. */

#include "cli/nouns.h"
#include "tests/cli/fake.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

static struct fake_run run;
static char start[64]; /* of an error of the verb that was walked to */

static void
walk(void (*look)(const struct cli_noun *noun, const struct cli_verb *verb))
{
	for (const struct cli_noun *n = nouns; n->name; n++)
		for (const struct cli_verb *v = n->verbs; v->name; v++) {
			snprintf(start, sizeof start,
			    "sallyport %s %s: ", n->name, v->name);
			look(n, v);
		}
}

/* One value and a line's end, and nothing else on standard output. */
static json_t *
read_value(void)
{
	json_t *value = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);

	if (value == NULL || run.out[run.out_len - 1] != '\n')
		fail_msg("%sno JSON: %s", start, run.out);
	return value;
}

static void
assert_error_object(void)
{
	json_t *value = read_value();
	const char *error = json_string_value(json_object_get(value, "error"));

	if (error == NULL || *error == '\0' ||
	    json_integer_value(json_object_get(value, "status")) != run.status)
		fail_msg("%s%s", start, run.out);
	json_decref(value);
}

static void
assert_says_who(void)
{
	if (strstr(run.err, start) == NULL)
		fail_msg("%s%s", start, run.err);
}

static void
look_at_help(const struct cli_noun *n, const struct cli_verb *v)
{
	char usage[64];

	snprintf(usage, sizeof usage, "sallyport %s %s ", n->name, v->name);
	RUN(&run, n->run, n->name, v->name, "-h");
	assert_int_equal(run.status, 0);
	assert_int_equal(strncmp(run.out, usage, strlen(usage)), 0);
	assert_non_null(strstr(run.out, v->summary));
	if (strstr(v->arguments, "[--json]") == NULL)
		fail_msg("%sno --json", start);
}

static void
look_at_usage(const struct cli_noun *n, const struct cli_verb *v)
{
	RUN(&run, n->run, n->name, v->name, "--nonsense");
	assert_int_equal(run.status, 2);
	assert_string_equal(run.out, "");
	assert_says_who();
	assert_non_null(strstr(run.err, "there is no option --nonsense here"));
	assert_non_null(strstr(run.err, v->arguments));
	RUN(&run, n->run, n->name, v->name, "--nonsense", "--json");
	assert_int_equal(run.status, 2);
	assert_says_who();
	assert_error_object();
}

/* Nothing is to be had: no configuration, no gateway, no operand, no input.
 * `attempt explain` needs none of them. */
static void
look_at_failure(const struct cli_noun *n, const struct cli_verb *v)
{
	RUN(&run, n->run, n->name, v->name);
	assert_in_range(run.status, 0, 2);
	if (run.status == 2)
		assert_says_who();
	RUN(&run, n->run, n->name, v->name, "--json");
	assert_in_range(run.status, 0, 2);
	if (run.status == 2)
		assert_error_object();
	else
		json_decref(read_value());
}

static void
each_has_help_and_json(void **state)
{
	walk(look_at_help);
}

static void
each_says_what_was_typed_wrong_and_where(void **state)
{
	walk(look_at_usage);
}

static void
each_failure_is_an_object_for_scripts(void **state)
{
	cli_set_config("/nonexistent/gatewayd.conf");
	walk(look_at_failure);
}

static void
each_noun_knows_a_verb_that_was_meant(void **state)
{
	for (const struct cli_noun *n = nouns; n->name; n++) {
		char typed[64], wanted[96];

		snprintf(typed, sizeof typed, "%sx", n->verbs->name);
		snprintf(wanted, sizeof wanted, "did you mean \"%s\"?",
		    n->verbs->name);
		RUN(&run, n->run, n->name, typed);
		assert_int_equal(run.status, 2);
		if (strstr(run.err, wanted) == NULL)
			fail_msg("%s: %s", n->name, run.err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_has_help_and_json),
	    cmocka_unit_test(each_says_what_was_typed_wrong_and_where),
	    cmocka_unit_test(each_failure_is_an_object_for_scripts),
	    cmocka_unit_test(each_noun_knows_a_verb_that_was_meant),
	};

	unsetenv("SALLYPORT_SESSION");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
