/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_change.h"

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/paths.h"
#include "cli/policy/policy_store.h"
#include "cli/print.h"
#include "lib/bundle/signers.h"
#include "lib/record/note.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What a step by a person is told. */
struct step {
	const char *key;
	const char *name;      /* of the person; else by the key's file */
	const char *reference; /* propose */
	const char *parent;    /* likewise */
	const char *socket;
	const char *path;
	bool json;
	char person[BUNDLE_NAME_MAX + 1];
	bool known; /* the key is theirs, by policy-signers */
};

int
policy_change_record(const struct policy_step *step)
{
	const struct bundle *b = step->bundle;
	struct msg_ADMIN_POLICY_REQ *q;
	struct message m;

	ask_init(&m, MSG_ADMIN_POLICY_REQ);
	q = &m.u.ADMIN_POLICY_REQ;
	memcpy(q->attempt, step->id, sizeof q->attempt);
	q->kind = (uint8_t)step->kind;
	q->outcome = (uint8_t)step->outcome;
	snprintf(q->bundle, sizeof q->bundle, "%s", b->hash);
	snprintf(q->change, sizeof q->change, "%s", b->reference);
	snprintf(q->author, sizeof q->author, "%s", b->author);
	snprintf(q->reviewer, sizeof q->reviewer, "%s", step->reviewer);
	snprintf(q->actor, sizeof q->actor, "%s", step->actor);
	return ask_once(step->socket, &m, MSG_ADMIN_POLICY_ANS, b->hash);
}

int
policy_change_id(struct policy_step *step)
{
	return RAND_bytes(step->id, sizeof step->id) == 1
		   ? 0
		   : cli_fail(CLI_UNKNOWN, "no random bytes");
}

void
policy_change_write(
    struct json_write *w, const struct bundle *b, const char *reviewer)
{
	json_write_string(w, "bundle", b->hash);
	json_write_string(w, "reference", b->reference);
	json_write_string(w, "author", b->author);
	json_write_string(w, "reviewer", reviewer);
	print_json_time(w, "proposed", b->time_unix * 1000);
}

/* A name in a record is one that was verified. */
static void
mention(const struct step *s, enum outcome outcome, const struct bundle *b,
    const char *reviewer)
{
	struct paths_status paths;
	char actor[BUNDLE_NAME_MAX + 1];
	struct policy_step step = {.kind = RECORD_ADMIN,
	    .outcome = outcome,
	    .bundle = b,
	    .reviewer = reviewer,
	    .actor = actor};

	print_actor(actor, sizeof actor);
	if (s->known && paths_status(s->socket, &paths) == 0 &&
	    access(paths.socket, W_OK) == 0) {
		step.socket = paths.socket;
		if (policy_change_id(&step) == 0 &&
		    policy_change_record(&step) == 0)
			return;
	}
	fprintf(stderr,
	    "not recorded: %s; the record of apply names author and "
	    "reviewer\n",
	    s->known ? "no gateway accepts the record here"
		     : "there are no policy-signers here, so nobody knows "
		       "whose key this is");
}

static int
take_options(struct step *s, int argc, char **argv)
{
	static const struct option options[] = {
	    {"key", required_argument, NULL, 'k'},
	    {"name", required_argument, NULL, 'n'},
	    {"parent", required_argument, NULL, 'p'},
	    {"reference", required_argument, NULL, 'r'},
	    {"socket", required_argument, NULL, 's'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	int c;

	*s = (struct step){0};
	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'k')
			s->key = optarg;
		else if (c == 'n')
			s->name = optarg;
		else if (c == 'p')
			s->parent = optarg;
		else if (c == 'r')
			s->reference = optarg;
		else if (c == 's')
			s->socket = optarg;
		else
			s->json = true;
	}
	if (argc - optind != 1 || s->key == NULL) {
		cli_usage(
		    s->key == NULL
			? "give --key FILE, the private key of the person "
			  "who signs"
			: "give one FOLDER");
		return CLI_UNKNOWN;
	}
	s->path = argv[optind];
	return 0;
}

/* alice, of keys/alice.pem */
static int
find_person(struct step *s)
{
	const char *slash = strrchr(s->key, '/');
	const char *base = slash != NULL ? slash + 1 : s->key;
	size_t len = strlen(base);

	if (s->name == NULL && len > 4 && strcmp(base + len - 4, ".pem") == 0)
		len -= 4;
	if (s->name != NULL) {
		base = s->name;
		len = strlen(base);
	}
	if (len <= BUNDLE_NAME_MAX)
		memcpy(s->person, base, len);
	if (!bundle_person_ok(s->person))
		return cli_usage("give --name NAME, the person who signs");
	return 0;
}

