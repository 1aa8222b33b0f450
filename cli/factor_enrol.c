/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/factor_enrol.h"

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/qr.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define URI_MAX 1024
#define URI_START "otpauth://totp/"

struct enrol {
	const char *label;
	const char *socket;
	bool json, qr;
};

/*
 * What follows shows a seed.  It goes past stdio, whose buffers we could not
 * wipe, and every copy of ours is wiped once it is written.
 */
static int
show_qr(const char *uri)
{
	char *text;
	size_t len;
	int r;

	if (qr_draw(uri, &text, &len) < 0)
		return -1;
	r = cli_write_secret(text, len);
	explicit_bzero(text, len);
	free(text);
	return r;
}

static int
show_text(const struct enrol *enrol, const char *name,
    const struct msg_ADMIN_ENROL_ANS *answer, const char *uri)
{
	cli_print(name);
	fputs(": new totp credential ", stdout);
	cli_print(answer->credential);
	fputs(" for subject ", stdout);
	cli_print(answer->subject);
	putchar('\n');
	if (enrol->qr && show_qr(uri) < 0)
		return -1;
	if (cli_write_secret(uri, strlen(uri)) < 0)
		return -1;
	puts("\nIt cannot be shown again.");
	return fflush(stdout);
}

static int
show_json(
    const char *name, const struct msg_ADMIN_ENROL_ANS *answer, const char *uri)
{
	char text[URI_MAX * 4];
	struct json_write w;
	size_t len;
	int r = -1;

	json_write_init(&w, text, sizeof(text) - 1);
	json_write_object(&w, NULL);
	json_write_string(&w, "name", name);
	json_write_string(&w, "subject", answer->subject);
	json_write_string(&w, "credential", answer->credential);
	json_write_string(&w, "uri", uri);
	json_write_object_end(&w);
	if (json_write_finish(&w, &len) == 0) {
		text[len++] = '\n';
		r = cli_write_secret(text, len);
	}
	explicit_bzero(text, sizeof(text));
	return r;
}

/* A URI in printable ASCII, whatever sent it: it goes to a terminal. */
static bool
is_uri(const char *uri)
{
	if (strncmp(uri, URI_START, strlen(URI_START)) != 0)
		return false;
	for (const char *p = uri; *p; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return true;
}

static int
show(const struct enrol *enrol, const char *name,
    const struct msg_ADMIN_ENROL_ANS *answer)
{
	char uri[URI_MAX + 1];
	int r;

	memcpy(uri, answer->uri, answer->uri_size);
	uri[answer->uri_size] = '\0';
	if (!is_uri(uri)) {
		explicit_bzero(uri, sizeof(uri));
		return cli_fail(CLI_UNKNOWN,
		    "%s: gatewayd sent no otpauth URI; revoke %s", name,
		    answer->credential);
	}
	r = enrol->json ? show_json(name, answer, uri)
			: show_text(enrol, name, answer, uri);
	explicit_bzero(uri, sizeof(uri));
	if (r < 0)
		return cli_fail(CLI_UNKNOWN,
		    "%s: cannot show the seed; revoke %s", name,
		    answer->credential);
	return CLI_YES;
}

static int
enrol_one(void *arg, struct channel *channel, const char *name)
{
	const struct enrol *enrol = arg;
	struct msg_ADMIN_ENROL_REQ *q;
	struct message m;
	int status;

	ask_init(&m, MSG_ADMIN_ENROL_REQ);
	q = &m.u.ADMIN_ENROL_REQ;
	status = connect_field(q->name, sizeof(q->name), name, "USER");
	if (status == 0 && enrol->label)
		status = connect_field(
		    q->label, sizeof(q->label), enrol->label, "--label");
	if (status == 0)
		status = ask_exchange(channel, &m, MSG_ADMIN_ENROL_ANS, name);
	if (status == 0)
		status = show(enrol, name, &m.u.ADMIN_ENROL_ANS);
	message_wipe(&m);
	return status;
}

int
factor_enrol(int argc, char **argv)
{
	static const struct option options[] = {
	    {"label", required_argument, NULL, 'l'},
	    {"qr", no_argument, NULL, 'q'},
	    {"socket", required_argument, NULL, 's'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct enrol enrol = {.qr = isatty(STDOUT_FILENO)};
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'l')
			enrol.label = optarg;
		else if (c == 's')
			enrol.socket = optarg;
		else if (c == 'q')
			enrol.qr = true;
		else
			enrol.json = true;
	}
	if (optind == argc || strcmp(argv[optind], "totp") != 0)
		return cli_usage("which kind of factor? (totp)");
	if (optind + 1 == argc)
		return cli_usage("whom? (USER ...)");
	return ask_each(
	    enrol.socket, argv + optind + 1, enrol.json, enrol_one, &enrol);
}
