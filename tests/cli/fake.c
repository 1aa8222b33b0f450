/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/cli/fake.h"

#include "lib/base/log.h"
#include "tests/support/copies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 32
#define LEFT_A_COPY 99

struct fake {
	char *folder;
	char socket[108];
	pid_t pid;
};

const char *fake_secret;

#define must(expression)                                                       \
	do {                                                                   \
		if (!(expression)) {                                           \
			fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, \
			    #expression, strerror(errno));                     \
			abort();                                               \
		}                                                              \
	} while (0)

char *
fake_make_folder(void)
{
	char *folder = strdup("/tmp/sallyport-test-XXXXXX");

	must(folder && mkdtemp(folder));
	return folder;
}

/* One level of folders is as deep as a test goes. */
static void
empty(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) < 0) {
			char *sub;

			must(
			    asprintf(&sub, "%s/%s", folder, entry->d_name) > 0);
			empty(sub);
			free(sub);
		}
	}
	if (dir)
		closedir(dir);
	rmdir(folder);
}

void
fake_remove_folder(char *folder)
{
	empty(folder);
	free(folder);
}

static void
serve(int listener, enum role peer,
    void (*answer)(struct channel *, struct message *))
{
	log_init("fake");
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		struct message m;
		struct channel c;

		must(fd >= 0);
		channel_init(&c, fd, ROLE_AUTHORITY, peer);
		while (channel_receive(&c, &m, -1) == CHANNEL_MESSAGE)
			answer(&c, &m);
		channel_close(&c);
	}
}

struct fake *
fake_start(enum role peer, void (*answer)(struct channel *, struct message *))
{
	struct fake *fake = calloc(1, sizeof *fake);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	must(fake && listener >= 0);
	fake->folder = fake_make_folder();
	snprintf(fake->socket, sizeof fake->socket, "%s/s", fake->folder);
	memcpy(address.sun_path, fake->socket, strlen(fake->socket) + 1);
	must(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
	must(listen(listener, 8) == 0);
	fflush(NULL);
	fake->pid = fork();
	must(fake->pid >= 0);
	if (fake->pid == 0) {
		/* a test that fails does not come to fake_stop() */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(listener, peer, answer);
	}
	close(listener);
	return fake;
}

void
fake_stop(struct fake **fake)
{
	if (!*fake)
		return;
	kill((*fake)->pid, SIGKILL);
	waitpid((*fake)->pid, NULL, 0);
	fake_remove_folder((*fake)->folder);
	free(*fake);
	*fake = NULL;
}

const char *
fake_socket(const struct fake *fake)
{
	return fake->socket;
}

const char *
fake_folder(const struct fake *fake)
{
	return fake->folder;
}

static void
child(int (*noun)(int, char **), const char *const *words, int in, int out,
    int err)
{
	static char copies[WORDS_MAX][4096];
	char *argv[WORDS_MAX + 1] = {NULL};
	int argc = 0;
	int status;

	for (; words[argc]; argc++) {
		snprintf(copies[argc], sizeof copies[argc], "%s", words[argc]);
		argv[argc] = copies[argc];
	}
	must(dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2);
	log_init("sallyport");
	status = noun(argc, argv);
	if (fflush(stdout) != 0)
		status = 98;
	if (fake_secret && copies_are_left(fake_secret))
		status = LEFT_A_COPY;
	exit(status);
}

static size_t
slurp(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);

	must(n >= 0);
	buf[n] = '\0';
	close(fd);
	return (size_t)n;
}

void
fake_run(struct fake_run *run, int (*noun)(int, char **), const char *input,
    const char *const *words)
{
	int in = memfd_create("in", 0);
	int out = memfd_create("out", 0);
	int err = memfd_create("err", 0);
	size_t len = strlen(input);
	int status;
	pid_t pid;

	must(in >= 0 && out >= 0 && err >= 0);
	must(pwrite(in, input, len, 0) == (ssize_t)len);
	fflush(NULL);
	pid = fork();
	must(pid >= 0);
	if (pid == 0)
		child(noun, words, in, out, err);
	must(waitpid(pid, &status, 0) == pid);
	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	close(in);
	run->out_len = slurp(out, run->out, sizeof run->out);
	slurp(err, run->err, sizeof run->err);
}
