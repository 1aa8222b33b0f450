/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/audit_prove.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/audit_verify.h"
#include "cli/cli.h"
#include "cli/paths.h"
#include "cli/print.h"
#include "cli/records.h"
#include "lib/record/checkpoint_file.h"
#include "lib/record/log_reader.h"
#include "lib/record/merkle_proof.h"

#define HEAD_MAX 64
#define PROOF_MAX                                             \
	(HEAD_MAX + MERKLE_PROOF_MAX * 2 * MERKLE_HASH_SIZE + \
	    CHECKPOINT_TEXT_MAX + 2)

struct prover {
	char dir_path[PATHS_MAX], key_path[PATHS_MAX];
	const char *operand;
	bool json;
	int dir;
	struct log_key key;
	char text[CHECKPOINT_TEXT_MAX + 1]; /* of the checkpoint, as it is */
	struct checkpoint checkpoint;
	uint8_t (*leaf)[MERKLE_HASH_SIZE]; /* of the records that it covers */
};

static int
take_options(int argc, char **argv, struct prover *p)
{
	static const struct option options[] = {
	    {"dir", required_argument, NULL, 'd'},
	    {"key", required_argument, NULL, 'k'},
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
		else
			p->json = true;
	}
	if (optind + 1 != argc)
		return cli_usage("give one operand");
	p->operand = argv[optind];
	if (paths_log(dir, key, p->dir_path, p->key_path) != 0)
		return CLI_UNKNOWN;
	return audit_read_key(p->key_path, &p->key);
}

static int
open_checkpoint(
    int dir, const char *name, struct log_key *key, struct checkpoint *c)
{
	enum checkpoint_result result = checkpoint_file_read(dir, name, key, c);

	if (result == CHECKPOINT_OK)
		return 0;
	if (result == CHECKPOINT_UNAVAILABLE)
		return cli_fail(CLI_UNKNOWN, "%s: %s", name, strerror(errno));
	return cli_fail(
	    CLI_NO, "the checkpoint %s %s", name, checkpoint_strerror(result));
}

