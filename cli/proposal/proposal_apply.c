/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/proposal/proposal_apply.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "cli/proposal/gateway_status.h"
#include "cli/proposal/proposal_sign.h"
#include "cli/proposal/proposal_verb.h"

int
proposal_apply_begin(struct proposal_apply *a)
{
	int status;

	/* of another gateway: this one may be running, and would not know */
	if (a->offline && a->socket != NULL)
		return cli_usage(
		    "--offline and --socket cannot be used together");
	status = proposals_find(&a->proposals);
	if (status == 0)
		status = paths_status(a->socket, &a->paths);
	if (status == 0)
		a->pid = gateway_pid(&a->paths);
	print_actor(a->actor, sizeof a->actor);
	return status;
}

int
proposal_apply_verify(struct proposal_apply *a)
{
	const struct bundle_dir *d = &a->dir;
	struct signers *signers;
	char why[SIGNERS_WHY];
	int status = proposal_find_signers(d->bundle.verb, &signers);

	if (status == 0 && signers == NULL)
		return cli_fail(CLI_NO,
		    "the configuration has no %s, so no signature can be "
		    "verified",
		    proposal_verbs[bundle_verb_find(d->bundle.verb)].key);
	if (status == 0 && signers_verify(signers, &d->bundle,
			       (struct bytes){d->manifest, d->manifest_size},
			       a->reviewer, why) != 0)
		status = cli_fail(CLI_NO, "%s: %s", d->path, why);
	proposal_free_signers(signers);
	return status;
}

int
proposal_apply_running(const struct proposal_apply *a)
{
	if (a->pid == 0 && !a->offline)
		return cli_fail(CLI_UNKNOWN,
		    "gatewayd is not running, so nothing can be recorded "
		    "(--offline is for the first policy of a new gateway)");
	if (a->pid != 0 && a->offline)
		return cli_fail(
		    CLI_NO, "gatewayd is running: leave out --offline");
	return 0;
}

/* If we are killed between the marks, it may be applied again: its verb knows
 * what was done. */
int
proposal_apply_once(
    struct proposal_apply *a, int (*apply)(void *arg), void *arg)
{
	const char *hash = a->dir.bundle.hash;
	int status = proposals_set(&a->proposals, hash, PROPOSALS_BEGUN);

	if (status == 0)
		status = apply(arg);
	return status == 0
		   ? proposals_set(&a->proposals, hash, PROPOSALS_APPLIED)
		   : status;
}

/* ---- sallyport proposal apply ---- */

static int
check_once(const struct proposal_apply *a)
{
	const struct bundle_dir *d = &a->dir;
	enum proposals_mark mark;
	int status = proposals_get(&a->proposals, d->bundle.hash, &mark);

	if (status == 0 && mark == PROPOSALS_APPLIED)
		return cli_fail(CLI_NO,
		    "%s was applied already, and a proposal is applied once: "
		    "propose it again",
		    d->path);
	if (status == 0 && (int64_t)time(NULL) >= d->bundle.expires_unix)
		return cli_fail(CLI_NO,
		    "%s has expired: it has to be proposed again", d->path);
	return status;
}

/* Nobody else applies one meanwhile. */
static int
apply_locked(struct proposal_apply *a)
{
	const struct proposal_verb *verb =
	    &proposal_verbs[bundle_verb_find(a->dir.bundle.verb)];
	int lock, status = proposals_lock(&a->proposals, false, &lock);

	if (status != 0)
		return status;
	status = check_once(a);
	if (status == 0)
		status = verb->apply(a);
	close(lock);
	return status;
}

/* It is kept here first: its mark has to have a place.  What is not signed is
 * not kept. */
static int
apply_path(struct proposal_apply *a, const char *path)
{
	int status = bundle_dir_read(&a->dir, path);

	if (status != 0)
		return status;
	status = bundle_dir_match(&a->dir);
	if (status == 0)
		status = check_once(a);
	if (status == 0)
		status = proposal_apply_verify(a);
	if (status == 0)
		status = proposals_put(&a->proposals, &a->dir, a->offline);
	if (status == 0)
		status = apply_locked(a);
	bundle_dir_free(&a->dir);
	return status;
}

static int
take_options(struct proposal_apply *a, int argc, char **argv)
{
	static const struct option options[] = {
	    {"socket", required_argument, NULL, 's'},
	    {"offline", no_argument, NULL, 'o'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 's')
			a->socket = optarg;
		else if (c == 'j')
			a->json = true;
		else
			a->offline = true;
	}
	return argc - optind == 1
		   ? 0
		   : cli_usage("give one PROPOSAL: its folder, or the first "
			       "digits of its hash");
}

int
proposal_apply(int argc, char **argv)
{
	struct proposal_apply *a = calloc(1, sizeof *a);
	char path[PROPOSALS_PATH];
	int status;

	if (a == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = take_options(a, argc, argv);
	if (status == 0)
		status = proposal_apply_begin(a);
	if (status == 0)
		status = proposals_locate(&a->proposals, argv[optind], path);
	if (status == 0)
		status = apply_path(a, path);
	free(a);
	return status;
}
