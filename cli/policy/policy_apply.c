/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/policy/policy_change.h"
#include "cli/policy/policy_store.h"
#include "cli/policy/policy_try.h"
#include "cli/print.h"
#include "cli/proposal/gateway_status.h"
#include "lib/bundle/bundle_verbs.h"

#define LEAST_TOLD 8 /* digits of a hash */

/* A policy on its way into force: by a proposal, or by an emergency. */
struct change {
	struct proposal_apply *a;
	struct policy_store store;
	struct policy_applied applied;
	const char *reference; /* of an emergency; else the bundle's */
	int lock;	       /* on the store, or -1 */
};

static const enum outcome outcomes[] = {
    [POLICY_APPLIED] = OUTCOME_APPLIED,
    [POLICY_RESTORED] = OUTCOME_RESTORED,
    [POLICY_EMERGENCY] = OUTCOME_EMERGENCY,
};

/* A change that was made of another policy would undo what came between. */
static int
check_parent(const struct change *c)
{
	const struct bundle *b = &c->a->dir.bundle;
	const char *parent = bundle_argument(b, BUNDLE_PARENT);
	char now[BUNDLE_HASH_TEXT];
	int status = policy_store_present(&c->store, now);

	if (status != 0 || now[0] == '\0' /* the first one */ ||
	    strcmp(now, parent) == 0 || strcmp(now, b->hash) == 0)
		return status;
	return cli_fail(CLI_NO,
	    "%s was proposed as a change of the policy %.12s, "
	    "but %.12s is in force: propose it again. On a "
	    "machine that does not have the policy in force, "
	    "add --parent %s",
	    c->a->dir.path, parent, now, now);
}

static int
show_applied(const struct change *c)
{
	const char *step = policy_step_word(c->applied.step);
	const struct bundle *b = &c->a->dir.bundle;
	struct json_write *w;

	if (!c->a->json) {
		printf("%s %s: %s, proposed by %s, approved by %s\n", b->hash,
		    step, b->reference, b->author, c->a->reviewer);
		if (c->applied.step == POLICY_EMERGENCY)
			puts("two people have to review this: sallyport policy "
			     "review");
		return 0;
	}
	w = print_json_begin();
	json_write_object(w, NULL);
	json_write_string(w, "step", step);
	proposal_write(w, b, c->a->reviewer);
	json_write_string(w, "actor", c->a->actor);
	print_json_time(w, "time", c->applied.time_unix * 1000);
	json_write_object_end(w);
	return print_json_end();
}

/* In the policy's place, and in the history.  *placed_r: it is in place,
 * whatever came after. */
static int
put_in_place(struct change *c, bool *placed_r)
{
	int status = policy_store_use(&c->store, c->applied.bundle);

	*placed_r = status == 0;
	return status == 0 ? policy_store_note(&c->store, &c->applied) : status;
}

/* The order of every change: the intent is on disk, the policy is changed, and
 * one record says what came of it.  If we are killed in between, the next start
 * of the gateway looks which policy is in force, and writes that record. */
static int
place_on_record(struct change *c)
{
	struct proposal_step step = {.socket = c->a->paths.socket,
	    .kind = RECORD_INTENT,
	    .outcome = outcomes[c->applied.step],
	    .bundle = &c->a->dir.bundle,
	    .reference = c->reference,
	    .reviewer = c->a->reviewer,
	    .actor = c->a->actor};
	int status = proposal_step_id(&step), written;
	bool placed = false;

	if (status == 0)
		status = proposal_record(&step);
	if (status != 0)
		return status;
	status = put_in_place(c, &placed);
	step.kind = RECORD_ADMIN;
	if (!placed)
		step.outcome = OUTCOME_FAILED;
	written = proposal_record(&step);
	return status != 0 ? status : written;
}

static int
put_in_force(void *arg)
{
	struct change *c = arg;
	struct policy_applied *p = &c->applied;
	bool placed;
	int status = policy_store_keep(&c->store, &c->a->dir);

	p->time_unix = (int64_t)time(NULL);
	memcpy(p->bundle, c->a->dir.bundle.hash, sizeof p->bundle);
	memcpy(p->reviewer, c->a->reviewer, sizeof p->reviewer);
	memcpy(p->actor, c->a->actor, sizeof p->actor);
	if (status != 0)
		return status;
	return c->a->offline ? put_in_place(c, &placed) : place_on_record(c);
}

static int
begin(struct change *c, struct proposal_apply *a)
{
	int status;

	*c = (struct change){.a = a, .lock = -1};
	status = policy_store_find(&c->store);
	return status == 0 ? policy_store_lock(&c->store, &c->lock) : status;
}

/* gatewayd takes it, and the person is told. */
static int
finish(const struct change *c)
{
	int status = gateway_take(&c->a->paths, c->a->pid, c->applied.bundle);

	return status == 0 ? show_applied(c) : status;
}

int
policy_apply(struct proposal_apply *a)
{
	struct change c;
	int status = begin(&c, a);

	if (bundle_argument(&a->dir.bundle, BUNDLE_RESTORES)[0] != '\0')
		c.applied.step = POLICY_RESTORED;
	if (status == 0)
		status = policy_try(&a->dir);
	if (status == 0)
		status = check_parent(&c);
	if (status == 0)
		status = proposal_apply_running(a);
	if (status == 0)
		status = proposal_apply_once(a, put_in_force, &c);
	if (status == 0)
		status = finish(&c);
	if (c.lock >= 0)
		close(c.lock);
	return status;
}

