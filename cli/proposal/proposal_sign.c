/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/proposal/proposal_sign.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/length.h"
#include "cli/paths.h"
#include "cli/print.h"
#include "cli/proposal/proposal_verb.h"
#include "cli/proposal/proposals.h"
#include "lib/bundle/bundle_form.h"
#include "lib/record/note.h"

#define EXPIRES (14 * 86400) /* unless it is told */

int
proposal_record(const struct proposal_step *step)
{
	const struct bundle *b = step->bundle;
	const char *hash = step->hash != NULL ? step->hash : b->hash;
	struct msg_ADMIN_POLICY_REQ *q;
	struct message m;

	ask_init(&m, MSG_ADMIN_POLICY_REQ);
	q = &m.u.ADMIN_POLICY_REQ;
	memcpy(q->attempt, step->id, sizeof q->attempt);
	q->kind = (uint8_t)step->kind;
	q->outcome = (uint8_t)step->outcome;
	snprintf(q->bundle, sizeof q->bundle, "%s", hash);
	snprintf(q->change, sizeof q->change, "%s",
	    step->reference != NULL ? step->reference : b->reference);
	snprintf(q->author, sizeof q->author, "%s", b->author);
	snprintf(q->reviewer, sizeof q->reviewer, "%s", step->reviewer);
	snprintf(q->actor, sizeof q->actor, "%s", step->actor);
	return ask_once(step->socket, &m, MSG_ADMIN_POLICY_ANS, hash);
}

int
proposal_step_id(struct proposal_step *step)
{
	return RAND_bytes(step->id, sizeof step->id) == 1
		   ? 0
		   : cli_fail(CLI_UNKNOWN, "no random bytes");
}

