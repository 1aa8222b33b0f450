/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/connect.h"
#include "cli/nouns.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct state {
	size_t keys;
	size_t sessions;
};

static int
ask_keys(struct channel *channel, struct message *m, size_t *count_r)
{
	const struct msg_AUTHORITY_KEYS_ANS *answer = &m->u.AUTHORITY_KEYS_ANS;
	json_t *set;
	int status;

	message_init(m, MSG_AUTHORITY_KEYS_REQ);
	status = connect_send(channel, m);
	if (status == 0)
		status = connect_receive(channel, m, MSG_AUTHORITY_KEYS_ANS);
	if (status != 0)
		return status;
	set = json_loadb((const char *)answer->jwks, answer->jwks_size,
	    JSON_REJECT_DUPLICATES, NULL);
	*count_r = json_array_size(json_object_get(set, "keys"));
	json_decref(set);
	if (*count_r == 0)
		return cli_fail(CLI_NO, "gatewayd has no key to sign with");
	return 0;
}

static int
ask_sessions(struct channel *channel, struct message *m, size_t *count_r)
{
	int status;

	message_init(m, MSG_ADMIN_SESSIONS_REQ);
	status = connect_send(channel, m);
	for (*count_r = 0; status == 0; (*count_r)++) {
		status = connect_receive(channel, m, MSG_ADMIN_SESSIONS_ANS);
		if (status == 0 && m->u.ADMIN_SESSIONS_ANS.end)
			break;
	}
	return status;
}

static int
ask(const char *socket, struct state *state)
{
	struct channel channel;
	struct message m;
	int status = connect_open(&channel, ROLE_ADMIN, socket);

	if (status != 0)
		return status;
	status = ask_keys(&channel, &m, &state->keys);
	if (status == 0)
		status = ask_sessions(&channel, &m, &state->sessions);
	channel_close(&channel);
	return status;
}

static int
status_show(int argc, char **argv)
{
	static const struct option options[] = {
	    {"socket", required_argument, NULL, 's'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct state state = {0};
	const char *socket = NULL;
	bool json = false;
	int status;
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 's')
			socket = optarg;
		else
			json = true;
	}
	if (optind < argc)
		return cli_usage("what is %s?", argv[optind]);
	status = ask(socket, &state);
	if (json && status != 0)
		printf(
		    "{\"serving\":%s}\n", status == CLI_NO ? "false" : "null");
	else if (json)
		printf("{\"serving\":true,\"keys\":%zu,\"sessions\":%zu}\n",
		    state.keys, state.sessions);
	else if (status == 0)
		printf("serving: %zu token key%s, %zu open session%s\n",
		    state.keys, state.keys == 1 ? "" : "s", state.sessions,
		    state.sessions == 1 ? "" : "s");
	return status;
}

static const struct cli_verb verbs[] = {
    {"show", status_show, "[--socket PATH] [--json]",
	"is the gateway serving? (`sallyport status` alone will do)"},
    {NULL, NULL, NULL, NULL},
};

/* The one noun with a verb that goes without saying. */
int
cmd_status(int argc, char **argv)
{
	char show[] = "show";
	char *words[8] = {argv[0], show};

	if (argc > 1 && argv[1][0] != '-')
		return cli_dispatch(verbs, argc, argv);
	if (argc > 6)
		return cli_dispatch(verbs, 1, argv);
	for (int i = 1; i < argc; i++)
		words[i + 1] = argv[i];
	return cli_dispatch(verbs, argc + 1, words);
}
