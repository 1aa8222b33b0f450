/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/reviewed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/parent/read_file.h"
#include "lib/base/format.h"
#include "lib/bundle/bundle_form.h"
#include "lib/bundle/bundle_verbs.h"
#include "lib/bundle/signers.h"
#include "lib/conf/lex.h"
#include "policy/policy.h"

struct review {
	const char *directory;
	char manifest[512]; /* its path */
	struct bundle bundle;
	struct signers signers;
	struct lex_errors *errors;
};

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
match(struct review *v, const char *path, const void *bytes, size_t size)
{
	switch (bundle_match(&v->bundle, base_name(path), bytes, size)) {
	case BUNDLE_MATCH:
		break;
	case BUNDLE_CHANGED:
		lex_error_file(v->errors, path,
		    "is not the file that was signed: it was changed after "
		    "its review");
		break;
	case BUNDLE_UNLISTED:
		lex_error_file(
		    v->errors, path, "is not in the bundle that was signed");
		break;
	}
}

static int
is_policy(const char *name)
{
	size_t len = strlen(name);

	return len > 7 && strcmp(name + len - 7, ".policy") == 0;
}

/* The sources were read before, and that text is loaded.  So a source that
 * exists only since then counts as missing.  Tests are read here. */
static void
match_listed(struct review *v, const struct bundle_file *file,
    const struct policy_source *sources, size_t count)
{
	char path[512], why[TRUST_WHY], *text;
	size_t size;

	for (size_t i = 0; i < count; i++)
		if (strcmp(base_name(sources[i].name), file->name) == 0)
			return;
	snprintf(path, sizeof path, "%.300s/%s", v->directory, file->name);
	snprintf(why, sizeof why, "%s", strerror(ENOENT));
	text = is_policy(file->name) ? NULL : read_file(path, &size, why);
	if (text == NULL)
		lex_error_file(v->errors, path,
		    "is in the bundle that was signed, and missing here: %s",
		    why);
	else
		match(v, path, text, size);
	free(text);
}

static void
match_all(struct review *v, const struct policy_source *sources, size_t count)
{
	for (size_t i = 0; i < count; i++)
		match(v, sources[i].name, sources[i].text, sources[i].length);
	for (size_t i = 0; i < v->bundle.file_count; i++)
		match_listed(v, &v->bundle.file[i], sources, count);
}

static int
verify(struct review *v, const char *text, size_t size, struct reviewed *r)
{
	char why[SIGNERS_WHY];

	if (bundle_parse(&v->bundle, text, size) < 0 ||
	    bundle_verb_find(v->bundle.verb) != BUNDLE_VERB_POLICY) {
		lex_error_file(v->errors, v->manifest,
		    "is no bundle of a policy that this release reads "
		    "(format %d): sallyport policy propose writes one",
		    FORMAT_PROPOSAL_NUMBER);
		return -1;
	}
	if (signers_verify(&v->signers, &v->bundle, (struct bytes){text, size},
		r->reviewer, why) < 0) {
		lex_error_file(v->errors, v->manifest, "%s", why);
		return -1;
	}
	memcpy(r->bundle, v->bundle.hash, sizeof r->bundle);
	memcpy(r->author, v->bundle.author, sizeof r->author);
	memcpy(r->reference, v->bundle.reference, sizeof r->reference);
	r->time_unix = v->bundle.time_unix;
	return 0;
}

static void
check(struct review *v, const struct policy_source *sources, size_t count,
    struct reviewed *r)
{
	char why[TRUST_WHY], *text;
	size_t size;

	snprintf(v->manifest, sizeof v->manifest, "%.300s/" BUNDLE_FILE,
	    v->directory);
	text = read_file(v->manifest, &size, why);
	if (text == NULL)
		lex_error_file(v->errors, v->manifest,
		    "%s: policy-signers is set, so the policy must be signed "
		    "by two people (sallyport policy propose, proposal sign and "
		    "apply)",
		    why);
	else if (verify(v, text, size, r) == 0)
		match_all(v, sources, count);
	free(text);
}

void
reviewed_check(struct reviewed *r, const struct reviewed_policy *policy,
    const char *signers, const char *config, struct lex_errors *errors)
{
	struct review *v = calloc(1, sizeof *v);
	char why[SIGNERS_WHY];

	memset(r, 0, sizeof *r);
	if (v == NULL) {
		lex_error_file(errors, policy->directory, "out of memory");
		return;
	}
	v->directory = policy->directory;
	v->errors = errors;
	if (signers_load(&v->signers, signers, why) < 0)
		lex_error_file(errors, config, "policy-signers %s", why);
	else
		check(v, policy->sources, policy->count, r);
	signers_free(&v->signers);
	free(v);
}

/* The hash of a line "file HASH NAME" for each file, as in a proposal. */
void
reviewed_none(struct reviewed *r, const struct reviewed_policy *policy,
    const char *config, struct lex_errors *errors)
{
	size_t room = policy->count * (BUNDLE_HASH_TEXT + 256 + 8) + 1;
	char hash[BUNDLE_HASH_TEXT], *text = malloc(room);
	size_t used = 0;
	bool failed = text == NULL;

	memset(r, 0, sizeof *r);
	for (size_t i = 0; !failed && i < policy->count; i++) {
		const struct policy_source *s = &policy->sources[i];

		failed = bundle_hash(s->text, s->length, hash) < 0;
		if (!failed)
			used += (size_t)snprintf(text + used, room - used,
			    "file %s %.255s\n", hash, base_name(s->name));
	}
	if (failed || bundle_hash(text, used, r->bundle) < 0)
		lex_error_file(
		    errors, config, "the policy's files could not be hashed");
	free(text);
}
