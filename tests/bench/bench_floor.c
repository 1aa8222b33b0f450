/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps of a login in one process, with a thread per connection and
 * nothing else: what no gateway on this machine can be faster than.
 *
 *   ldap   search and bind only, called in place by CLIENTS threads
 *   login  a client process asks over Unix sockets; for each question search
 *          and bind, three TOTP windows, an ES256 signature over 400 bytes,
 *          and a record of 1 KiB that is on disk (group commit into a
 *          preallocated file) before the answer goes
 *
 * Prints one line of JSON.
 */
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/ldap.h"

#define USAGE                                                             \
	"bench_floor ldap|login URI CA BASE SERVICE-DN SERVICE-PASSWORD " \
	"PASSWORD USERS CLIENTS MILLISECONDS LOG-FILE"
#define RECORD 1024
#define QUESTION 400
#define ANSWER 600
#define PREALLOCATED (128 << 20)
#define CLIENTS_MAX 64

struct log {
	pthread_mutex_t mutex;
	pthread_cond_t moved;
	int fd;
	unsigned long asked, durable, syncs;
	bool led; /* somebody is writing */
};

struct connection {
	struct ldap_pair ldap;
	EVP_MD_CTX *md;
	pthread_t thread;
	int server, client; /* ends of the socket */
	unsigned long done, failed;
};

static struct {
	struct ldap_place place;
	unsigned clients;
	double seconds;
	EVP_PKEY *key;
	struct log log;
	struct connection connection[CLIENTS_MAX];
	uint8_t records[CLIENTS_MAX * RECORD];
} floor_;

/* Whoever comes first writes and syncs for all that wait by then. */
static void
append_record(struct log *l)
{
	unsigned long mine;

	pthread_mutex_lock(&l->mutex);
	mine = ++l->asked;
	while (l->durable < mine) {
		unsigned long upto = l->asked;
		size_t size = (upto - l->durable) * RECORD;

		if (l->led) {
			pthread_cond_wait(&l->moved, &l->mutex);
			continue;
		}
		l->led = true;
		pthread_mutex_unlock(&l->mutex);
		if (write(l->fd, floor_.records, size) != (ssize_t)size ||
		    fdatasync(l->fd) < 0)
			bench_fail("log");
		pthread_mutex_lock(&l->mutex);
		l->durable = upto;
		l->syncs++;
		l->led = false;
		pthread_cond_broadcast(&l->moved);
	}
	pthread_mutex_unlock(&l->mutex);
}

static void
open_log(struct log *l, const char *path)
{
	static char zeros[1 << 20];

	pthread_mutex_init(&l->mutex, NULL);
	pthread_cond_init(&l->moved, NULL);
	l->fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
	if (l->fd < 0)
		bench_fail(path);
	for (size_t at = 0; at < PREALLOCATED; at += sizeof zeros)
		if (write(l->fd, zeros, sizeof zeros) < 0)
			bench_fail(path);
	if (fsync(l->fd) < 0 || lseek(l->fd, 0, SEEK_SET) < 0)
		bench_fail(path);
}

static int
check_code(void)
{
	static const uint8_t seed[BENCH_SEED] = "12345678901234567890";
	uint64_t now = (uint64_t)time(NULL) / 30;
	char code[7];
	int result = 0;

	for (uint64_t step = now - 1; step <= now + 1; step++) {
		bench_code(seed, step, code);
		result |= code[0];
	}
	return result == 0 ? -1 : 0;
}

static int
sign(struct connection *c)
{
	uint8_t signature[128];
	size_t size = sizeof signature;

	EVP_MD_CTX_reset(c->md);
	return EVP_DigestSignInit(
		   c->md, NULL, EVP_sha256(), NULL, floor_.key) == 1 &&
		       EVP_DigestSign(c->md, signature, &size, floor_.records,
			   QUESTION) == 1
		   ? 0
		   : -1;
}

static int
transfer(int fd, char *bytes, size_t size, bool out)
{
	for (size_t at = 0; at < size;) {
		ssize_t n = out ? write(fd, bytes + at, size - at)
				: read(fd, bytes + at, size - at);

		if (n <= 0)
			return -1;
		at += (size_t)n;
	}
	return 0;
}

