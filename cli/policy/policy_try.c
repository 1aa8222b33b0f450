/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_try.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/policy/policy_load.h"
#include "cli/policy/policy_table.h"

static bool
is_table(const char *name)
{
	return strcmp(name + strlen(name) - 5, ".test") == 0;
}

/* Every line of every table; a policy may come without any. */
static void
try_tables(const struct bundle_dir *d, const struct policy *policy,
    struct lex_errors *errors)
{
	for (size_t i = 0; i < d->count; i++)
		if (is_table(d->file[i].name))
			policy_table_run(policy, d->file[i].name,
			    d->file[i].text, d->file[i].length, errors);
}

int
policy_try(const struct bundle_dir *d)
{
	struct lex_errors *errors = calloc(1, sizeof *errors);
	struct policy_source source[BUNDLE_FILES];
	struct policy *policy;
	size_t count = 0, zones;
	int status = 0;

	if (errors == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	lex_errors_init(errors);
	for (size_t i = 0; i < d->count; i++)
		if (!is_table(d->file[i].name))
			source[count++] = d->file[i];
	policy = policy_load_sources(source, count, &zones, errors);
	if (count + zones > BUNDLE_POLICIES)
		lex_error_file(errors, d->path,
		    "%zu policy files and time zones; gatewayd takes "
		    "at most %d",
		    count + zones, BUNDLE_POLICIES);
	if (policy != NULL) {
		policy_carried_warn(policy, errors);
		policy_carried(policy, errors);
		policy_prove_errors(policy, (int64_t)time(NULL), errors);
		try_tables(d, policy, errors);
	}
	if (policy == NULL || errors->count > 0) {
		status = cli_fail_findings(CLI_NO, d->path, errors);
	} else if (policy_rule_count(policy) == 0) {
		status = cli_fail(CLI_NO,
		    "%s: the policy has no rule, so it would let "
		    "nobody in",
		    d->path);
	}
	policy_free(policy);
	free(errors);
	return status;
}
