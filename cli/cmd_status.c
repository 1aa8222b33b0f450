/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/nouns.h"
#include "cli/paths.h"
#include "cli/print.h"
#include "cli/status_file.h"

struct state {
	json_t *file; /* what gatewayd wrote */
	bool asked;
	size_t keys;
	size_t sessions;
};

static long long
number_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* ---- what authority says ---- */

static int
ask_keys(struct channel *channel, struct message *m, size_t *count_r)
{
	const struct msg_ADMIN_KEYS_ANS *answer = &m->u.ADMIN_KEYS_ANS;
	json_t *set;
	int status;

	ask_init(m, MSG_ADMIN_KEYS_REQ);
	status = ask_exchange(channel, m, MSG_ADMIN_KEYS_ANS, "");
	if (status != 0)
		return status;
	set = json_loadb((const char *)answer->jwks, answer->jwks_size,
	    JSON_REJECT_DUPLICATES, NULL);
	*count_r = json_array_size(json_object_get(set, "keys"));
	json_decref(set);
	if (*count_r == 0)
		return cli_fail(CLI_NO, "gatewayd has no token key");
	return 0;
}

static int
ask_sessions(struct channel *channel, struct message *m, size_t *count_r)
{
	int status;

	ask_init(m, MSG_ADMIN_SESSIONS_REQ);
	status = ask_exchange(channel, m, MSG_ADMIN_SESSIONS_ANS, "");
	for (*count_r = 0; status == 0 && !m->u.ADMIN_HEAD.end; (*count_r)++)
		status = connect_receive(channel, m, MSG_ADMIN_SESSIONS_ANS);
	return status;
}

/* Only root may ask; others see what gatewayd says of itself. */
static int
ask(const char *socket, struct state *state)
{
	struct channel channel;
	struct message m;
	int status;

	if (access(socket, W_OK) < 0 && errno == EACCES)
		return 0;
	status = connect_open(&channel, ROLE_ADMIN, socket);
	if (status != 0)
		return status;
	status = ask_keys(&channel, &m, &state->keys);
	if (status == 0)
		status = ask_sessions(&channel, &m, &state->sessions);
	channel_close(&channel);
	state->asked = status == 0;
	return status;
}

/* ---- showing ---- */

static bool
is_review_old(const json_t *policy)
{
	return number_of(policy, "proposed") > 0 &&
	       (long long)time(NULL) - number_of(policy, "proposed") >
		   number_of(policy, "review_seconds");
}

static const char *
plural(long long n)
{
	return n == 1 ? "" : "s";
}

/* Who answers for the policy in force? */
static void
print_policy(const struct state *state)
{
	const json_t *policy = json_object_get(state->file, "policy");
	const char *bundle = text_of(policy, "bundle");
	long long proposed = number_of(policy, "proposed");
	char when[PRINT_TIME];

	if (!bundle)
		return;
	if (!*text_of(policy, "author")) {
		printf("policy %.12s needs no signature: the configuration "
		       "has no policy-signers\n",
		    bundle);
		return;
	}
	print_time(proposed * 1000, when);
	printf("policy %.12s: ", bundle);
	cli_print(text_of(policy, "reference"));
	printf(", proposed %s by ", when);
	cli_print(text_of(policy, "author"));
	fputs(", approved by ", stdout);
	cli_print(text_of(policy, "reviewer"));
	putchar('\n');
}

static void
print_warnings(const json_t *warnings)
{
	json_t *one;
	size_t i;

	json_array_foreach(warnings, i, one)
	{
		fputs("warning: ", stdout);
		cli_print(text_of(one, "text"));
		putchar('\n');
	}
}

static void
print_worked(long long worked)
{
	char when[PRINT_TIME];

	if (worked <= 0)
		return;
	print_time(worked * 1000, when);
	printf("; worked last at %s", when);
}

/* "its certificate CN=x ends in 12 days" */
static void
print_end(const json_t *server)
{
	long long left = number_of(server, "ends") - (long long)time(NULL);
	long long days = (left < 0 ? -left : left) / 86400;

	if (!*text_of(server, "certificate"))
		return;
	fputs("\tcertificate ", stdout);
	cli_print(text_of(server, "certificate"));
	if (left < 0)
		printf(" ended %lld day%s ago", days, plural(days));
	else
		printf(" ends in %lld day%s", days, plural(days));
}

static void
print_servers(const json_t *servers)
{
	char when[PRINT_TIME];
	json_t *one;
	size_t i;

	json_array_foreach(servers, i, one)
	{
		long long worked = number_of(one, "worked");

		fputs("server\t", stdout);
		cli_print(text_of(one, "server"));
		putchar('\t');
		cli_print(text_of(one, "state"));
		if (worked > 0) {
			print_time(worked * 1000, when);
			printf("\tlast answer at %s", when);
		}
		print_end(one);
		if (*text_of(one, "why")) {
			putchar('\t');
			cli_print(text_of(one, "why"));
		}
		putchar('\n');
	}
}

