/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/nouns.h"
#include "cli/policy/coverage.h"
#include "cli/policy/policy_change.h"
#include "cli/policy/policy_load.h"
#include "cli/policy/policy_replay.h"
#include "cli/policy/policy_request.h"
#include "cli/policy/policy_show.h"
#include "cli/policy/policy_table.h"
#include "cli/policy/policy_words.h"
#include "cli/print.h"

/* What every verb here needs. */
struct run {
	struct lex_errors *errors;
	struct policy *policy;
	const char *path;
	const char *service;
	const char *json_request;
	struct request *request;
	struct policy_show show;
	bool quiet;
	bool covers; /* --coverage */
	struct coverage *coverage;
};

static int
run_init(struct run *run)
{
	*run = (struct run){0};
	run->errors = calloc(1, sizeof *run->errors);
	run->request = malloc(sizeof *run->request);
	if (run->errors == NULL || run->request == NULL) {
		free(run->errors);
		free(run->request);
		cli_fail(CLI_UNKNOWN, "out of memory");
		return -1;
	}
	lex_errors_init(run->errors);
	request_init(run->request);
	return 0;
}

static int
run_end(struct run *run, int status)
{
	policy_free(run->policy);
	free(run->errors);
	free(run->request);
	return status;
}

/* The object for scripts is whole. */
static int
run_answer(struct run *run, int status)
{
	const char *error = run->show.json ? cli_take_error() : NULL;

	if (error) {
		json_write_string(run->show.json, "error", error);
		json_write_int(run->show.json, "status", status);
	}
	if (run->show.json) {
		json_write_object_end(run->show.json);
		if (print_json_end() != 0)
			status = CLI_UNKNOWN;
	}
	return run_end(run, status);
}

static struct policy *
load(struct run *run, const char *path)
{
	struct policy *policy = policy_load(path, run->errors);

	if (policy == NULL)
		cli_fail_findings(CLI_UNKNOWN, "the policy", run->errors);
	return policy;
}

enum {
	OPTION_POLICY = 256,
	OPTION_JSON,
	OPTION_REQUEST,
	OPTION_QUIET,
	OPTION_COVERAGE,
	OPTION_WORD, /* and after it the words of a request */
};

static const struct option options[] = {
    {"policy", required_argument, NULL, OPTION_POLICY},
    {"json", no_argument, NULL, OPTION_JSON},
    {"request", required_argument, NULL, OPTION_REQUEST},
    {"no-warnings", no_argument, NULL, OPTION_QUIET},
    {"coverage", no_argument, NULL, OPTION_COVERAGE},
    {"user", required_argument, NULL, OPTION_WORD},
    {"id", required_argument, NULL, OPTION_WORD + 1},
    {"group", required_argument, NULL, OPTION_WORD + 2},
    {"attribute", required_argument, NULL, OPTION_WORD + 3},
    {"employment", required_argument, NULL, OPTION_WORD + 4},
    {"from", required_argument, NULL, OPTION_WORD + 5},
    {"to", required_argument, NULL, OPTION_WORD + 6},
    {"service", required_argument, NULL, OPTION_WORD + 7},
    {"time", required_argument, NULL, OPTION_WORD + 8},
    {"age", required_argument, NULL, OPTION_WORD + 9},
    {"proven", required_argument, NULL, OPTION_WORD + 10},
    {"can", required_argument, NULL, OPTION_WORD + 11},
    {"grace", optional_argument, NULL, OPTION_WORD + 12},
    {"approver", required_argument, NULL, OPTION_WORD + 13},
    {NULL, 0, NULL, 0},
};

static int
take_word(struct run *run, int c)
{
	const char *name = options[c - OPTION_WORD + 5].name;
	const char *problem;

	if (strcmp(name, "service") == 0)
		run->service = optarg;
	problem = request_set(run->request, name, optarg != NULL ? optarg : "");
	return problem == NULL ? 0 : cli_usage("--%s: %s", name, problem);
}

