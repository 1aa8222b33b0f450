/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/policy/policy_change.h"
#include "cli/policy/policy_store.h"
#include "lib/bundle/bundle_verbs.h"

/* The oldest emergency that nobody has reviewed: of the bundle that is told, or
 * of any. */
static int
find_unreviewed(const struct policy_store *store, const char *told,
    struct policy_applied *found_r)
{
	struct policy_applied *list = NULL;
	bool found = false;
	size_t count;
	int status = policy_store_history(store, &list, &count);

	for (size_t i = 0; status == 0 && !found && i < count; i++)
		if (policy_store_unreviewed(list, count, i) &&
		    (told == NULL ||
			strncmp(list[i].bundle, told, strlen(told)) == 0)) {
			*found_r = list[i];
			found = true;
		}
	free(list);
	if (status == 0 && !found)
		status = cli_fail(CLI_NO, "there is no emergency to review: "
					  "sallyport policy history");
	return status;
}

/* sallyport policy review: one of the two proposes it. */
int
emergency_review(int argc, char **argv)
{
	struct bundle_dir *d = calloc(1, sizeof *d);
	struct bundle *b = calloc(1, sizeof *b);
	struct policy_applied emergency = {0};
	struct proposal_signing s = {0};
	struct policy_store store;
	char at[24];
	int status;

	if (d == NULL || b == NULL) {
		free(d);
		free(b);
		return cli_fail(CLI_UNKNOWN, "out of memory");
	}
	status = proposal_options(&s, argc, argv, true);
	if (status == 0)
		status = policy_store_find(&store);
	if (status == 0)
		status = find_unreviewed(&store, s.path, &emergency);
	if (status == 0) {
		s.path = NULL;
		d->path = "the review";
		snprintf(b->verb, sizeof b->verb, "%s",
		    bundle_verb_word(BUNDLE_VERB_REVIEW));
		snprintf(at, sizeof at, "%" PRId64, emergency.time_unix);
		bundle_add_argument(b, BUNDLE_AT, at);
		bundle_add_argument(b, BUNDLE_RESTORED, emergency.bundle);
		status = proposal_make(&s, d, b);
	}
	bundle_dir_free(d);
	free(d);
	free(b);
	return status;
}

struct review {
	struct proposal_apply *a;
	struct policy_store store;
	struct policy_applied line;
};

static int
note_review(void *arg)
{
	struct review *r = arg;
	struct proposal_step step = {.socket = r->a->paths.socket,
	    .kind = RECORD_ADMIN,
	    .outcome = OUTCOME_REVIEWED,
	    .bundle = &r->a->dir.bundle,
	    .hash = r->line.bundle,
	    .reviewer = r->a->reviewer,
	    .actor = r->a->actor};
	int status = proposal_step_id(&step);

	if (status == 0 && !r->a->offline)
		status = proposal_record(&step);
	return status == 0 ? policy_store_note(&r->store, &r->line) : status;
}

/* Is the emergency there, and not reviewed yet? */
static int
check_emergency(const struct review *r)
{
	struct policy_applied *list = NULL;
	bool found = false;
	size_t count;
	int status = policy_store_history(&r->store, &list, &count);

	for (size_t i = 0; status == 0 && i < count; i++)
		found |= policy_store_unreviewed(list, count, i) &&
			 list[i].time_unix == r->line.at_unix &&
			 strcmp(list[i].bundle, r->line.bundle) == 0;
	free(list);
	return status == 0 && !found
		   ? cli_fail(CLI_NO, "there is no such emergency, or it was "
				      "reviewed: sallyport policy history")
		   : status;
}

int
emergency_reviewed(struct proposal_apply *a)
{
	const struct bundle *b = &a->dir.bundle;
	struct review r = {.a = a};
	int lock = -1, status = policy_store_find(&r.store);

	r.line.step = POLICY_REVIEWED;
	r.line.time_unix = (int64_t)time(NULL);
	r.line.at_unix = strtoll(bundle_argument(b, BUNDLE_AT), NULL, 10);
	snprintf(r.line.bundle, sizeof r.line.bundle, "%.64s",
	    bundle_argument(b, BUNDLE_RESTORED));
	memcpy(r.line.reviewer, a->reviewer, sizeof r.line.reviewer);
	memcpy(r.line.actor, a->actor, sizeof r.line.actor);
	if (status == 0)
		status = policy_store_lock(&r.store, &lock);
	if (status == 0)
		status = check_emergency(&r);
	if (status == 0)
		status = proposal_apply_running(a);
	if (status == 0)
		status = proposal_apply_once(a, note_review, &r);
	if (status == 0 && !a->json)
		printf("%s reviewed: %s, proposed by %s, approved by %s\n",
		    r.line.bundle, b->reference, b->author, a->reviewer);
	if (lock >= 0)
		close(lock);
	return status;
}
