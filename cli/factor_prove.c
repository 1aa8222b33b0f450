/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/factor_prove.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/cli.h"

#define CODE_MAX 64

/* A code is a line of standard input: an argument could be seen by others.
 * Returns its length; 0: there was none. */
static size_t
read_code(const char *prompt, char code[CODE_MAX + 2])
{
	size_t size;

	if (isatty(STDIN_FILENO))
		fputs(prompt, stderr);
	if (fgets(code, CODE_MAX + 2, stdin) == NULL)
		return 0;
	size = strcspn(code, "\n");
	code[size] = '\0';
	return size <= CODE_MAX ? size : 0;
}

static int
fill(struct message *m, const char *name, const char *id)
{
	struct msg_ADMIN_PROVE_REQ *q = &m->u.ADMIN_PROVE_REQ;
	int status;

	ask_init(m, MSG_ADMIN_PROVE_REQ);
	status = connect_field(q->name, sizeof q->name, name, "USER");
	if (status == 0)
		status = connect_field(
		    q->credential, sizeof q->credential, id, "ID");
	return status;
}

int
factor_prove_new(struct channel *channel, const char *name, const char *id)
{
	char code[CODE_MAX + 2];
	struct message m;
	size_t size = read_code(
	    "Code that the app shows now (nothing: the first login proves it): ",
	    code);
	int status;

	if (size == 0)
		return 0;
	status = fill(&m, name, id);
	memcpy(m.u.ADMIN_PROVE_REQ.code, code, size);
	m.u.ADMIN_PROVE_REQ.code_size = size;
	if (status == 0)
		status = ask_exchange(channel, &m, MSG_ADMIN_PROVE_ANS, name);
	if (status == 0)
		puts("The code is right.");
	return status;
}

static int
prove(int argc, char **argv, bool two)
{
	char code[CODE_MAX + 2], next[CODE_MAX + 2] = "";
	struct msg_ADMIN_PROVE_REQ *q;
	const char *socket;
	struct message m;
	bool json;
	int status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 2)
		return cli_usage(
		    "give one USER, and one ID from `sallyport factor list`");
	status = fill(&m, argv[optind], argv[optind + 1]);
	if (status != 0)
		return status;
	q = &m.u.ADMIN_PROVE_REQ;
	q->code_size = read_code("Code: ", code);
	memcpy(q->code, code, q->code_size);
	if (two)
		q->next_size = read_code("The next code: ", next);
	memcpy(q->next, next, q->next_size);
	if (q->code_size == 0 || (two && q->next_size == 0))
		return cli_fail(CLI_UNKNOWN, "give %s on standard input",
		    two ? "two consecutive codes, a line each," : "a code");
	status = ask_once(socket, &m, MSG_ADMIN_PROVE_ANS, argv[optind]);
	if (status == 0)
		ask_print_done(two ? "resynchronised" : "confirmed", json);
	return status;
}

int
factor_confirm(int argc, char **argv)
{
	return prove(argc, argv, false);
}

int
factor_resync(int argc, char **argv)
{
	return prove(argc, argv, true);
}
