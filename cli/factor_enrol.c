/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/factor_enrol.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/factor_prove.h"
#include "cli/qr.h"
#include "lib/base/otp_form.h"
#include "lib/base/words.h"

#define URI_MAX 1024
#define URI_START "otpauth://"
#define FACTOR_KEY_MAX 128 /* letters of base32 */

struct enrol {
	const char *kind;
	const char *label;
	const char *socket;
	const char *output; /* a new file for what is secret */
	bool json, qr;
	bool ask;	      /* for the first code, at once */
	bool another;	      /* beside those that there are */
	const char *replace;  /* the credential that ends when it is proven */
	struct otp_form form; /* what is 0 is as configured */
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

	if (qr_draw(uri, cli_colour(), &text, &len) < 0)
		return -1;
	r = cli_write_secret(text, len);
	explicit_bzero(text, len);
	free(text);
	return r;
}

/* The key in fours, to be typed or heard: before any QR code. */
static int
show_key(const char *uri)
{
	static const char name[] = "secret=";
	const char *key = strstr(uri, name);
	char text[2 * FACTOR_KEY_MAX] = "Key: ";
	size_t len = strlen(text), i = 0;
	int r;

	if (key == NULL)
		return 0;
	for (key += strlen(name); key[i] != '\0' && key[i] != '&'; i++) {
		if (len + 3 > sizeof text)
			break;
		if (i > 0 && i % 4 == 0)
			text[len++] = ' ';
		text[len++] = key[i];
	}
	text[len++] = '\n';
	r = cli_write_secret(text, len);
	explicit_bzero(text, sizeof text);
	return r;
}

static int
show_text(const struct enrol *enrol, const char *name,
    const struct msg_ADMIN_ENROL_ANS *answer, const char *uri)
{
	cli_print(name);
	printf(": new %s credential ", enrol->kind);
	cli_print(answer->credential);
	fputs(" for subject ", stdout);
	cli_print(answer->subject);
	putchar('\n');
	if (show_key(uri) < 0 || (enrol->qr && show_qr(uri) < 0))
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

	json_write_init(&w, text, sizeof text);
	json_write_object(&w, NULL);
	json_write_string(&w, "name", name);
	json_write_string(&w, "subject", answer->subject);
	json_write_string(&w, "credential", answer->credential);
	json_write_string(&w, "uri", uri);
	json_write_object_end(&w);
	if (json_write_finish(&w, &len) == 0)
		r = cli_write_secret(text, len);
	explicit_bzero(text, sizeof text);
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
		explicit_bzero(uri, sizeof uri);
		return cli_fail(CLI_UNKNOWN,
		    "%s: gatewayd sent no otpauth URI; revoke %s", name,
		    answer->credential);
	}
	r = enrol->json ? show_json(name, answer, uri)
			: show_text(enrol, name, answer, uri);
	explicit_bzero(uri, sizeof uri);
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
	char id[CREDENTIAL_ID_MAX + 1];
	struct message m;
	int status;

	ask_init(&m, MSG_ADMIN_ENROL_REQ);
	q = &m.u.ADMIN_ENROL_REQ;
	status = connect_field(q->name, sizeof q->name, name, "USER");
	if (status == 0 && enrol->label)
		status = connect_field(
		    q->label, sizeof q->label, enrol->label, "--label");
	if (status == 0)
		status = connect_field(
		    q->kind, sizeof q->kind, enrol->kind, "the factor");
	if (status == 0 && enrol->replace != NULL)
		status = connect_field(q->replaces, sizeof q->replaces,
		    enrol->replace, "--replace");
	q->another = enrol->another;
	q->digits = enrol->form.digits;
	q->period = enrol->form.period;
	if (enrol->form.algorithm != 0)
		snprintf(q->algorithm, sizeof q->algorithm, "%s",
		    otp_algorithm_word(enrol->form.algorithm));
	if (status == 0)
		status = ask_exchange(channel, &m, MSG_ADMIN_ENROL_ANS, name);
	if (status == 0)
		status = show(enrol, name, &m.u.ADMIN_ENROL_ANS);
	snprintf(id, sizeof id, "%s", m.u.ADMIN_ENROL_ANS.credential);
	message_wipe(&m);
	if (status == 0 && enrol->ask)
		status = factor_prove_new(channel, name, id);
	return status;
}