/* A name in a record is one that was verified. */
static void
mention(const struct proposal_signing *s, enum outcome outcome,
    const struct bundle *b, const char *reviewer)
{
	struct paths_status paths;
	char actor[BUNDLE_NAME_MAX + 1];
	struct proposal_step step = {.kind = RECORD_ADMIN,
	    .outcome = outcome,
	    .bundle = b,
	    .reviewer = reviewer,
	    .actor = actor};

	print_actor(actor, sizeof actor);
	if (s->known && paths_status(s->socket, &paths) == 0 &&
	    access(paths.socket, W_OK) == 0) {
		step.socket = paths.socket;
		if (proposal_step_id(&step) == 0 && proposal_record(&step) == 0)
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
take_option(struct proposal_signing *s, int c, bool new)
{
	switch (c) {
	case 'k':
		s->key = optarg;
		return 0;
	case 'n':
		s->name = optarg;
		return 0;
	case 's':
		s->socket = optarg;
		return 0;
	case 'j':
		s->json = true;
		return 0;
	case 'p':
		s->parent = optarg;
		break;
	case 'r':
		s->reference = optarg;
		break;
	case 'e':
		s->expires = optarg;
		break;
	case '?':
		return CLI_UNKNOWN;
	}
	return new ? 0
		   : cli_usage("only the author gives --reference, --expires "
			       "and --parent");
}

int
proposal_options(struct proposal_signing *s, int argc, char **argv, bool new)
{
	static const struct option options[] = {
	    {"expires", required_argument, NULL, 'e'},
	    {"key", required_argument, NULL, 'k'},
	    {"name", required_argument, NULL, 'n'},
	    {"parent", required_argument, NULL, 'p'},
	    {"reference", required_argument, NULL, 'r'},
	    {"socket", required_argument, NULL, 's'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	int c;

	*s = (struct proposal_signing){0};
	while ((c = cli_option(argc, argv, options)) != -1)
		if (take_option(s, c, new) != 0)
			return CLI_UNKNOWN;
	if (s->key == NULL) {
		cli_usage("give --key FILE, the private key of the person who "
			  "signs");
		return CLI_UNKNOWN;
	}
	if (argc - optind > 1)
		return cli_usage("give one operand");
	s->path = optind < argc ? argv[optind] : NULL;
	if (new && (s->reference == NULL || !bundle_reference_ok(s->reference)))
		return cli_usage(
		    "give --reference TEXT, the change, in at most 64 "
		    "characters of ASCII");
	return 0;
}

/* alice, of keys/alice.pem */
static int
find_person(struct proposal_signing *s)
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
check_secret(const struct proposal_signing *s, int fd)
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
read_key(const struct proposal_signing *s, struct log_key *key)
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

/* ---- who may sign ---- */

int
proposal_find_signers(const char *verb, struct signers **signers_r)
{
	enum bundle_verb number = bundle_verb_find(verb);
	char folder[PATHS_MAX], why[SIGNERS_WHY];
	int status = proposal_verbs[number].signers(folder);

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

void
proposal_free_signers(struct signers *signers)
{
	if (signers != NULL)
		signers_free(signers);
	free(signers);
}

/* A record names the person: whoever holds another key is not that person.
 * Where this machine knows who may sign, the author must have. */
static int
check_key(struct proposal_signing *s, const struct bundle_dir *d,
    const struct log_key *key)
{
	const struct bundle *b = &d->bundle;
	bool new = d->manifest_size == b->body;
	struct signers *signers;
	char why[SIGNERS_WHY];
	int status = proposal_find_signers(b->verb, &signers);

	s->known = signers != NULL;
	if (status == 0 && s->known && !signers_have(signers, key))
		status = cli_fail(CLI_NO,
		    "%s is not the key of %s among %s: the file "
		    "%s.pub there has to be its public half",
		    s->key, s->person,
		    proposal_verbs[bundle_verb_find(b->verb)].key, s->person);
	if (status == 0 && s->known &&
	    !new &&signers_verify_author(signers, b,
		(struct bytes){d->manifest, d->manifest_size}, why) != 0)
		status = cli_fail(CLI_NO, "%s: %s", d->path, why);
	proposal_free_signers(signers);
	return status;
}

/* ---- a signature ---- */

/* Once is enough, and twice is not two people. */
static int
check_once(const struct proposal_signing *s, const struct bundle_dir *d,
    const struct log_key *key)
{
	size_t body = d->bundle.body;
	struct note_text lines = {
	    d->manifest + body + 1, d->manifest_size - body - 1};

	if (d->manifest_size == body ||
	    note_verify(key, d->manifest, body, lines) != NOTE_OK)
		return 0;
	return cli_fail(CLI_NO, "%s has signed it already", s->person);
}

/* The body, an empty line if it has none yet, and one more signature. */
static int
add_line(struct bundle_dir *d, const struct log_key *key)
{
	size_t len = d->manifest_size, body = d->bundle.body, line_size;
	char *out = malloc(len + 1 + NOTE_LINE_MAX);
	char line[NOTE_LINE_MAX];

	if (out == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	if (note_sign(key, d->manifest, body, line) != 0) {
		free(out);
		return cli_fail(CLI_UNKNOWN, "libcrypto did not sign");
	}
	line_size = strlen(line);
	memcpy(out, d->manifest, len);
	if (len == body)
		out[len++] = '\n';
	memcpy(out + len, line, line_size);
	free(d->manifest);
	d->manifest = out;
	d->manifest_size = len + line_size;
	return d->manifest_size <= BUNDLE_TEXT_MAX
		   ? 0
		   : cli_fail(CLI_NO, "%s: too many signatures", d->path);
}

static int
sign(struct proposal_signing *s, struct bundle_dir *d)
{
	struct log_key key = {.pkey = NULL};
	int status = read_key(s, &key);

	if (status == 0)
		status = check_key(s, d, &key);
	if (status == 0)
		status = check_once(s, d, &key);
	if (status == 0)
		status = add_line(d, &key);
	log_key_free(&key);
	return status;
}

/* Where it was, and among those of this gateway. */
static int
keep(const struct proposal_signing *s, struct bundle_dir *d, bool *here_r)
{
	struct proposals q;
	int status = proposals_find(&q);

	*here_r = status == 0 && proposals_writable(&q);
	if (status == 0 && s->path != NULL &&
	    bundle_dir_write(
		s->path, BUNDLE_FILE, d->manifest, d->manifest_size) != 0)
		return cli_fail(CLI_UNKNOWN, "%s/" BUNDLE_FILE ": %s", s->path,
		    strerror(errno));
	if (status == 0 && *here_r)
		return proposals_put(&q, d, false);
	if (status == 0 && s->path == NULL)
		return cli_fail(
		    CLI_UNKNOWN, "%s: %s", q.folder, strerror(errno));
	return status;
}

void
proposal_write(
    struct json_write *w, const struct bundle *b, const char *reviewer)
{
	json_write_string(w, "bundle", b->hash);
	json_write_string(w, "verb", b->verb);
	json_write_string(w, "reference", b->reference);
	json_write_string(w, "author", b->author);
	json_write_string(w, "reviewer", reviewer);
	print_json_time(w, "proposed", b->time_unix * 1000);
	print_json_time(w, "expires", b->expires_unix * 1000);
}

/* What the person has signed, for scripts. */
static int
write_step(const char *step, const struct bundle *b, const char *reviewer)
{
	struct json_write *w = print_json_begin();

	json_write_object(w, NULL);
	json_write_string(w, "step", step);
	proposal_write(w, b, reviewer);
	json_write_uint(w, "files", b->file_count);
	for (size_t i = 0; i < b->argument_count; i++)
		json_write_string(w, b->argument[i].word, b->argument[i].value);
	json_write_object_end(w);
	return print_json_end();
}

static void
say_new(const struct bundle *b, bool here)
{
	const char *parent = bundle_argument(b, BUNDLE_PARENT);
	char expires[PRINT_TIME];

	printf("%s proposed by %s: %s, ", b->hash, b->author, b->reference);
	if (b->file_count > 0)
		printf("%zu file%s, a change of %.12s\n", b->file_count,
		    b->file_count == 1 ? "" : "s", parent);
	else
		printf("%s\n", b->verb);
	print_time(b->expires_unix * 1000, expires);
	printf("it expires at %s%s\n", expires,
	    here ? "" : "; it is not among the proposals of a gateway");
}

static int
set_times(const struct proposal_signing *s, struct bundle *b)
{
	uint32_t seconds = EXPIRES;

	if (s->expires != NULL &&
	    length_parse(s->expires, BUNDLE_LASTS_MAX, &seconds) != 0)
		return cli_usage("--expires is a duration like 8h or 14d, at "
				 "most 366d");
	b->time_unix = (int64_t)time(NULL);
	b->expires_unix = b->time_unix + seconds;
	return 0;
}

int
proposal_make(
    struct proposal_signing *s, struct bundle_dir *d, struct bundle *b)
{
	char *text = malloc(BUNDLE_TEXT_MAX);
	bool here = false;
	size_t len;
	int status = find_person(s);

	if (text == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	if (status == 0)
		status = set_times(s, b);
	snprintf(b->author, sizeof b->author, "%s", s->person);
	snprintf(b->reference, sizeof b->reference, "%s", s->reference);
	if (status == 0 && bundle_format(b, text, &len) != 0)
		status = cli_fail(
		    CLI_UNKNOWN, "%s does not fit into a proposal", d->path);
	if (status != 0 || bundle_hash(text, len, b->hash) != 0) {
		free(text);
		return status != 0 ? status : CLI_UNKNOWN;
	}
	free(d->manifest);
	d->manifest = text;
	d->manifest_size = b->body = len;
	d->bundle = *b;
	status = sign(s, d);
	if (status == 0)
		status = keep(s, d, &here);
	if (status != 0)
		return status;
	if (!s->json)
		say_new(b, here);
	mention(s, OUTCOME_PROPOSED, b, "");
	return s->json ? write_step("proposed", b, "") : CLI_YES;
}

/* ---- sallyport proposal sign ---- */

static int
check_time(const struct bundle_dir *d)
{
	return (int64_t)time(NULL) < d->bundle.expires_unix
		   ? 0
		   : cli_fail(CLI_NO,
			 "%s has expired: it has to be proposed again",
			 d->path);
}

static int
add_signature(struct proposal_signing *s, struct bundle_dir *d)
{
	const struct proposal_verb *verb;
	const struct bundle *b = &d->bundle;
	bool here;
	int status = bundle_dir_match(d);

	if (status != 0)
		return status;
	if (strcasecmp(s->person, b->author) == 0)
		return cli_fail(CLI_NO,
		    "%s is the author: another person has to approve it",
		    s->person);
	verb = &proposal_verbs[bundle_verb_find(b->verb)];
	status = check_time(d);
	if (status == 0 && verb->look != NULL)
		status = verb->look(d);
	if (status == 0)
		status = sign(s, d);
	if (status == 0)
		status = keep(s, d, &here);
	if (status != 0)
		return status;
	if (!s->json)
		printf("%s approved by %s: %s, proposed by %s\n", b->hash,
		    s->person, b->reference, b->author);
	mention(s, OUTCOME_APPROVED, b, s->person);
	return s->json ? write_step("approved", b, s->person) : CLI_YES;
}

int
proposal_sign(int argc, char **argv)
{
	struct bundle_dir *d = calloc(1, sizeof *d);
	char path[PROPOSALS_PATH];
	struct proposal_signing s = {0};
	struct proposals q;
	int status;

	if (d == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = proposal_options(&s, argc, argv, false);
	if (status == 0 && s.path == NULL)
		status = cli_usage("give one PROPOSAL: its folder, or the "
				   "first digits of its hash");
	if (status == 0)
		status = find_person(&s);
	if (status == 0)
		status = proposals_find(&q);
	if (status == 0)
		status = proposals_locate(&q, s.path, path);
	if (status == 0) {
		s.path = path;
		status = bundle_dir_read(d, path);
	}
	if (status == 0)
		status = add_signature(&s, d);
	bundle_dir_free(d);
	free(d);
	return status;
}
