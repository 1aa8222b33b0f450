/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole logins through libpam and pam_sallyport.so, as fast as they go, in
 * PROCESSES processes: authenticate with password and code, account, open a
 * session, fetch a token at TOKEN-SOCKET, close the session.  With "-" for the
 * socket there is no token: what libpam itself costs, over pam_permit.  With
 * "-" for the service the frames go to the sockets in CONFDIR without libpam,
 * authentication only: what gatewayd alone does.  Prints one line of JSON.
 *
 * sshd's part is played here: SSH_CONNECTION, and a local account for each
 * user, since getpwnam_r() of this program stands before the C library's.
 */
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <security/pam_appl.h>

#include "lib/ipc/channel.h"
#include "tests/bench/bench.h"
#include "tests/bench/wire_login.h"

#define USAGE                                                           \
	"bench_login CONFDIR SERVICE TOKEN-SOCKET USERS DEAL PASSWORD " \
	"PROCESSES MILLISECONDS"
#define AUDIENCE "tickets"
#define UID 65533 /* of every user here */
#define TIMES_MAX 100000

struct setting {
	const char *confdir, *service, *token_socket, *password;
	unsigned processes;
	double seconds;
};

/* what one process has to say */
struct worker {
	unsigned long done, refused;
	int result; /* of the last refusal */
	bool exhausted;
	double cpu, until;
	size_t times;
	double ms[TIMES_MAX];
};

struct answers {
	const char *password;
	const struct bench_user *user;
	uint64_t step;
};

static char *
copy(const char *text)
{
	char *s = strdup(text);

	if (s == NULL)
		bench_fail("strdup");
	return s;
}

__attribute__((visibility("default"))) int
getpwnam_r(const char *name, struct passwd *pw, char *room, size_t size,
    struct passwd **found)
{
	static char slash[] = "/", empty[] = "";
	size_t length = strlen(name) + 1;

	*found = NULL;
	if (length > size)
		return ERANGE;
	memcpy(room, name, length);
	*pw = (struct passwd){.pw_name = room,
	    .pw_passwd = empty,
	    .pw_uid = UID,
	    .pw_gid = UID,
	    .pw_gecos = empty,
	    .pw_dir = slash,
	    .pw_shell = empty};
	*found = pw;
	return 0;
}

static int
converse(int count, const struct pam_message **m, struct pam_response **r_r,
    void *arg)
{
	const struct answers *a = arg;
	struct pam_response *r = calloc((size_t)count, sizeof *r);
	char code[7];

	if (r == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++) {
		if (m[i]->msg_style != PAM_PROMPT_ECHO_OFF &&
		    m[i]->msg_style != PAM_PROMPT_ECHO_ON)
			continue;
		if (strstr(m[i]->msg, "assword") != NULL) {
			r[i].resp = copy(a->password);
			continue;
		}
		bench_code(a->user->seed, a->step, code);
		r[i].resp = copy(code);
	}
	*r_r = r;
	return PAM_SUCCESS;
}

/* The channel's seqpacket socket, connected as the user. */
static int
connect_token(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), result;

	if (fd < 0 || strlen(path) >= sizeof a.sun_path || seteuid(UID) < 0)
		bench_fail("token socket");
	memcpy(a.sun_path, path, strlen(path));
	result = connect(fd, (struct sockaddr *)&a, sizeof a);
	if (seteuid(0) < 0)
		bench_fail("seteuid");
	if (result == 0)
		return fd;
	close(fd);
	return -1;
}

static int
fetch_token(const struct setting *s, const char *session)
{
	static struct message m;
	struct msg_AUTHORITY_TOKEN_REQ *q = &m.u.AUTHORITY_TOKEN_REQ;
	struct channel c;
	int fd = connect_token(s->token_socket), result = -1;

	if (fd < 0)
		return -1;
	channel_init(&c, fd, ROLE_SESSION, ROLE_AUTHORITY);
	message_init(&m, MSG_AUTHORITY_TOKEN_REQ);
	snprintf(q->session, sizeof q->session, "%s", session);
	snprintf(q->audience, sizeof q->audience, "%s", AUDIENCE);
	if (channel_send(&c, &m) == 0 &&
	    channel_receive(&c, &m, 10000) == CHANNEL_MESSAGE &&
	    m.type == MSG_AUTHORITY_TOKEN_ANS &&
	    m.u.AUTHORITY_TOKEN_ANS.status == ADMIN_OK &&
	    m.u.AUTHORITY_TOKEN_ANS.token_size > 100)
		result = 0;
	channel_close(&c);
	return result;
}