/* The text that is signed is given away as it is, so it is read once. */
static int
read_checkpoint(struct prover *p)
{
	char path[PATHS_MAX + sizeof CHECKPOINT_FILE + 1];
	enum checkpoint_result result;
	long len;

	p->dir = open(p->dir_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->dir < 0)
		return cli_fail(
		    CLI_UNKNOWN, "%s: %s", p->dir_path, strerror(errno));
	snprintf(path, sizeof path, "%s/%s", p->dir_path, CHECKPOINT_FILE);
	len = cli_read(path, p->text, sizeof p->text - 1);
	if (len < 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	p->text[len] = '\0';
	result = checkpoint_open(&p->key, p->text, (size_t)len, &p->checkpoint);
	if (result != CHECKPOINT_OK)
		return cli_fail(CLI_NO, "the checkpoint of %s %s", p->dir_path,
		    checkpoint_strerror(result));
	return 0;
}

/* All leaves, which must have the root that was signed. */
static int
read_leaves(struct prover *p)
{
	uint8_t root[MERKLE_HASH_SIZE];
	uint64_t size = p->checkpoint.size;
	struct log_reader reader;
	struct log_line line;
	struct merkle tree = {0};
	int status = 0;

	p->leaf = calloc(size + 1, sizeof *p->leaf);
	if (p->leaf == NULL || merkle_init(&tree) < 0)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	if (log_reader_open(&reader, p->dir, 1) < 0) {
		merkle_free(&tree);
		return cli_fail(
		    CLI_UNKNOWN, "%s: %s", p->dir_path, strerror(errno));
	}
	while (tree.size < size &&
	       log_reader_next(&reader, &line) == LOG_READ_LINE)
		if (merkle_leaf(
			&tree, line.text, line.len, p->leaf[tree.size]) < 0 ||
		    merkle_append(&tree, p->leaf[tree.size]) < 0)
			break;
	if (merkle_root(&tree, root) < 0 || tree.size < size ||
	    memcmp(root, p->checkpoint.root, sizeof root) != 0)
		status = cli_fail(CLI_NO,
		    "the log in %s and its signed checkpoint differ: "
		    "sallyport audit verify names the fault",
		    p->dir_path);
	log_reader_close(&reader);
	merkle_free(&tree);
	return status;
}

/* The first line or lines, the hashes, and the checkpoint. */
static int
print_proof(
    const struct prover *p, const char *head, const struct merkle_proof *proof)
{
	char text[PROOF_MAX];
	struct json_write *w;
	size_t len = (size_t)snprintf(text, sizeof text, "%s\n", head);

	for (unsigned i = 0; i < proof->count; i++) {
		EVP_EncodeBlock(
		    (uint8_t *)text + len, proof->hash[i], MERKLE_HASH_SIZE);
		len += strlen(text + len);
		text[len++] = '\n';
	}
	snprintf(text + len, sizeof text - len, "\n%s", p->text);
	if (!p->json) {
		fputs(text, stdout);
		return CLI_YES;
	}
	w = print_json_begin();
	json_write_object(w, NULL);
	json_write_string(w, "proof", text);
	json_write_object_end(w);
	return print_json_end();
}

static int
prove(struct prover *p)
{
	const struct merkle_leaves leaves = {
	    (const uint8_t(*)[MERKLE_HASH_SIZE])p->leaf, p->checkpoint.size};
	struct merkle_proof proof;
	uint64_t sequence;
	char head[HEAD_MAX];

	if (records_number(p->operand, &sequence) < 0 || sequence == 0)
		return cli_usage(
		    "\"%s\" is no sequence of a record", p->operand);
	if (sequence > p->checkpoint.size)
		return cli_fail(CLI_NO,
		    "the checkpoint has %" PRIu64 " records: record %" PRIu64
		    " is not there, or not signed yet",
		    p->checkpoint.size, sequence);
	if (merkle_prove_inclusion(&proof, &leaves, sequence - 1) < 0)
		return cli_fail(CLI_UNKNOWN, "SHA-256 failed");
	snprintf(head, sizeof head, "c2sp.org/tlog-proof@v1\nindex %" PRIu64,
	    sequence - 1);
	return print_proof(p, head, &proof);
}

static int
prove_consistency(struct prover *p)
{
	const struct merkle_leaves leaves = {
	    (const uint8_t(*)[MERKLE_HASH_SIZE])p->leaf, p->checkpoint.size};
	uint8_t root[MERKLE_HASH_SIZE];
	struct merkle_proof proof = {0};
	struct checkpoint old;
	struct merkle tree = {0};
	char head[HEAD_MAX];
	int status = open_checkpoint(AT_FDCWD, p->operand, &p->key, &old);

	if (status != 0)
		return status;
	if (old.size > leaves.size)
		return cli_fail(CLI_NO,
		    "the checkpoint %s has %" PRIu64
		    " records, and the log only %" PRIu64
		    ": it was cut, or an older copy was put back",
		    p->operand, old.size, leaves.size);
	if (merkle_init(&tree) < 0)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	while (tree.size < old.size &&
	       merkle_append(&tree, p->leaf[tree.size]) == 0)
		;
	if (merkle_root(&tree, root) < 0 ||
	    merkle_prove_consistency(&proof, &leaves, old.size) < 0)
		status = cli_fail(CLI_UNKNOWN, "SHA-256 failed");
	else if (memcmp(root, old.root, sizeof root) != 0)
		status = cli_fail(CLI_NO,
		    "the log is not the one of the checkpoint %s (size %" PRIu64
		    ")",
		    p->operand, old.size);
	merkle_free(&tree);
	if (status != 0)
		return status;
	snprintf(head, sizeof head, "old %" PRIu64, old.size);
	return print_proof(p, head, &proof);
}

static int
run(int argc, char **argv, int (*with)(struct prover *))
{
	struct prover p = {.dir = -1};
	int status = take_options(argc, argv, &p);

	if (status == 0)
		status = read_checkpoint(&p);
	if (status == 0)
		status = read_leaves(&p);
	if (status == 0)
		status = with(&p);
	free(p.leaf);
	log_key_free(&p.key);
	if (p.dir >= 0)
		close(p.dir);
	return status;
}

int
audit_prove(int argc, char **argv)
{
	return run(argc, argv, prove);
}

int
audit_consistency(int argc, char **argv)
{
	return run(argc, argv, prove_consistency);
}
