/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/cli/policy_site.h"

#include "cli/cli.h"
#include "cli/nouns.h"
#include "lib/bundle/bundle.h"
#include "lib/bundle/bundle_form.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/unit.h"

#define RULE "permit any with password + otp\n"

struct fake_run site_run;
char *site_folder;
static char config[256];

int
site_policy(int argc, char **argv)
{
	cli_set_config(config);
	return cmd_policy(argc, argv);
}

const char *
site_in_folder(const char *name)
{
	static char path[4][PATH_ROOM];
	static unsigned n;

	n = (n + 1) % 4;
	snprintf(path[n], PATH_ROOM, "%s/%s", site_folder, name);
	return path[n];
}

void
site_put(const char *name, const char *text)
{
	FILE *file = fopen(site_in_folder(name), "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

bool
site_is_there(const char *name)
{
	struct stat st;

	return lstat(site_in_folder(name), &st) == 0;
}

/* A site_folder with a policy of one rule and a comment. */
void
site_make(const char *name, const char *comment)
{
	char path[64], text[256];

	assert_int_equal(mkdir(site_in_folder(name), 0755), 0);
	snprintf(path, sizeof path, "%s/one.policy", name);
	snprintf(text, sizeof text, "# %s\n" RULE "end\n", comment);
	site_put(path, text);
}

void
site_propose(const char *name)
{
	RUN(&site_run, site_policy, "policy", "propose", "--key",
	    site_in_folder("ann.pem"), "--reference", "CHG-1",
	    site_in_folder(name));
}

void
site_approve(const char *name)
{
	RUN(&site_run, site_policy, "policy", "approve", "--key",
	    site_in_folder("ben.pem"), site_in_folder(name));
}

void
site_apply(const char *name)
{
	RUN(&site_run, site_policy, "policy", "apply", "--offline",
	    site_in_folder(name));
}

/* By one person. */
void
site_rollback(void)
{
	RUN(&site_run, site_policy, "policy", "rollback", "--emergency",
	    "--reference", "INC-1", "--offline");
}

int
site_proposal(int argc, char **argv)
{
	cli_set_config(config);
	return cmd_proposal(argc, argv);
}

void
site_sign(const char *person, const char *what)
{
	char key[64];

	snprintf(key, sizeof key, "%s.pem", person);
	RUN(&site_run, site_proposal, "proposal", "sign", "--key",
	    site_in_folder(key), what);
}

void
site_apply_named(const char *what)
{
	RUN(&site_run, site_proposal, "proposal", "apply", "--offline", what);
}

void
site_assert_said(int status, const char *text)
{
	if (site_run.status != status || strstr(site_run.err, text) == NULL)
		fail_msg("wanted %d, %s\ngot %d, %s", status, text,
		    site_run.status, site_run.err);
}

void
site_assert_done(void)
{
	if (site_run.status != 0)
		fail_msg("%d: %s", site_run.status, site_run.err);
}

void
site_make_signed(const char *name)
{
	site_make(name, name);
	site_propose(name);
	site_assert_done();
	site_approve(name);
	site_assert_done();
}

/* The hash that a site_folder's manifest has. */
void
site_hash_of(const char *name, char hash_r[HASH_SHOWN])
{
	static char text[BUNDLE_TEXT_MAX];
	static struct bundle b;
	char path[64];
	FILE *file;
	size_t len;

	snprintf(path, sizeof path, "%s/" BUNDLE_FILE, name);
	file = fopen(site_in_folder(path), "re");
	assert_non_null(file);
	len = fread(text, 1, sizeof text, file);
	fclose(file);
	assert_int_equal(bundle_parse(&b, text, len), 0);
	memcpy(hash_r, b.hash, HASH_SHOWN);
}

void
site_assert_in_force(const char *name)
{
	char now[HASH_SHOWN], wanted[HASH_SHOWN];

	site_hash_of("policy.d", now);
	site_hash_of(name, wanted);
	assert_string_equal(now, wanted);
}

void
site_make_person(const char *name)
{
	char public[PATH_ROOM], made[64];

	RUN(&site_run, cmd_key, "key", "person", name, site_folder);
	site_assert_done();
	snprintf(public, sizeof public, "%s/signers/%s.pub", site_folder, name);
	snprintf(made, sizeof made, "%s.pub", name);
	assert_int_equal(rename(site_in_folder(made), public), 0);
}

int
site_set_up(void **state)
{
	char text[2048];

	site_folder = fake_make_folder();
	assert_int_equal(mkdir(site_in_folder("signers"), 0755), 0);
	site_make_person("ann");
	site_make_person("ben");
	snprintf(text, sizeof text,
	    "gateway {\n\thost gw.example.com\n"
	    "\tissuer https://gw.example.com\n\tstate %s/state\n"
	    "\truntime %s/run\n\tpolicy %s/policy.d\n"
	    "\tpolicy-signers %s/signers\n}\n"
	    "directory {\n\turi ldaps://ldap.example.com\n\tca /ca.pem\n"
	    "\tbind-dn cn=gw\n\tbind-password-file /nonexistent\n"
	    "\tbase \"dc=example,dc=com\"\n}\n"
	    "login { user 1 }\nauthority { user 2 }\nstore { user 3 }\n"
	    "audit { user 4 }\nforward { user 5 }\n",
	    site_folder, site_folder, site_folder, site_folder);
	site_put("gatewayd.conf", text);
	snprintf(config, sizeof config, "%s", site_in_folder("gatewayd.conf"));
	return 0;
}

int
site_tear_down(void **state)
{
	fake_remove_folder(site_folder);
	return 0;
}