static void *
serve(void *arg)
{
	struct connection *c = arg;
	char question[QUESTION], answer[ANSWER] = "";

	while (transfer(c->server, question, sizeof question, false) == 0) {
		bool ok = ldap_pair_login(&c->ldap) == 0 && check_code() == 0 &&
			  sign(c) == 0;

		append_record(&floor_.log);
		answer[0] = (char)ok;
		if (transfer(c->server, answer, sizeof answer, true) < 0)
			break;
	}
	return NULL;
}

static double began;

static void *
ask(void *arg)
{
	struct connection *c = arg;
	char question[QUESTION] = "", answer[ANSWER];

	while (bench_now() - began < floor_.seconds) {
		if (transfer(c->client, question, sizeof question, true) < 0 ||
		    transfer(c->client, answer, sizeof answer, false) < 0 ||
		    answer[0] != 1)
			c->failed++;
		else
			c->done++;
	}
	return NULL;
}

static void *
search_and_bind(void *arg)
{
	struct connection *c = arg;

	while (bench_now() - began < floor_.seconds)
		if (ldap_pair_login(&c->ldap) == 0)
			c->done++;
		else
			c->failed++;
	return NULL;
}

static void
run_threads(void *(*work)(void *))
{
	for (unsigned i = 0; i < floor_.clients; i++)
		if (pthread_create(&floor_.connection[i].thread, NULL, work,
			&floor_.connection[i]) != 0)
			bench_fail("thread");
	for (unsigned i = 0; i < floor_.clients; i++)
		pthread_join(floor_.connection[i].thread, NULL);
}

static void
report(void)
{
	unsigned long done = 0, failed = 0;
	double took = bench_now() - began;

	for (unsigned i = 0; i < floor_.clients; i++) {
		done += floor_.connection[i].done;
		failed += floor_.connection[i].failed;
	}
	printf("{\"done\": %lu, \"failed\": %lu, \"seconds\": %.4f}\n", done,
	    failed, took);
	fflush(stdout);
}

static void
ask_from_a_process_of_its_own(void)
{
	pid_t pid = fork();

	if (pid < 0)
		bench_fail("fork");
	if (pid == 0) {
		for (unsigned i = 0; i < floor_.clients; i++)
			close(floor_.connection[i].server);
		began = bench_now();
		run_threads(ask);
		report();
		_exit(0);
	}
	for (unsigned i = 0; i < floor_.clients; i++)
		close(floor_.connection[i].client);
	run_threads(serve); /* until the clients hang up */
	waitpid(pid, NULL, 0);
}

static void
open_connections(bool sockets)
{
	for (unsigned i = 0; i < floor_.clients; i++) {
		struct connection *c = &floor_.connection[i];
		int pair[2];

		ldap_pair_open(&c->ldap, &floor_.place, i);
		c->md = EVP_MD_CTX_new();
		if (!sockets)
			continue;
		if (c->md == NULL ||
		    socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
			bench_fail("socketpair");
		c->server = pair[0];
		c->client = pair[1];
	}
}

int
main(int argc, char **argv)
{
	bool login = argc > 1 && strcmp(argv[1], "login") == 0;

	if (argc != 12 || (!login && strcmp(argv[1], "ldap") != 0)) {
		fprintf(stderr, "usage: %s\n", USAGE);
		return 2;
	}
	floor_.place = (struct ldap_place){.uri = argv[2],
	    .ca = argv[3],
	    .base = argv[4],
	    .service_dn = argv[5],
	    .service_password = argv[6],
	    .password = argv[7],
	    .users = bench_number(argv[8], USAGE)};
	floor_.clients = bench_number(argv[9], USAGE);
	floor_.seconds = bench_number(argv[10], USAGE) / 1e3;
	if (floor_.clients > CLIENTS_MAX) {
		fprintf(stderr, "at most %d clients\n", CLIENTS_MAX);
		return 2;
	}
	ldap_place_prepare(&floor_.place);
	open_connections(login);
	if (login) {
		floor_.key = EVP_EC_gen("P-256");
		if (floor_.key == NULL)
			bench_fail("key");
		open_log(&floor_.log, argv[11]);
		ask_from_a_process_of_its_own();
		unlink(argv[11]);
	} else {
		began = bench_now();
		run_threads(search_and_bind);
		report();
	}
	return 0;
}
