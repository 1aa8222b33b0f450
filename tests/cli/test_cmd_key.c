/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/nouns.h"
#include "lib/record/log_key.h"
#include "tests/cli/fake.h"
#include "tests/cli/transcript.h"

#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sallyport/verify.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define JWKS "{\"keys\":[{\"kty\":\"EC\"}]}"

static struct fake_run run;
static char *folder;
static char path[512];

static int
set_up(void **state)
{
	folder = fake_make_folder();
	return 0;
}

static int
tear_down(void **state)
{
	fake_remove_folder(folder);
	return 0;
}

static const char *
in_folder(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static size_t
read_file(const char *name, char *buf, size_t size)
{
	FILE *file = fopen(in_folder(name), "re");
	size_t len;

	assert_non_null(file);
	len = fread(buf, 1, size - 1, file);
	fclose(file);
	buf[len] = '\0';
	return len;
}

static void
has_mode(const char *name, mode_t mode)
{
	struct stat st;

	assert_int_equal(stat(in_folder(name), &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_mode & 07777, mode);
}

static void
init_makes_all_keys(void **state)
{
	char seal[64];
	char line[512];
	char shown[LOG_KEY_TEXT_MAX];
	struct log_key private;
	struct log_key public;
	EVP_PKEY *pkey;
	FILE *file;
	size_t len;
	int fd;

	umask(077);
	RUN(&run, cmd_key, "key", "init", "--origin", "gw.example.com/log",
	    folder);
	assert_int_equal(run.status, 0);
	has_mode("token.pem", 0600);
	has_mode("seal.key", 0600);
	has_mode("checkpoint.pem", 0600);
	has_mode("checkpoint.pem.pub", 0644);

	assert_int_equal(read_file("seal.key", seal, sizeof seal), 32);
	file = fopen(in_folder("token.pem"), "re");
	pkey = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	assert_non_null(pkey);
	assert_true(EVP_PKEY_is_a(pkey, "EC"));
	assert_int_equal(EVP_PKEY_get_bits(pkey), 256);
	EVP_PKEY_free(pkey);

	/* the log's two halves belong together, by the log's own reader */
	fd = open(in_folder("checkpoint.pem"), O_RDONLY | O_CLOEXEC);
	assert_int_equal(
	    log_key_read_private(&private, fd, "gw.example.com/log"), 0);
	close(fd);
	len = read_file("checkpoint.pem.pub", line, sizeof line);
	assert_int_equal(log_key_parse_public(&public, line, len), 0);
	assert_string_equal(public.name, "gw.example.com/log");
	assert_memory_equal(private.public_key, public.public_key, 32);
	assert_int_equal(log_key_format_public(&private, shown), 0);
	assert_string_equal(shown, line);
	log_key_free(&private);
	log_key_free(&public);
}

static void
init_makes_the_folder(void **state)
{
	char *sub = strdup(in_folder("keys"));
	struct stat st;

	RUN(&run, cmd_key, "key", "init", "--json", sub);
	assert_int_equal(run.status, 0);
	assert_int_equal(stat(sub, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_non_null(strstr(run.out, "/sallyport\""));
	has_mode("keys/seal.key", 0600);
	free(sub);
}

static char config[512];

static int
configured_key(int argc, char **argv)
{
	cli_set_config(config);
	return cmd_key(argc, argv);
}

static void
write_config(const char *before, const char *after)
{
	FILE *file = fopen(in_folder("gatewayd.conf"), "we");

	assert_non_null(file);
	fprintf(file, "%s%s%s", before, folder, after);
	fclose(file);
	snprintf(config, sizeof config, "%s", path);
}

static void
init_puts_them_where_the_configuration_says(void **state)
{
	char line[512];

	write_config("gateway {\n\thost gw.example.com\n"
		     "\tissuer https://gw.example.com\n"
		     "\tstate ",
	    "/state\n}\n"
	    "directory {\n\turi ldaps://ldap.example.com\n\tca /ca.pem\n"
	    "\tbind-dn cn=gw\n\tbind-password-file /nonexistent\n"
	    "\tbase \"dc=example,dc=com\"\n}\n"
	    "login { user 1 }\nauthority { user 2 }\nstore { user 3 }\n"
	    "audit { user 4 }\nforward { user 5 }\n");
	RUN(&run, configured_key, "key", "init");
	assert_string_equal(run.err, "");
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "/state/keys/seal.key"));
	has_mode("state/keys/seal.key", 0600);
	read_file("state/keys/checkpoint.pem.pub", line, sizeof line);
	assert_int_equal(strncmp(line, "gw.example.com", 14), 0);
	RUN(&run, configured_key, "key", "init");
	assert_int_equal(run.status, 1);
}

static void
a_broken_configuration_is_no_answer(void **state)
{
	write_config("gateway {\n\thots ", "\n}\n");
	RUN(&run, configured_key, "key", "init");
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "gatewayd.conf:2:"));
	unlink(config);
	RUN(&run, configured_key, "key", "init");
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "No such file"));
}