static int
take_json(struct run *run, const char *path)
{
	size_t length;
	char *text = policy_load_text(path, &length, run->errors);
	const char *problem;

	if (text == NULL)
		return cli_fail_findings(
		    CLI_UNKNOWN, "the request", run->errors);
	problem = request_from_json(run->request, text, length);
	free(text);
	return problem == NULL ? 0
			       : cli_fail(CLI_UNKNOWN, "%s: %s", path, problem);
}

static int
take_options(struct run *run, int argc, char **argv)
{
	int status = 0;
	int c;

	if (run_init(run) != 0)
		return CLI_UNKNOWN;
	while (status == 0 && (c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			status = CLI_UNKNOWN;
		else if (c == OPTION_POLICY)
			run->path = optarg;
		else if (c == OPTION_JSON)
			run->show.json = print_json_begin();
		else if (c == OPTION_REQUEST)
			status = take_json(run, optarg);
		else if (c == OPTION_COVERAGE)
			run->covers = true;
		else if (c == OPTION_QUIET)
			run->quiet = true;
		else
			status = take_word(run, c);
	}
	if (status != 0)
		return run_end(run, status);
	request_finish(run->request);
	return status;
}

static int64_t
now(void)
{
	return (int64_t)time(NULL);
}

static void
say_check(struct run *run, int status)
{
	size_t rules = policy_rule_count(run->policy);
	size_t assertions = policy_assertion_count(run->policy);
	struct json_write *w = run->show.json;

	if (w) {
		json_write_object(w, NULL);
		json_write_bool(w, "ok", status == CLI_YES);
		json_write_uint(w, "rules", rules);
		json_write_uint(w, "assertions", assertions);
		json_write_uint(w, "errors", run->errors->count);
		json_write_uint(w, "warnings", run->errors->warnings);
		policy_show_findings(&run->show, run->errors);
		return;
	}
	lex_errors_print(run->errors, stderr);
	if (status == CLI_YES)
		printf(
		    "ok: %zu rules, %zu assertions hold\n", rules, assertions);
}

/* check [PATH] */
static int
run_check(int argc, char **argv)
{
	struct run run;
	int status = take_options(&run, argc, argv);

	if (status != 0)
		return status;
	if (argc - optind > 1)
		return run_end(&run, cli_usage("give one PATH at most"));
	if (optind < argc)
		run.path = argv[optind];
	run.policy = policy_load(run.path, run.errors);
	if (run.policy == NULL || policy_carried(run.policy, run.errors) != 0 ||
	    policy_prove_errors(run.policy, now(), run.errors) != 0)
		status = CLI_NO;
	if (!run.quiet)
		policy_carried_warn(run.policy, run.errors);
	if (run.policy != NULL && !run.quiet &&
	    policy_review(run.policy, now(), run.errors) < 0)
		fputs("some rules are too complex to warn about\n", stderr);
	say_check(&run, status);
	return run_answer(&run, status);
}

/* The request of the options, decided: 0, or the status of a run that is over,
 * as take_options(). */
static int
take_decision(struct run *run, int argc, char **argv, struct policy_decision *d)
{
	int status = take_options(run, argc, argv);

	if (status != 0)
		return status;
	if (optind < argc)
		cli_usage("this verb takes no operand %s", argv[optind]);
	else
		run->policy = load(run, run->path);
	if (run->policy == NULL) {
		run_end(run, CLI_UNKNOWN);
		return CLI_UNKNOWN;
	}
	policy_decide(run->policy, &run->request->request, d);
	return 0;
}

/* Whom grace lets enrol is refused all the same. */
static int
status_of(const struct policy_decision *d)
{
	if (d->reason == POLICY_REASON_MALFORMED_REQUEST)
		return CLI_UNKNOWN;
	return d->outcome == POLICY_DENY || policy_words_enrols(d) ? CLI_NO
								   : CLI_YES;
}

/* decide --user NAME ... */
static int
run_decide(int argc, char **argv)
{
	struct policy_decision decision;
	struct run run;
	int status = take_decision(&run, argc, argv, &decision);

	if (status != 0)
		return status;
	if (run.show.json)
		json_write_object(run.show.json, NULL);
	policy_show_decision(&run.show, &decision);
	return run_answer(&run, status_of(&decision));
}

/* explain --user NAME ... */
static int
run_explain(int argc, char **argv)
{
	struct policy_decision decision;
	struct run run;
	int status = take_decision(&run, argc, argv, &decision);

	if (status != 0)
		return status;
	if (run.show.json)
		json_write_object(run.show.json, NULL);
	policy_show_decision(&run.show, &decision);
	if (run.show.json)
		json_write_array(run.show.json, "rules");
	if (policy_explain(run.policy, &run.request->request, policy_show_rule,
		&run.show) != 0)
		return run_end(
		    &run, cli_fail(CLI_UNKNOWN, "the request is malformed"));
	if (run.show.json)
		json_write_array_end(run.show.json);
	return run_answer(&run, status_of(&decision));
}

static unsigned
try_table(struct run *run, const char *path)
{
	unsigned passed = 0;
	size_t length;
	char *text = policy_load_text(path, &length, run->errors);

	if (text != NULL) {
		const struct policy_source table = {path, text, length};
		const struct policy_table_calls calls = {
		    .told = run->show.json ? policy_show_row : NULL,
		    .told_context = &run->show,
		    .tried = run->coverage != NULL ? coverage_tried : NULL,
		    .tried_context = run->coverage,
		};

		passed =
		    policy_table_tell(run->policy, &table, run->errors, &calls);
	}
	free(text);
	return passed;
}

static void
say_tests(struct run *run, int status, unsigned passed, unsigned failed)
{
	struct json_write *w = run->show.json;

	if (w) {
		json_write_array_end(w);
		policy_show_findings(&run->show, run->errors);
		json_write_bool(w, "ok", status == CLI_YES);
		json_write_uint(w, "passed", passed);
		json_write_uint(w, "failed", failed);
		return;
	}
	lex_errors_print(run->errors, stderr);
	printf("%u passed, %u failed\n", passed, failed);
}

/* With --coverage a rule that no line reaches is a no, too. */
static int
say_coverage(struct run *run, int status)
{
	if (run->coverage != NULL &&
	    coverage_show(run->coverage, run->show.json) > 0 &&
	    status == CLI_YES)
		status = CLI_NO;
	coverage_free(run->coverage);
	return status;
}

/* test TABLE... */
static int
run_test(int argc, char **argv)
{
	unsigned passed = 0, failed;
	struct run run;
	int status = take_options(&run, argc, argv);

	if (status != 0)
		return status;
	if (optind == argc)
		return run_end(
		    &run, cli_usage("give at least one TABLE of requests"));
	run.policy = load(&run, run.path);
	if (run.policy == NULL)
		return run_end(&run, CLI_UNKNOWN);
	lex_errors_init(run.errors);
	if (run.show.json) {
		json_write_object(run.show.json, NULL);
		json_write_array(run.show.json, "rows");
	}
	if (run.covers)
		run.coverage = coverage_new(run.policy);
	if (run.covers && run.coverage == NULL)
		return run_end(&run, cli_fail(CLI_UNKNOWN, "out of memory"));
	for (int i = optind; i < argc; i++)
		passed += try_table(&run, argv[i]);
	failed = run.errors->count + run.show.rows_failed;
	status = failed == 0 && passed > 0 ? CLI_YES : CLI_NO;
	say_tests(&run, status, passed, failed);
	status = say_coverage(&run, status);
	return run_answer(&run, status);
}

/* who HOST [--service NAME] */
static int
run_who(int argc, char **argv)
{
	struct run run;
	int status = take_options(&run, argc, argv);
	int count;

	if (status != 0)
		return status;
	if (argc - optind != 1)
		return run_end(&run, cli_usage("give one HOST"));
	run.policy = load(&run, run.path);
	if (run.policy == NULL)
		return run_end(&run, CLI_UNKNOWN);
	items_begin(&run.show.items, run.show.json, NULL, "nobody");
	count = policy_who(run.policy,
	    &(struct policy_whom){argv[optind], run.service, now()},
	    policy_show_access, &run.show);
	if (count < 0)
		status = cli_fail(CLI_UNKNOWN,
		    "the host or the service is malformed, or the "
		    "policy is too complex");
	else
		status = items_end(&run.show.items);
	if (status == 0 && run.show.json)
		status = print_json_end();
	items_drop(&run.show.items);
	if (status == 0 && count == 0)
		status = CLI_NO;
	return run_end(&run, status);
}

/* diff OLD NEW */
static int
run_diff(int argc, char **argv)
{
	struct policy *old;
	struct run run;
	int status = take_options(&run, argc, argv);
	int count;

	if (status != 0)
		return status;
	if (argc - optind != 2)
		return run_end(&run, cli_usage("give an OLD and a NEW policy"));
	old = load(&run, argv[optind]);
	lex_errors_init(run.errors);
	run.policy = load(&run, argv[optind + 1]);
	if (old == NULL || run.policy == NULL) {
		policy_free(old);
		return run_end(&run, CLI_UNKNOWN);
	}
	if (run.show.json)
		json_write_array(run.show.json, NULL);
	count = policy_diff(
	    old, run.policy, now(), policy_show_difference, &run.show);
	policy_free(old);
	if (count < 0)
		return run_end(
		    &run, cli_fail(CLI_UNKNOWN,
			      "the policies are too complex to be compared"));
	status = count == 0 ? CLI_YES : CLI_NO;
	if (run.show.json) {
		json_write_array_end(run.show.json);
		if (print_json_end() != 0)
			status = CLI_UNKNOWN;
	} else if (count == 0) {
		puts("both decide every request alike");
	}
	return run_end(&run, status);
}

#define REQUEST                                                            \
	"[--policy PATH] [--json] [--request FILE] --user NAME [--id ID] " \
	"[--group DN]... [--attribute NAME=VALUE]... [--employment KIND] " \
	"[--from ADDRESS] [--to HOST] [--service NAME] [--time TIME] "     \
	"[--age AGE] [--proven FACTORS] [--can FACTORS] [--grace[=AGE]] "  \
	"[--approver WHO]..."

const struct cli_verb policy_verbs[] = {
    {"check", run_check, "[--no-warnings] [--json] [PATH]",
	"check the policy, prove its assertions, warn of "
	"useless rules"},
    {"decide", run_decide, REQUEST, "show the decision on a request"},
    {"explain", run_explain, REQUEST,
	"show the decision, and why each rule does not match"},
    {"test", run_test, "[--policy PATH] [--coverage] [--json] TABLE...",
	"test tables of requests with their expected decisions"},
    {"fmt", policy_fmt, "[--check] [--json] FILE...",
	"give policy files their one form; comments stay"},
    {"who", run_who, "[--policy PATH] [--json] [--service NAME] HOST",
	"list the people who can get in on a host"},
    {"diff", run_diff, "[--json] OLD NEW",
	"list the requests that two policies decide differently"},
    {"replay", policy_replay, "[--days N] [--dir LOGDIR] [--json] CANDIDATE...",
	"list the recorded attempts that a new policy would change"},
    {"propose", policy_propose,
	"--key FILE [--name NAME] --reference TEXT [--parent BUNDLE] "
	"[--expires DURATION] [--socket PATH] [--json] FOLDER",
	"propose a folder of policy files and tables, and sign it"},
    {"approve", proposal_sign,
	"--key FILE [--name NAME] [--socket PATH] [--json] PROPOSAL",
	"sign a proposed policy: proposal sign"},
    {"apply", proposal_apply, "[--socket PATH] [--offline] [--json] PROPOSAL",
	"put a policy that was signed in force: proposal apply"},
    {"history", policy_history, "[--json]",
	"list the policies that were in force, and the people"},
    {"rollback", policy_rollback,
	"{--key FILE [--name NAME] | --emergency [--offline]} --reference TEXT "
	"[--socket PATH] [--json] [BUNDLE]",
	"propose an earlier policy, or, in an emergency, put it in force"},
    {"review", emergency_review,
	"--key FILE [--name NAME] --reference TEXT [--expires DURATION] "
	"[--socket PATH] [--json] [BUNDLE]",
	"propose that an emergency was reviewed"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_policy(int argc, char **argv)
{
	return cli_dispatch(policy_verbs, argc, argv);
}