/* ---- rollback ---- */

struct rollback {
	const char *reference;
	const char *told; /* the first digits of a hash, or NULL */
};

/* The one that was told, by the start of its hash, or the last one before what
 * is in force now; the history does not name that one when its apply was cut
 * short. */
static const struct policy_applied *
find_earlier(const struct policy_applied *list, size_t count, const char *told,
    const char *now)
{
	for (size_t i = count; i-- > 0;) {
		if (list[i].step != POLICY_REVIEWED &&
		    (told != NULL
			    ? strncmp(list[i].bundle, told, strlen(told)) == 0
			    : strcmp(list[i].bundle, now) != 0))
			return &list[i];
	}
	return NULL;
}

/* Reads the earlier bundle: one that was in force, under this name. */
static int
read_earlier(const struct policy_store *store, const char *told,
    char path[POLICY_STORE_PATH], struct bundle_dir *d)
{
	const struct policy_applied *earlier = NULL;
	struct policy_applied *list = NULL;
	char now[BUNDLE_HASH_TEXT] = "";
	size_t count;
	int status = policy_store_history(store, &list, &count);

	if (status == 0 && told == NULL)
		status = policy_store_present(store, now);
	if (status == 0)
		earlier = find_earlier(list, count, told, now);
	if (status == 0 && earlier == NULL)
		status = cli_fail(CLI_NO, "there is no such policy in the "
					  "history: sallyport policy history");
	if (status == 0)
		status = policy_store_path(store, earlier->bundle, path);
	if (status == 0)
		status = bundle_dir_read(d, path);
	if (status == 0)
		status = bundle_dir_match(d);
	if (status == 0 && earlier != NULL &&
	    strcmp(d->bundle.hash, earlier->bundle) != 0)
		status = cli_fail(CLI_NO,
		    "%s holds another bundle, %.12s: that one was not in force "
		    "under this name",
		    path, d->bundle.hash);
	free(list);
	return status;
}

/* One person's step: what two people signed then is in force at once.  The
 * record says so, and it is listed until two people have reviewed it. */
static int
restore_now(struct proposal_apply *a, const struct rollback *r)
{
	struct change c;
	char path[POLICY_STORE_PATH];
	int status = begin(&c, a);

	c.applied.step = POLICY_EMERGENCY;
	c.reference = r->reference;
	if (status == 0)
		status = read_earlier(&c.store, r->told, path, &a->dir);
	if (status == 0)
		status = proposal_apply_verify(a);
	if (status == 0)
		status = policy_try(&a->dir);
	if (status == 0)
		status = proposal_apply_running(a);
	if (status == 0)
		status = put_in_force(&c);
	if (status == 0)
		status = finish(&c);
	bundle_dir_free(&a->dir);
	if (c.lock >= 0)
		close(c.lock);
	return status;
}

static int
take_options(
    struct proposal_apply *a, struct rollback *r, int argc, char **argv)
{
	static const struct option options[] = {
	    {"emergency", no_argument, NULL, 'e'},
	    {"reference", required_argument, NULL, 'r'},
	    {"socket", required_argument, NULL, 's'},
	    {"offline", no_argument, NULL, 'o'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 's')
			a->socket = optarg;
		else if (c == 'r')
			r->reference = optarg;
		else if (c == 'j')
			a->json = true;
		else if (c == 'o')
			a->offline = true;
	}
	if (argc - optind > 1)
		return cli_usage("give one BUNDLE at most");
	r->told = optind < argc ? argv[optind] : NULL;
	if (r->reference == NULL || !bundle_reference_ok(r->reference))
		return cli_usage("give --reference TEXT, the reason, in at "
				 "most 64 characters of ASCII");
	return 0;
}

static int
check_told(const char *told)
{
	return told == NULL || strlen(told) >= LEAST_TOLD
		   ? 0
		   : cli_usage("give at least 8 digits of the hash of the "
			       "BUNDLE");
}

static int
roll_back_now(int argc, char **argv)
{
	struct proposal_apply *a = calloc(1, sizeof *a);
	struct rollback r = {NULL, NULL};
	int status;

	if (a == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = take_options(a, &r, argc, argv);
	if (status == 0)
		status = check_told(r.told);
	if (status == 0)
		status = proposal_apply_begin(a);
	if (status == 0)
		status = restore_now(a, &r);
	free(a);
	return status;
}

/* Like any other change: its files are proposed. */
static int
propose_earlier(int argc, char **argv)
{
	struct bundle_dir *d = calloc(1, sizeof *d);
	struct proposal_signing s = {0};
	struct policy_store store;
	char hash[BUNDLE_HASH_TEXT], path[POLICY_STORE_PATH];
	const char *told = NULL;
	int status;

	if (d == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = proposal_options(&s, argc, argv, true);
	if (status == 0) {
		told = s.path;
		s.path = NULL; /* what was in force stays as it is */
		status = check_told(told);
	}
	if (status == 0)
		status = policy_store_find(&store);
	if (status == 0)
		status = read_earlier(&store, told, path, d);
	if (status == 0) {
		memcpy(hash, d->bundle.hash, sizeof hash);
		status = policy_change_make(&s, d, hash);
	}
	bundle_dir_free(d);
	free(d);
	return status;
}

int
policy_rollback(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--emergency") == 0)
			return roll_back_now(argc, argv);
	return propose_earlier(argc, argv);
}
