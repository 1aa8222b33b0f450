/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/coverage.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"

struct rule_reached {
	const char *rule, *text; /* of the policy */
	bool reached;
};

struct coverage {
	const struct policy *policy;
	struct rule_reached *list; /* in the order of policy_explain() */
	size_t count, at;
};

struct coverage *
coverage_new(const struct policy *policy)
{
	struct coverage *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->policy = policy;
	c->count = policy_rule_count(policy);
	c->list = calloc(c->count + 1, sizeof *c->list);
	if (c->list != NULL)
		return c;
	free(c);
	return NULL;
}

void
coverage_free(struct coverage *c)
{
	if (c != NULL)
		free(c->list);
	free(c);
}

static void
on_rule(void *context, const struct policy_explanation *rule)
{
	struct coverage *c = context;
	struct rule_reached *one = &c->list[c->at++];

	one->rule = rule->rule;
	one->text = rule->text;
	one->reached |= rule->matches;
}

void
coverage_tried(void *context, const struct policy_request *request)
{
	struct coverage *c = context;

	c->at = 0;
	/* a request that is malformed reaches nothing */
	policy_explain(c->policy, request, on_rule, c);
}

static void
show_rule(const struct rule_reached *one, struct json_write *json)
{
	if (json != NULL) {
		json_write_object(json, NULL);
		json_write_string(json, "rule", one->rule);
		json_write_string(json, "text", one->text);
		json_write_object_end(json);
		return;
	}
	printf("no line reaches %s: ", one->rule);
	cli_print(one->text);
	putchar('\n');
}

size_t
coverage_show(const struct coverage *c, struct json_write *json)
{
	size_t missed = 0;

	if (json != NULL)
		json_write_array(json, "unreached");
	for (size_t i = 0; i < c->count; i++) {
		if (c->list[i].reached)
			continue;
		missed++;
		/* without any line that could be tried no rule has its name */
		if (c->list[i].rule != NULL)
			show_rule(&c->list[i], json);
	}
	if (json != NULL)
		json_write_array_end(json);
	else
		printf("%zu of %zu rules are reached\n", c->count - missed,
		    c->count);
	return missed;
}