static int
steps(pam_handle_t *h, const struct setting *s)
{
	const char *session;
	int result = pam_authenticate(h, 0);

	if (result == PAM_SUCCESS)
		result = pam_acct_mgmt(h, 0);
	if (result == PAM_SUCCESS)
		result = pam_open_session(h, 0);
	if (result != PAM_SUCCESS)
		return result;
	session = pam_getenv(h, "SALLYPORT_SESSION");
	if (strcmp(s->token_socket, "-") != 0 &&
	    (session == NULL || fetch_token(s, session) < 0))
		result = PAM_SYSTEM_ERR;
	return pam_close_session(h, 0) == PAM_SUCCESS ? result : PAM_SYSTEM_ERR;
}

static int
login(const struct setting *s, const struct answers *a, unsigned number)
{
	struct pam_conv conv = {converse, (void *)(uintptr_t)a};
	pam_handle_t *h = NULL;
	char connection[64], code[7];
	int result;

	if (strcmp(s->service, "-") == 0) {
		bench_code(a->user->seed, a->step, code);
		return wire_login(s->confdir, a->user->name, UID,
			   (uint16_t)(1024 + number % 60000), s->password,
			   code) == 0
			   ? PAM_SUCCESS
			   : PAM_AUTH_ERR;
	}
	result =
	    pam_start_confdir(s->service, a->user->name, &conv, s->confdir, &h);
	if (result != PAM_SUCCESS)
		return result;
	snprintf(connection, sizeof connection,
	    "SSH_CONNECTION=127.0.0.1 %u 127.0.0.1 22", 1024 + number % 60000);
	pam_set_item(h, PAM_RHOST, "127.0.0.1");
	pam_set_item(h, PAM_TTY, "ssh");
	pam_putenv(h, connection);
	result = steps(h, s);
	pam_end(h, result);
	return result;
}

static void
work(struct worker *w, const struct setting *s, struct bench_users *users,
    unsigned first, double began)
{
	struct answers a = {.password = s->password};
	unsigned number = first;
	double start = bench_now();

	while (start - began < s->seconds) {
		int result;

		if (bench_users_next(users, &a.user, &a.step) < 0) {
			w->exhausted = true;
			break;
		}
		result = login(s, &a, number += s->processes);
		w->until = bench_now();
		if (result == PAM_SUCCESS)
			w->done++;
		else
			w->refused++, w->result = result;
		if (w->times < TIMES_MAX)
			w->ms[w->times++] = (w->until - start) * 1e3;
		start = w->until;
	}
	w->cpu = bench_cpu(RUSAGE_SELF);
}

static void
report(struct worker *all, unsigned processes, double began)
{
	static double ms[1 << 20];
	struct worker sum = {0};
	size_t times = 0;

	for (unsigned i = 0; i < processes; i++) {
		const struct worker *w = &all[i];

		sum.done += w->done;
		sum.refused += w->refused;
		sum.exhausted |= w->exhausted;
		sum.cpu += w->cpu;
		if (w->result != 0)
			sum.result = w->result;
		if (w->until > sum.until)
			sum.until = w->until;
		for (size_t n = 0; n < w->times && times < 1 << 20; n++)
			ms[times++] = w->ms[n];
	}
	printf("{\"done\": %lu, \"refused\": %lu, \"reason\": \"%s\", "
	       "\"exhausted\": %s, \"seconds\": %.4f, \"ms_p50\": %.3f, "
	       "\"ms_p99\": %.3f, \"cpu\": %.4f}\n",
	    sum.done, sum.refused,
	    sum.result == 0 ? "" : pam_strerror(NULL, sum.result),
	    sum.exhausted ? "true" : "false", sum.until - began,
	    bench_quantile(ms, times, 0.5), bench_quantile(ms, times, 0.99),
	    sum.cpu);
}

int
main(int argc, char **argv)
{
	struct bench_users users;
	struct setting s;
	struct worker *all;
	double began;

	if (argc != 9) {
		fprintf(stderr, "usage: %s\n", USAGE);
		return 2;
	}
	s = (struct setting){.confdir = argv[1],
	    .service = argv[2],
	    .token_socket = argv[3],
	    .password = argv[6],
	    .processes = bench_number(argv[7], USAGE),
	    .seconds = bench_number(argv[8], USAGE) / 1e3};
	bench_users_open(&users, argv[4], argv[5]);
	all = mmap(NULL, s.processes * sizeof *all, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		bench_fail("mmap");
	began = bench_now();
	for (unsigned i = 0; i < s.processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			bench_fail("fork");
		if (pid == 0) {
			work(&all[i], &s, &users, i, began);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	report(all, s.processes, began);
	return 0;
}