static void
print_text(const struct state *state)
{
	bool ready = json_is_true(json_object_get(state->file, "ready"));
	long long rules = number_of(state->file, "policy_rules");
	const char *error = text_of(state->file, "reload_error");
	json_t *role;
	size_t i;

	printf("%s: %lld policy rule%s", ready ? "ready" : "not ready", rules,
	    plural(rules));
	if (state->asked)
		printf(", %zu token key%s, %zu open session%s", state->keys,
		    plural((long long)state->keys), state->sessions,
		    plural((long long)state->sessions));
	putchar('\n');
	json_array_foreach(json_object_get(state->file, "roles"), i, role)
	{
		long long restarts = number_of(role, "restarts");
		const char *why = text_of(role, "why");

		cli_print(text_of(role, "role"));
		putchar('\t');
		cli_print(text_of(role, "state"));
		printf("\tpid %lld\t%lld restart%s", number_of(role, "pid"),
		    restarts, plural(restarts));
		if (why != NULL && *why != '\0') {
			putchar('\t');
			cli_print(why);
			print_worked(number_of(role, "worked"));
		}
		putchar('\n');
	}
	print_servers(json_object_get(state->file, "servers"));
	print_policy(state);
	print_warnings(json_object_get(state->file, "warnings"));
	if (*error) {
		printf("the last reload was refused: ");
		cli_print(error);
		putchar('\n');
	}
}

/* Seconds, as gatewayd writes them, in the form of every time here. */
static void
set_time(json_t *object, const char *name)
{
	char text[PRINT_TIME];

	if (!json_is_integer(json_object_get(object, name)))
		return;
	print_time(number_of(object, name) * 1000, text);
	json_object_set_new(object, name,
	    strcmp(text, "-") == 0 ? json_null() : json_string(text));
}

static void
set_times(json_t *shown)
{
	json_t *role;
	size_t i;

	set_time(json_object_get(shown, "policy"), "proposed");
	json_array_foreach(json_object_get(shown, "roles"), i, role)
	{
		set_time(role, "worked");
	}
	json_array_foreach(json_object_get(shown, "servers"), i, role)
	{
		set_time(role, "worked");
		set_time(role, "ends");
	}
}

static void
print_json(const struct state *state, int status)
{
	json_t *shown = state->file;
	const char *error = cli_take_error();

	if (error) {
		json_object_set_new(shown, "error", json_string(error));
		json_object_set_new(shown, "status", json_integer(status));
	}
	json_object_set_new(shown, "ready",
	    status == CLI_UNKNOWN ? json_null()
				  : json_boolean(status == CLI_YES));
	if (json_object_get(shown, "policy") != NULL)
		json_object_set_new(shown, "review_overdue",
		    json_boolean(
			is_review_old(json_object_get(shown, "policy"))));
	json_object_set_new(shown, "keys",
	    state->asked ? json_integer((json_int_t)state->keys) : json_null());
	json_object_set_new(shown, "sessions",
	    state->asked ? json_integer((json_int_t)state->sessions)
			 : json_null());
	set_times(shown);
	json_dumpf(shown, stdout, JSON_COMPACT);
	putchar('\n');
}

static void
print_json_unknown(void)
{
	json_t *shown = json_pack("{s:n, s:s?, s:i}", "ready", "error",
	    cli_take_error(), "status", CLI_UNKNOWN);

	json_dumpf(shown, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(shown);
}

static int
show(const struct paths_status *paths, bool json)
{
	struct state state = {0};
	int status = status_file_read(paths->file, &state.file);

	if (status != 0) {
		if (json)
			print_json_unknown();
	} else {
		status = CLI_NO;
		if (json_is_true(json_object_get(state.file, "ready")))
			status = ask(paths->socket, &state);
		if (json)
			print_json(&state, status);
		else
			print_text(&state);
	}
	json_decref(state.file);
	return status;
}

static int
status_show(int argc, char **argv)
{
	struct paths_status paths;
	const char *socket;
	bool json;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (optind < argc)
		return cli_usage("this verb takes no operand %s", argv[optind]);
	if (paths_status(socket, &paths) != 0)
		return CLI_UNKNOWN;
	return show(&paths, json);
}

const struct cli_verb status_verbs[] = {
    {"show", status_show, "[--socket PATH] [--json]",
	"say if the gateway is ready; the same as "
	"`sallyport status`"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_status(int argc, char **argv)
{
	return cli_dispatch_only(status_verbs, argc, argv);
}
