/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/audit_verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/paths.h"
#include "cli/print.h"
#include "lib/record/log_verify.h"

#define KEY_MAX_SIZE 4096

struct question {
	char dir[PATHS_MAX], key[PATHS_MAX];
	const char *kept; /* a checkpoint copied away earlier, or NULL */
	bool json;
};

static int
take_options(int argc, char **argv, struct question *q)
{
	static const struct option options[] = {
	    {"dir", required_argument, NULL, 'd'},
	    {"key", required_argument, NULL, 'k'},
	    {"checkpoint", required_argument, NULL, 'c'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	const char *dir = NULL, *key = NULL;
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'd')
			dir = optarg;
		else if (c == 'k')
			key = optarg;
		else if (c == 'c')
			q->kept = optarg;
		else
			q->json = true;
	}
	if (optind < argc)
		return cli_usage("what is \"%s\"?", argv[optind]);
	return paths_log(dir, key, q->dir, q->key);
}

int
audit_read_key(const char *path, struct log_key *key)
{
	char text[KEY_MAX_SIZE];
	long len = cli_read(path, text, sizeof text);

	if (len < 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	if (log_key_parse_public(key, text, (size_t)len) < 0)
		return cli_fail(CLI_UNKNOWN,
		    "%s: no Ed25519 public key (a verifier key line, or PEM)",
		    path);
	return 0;
}

static int
print_json(const char *word, const struct log_verify_report *report, int status)
{
	struct json_write *w;

	w = print_json_begin();
	json_write_object(w, NULL);
	json_write_string(w, "result", word);
	json_write_uint(w, "records", report->records);
	json_write_uint(w, "signed", report->signed_size);
	if (report->bad != 0)
		json_write_uint(w, "bad", report->bad);
	json_write_uint(w, "torn", report->torn);
	json_write_string(w, "text", report->text);
	if (status != CLI_YES) {
		json_write_string(w, "error", report->text);
		json_write_int(w, "status", status);
	}
	json_write_object_end(w);
	return print_json_end() != 0 ? CLI_UNKNOWN : status;
}

static void
print_good(const struct log_verify_report *report, const char *origin)
{
	printf("good: %" PRIu64 " records of ", report->records);
	cli_print(origin);
	printf(", signed up to %" PRIu64 "\n", report->signed_size);
	if (report->records > report->signed_size)
		printf("the last %" PRIu64 " have no signature yet: a "
		       "checkpoint follows within a second or two\n",
		    report->records - report->signed_size);
	if (report->torn > 0)
		printf("%" PRIu64 " bytes of an unfinished record at the end\n",
		    report->torn);
}

static int
answer(const struct question *q, enum log_verify_result result,
    const struct log_verify_report *report, const char *origin)
{
	switch (result) {
	case LOG_VERIFY_GOOD:
		if (q->json)
			return print_json("good", report, CLI_YES);
		print_good(report, origin);
		return CLI_YES;
	case LOG_VERIFY_BAD:
		if (q->json)
			return print_json("bad", report, CLI_NO);
		return cli_fail(CLI_NO, "%s: %s", q->dir, report->text);
	case LOG_VERIFY_UNAVAILABLE:
		break;
	}
	if (q->json)
		return print_json("unavailable", report, CLI_UNKNOWN);
	return cli_fail(CLI_UNKNOWN, "%s: %s", q->dir, report->text);
}

int
audit_verify(int argc, char **argv)
{
	struct question q = {.kept = NULL};
	struct log_verify_report report;
	struct log_key key;
	enum log_verify_result result;
	int dir, status = take_options(argc, argv, &q);

	if (status != 0)
		return status;
	status = audit_read_key(q.key, &key);
	if (status != 0)
		return status;
	dir = open(q.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		log_key_free(&key);
		return cli_fail(CLI_UNKNOWN, "%s: %s", q.dir, strerror(errno));
	}
	result = log_verify_kept(dir, AT_FDCWD, q.kept, &key, &report);
	status = answer(&q, result, &report, key.name);
	close(dir);
	log_key_free(&key);
	return status;
}