/* Who can read it can be this person too. */
static int
check_secret(const struct step *s, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s", s->key, strerror(errno));
	if ((st.st_mode & 077) != 0)
		return cli_fail(CLI_NO,
		    "%s: other users can read this key, and sign as "
		    "%s: set its mode to 600",
		    s->key, s->person);
	return 0;
}

static int
read_key(const struct step *s, struct log_key *key)
{
	int fd = open(s->key, O_RDONLY | O_CLOEXEC);
	int status;

	if (fd < 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s", s->key, strerror(errno));
	status = check_secret(s, fd);
	if (status == 0 && log_key_read_private(key, fd, s->person) != 0)
		status = cli_fail(CLI_UNKNOWN,
		    "%s is not an Ed25519 private key without a password",
		    s->key);
	close(fd);
	return status;
}

/* Where this machine knows who may sign: *signers_r, which the caller frees;
 * else NULL. */
static int
find_signers(struct signers **signers_r)
{
	char folder[PATHS_MAX], why[SIGNERS_WHY];
	int status = paths_signers(folder);

	*signers_r = NULL;
	if (status != 0 || folder[0] == '\0')
		return status;
	*signers_r = calloc(1, sizeof **signers_r);
	if (*signers_r == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	if (signers_load(*signers_r, folder, why) == 0)
		return 0;
	free(*signers_r);
	*signers_r = NULL;
	return cli_fail(CLI_UNKNOWN, "%s", why);
}

static void
free_signers(struct signers *signers)
{
	if (signers != NULL)
		signers_free(signers);
	free(signers);
}

/* A record names the person: whoever holds another key is not that person. */
static int
check_key(struct step *s, const struct log_key *key)
{
	struct signers *signers;
	int status = find_signers(&signers);

	s->known = signers != NULL;
	if (status == 0 && s->known && !signers_have(signers, key))
		status = cli_fail(CLI_NO,
		    "%s is not the key of %s among policy-signers: the file "
		    "%s.pub there has to be its public half",
		    s->key, s->person, s->person);
	free_signers(signers);
	return status;
}

/* Body, an empty line if it has none yet, and one more signature. */
static int
write_signed(struct step *s, const char *text, size_t len, size_t body)
{
	char *out = malloc(len + 1 + NOTE_LINE_MAX);
	char line[NOTE_LINE_MAX];
	struct log_key key = {.pkey = NULL};
	int status = read_key(s, &key);

	if (out == NULL) {
		log_key_free(&key);
		return cli_fail(CLI_UNKNOWN, "out of memory");
	}
	if (status == 0)
		status = check_key(s, &key);
	if (status == 0 && note_sign(&key, text, body, line) != 0)
		status = cli_fail(CLI_UNKNOWN, "libcrypto did not sign");
	if (status == 0) {
		memcpy(out, text, len);
		if (len == body)
			out[len++] = '\n';
		memcpy(out + len, line, strlen(line));
		len += strlen(line);
		if (bundle_dir_write(s->path, BUNDLE_FILE, out, len) != 0)
			status = cli_fail(CLI_UNKNOWN, "%s/" BUNDLE_FILE ": %s",
			    s->path, strerror(errno));
	}
	log_key_free(&key);
	free(out);
	return status;
}

/* The bundle that this is a change of: as told, or the one in force here. */
static int
find_parent(const struct step *s, char hash_r[BUNDLE_HASH_TEXT])
{
	struct policy_store store;
	int status;

	hash_r[0] = '\0';
	if (s->parent == NULL) {
		status = policy_store_find(&store);
		return status != 0 ? status
				   : policy_store_present(&store, hash_r);
	}
	if (strcmp(s->parent, "none") == 0)
		return 0;
	if (!bundle_hash_ok(s->parent))
		return cli_usage(
		    "--parent is either none or the %d digits of a hash",
		    BUNDLE_HASH_TEXT - 1);
	memcpy(hash_r, s->parent, BUNDLE_HASH_TEXT);
	return 0;
}

/* What the person has signed, for scripts. */
static int
write_step(const char *step, const struct bundle *b, const char *reviewer)
{
	struct json_write *w = print_json_begin();

	json_write_object(w, NULL);
	json_write_string(w, "step", step);
	policy_change_write(w, b, reviewer);
	json_write_uint(w, "files", b->file_count);
	json_write_string(w, "parent", b->parent);
	json_write_object_end(w);
	return print_json_end();
}

static int
propose(struct step *s, struct bundle_dir *d)
{
	char text[BUNDLE_TEXT_MAX];
	struct bundle b = {.time_unix = (int64_t)time(NULL)};
	size_t len;
	int status = bundle_dir_try(d);

	if (status != 0)
		return status;
	status = find_parent(s, b.parent);
	if (status != 0)
		return status;
	snprintf(b.author, sizeof b.author, "%s", s->person);
	snprintf(b.reference, sizeof b.reference, "%s", s->reference);
	for (; b.file_count < d->count; b.file_count++) {
		const struct policy_source *file = &d->file[b.file_count];

		snprintf(b.file[b.file_count].name, sizeof b.file[0].name, "%s",
		    file->name);
		if (bundle_hash(file->text, file->length,
			b.file[b.file_count].hash) != 0)
			return cli_fail(CLI_UNKNOWN, "libcrypto failed");
	}
	if (bundle_format(&b, text, &len) != 0)
		return cli_fail(CLI_UNKNOWN, "%s does not fit", d->path);
	status = write_signed(s, text, len, len);
	if (status != 0 || bundle_hash(text, len, b.hash) != 0)
		return status != 0 ? status : CLI_UNKNOWN;
	if (!s->json)
		printf("%s proposed by %s: %s, %zu file%s, a change of "
		       "%.12s\n",
		    b.hash, b.author, b.reference, b.file_count,
		    b.file_count == 1 ? "" : "s",
		    b.parent[0] != '\0' ? b.parent : "none");
	mention(s, OUTCOME_PROPOSED, &b, "");
	return s->json ? write_step("proposed", &b, "") : CLI_YES;
}

/* Where this machine knows who may sign, the author must have. */
static int
check_author(const struct bundle_dir *d)
{
	struct signers *signers;
	char why[SIGNERS_WHY];
	int status = find_signers(&signers);

	if (status == 0 && signers != NULL &&
	    signers_verify_author(signers, &d->bundle,
		(struct bytes){d->manifest, d->manifest_size}, why) != 0)
		status = cli_fail(CLI_NO, "%s: %s", d->path, why);
	free_signers(signers);
	return status;
}

static int
approve(struct step *s, struct bundle_dir *d)
{
	const struct bundle *b = &d->bundle;
	int status = bundle_dir_match(d);

	if (status != 0)
		return status;
	if (strcmp(s->person, b->author) == 0)
		return cli_fail(CLI_NO,
		    "%s is the author: another person has to approve "
		    "the policy",
		    s->person);
	status = check_author(d);
	if (status == 0)
		status = bundle_dir_try(d);
	if (status == 0)
		status =
		    write_signed(s, d->manifest, d->manifest_size, b->body);
	if (status != 0)
		return status;
	if (!s->json)
		printf("%s approved by %s: %s, proposed by %s\n", b->hash,
		    s->person, b->reference, b->author);
	mention(s, OUTCOME_APPROVED, b, s->person);
	return s->json ? write_step("approved", b, s->person) : CLI_YES;
}

/* What was signed before is proposed anew. */
static int
take_step(struct step *s, int (*step)(struct step *, struct bundle_dir *))
{
	struct bundle_dir *d = calloc(1, sizeof *d);
	int status;

	if (d == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = find_person(s);
	if (status == 0)
		status = bundle_dir_read(d, s->path);
	if (status == 0)
		status = step(s, d);
	bundle_dir_free(d);
	free(d);
	return status;
}

int
policy_propose(int argc, char **argv)
{
	struct step s;

	if (take_options(&s, argc, argv) != 0)
		return CLI_UNKNOWN;
	if (s.reference == NULL || !bundle_reference_ok(s.reference))
		return cli_usage(
		    "give --reference TEXT, the change, in at most 64 "
		    "characters of ASCII");
	return take_step(&s, propose);
}

int
policy_approve(int argc, char **argv)
{
	struct step s;

	if (take_options(&s, argc, argv) != 0)
		return CLI_UNKNOWN;
	if (s.reference != NULL || s.parent != NULL)
		return cli_usage(
		    "only the author gives --reference and --parent");
	return take_step(&s, approve);
}
