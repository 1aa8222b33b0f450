/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/connect.h"
#include "cli/nouns.h"
#include "cli/token_show.h"
#include "cli/token_verify.h"
#include "lib/base/json_write.h"

struct get {
	const char *audience;
	const char *socket;
	const char *session;
	bool json;
};

static int
print_token(const struct get *get, const uint8_t *token, size_t size)
{
	char text[8192 + 1024]; /* of AUTHORITY_TOKEN_ANS, and JSON around */
	struct json_write w;
	size_t len = size;
	int r;

	if (get->json) {
		json_write_init(&w, text, sizeof text - 1);
		json_write_object(&w, NULL);
		json_write_bytes(&w, "token", token, size);
		json_write_string(&w, "audience", get->audience);
		json_write_object_end(&w);
		if (json_write_finish(&w, &len) < 0)
			return cli_fail(CLI_UNKNOWN, "token is too long");
	} else {
		memcpy(text, token, size);
	}
	text[len++] = '\n';
	r = cli_write_secret(text, len);
	explicit_bzero(text, sizeof text);
	return r == 0 ? CLI_YES
		      : cli_fail(CLI_UNKNOWN, "cannot write the token");
}

static int
answered(const struct get *get, const struct msg_AUTHORITY_TOKEN_ANS *answer)
{
	int status = connect_judge(answer->status, "", answer->text);

	if (status != 0)
		return status;
	if (answer->token_size == 0)
		return cli_fail(CLI_UNKNOWN, "gatewayd sent no token");
	return print_token(get, answer->token, answer->token_size);
}

static int
exchange(const struct get *get, struct channel *channel, struct message *m)
{
	struct msg_AUTHORITY_TOKEN_REQ *request = &m->u.AUTHORITY_TOKEN_REQ;
	int status;

	message_init(m, MSG_AUTHORITY_TOKEN_REQ);
	status = connect_field(request->session, sizeof request->session,
	    get->session, "$SALLYPORT_SESSION");
	if (status == 0)
		status = connect_field(request->audience,
		    sizeof request->audience, get->audience, "--audience");
	if (status == 0)
		status = connect_send(channel, m);
	if (status == 0)
		status = connect_receive(channel, m, MSG_AUTHORITY_TOKEN_ANS);
	if (status == 0)
		status = answered(get, &m->u.AUTHORITY_TOKEN_ANS);
	message_wipe(m);
	return status;
}

static int
token_get(int argc, char **argv)
{
	static const struct option options[] = {
	    {"audience", required_argument, NULL, 'a'},
	    {"socket", required_argument, NULL, 's'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct get get = {.session = getenv("SALLYPORT_SESSION")};
	struct channel channel;
	struct message m;
	int status;
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'a')
			get.audience = optarg;
		else if (c == 's')
			get.socket = optarg;
		else
			get.json = true;
	}
	if (!get.audience)
		return cli_usage(
		    "give --audience AUDIENCE, the application that "
		    "will get the token");
	if (optind < argc)
		return cli_usage("this verb takes no operand %s", argv[optind]);
	if (!get.session || !*get.session)
		return cli_fail(CLI_NO,
		    "this is no session that Sallyport opened: "
		    "$SALLYPORT_SESSION is not set");
	status = connect_open(&channel, ROLE_SESSION, get.socket);
	if (status != 0)
		return status;
	status = exchange(&get, &channel, &m);
	channel_close(&channel);
	return status;
}

const struct cli_verb token_verbs[] = {
    {"get", token_get, "--audience AUDIENCE [--socket PATH] [--json]",
	"print a token of this session for an application"},
    {"verify", token_verify,
	"--jwks FILE --audience AUDIENCE [--issuer ISSUER] "
	"[--leeway SECONDS] [--json] [TOKEN|-]",
	"verify signature, issuer, audience and time of a token"},
    {"show", token_show, "[--json] [TOKEN|-]",
	"print a token's content without verifying it"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_token(int argc, char **argv)
{
	return cli_dispatch(token_verbs, argc, argv);
}