/* A seed is not left where others may read it. */
static int
open_output(const struct enrol *enrol)
{
	struct stat st;
	int fd;

	if (enrol->output == NULL) {
		if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
		    st.st_nlink > 0 && (st.st_mode & 077) != 0)
			return cli_fail(CLI_UNKNOWN,
			    "standard output is a file that other users can "
			    "read: use --output FILE");
		return 0;
	}
	fd = open(enrol->output,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || fflush(stdout) != 0 || dup2(fd, STDOUT_FILENO) < 0)
		return cli_fail(
		    CLI_UNKNOWN, "%s: %s", enrol->output, strerror(errno));
	close(fd);
	return 0;
}

/* An option of the form; what is wrong about it is 0. */
static int
take_form(struct otp_form *form, int option, const char *text)
{
	struct otp_form all = OTP_FORM_USUAL;

	if (option == 'A')
		form->algorithm = (uint8_t)otp_algorithm_find(text);
	else if (option == 'd')
		form->digits = strlen(text) == 1 ? (uint8_t)(*text - '0') : 0;
	else
		form->period = strcmp(text, "30") == 0	 ? 30
			       : strcmp(text, "60") == 0 ? 60
							 : 0;
	otp_form_choose(&all, form);
	if (otp_form_is_valid(&all) && (option != 'A' || form->algorithm) &&
	    (option != 'd' || form->digits) && (option != 'p' || form->period))
		return 0;
	return cli_usage("the form of codes is --algorithm sha1, sha256 or "
			 "sha512, --digits 6 or 8, --period 30 or 60");
}

int
factor_enrol(int argc, char **argv)
{
	static const struct option options[] = {
	    {"label", required_argument, NULL, 'l'},
	    {"qr", no_argument, NULL, 'q'},
	    {"output", required_argument, NULL, 'o'},
	    {"another", no_argument, NULL, 'a'},
	    {"replace", required_argument, NULL, 'r'},
	    {"algorithm", required_argument, NULL, 'A'},
	    {"digits", required_argument, NULL, 'd'},
	    {"period", required_argument, NULL, 'p'},
	    {"socket", required_argument, NULL, 's'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct enrol enrol = {.qr = isatty(STDOUT_FILENO) && !cli_plain()};
	char kinds[64];
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'l')
			enrol.label = optarg;
		else if (c == 's')
			enrol.socket = optarg;
		else if (c == 'q')
			enrol.qr = !cli_plain();
		else if (c == 'o')
			enrol.output = optarg;
		else if (c == 'a')
			enrol.another = true;
		else if (c == 'r')
			enrol.replace = optarg;
		else if (c == 'j')
			enrol.json = true;
		else if (take_form(&enrol.form, c, optarg) != 0)
			return CLI_UNKNOWN;
	}
	if (optind == argc || factor_kind_find(argv[optind]) == 0)
		return cli_usage("give the KIND of the factor: %s",
		    factor_kind_words(kinds, sizeof kinds));
	enrol.kind = argv[optind];
	if (optind + 1 == argc)
		return cli_usage("give at least one USER");
	if (enrol.replace != NULL && optind + 2 < argc)
		return cli_usage("--replace ID needs exactly one USER");
	enrol.ask = !enrol.json && enrol.output == NULL &&
		    isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	if (open_output(&enrol) != 0)
		return CLI_UNKNOWN;
	return ask_each(
	    enrol.socket, argv + optind + 1, enrol.json, enrol_one, &enrol);
}
