/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/loaded.h"
#include "cli/nouns.h"
#include "tests/cli/fake.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/unit.h"

static struct fake_run run;
static char *folder;
static char socket_path[256];

static int
begin(void **state)
{
	folder = fake_make_folder();
	snprintf(socket_path, sizeof socket_path, "%s/admin.sock", folder);
	return 0;
}

static int
end(void **state)
{
	fake_remove_folder(folder);
	return 0;
}

static void
path_of(const char *name, char path_r[256])
{
	snprintf(path_r, 256, "%s/%s", folder, name);
}

static void
copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	struct stat st;

	assert_true(in >= 0 && out >= 0 && fstat(in, &st) == 0);
	while (st.st_size > 0) {
		ssize_t n = sendfile(out, in, NULL, (size_t)st.st_size);

		assert_true(n > 0);
		st.st_size -= n;
	}
	close(in);
	close(out);
}

/* A copy of a program that waits, in a process. */
static pid_t
start_copy(const char *name)
{
	char path[256];
	int ready[2];
	pid_t pid;
	char c;

	path_of(name, path);
	copy("/bin/cat", path);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		/* the end of the pipe that is closed by a successful exec */
		fcntl(ready[1], F_SETFD, FD_CLOEXEC);
		execl(path, path, "/dev/zero", (char *)NULL);
		_exit(127);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 0);
	close(ready[0]);
	kill(pid, SIGSTOP);
	return pid;
}

static void
finish(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
write_status(const char *release, long gatewayd, long role)
{
	char path[256];
	FILE *f;

	path_of("status", path);
	f = fopen(path, "we");
	assert_non_null(f);
	fprintf(f,
	    "{\"format\":1,%s%s%s\"ready\":true,\"pid\":%ld,\"policy_rules\":1,"
	    "\"reload_error\":\"\",\"roles\":["
	    "{\"role\":\"store\",\"state\":\"ready\",\"pid\":%ld,"
	    "\"restarts\":0},"
	    "{\"role\":\"login\",\"state\":\"down\",\"pid\":0,"
	    "\"restarts\":1}]}\n",
	    release ? "\"release\":\"" : "", release ? release : "",
	    release ? "\"," : "", gatewayd, role);
	assert_int_equal(fclose(f), 0);
}

static void
show_all(int status, const char *said)
{
	RUN(&run, cmd_version, "version", "--all", "--socket", socket_path);
	if (run.status != status || strstr(run.out, said) == NULL)
		fail_msg("status %d, said\n%s%s", run.status, run.out, run.err);
}

static void
the_release_of_the_command_is_known_without_a_gateway(void **state)
{
	RUN(&run, cmd_version, "version");
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "sallyport\t" SALLYPORT_VERSION "\n"));
	RUN(&run, cmd_version, "version", "--all", "--socket", socket_path);
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "is gatewayd running?"));
}

static void
all_that_runs_is_of_this_release(void **state)
{
	pid_t store = start_copy("store");

	write_status(SALLYPORT_VERSION, (long)getpid(), (long)store);
	show_all(0, "gatewayd\t" SALLYPORT_VERSION "\tpid ");
	show_all(0, "store\t" SALLYPORT_VERSION "\tpid ");
	assert_null(strstr(run.out, "login"));
	finish(store);
}

static void
a_gatewayd_of_another_release_is_a_no(void **state)
{
	write_status("0.0.9", (long)getpid(), (long)getpid());
	show_all(1, "gatewayd\t0.0.9\t");
	write_status(NULL, (long)getpid(), (long)getpid());
	show_all(1, "gatewayd\tbefore 0.1.0\t");
}

static void
a_role_whose_program_was_replaced_is_a_no(void **state)
{
	pid_t store = start_copy("store");
	char path[256];

	path_of("store", path);
	assert_int_equal(unlink(path), 0);
	write_status(SALLYPORT_VERSION, (long)getpid(), (long)store);
	show_all(1, "\tits program was replaced: restart gatewayd\n");
	RUN(&run, cmd_version, "version", "--all", "--json", "--socket",
	    socket_path);
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.out, "\"replaced\":true"));
	assert_non_null(strstr(run.out, "\"agree\":false"));
	finish(store);
}

/* As an sshd that has begun before the upgrade has the module. */
static void
a_file_in_memory_that_was_replaced_is_counted(void **state)
{
	struct loaded_count count;
	char name[64], path[256];
	void *at;
	int fd;

	snprintf(name, sizeof name, "pam_of_%ld.so", (long)getpid());
	path_of(name, path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 4096), 0);
	loaded_file(name, &count);
	assert_int_equal(count.processes, 0);
	at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	assert_true(at != MAP_FAILED);
	close(fd);
	loaded_file(name, &count);
	assert_int_equal(count.processes, 1);
	assert_int_equal(count.replaced, 0);
	assert_int_equal(unlink(path), 0);
	loaded_file(name, &count);
	assert_int_equal(count.processes, 1);
	assert_int_equal(count.replaced, 1);
	munmap(at, 4096);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		the_release_of_the_command_is_known_without_a_gateway, begin,
		end),
	    cmocka_unit_test_setup_teardown(
		all_that_runs_is_of_this_release, begin, end),
	    cmocka_unit_test_setup_teardown(
		a_gatewayd_of_another_release_is_a_no, begin, end),
	    cmocka_unit_test_setup_teardown(
		a_role_whose_program_was_replaced_is_a_no, begin, end),
	    cmocka_unit_test_setup_teardown(
		a_file_in_memory_that_was_replaced_is_counted, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
