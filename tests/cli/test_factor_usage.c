/* SPDX-License-Identifier: Apache-2.0 */
/* What the noun factor says to words that it does not take.  No gateway is
 * asked: there is none. */
#include <string.h>

#include "cli/nouns.h"
#include "tests/cli/fake.h"
#include "tests/support/unit.h"

#define NOBODY "--socket", "/nonexistent/s"

static const struct {
	const char *words[8];
	int status;
	const char *says, *says_not;
} rows[] = {
    {{"invite"}, 2, "usage: sallyport factor invite", NULL},
    {{NULL}, 2, "sallyport help factor", NULL},
    {{"delete"}, 2, "there is no verb \"delete\"", NULL},
    {{"enrol"}, 2, "usage: sallyport factor enrol", NULL},
    {{"enrol", "pigeon", "alice"}, 2, "give the KIND of the factor: totp",
	NULL},
    {{"enrol", "totp"}, 2, "usage: sallyport factor enrol", NULL},
    {{"list"}, 2, "usage: sallyport factor list", NULL},
    {{"list", "a", "b"}, 2, "usage: sallyport factor list", NULL},
    {{"revoke", "alice"}, 2, "usage: sallyport factor revoke", NULL},
    {{"list", "alice", "--jsn"}, 2, "there is no option --jsn here", NULL},
    {{"list", "alice", "--socket"}, 2, "--socket needs a value", NULL},
    {{"list", "", NOBODY}, 2, "", "is gatewayd running?"},
    {{"list", "alice", NOBODY}, 2, "is gatewayd running?", NULL},
    {{"help"}, 0, "sallyport factor revoke", NULL},
    {{"list", "--help"}, 0, "sallyport factor list [",
	"sallyport factor revoke"},
};

static void
each_mistake_says_what_to_give(void **state)
{
	static struct fake_run run;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *words[10] = {"factor"}, *said;

		memcpy(words + 1, rows[i].words, sizeof rows[i].words);
		fake_run(&run, cmd_factor, "", words);
		said = rows[i].status == 0 ? run.out : run.err;
		if (run.status != rows[i].status ||
		    strstr(said, rows[i].says) == NULL ||
		    (rows[i].says_not != NULL &&
			strstr(said, rows[i].says_not) != NULL))
			fail_msg("row %zu: status %d, %s", i, run.status, said);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_mistake_says_what_to_give),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
