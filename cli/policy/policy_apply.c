/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/items.h"
#include "cli/paths.h"
#include "cli/policy/policy_change.h"
#include "cli/policy/policy_store.h"
#include "cli/print.h"
#include "lib/bundle/signers.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STATUS_MAX 65536
#define TAKEN_TRIES 150 /* of 100 ms */

struct apply {
	struct policy_store store;
	struct paths_status paths;
	const char *socket;
	bool offline;
	bool rollback;
	bool json;
	struct bundle_dir dir;
	struct policy_applied applied;
	pid_t pid; /* of gatewayd, 0 when it is not running */
	int lock;  /* on the store, or -1 */
};

/* ---- gatewayd ---- */

static json_t *
read_status(const struct apply *a)
{
	char *text = malloc(STATUS_MAX);
	long len =
	    text != NULL ? cli_read(a->paths.file, text, STATUS_MAX) : -1;
	json_t *status =
	    len > 0 ? json_loadb(text, (size_t)len, 0, NULL) : NULL;

	free(text);
	return status;
}

static void
find_gatewayd(struct apply *a)
{
	json_t *status = read_status(a);
	json_int_t pid = json_integer_value(json_object_get(status, "pid"));

	if (pid > 1 && pid <= INT_MAX &&
	    (kill((pid_t)pid, 0) == 0 || errno == EPERM))
		a->pid = (pid_t)pid;
	json_decref(status);
}

/* A status that was written anew since BEFORE; its error is of our reload. */
static bool
is_new(const struct apply *a, const struct stat *before)
{
	struct stat st;

	return stat(a->paths.file, &st) == 0 &&
	       (st.st_ino != before->st_ino ||
		   st.st_mtim.tv_sec != before->st_mtim.tv_sec ||
		   st.st_mtim.tv_nsec != before->st_mtim.tv_nsec);
}

/* It says which bundle is in force, or why it keeps the old one; 1: nothing
 * yet, or not all roles have taken it. */
static int
has_taken(const struct apply *a)
{
	json_t *status = read_status(a);
	const char *bundle = "", *error = "";
	int result = 1, reloading = 0;

	json_unpack(status, "{s:s, s:b, s:{s:s}}", "reload_error", &error,
	    "reloading", &reloading, "policy", "bundle", &bundle);
	if (error[0] != '\0')
		result = cli_fail(CLI_UNKNOWN,
		    "the policy is in place, but gatewayd keeps the "
		    "old one: %s",
		    error);
	else if (strcmp(bundle, a->dir.bundle.hash) == 0 && !reloading)
		result = 0;
	json_decref(status);
	return result;
}

static int
tell_gatewayd(const struct apply *a)
{
	struct stat before = {0};
	int result = 1;

	if (a->pid == 0)
		return 0;
	stat(a->paths.file, &before);
	if (kill(a->pid, SIGHUP) != 0)
		return cli_fail(CLI_UNKNOWN,
		    "the policy is in place, but gatewayd was not told "
		    "to reload: %s",
		    strerror(errno));
	for (int i = 0; result == 1 && i < TAKEN_TRIES; i++) {
		usleep(100000);
		if (is_new(a, &before))
			result = has_taken(a);
	}
	return result != 1
		   ? result
		   : cli_fail(CLI_UNKNOWN,
			 "the policy is in place, but gatewayd does not "
			 "confirm that it uses this policy");
}

/* ---- may it be applied ---- */