/* A key that is there is somebody's way in: never written over. */
static void
init_touches_nothing_that_is_there(void **state)
{
	char before[4096];
	char after[4096];

	RUN(&run, cmd_key, "key", "init", folder);
	assert_int_equal(run.status, 0);
	read_file("token.pem", before, sizeof before);
	RUN(&run, cmd_key, "key", "init", folder);
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "exists already"));
	read_file("token.pem", after, sizeof after);
	assert_string_equal(before, after);

	/* one is enough, also the last, also a link to nowhere */
	unlink(in_folder("token.pem"));
	unlink(in_folder("seal.key"));
	unlink(in_folder("checkpoint.pem"));
	unlink(in_folder("checkpoint.pem.pub"));
	assert_int_equal(
	    symlink("/nonexistent/x", in_folder("checkpoint.pem.pub")), 0);
	RUN(&run, cmd_key, "key", "init", folder);
	assert_int_equal(run.status, 1);
	assert_int_equal(access(in_folder("token.pem"), F_OK), -1);
}

static void
init_refuses_bad_names_and_places(void **state)
{
	RUN(&run, cmd_key, "key", "init", "--origin", "has space", folder);
	assert_int_equal(run.status, 2);
	assert_int_equal(access(in_folder("token.pem"), F_OK), -1);
	RUN(&run, cmd_key, "key", "init", "--origin", "a+b", folder);
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_key, "key", "init", "/dev/null/a/b");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_key, "key", "init", "a", "b");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_key, "key", "init", "--origin", "x");
	assert_int_equal(run.status, 2);
}

/* What authority will publish, told from the file alone. */
static void
jwks_of_files(void **state)
{
	sallyport_verifier *v = NULL;

	RUN(&run, cmd_key, "key", "init", folder);
	RUN(&run, cmd_key, "key", "jwks", in_folder("token.pem"));
	assert_int_equal(run.status, 0);
	assert_null(strstr(run.out, "\"d\""));
	assert_int_equal(sallyport_verifier_new("i", "a", &v), SALLYPORT_OK);
	assert_int_equal(
	    sallyport_verifier_set_jwks(v, run.out, run.out_len), SALLYPORT_OK);
	assert_int_equal(sallyport_verifier_keys(v), 1);
	sallyport_verifier_free(&v);

	RUN(&run, cmd_key, "key", "jwks", in_folder("seal.key"));
	assert_int_equal(run.status, 2);
	assert_string_equal(run.out, "");
	RUN(&run, cmd_key, "key", "jwks", in_folder("nothing"));
	assert_int_equal(run.status, 2);
}

static void
give_keys(struct channel *c, struct message *request)
{
	struct message m;

	if (request->type == MSG_ADMIN_KEYS_REQ) {
		message_init(&m, MSG_ADMIN_KEYS_ANS);
		m.u.ADMIN_HEAD.status = ADMIN_OK;
		m.u.ADMIN_KEYS_ANS.jwks_size = strlen(JWKS);
		memcpy(m.u.ADMIN_KEYS_ANS.jwks, JWKS, strlen(JWKS));
	} else {
		message_init(&m, MSG_AUTHORITY_KEYS_ANS);
		m.u.AUTHORITY_KEYS_ANS.jwks_size = strlen(JWKS);
		memcpy(m.u.AUTHORITY_KEYS_ANS.jwks, JWKS, strlen(JWKS));
	}
	channel_send(c, &m);
}

static void
jwks_of_the_gateway(void **state)
{
	struct fake *fake = fake_start(ROLE_ADMIN, give_keys);

	RUN(&run, cmd_key, "key", "jwks", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, JWKS "\n");
	fake_stop(&fake);
	fake = fake_start(ROLE_SESSION, give_keys);
	RUN(&run, cmd_key, "key", "jwks", "--session", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, JWKS "\n");
	fake_stop(&fake);
	RUN(&run, cmd_key, "key", "jwks", "--socket", "/nonexistent/s");
	assert_int_equal(run.status, 2);
}

#define in_a_folder(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static void
the_command_prints_what_it_did(void **state)
{
	static struct transcript t = {.noun = cmd_key};
	struct fake *fake;

	t.folder = folder;
	TRANSCRIPT(&t, "key help", "key init FOLDER/keys",
	    "key init FOLDER/keys", "key init --json FOLDER/keys",
	    "key init --json --origin gw.example.com/log FOLDER/other",
	    "key init --origin a+b FOLDER", "key jwks FOLDER/none",
	    "key jwks --json FOLDER/keys/seal.key");
	fake = fake_start(ROLE_ADMIN, give_keys);
	t.socket = fake_socket(fake);
	TRANSCRIPT(&t, "key jwks");
	fake_stop(&fake);
	transcript_compare(&t, "key");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_folder(init_makes_all_keys),
	    in_a_folder(init_makes_the_folder),
	    in_a_folder(init_puts_them_where_the_configuration_says),
	    in_a_folder(a_broken_configuration_is_no_answer),
	    in_a_folder(init_touches_nothing_that_is_there),
	    in_a_folder(init_refuses_bad_names_and_places),
	    in_a_folder(jwks_of_files),
	    cmocka_unit_test(jwks_of_the_gateway),
	    in_a_folder(the_command_prints_what_it_did),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