static int
check_signatures(struct apply *a)
{
	struct signers *signers;
	char folder[PATHS_MAX], why[SIGNERS_WHY];
	int status = paths_signers(folder);

	if (status != 0)
		return status;
	if (folder[0] == '\0')
		return cli_fail(CLI_NO,
		    "the configuration has no policy-signers, so no "
		    "signature can be verified");
	signers = calloc(1, sizeof *signers);
	if (signers == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	if (signers_load(signers, folder, why) != 0)
		status = cli_fail(CLI_UNKNOWN, "%s", why);
	else if (signers_verify(signers, &a->dir.bundle,
		     (struct bytes){a->dir.manifest, a->dir.manifest_size},
		     a->applied.reviewer, why) != 0)
		status = cli_fail(CLI_NO, "%s: %s", a->dir.path, why);
	signers_free(signers);
	free(signers);
	return status;
}

/* A change that was made of another policy would undo what came between. */
static int
check_parent(const struct apply *a)
{
	char now[BUNDLE_HASH_TEXT];
	int status;

	if (a->rollback)
		return 0;
	status = policy_store_present(&a->store, now);
	if (status != 0 || now[0] == '\0' /* the first one */ ||
	    strcmp(now, a->dir.bundle.parent) == 0 ||
	    strcmp(now, a->dir.bundle.hash) == 0)
		return status;
	return cli_fail(CLI_NO,
	    "%s was proposed as a change of the policy %.12s, "
	    "but %.12s is in force: propose it again. On a "
	    "machine that does not have the policy in force, "
	    "add --parent %s",
	    a->dir.path,
	    a->dir.bundle.parent[0] != '\0' ? a->dir.bundle.parent : "none",
	    now, now);
}

static int
check_running(const struct apply *a)
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

/* ---- apply ---- */

static int
show_applied(const struct apply *a)
{
	const char *step = a->rollback ? "restored" : "applied";
	const struct bundle *b = &a->dir.bundle;
	struct json_write *w;

	if (!a->json) {
		printf("%s %s: %s, proposed by %s, approved by %s\n", b->hash,
		    step, b->reference, b->author, a->applied.reviewer);
		return 0;
	}
	w = print_json_begin();
	json_write_object(w, NULL);
	json_write_string(w, "step", step);
	policy_change_write(w, b, a->applied.reviewer);
	json_write_string(w, "actor", a->applied.actor);
	print_json_time(w, "time", a->applied.time_unix * 1000);
	json_write_object_end(w);
	return print_json_end();
}

/* In the policy's place, and in the history.  *placed_r: it is in place,
 * whatever came after. */
static int
put_in_place(struct apply *a, bool *placed_r)
{
	int status = policy_store_use(&a->store, a->dir.bundle.hash);

	*placed_r = status == 0;
	return status == 0 ? policy_store_note(&a->store, &a->applied) : status;
}

/* The order of every change: the intent is on disk, the policy is changed, and
 * one record says what came of it.  If we are killed in between, the next start
 * of the gateway looks which policy is in force, and writes that record. */
static int
place_on_record(struct apply *a)
{
	struct policy_step step = {.socket = a->paths.socket,
	    .kind = RECORD_INTENT,
	    .outcome = a->rollback ? OUTCOME_RESTORED : OUTCOME_APPLIED,
	    .bundle = &a->dir.bundle,
	    .reviewer = a->applied.reviewer,
	    .actor = a->applied.actor};
	int status = policy_change_id(&step), written;
	bool placed = false;

	if (status == 0)
		status = policy_change_record(&step);
	if (status != 0)
		return status;
	status = put_in_place(a, &placed);
	step.kind = RECORD_ADMIN;
	if (!placed)
		step.outcome = OUTCOME_FAILED;
	written = policy_change_record(&step);
	return status != 0 ? status : written;
}

static int
put_in_force(struct apply *a)
{
	bool placed;
	int status;

	print_actor(a->applied.actor, sizeof a->applied.actor);
	a->applied.time_unix = (int64_t)time(NULL);
	a->applied.restored = a->rollback;
	memcpy(a->applied.bundle, a->dir.bundle.hash, BUNDLE_HASH_TEXT);
	status = policy_store_keep(&a->store, &a->dir);
	if (status == 0)
		status =
		    a->offline ? put_in_place(a, &placed) : place_on_record(a);
	if (status == 0)
		status = tell_gatewayd(a);
	return status == 0 ? show_applied(a) : status;
}

/* wanted: the bundle that it must be, or NULL. */
static int
apply_folder(struct apply *a, const char *path, const char *wanted)
{
	int status = bundle_dir_read(&a->dir, path);

	if (status != 0)
		return status;
	status = bundle_dir_match(&a->dir);
	if (status == 0 && wanted != NULL &&
	    strcmp(a->dir.bundle.hash, wanted) != 0)
		status = cli_fail(CLI_NO,
		    "%s holds another bundle, %.12s: that one was not in force "
		    "under this name",
		    path, a->dir.bundle.hash);
	if (status == 0)
		status = check_signatures(a);
	if (status == 0)
		status = bundle_dir_try(&a->dir);
	if (status == 0 && a->lock < 0)
		status = policy_store_lock(&a->store, &a->lock);
	if (status == 0)
		status = check_parent(a);
	if (status == 0)
		status = check_running(a);
	if (status == 0)
		status = put_in_force(a);
	bundle_dir_free(&a->dir);
	return status;
}

static int
begin(struct apply *a, int argc, char **argv)
{
	static const struct option options[] = {
	    {"socket", required_argument, NULL, 's'},
	    {"offline", no_argument, NULL, 'o'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	int c, status;

	a->lock = -1;
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
	if (argc - optind > 1)
		return cli_usage("give one FOLDER or BUNDLE");
	/* of another gateway: this one may be running, and would not know */
	if (a->offline && a->socket != NULL)
		return cli_usage(
		    "--offline and --socket cannot be used together");
	status = policy_store_find(&a->store);
	if (status == 0)
		status = paths_status(a->socket, &a->paths);
	if (status == 0)
		find_gatewayd(a);
	return status;
}

static void
end(struct apply *a)
{
	if (a->lock >= 0)
		close(a->lock);
	free(a);
}

int
policy_apply(int argc, char **argv)
{
	struct apply *a = calloc(1, sizeof *a);
	int status;

	if (a == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = begin(a, argc, argv);
	if (status == 0 && optind == argc)
		status = cli_usage("give one FOLDER");
	if (status == 0)
		status = apply_folder(a, argv[optind], NULL);
	end(a);
	return status;
}

/* ---- rollback ---- */

/* The one that was told, by the start of its hash, or the last one before what
 * is in force now; the history does not name that one when its apply was cut
 * short. */
static const struct policy_applied *
find_earlier(const struct policy_applied *list, size_t count, const char *told,
    const char *now)
{
	for (size_t i = count; i-- > 0;) {
		if (told != NULL
			? strncmp(list[i].bundle, told, strlen(told)) == 0
			: strcmp(list[i].bundle, now) != 0)
			return &list[i];
	}
	return NULL;
}

static int
roll_back(struct apply *a, const char *told)
{
	const struct policy_applied *earlier = NULL;
	struct policy_applied *list = NULL;
	char now[BUNDLE_HASH_TEXT] = "", path[POLICY_STORE_PATH];
	size_t count;
	int status = policy_store_lock(&a->store, &a->lock);

	if (status == 0)
		status = policy_store_history(&a->store, &list, &count);
	if (status == 0 && told == NULL)
		status = policy_store_present(&a->store, now);
	if (status == 0)
		earlier = find_earlier(list, count, told, now);
	if (status == 0 && earlier == NULL)
		status = cli_fail(CLI_NO, "there is no such policy in the "
					  "history: sallyport policy history");
	if (status == 0)
		status = policy_store_path(&a->store, earlier->bundle, path);
	if (status == 0)
		status = apply_folder(a, path, earlier->bundle);
	free(list);
	return status;
}

int
policy_rollback(int argc, char **argv)
{
	struct apply *a = calloc(1, sizeof *a);
	const char *told;
	int status;

	if (a == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = begin(a, argc, argv);
	told = status == 0 && optind < argc ? argv[optind] : NULL;
	a->rollback = true;
	if (told != NULL && strlen(told) < 8)
		status = cli_usage(
		    "give at least 8 digits of the hash of the BUNDLE");
	if (status == 0)
		status = roll_back(a, told);
	end(a);
	return status;
}

/* ---- history ---- */

static void
read_kept(const struct policy_store *s, const char *hash, struct bundle *b)
{
	char path[POLICY_STORE_PATH], manifest[POLICY_STORE_PATH + 16];
	char text[BUNDLE_TEXT_MAX + 1];
	long len = -1;

	if (policy_store_path(s, hash, path) == 0) {
		snprintf(manifest, sizeof manifest, "%s/" BUNDLE_FILE, path);
		len = cli_read(manifest, text, sizeof text);
	}
	if (len < 0 || bundle_parse(b, text, (size_t)len) != 0 ||
	    strcmp(b->hash, hash) != 0)
		memset(b, 0, sizeof *b);
}

static void
show_one(
    struct items *items, const struct policy_applied *a, const struct bundle *b)
{
	char start[13];

	snprintf(start, sizeof start, "%.12s", a->bundle);
	items_open(items);
	items_time(items, "time", a->time_unix * 1000);
	items_string(items, "step", a->restored ? "restored" : "applied");
	items_string(items, "bundle", items->json ? a->bundle : start);
	items_string(items, "actor", a->actor);
	items_string(items, "author", b->author);
	items_string(items, "reviewer", a->reviewer);
	items_string(items, "reference", b->reference);
	items_hide(items);
	items_time(items, "proposed", b->time_unix * 1000);
	items_bool(items, "kept", b->hash[0] != '\0');
	items_close(items);
}

static int
show_history(const struct policy_store *s, bool json)
{
	struct policy_applied *list = NULL;
	struct bundle *b = calloc(1, sizeof *b);
	struct items items;
	size_t count = 0;
	int status = b == NULL ? cli_fail(CLI_UNKNOWN, "out of memory")
			       : policy_store_history(s, &list, &count);

	if (status != 0) {
		free(b);
		return status;
	}
	items_begin(&items, json ? print_json_begin() : NULL, NULL,
	    "no policy was applied yet");
	for (size_t i = 0; i < count; i++) {
		read_kept(s, list[i].bundle, b);
		show_one(&items, &list[i], b);
	}
	status = items_end(&items);
	if (status == 0 && json)
		status = print_json_end();
	free(list);
	free(b);
	return status != 0 ? status : count > 0 ? CLI_YES : CLI_NO;
}

int
policy_history(int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct policy_store store;
	bool json = false;
	int c, status;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		json = true;
	}
	if (optind < argc)
		return cli_usage("this verb takes no operand %s", argv[optind]);
	status = policy_store_find(&store);
	return status != 0 ? status : show_history(&store, json);
}
