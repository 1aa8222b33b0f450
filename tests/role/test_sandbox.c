/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every class of the sandbox against every kind of thing that a taken-over
 * role would try: each probe runs in a child of its own, which must get what
 * its classes say and be killed, or refused with the documented errno, in all
 * else.  As root everything runs twice, the second time unprivileged.  And all
 * of it is tried behind the second filter, where conversations of login are.
 */
#include <errno.h>
#include <linux/filter.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#include "gatewayd/parent/roles.h"
#include "gatewayd/role/landlock.h"
#include "gatewayd/role/narrow.h"
#include "gatewayd/role/sandbox.h"
#include "tests/role/probes.h"
#include "tests/support/unit.h"

#define NEVER 0
#define ALWAYS UINT32_MAX
#define FILES (SANDBOX_READ | SANDBOX_WRITE)

/* classes: with any of them the probe succeeds; without, refusal. */
static const struct probe {
	const char *name;
	int (*call)(void);
	uint32_t classes;
	int refusal; /* KILLED or an errno */
} probes[] = {
#define PROBE(call, classes, refusal)                 \
	{                                             \
#call, probe_##call, classes, refusal \
	}
    PROBE(base_calls, ALWAYS, 0),
    PROBE(newer_calls_fall_back, ALWAYS, 0),
    PROBE(no_core, ALWAYS, 0),
    PROBE(stdio_works, ALWAYS, 0),
    PROBE(accept_connection, ALWAYS, 0),
    PROBE(signal_own_thread, ALWAYS, 0),
    PROBE(signal_self, SANDBOX_FORK, KILLED),
    PROBE(one_more_filter, SANDBOX_FORK, KILLED),
    PROBE(converse, SANDBOX_CONNECT, KILLED),
    PROBE(fork_and_wait, SANDBOX_FORK, KILLED),
    PROBE(kill_own_child, SANDBOX_FORK, KILLED),
    PROBE(socket_unix, SANDBOX_CONNECT, KILLED),
    PROBE(connect_unix, SANDBOX_CONNECT, KILLED),
    PROBE(socket_inet, SANDBOX_INET, KILLED),
    PROBE(socket_inet6, SANDBOX_INET, KILLED),
    PROBE(socket_netlink_route, SANDBOX_INET, KILLED),
    PROBE(connect_tcp, SANDBOX_INET, KILLED),
    PROBE(resolve_names, SANDBOX_INET, KILLED),
    PROBE(open_for_reading, SANDBOX_READ | SANDBOX_WRITE, EACCES),
    PROBE(open_readable_for_writing, SANDBOX_WRITE, EACCES),
    PROBE(truncate_readable_at_open, SANDBOX_WRITE, EACCES),
    PROBE(stat_file, FILES, EACCES),
    PROBE(access_file, FILES, EACCES),
    PROBE(write_file, SANDBOX_WRITE, EACCES),
    PROBE(preallocate, SANDBOX_WRITE, KILLED),
    PROBE(open_pidfd, SANDBOX_PIDFD, KILLED),

    PROBE(new_thread, NEVER, KILLED),
    PROBE(new_user_namespace, NEVER, KILLED),
    PROBE(new_user_namespace_by_clone, NEVER, KILLED),
    PROBE(stop_parent, NEVER, KILLED),
    PROBE(socket_packet, NEVER, KILLED),
    PROBE(socket_netfilter, NEVER, KILLED),
    PROBE(listen_somewhere, NEVER, KILLED),
    PROBE(open_by_old_call, SANDBOX_WRITE, EACCES),
    PROBE(make_directory, NEVER, EACCES),
    PROBE(make_symlink, NEVER, KILLED),
    PROBE(make_link, NEVER, KILLED),
    PROBE(make_device, NEVER, KILLED),
    PROBE(setuid_mode, NEVER, KILLED),
    PROBE(change_owner, NEVER, EPERM),
    PROBE(truncate_by_path, NEVER, KILLED),
    PROBE(execute, NEVER, KILLED),
    PROBE(execute_memory, NEVER, KILLED),
    PROBE(make_memory_file, NEVER, KILLED),
    PROBE(make_code_page, NEVER, KILLED),
    PROBE(make_data_executable, NEVER, KILLED),
    PROBE(trace_parent, NEVER, KILLED),
    PROBE(read_parent, NEVER, KILLED),
    PROBE(become_root, NEVER, KILLED),
    PROBE(leave_groups, NEVER, KILLED),
    PROBE(be_dumpable, NEVER, KILLED),
    PROBE(rename_process, NEVER, KILLED),
    PROBE(allow_cores, NEVER, KILLED),
    PROBE(type_into_terminal, NEVER, KILLED),
    PROBE(change_root, NEVER, KILLED),
    PROBE(mount_something, NEVER, KILLED),
    PROBE(raw_add_key, NEVER, KILLED),
    PROBE(raw_bpf, NEVER, KILLED),
    PROBE(raw_init_module, NEVER, KILLED),
    PROBE(raw_io_uring_setup, NEVER, KILLED),
    PROBE(raw_kexec_load, NEVER, KILLED),
    PROBE(raw_keyctl, NEVER, KILLED),
    PROBE(raw_open_by_handle_at, NEVER, KILLED),
    PROBE(raw_perf_event_open, NEVER, KILLED),
    PROBE(raw_personality, NEVER, KILLED),
    PROBE(raw_process_vm_writev, NEVER, KILLED),
    PROBE(raw_reboot, NEVER, KILLED),
    PROBE(raw_seccomp, NEVER, KILLED),
    PROBE(raw_settimeofday, NEVER, KILLED),
    PROBE(raw_setns, NEVER, KILLED),
    PROBE(raw_userfaultfd, NEVER, KILLED),
    PROBE(raw_vhangup, NEVER, KILLED),
};

/* What Landlock adds from the ABI on that it needs; for those classes. */
static const struct landlock_probe {
	const char *name;
	int (*call)(void);
	uint32_t classes; /* any of them reaches Landlock */
	int abi;
	int refusal;
} landlock_probes[] = {
#define LANDLOCK_PROBE(call, classes, abi, refusal)        \
	{                                                  \
#call, probe_##call, classes, abi, refusal \
	}
    LANDLOCK_PROBE(open_outside, FILES, 1, EACCES),
    LANDLOCK_PROBE(list_outside, FILES, 1, EACCES),
    LANDLOCK_PROBE(create_outside, SANDBOX_WRITE, 1, EACCES),
    LANDLOCK_PROBE(unlink_outside, SANDBOX_WRITE, 1, EACCES),
    LANDLOCK_PROBE(bind_tcp, SANDBOX_INET, 4, EACCES),
    LANDLOCK_PROBE(kill_parent, SANDBOX_FORK, 6, EPERM),
    LANDLOCK_PROBE(connect_abstract, SANDBOX_CONNECT, 6, EPERM),
};

#define ALL                                                             \
	(SANDBOX_FORK | SANDBOX_CONNECT | SANDBOX_INET | SANDBOX_READ | \
	    SANDBOX_WRITE | SANDBOX_PIDFD)
#define SETS_MAX 32

/* none, each alone, all, and what each role has */
static uint32_t class_sets[SETS_MAX];
static size_t set_count;

static void
collect_sets(void)
{
	class_sets[set_count++] = 0;
	class_sets[set_count++] = ALL;
	for (uint32_t bit = 1; bit <= ALL; bit <<= 1)
		class_sets[set_count++] = bit;
	for (size_t i = 0; i < role_rows && set_count < SETS_MAX; i++)
		class_sets[set_count++] = roles[i].allow;
}

static void
expect(const char *name, int (*call)(void), uint32_t allow, bool nobody,
    int expected)
{
	int got = probe_outcome(call, allow, nobody, false);

	if (got == expected)
		return;
	print_error("%s with classes %#x%s: %s, expected %s\n", name, allow,
	    nobody ? " as nobody" : "",
	    got == KILLED    ? "killed"
	    : got == SUCCESS ? "done"
			     : strerrorname_np(got),
	    expected == KILLED	  ? "killed"
	    : expected == SUCCESS ? "done"
				  : strerrorname_np(expected));
	fail();
}

static int
expected_of(const struct probe *p, uint32_t allow)
{
	if ((allow & p->classes) != 0 || p->classes == ALWAYS)
		return SUCCESS;
	/* the resolver tries, and does without */
	if (p->classes == SANDBOX_CONNECT && (allow & SANDBOX_INET) != 0)
		return EACCES;
	return p->refusal;
}

static void
for_every_set(bool nobody)
{
	for (size_t s = 0; s < set_count; s++)
		for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
			const struct probe *p = &probes[i];
			uint32_t allow = class_sets[s];

			expect(p->name, p->call, allow, nobody,
			    expected_of(p, allow));
		}
}

static void
every_class_allows_what_it_names_and_kills_the_rest(void **state)
{
	for_every_set(false);
}

static void
the_same_unprivileged(void **state)
{
	if (geteuid() != 0)
		skip();
	for_every_set(true);
}

/* gatewayd/README lists the sockets; login alone connects to any of them. */
static void
no_role_but_login_reaches_a_unix_socket(void **state)
{
	for (size_t i = 0; i < role_rows; i++) {
		const char *name = role_name(roles[i].role);
		uint32_t allow = roles[i].allow;
		bool net = (allow & SANDBOX_INET) != 0;

		if (roles[i].role == ROLE_LOGIN) {
			expect(name, probe_connect_unix, allow, false, SUCCESS);
			continue;
		}
		expect(name, probe_connect_unix, allow, false,
		    net ? EACCES : KILLED);
		expect(name, probe_connect_abstract, allow, false,
		    net ? EACCES : KILLED);
		expect(name, probe_reconnect_channel, allow, false,
		    net ? EISCONN : KILLED);
		expect(name, probe_reconnect_unconnected_channel, allow, false,
		    net ? EINVAL : KILLED);
		expect(name, probe_reconnect_listening, allow, false,
		    net ? EINVAL : KILLED);
	}
}

/* A program for the kernel's own interpreter and compiler. */
static int
attach_filter(void)
{
	struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)};
	const struct sock_fprog program = {1, all};

	return setsockopt(probe_world.pair[0], SOL_SOCKET, SO_ATTACH_FILTER,
	    &program, sizeof program);
}

/* Behind the second filter nothing but conversing is left, whatever the role
 * itself may do. */
static void
a_conversation_may_do_no_more_than_converse(void **state)
{
	static int (*const left[])(void) = {
	    probe_converse, probe_socket_unix, probe_connect_unix};
	const uint32_t login = roles_find(ROLE_LOGIN)->allow;

	for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
		int expected = KILLED, got;

		for (size_t j = 0; j < sizeof left / sizeof *left; j++)
			if (probes[i].call == left[j])
				expected = SUCCESS;
		got =
		    probe_outcome(probes[i].call, login, geteuid() == 0, true);
		if (got != expected)
			print_error(
			    "%s in a conversation: %d\n", probes[i].name, got);
		assert_int_equal(got, expected);
	}
	assert_int_equal(
	    probe_outcome(probe_kill_parent, login, false, true), KILLED);
	assert_int_equal(
	    probe_outcome(attach_filter, login, false, true), KILLED);
}

/* It is made before the sandbox, for roles that fork; others have none. */
static void
without_a_filter_a_child_is_not_narrowed(void **state)
{
	const struct sandbox s = {.allow = SANDBOX_CONNECT};
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(sandbox_enter(&s) < 0 || narrow_enter() >= 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The ABI as a child finds it: this process must not confine itself. */
static int
abi_of_child(void)
{
	const struct sandbox s = {.allow = 0};
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
			  ? 127
			  : landlock_confine(&s));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_in_range(WEXITSTATUS(status), 0, 126);
	return WEXITSTATUS(status);
}

static void
landlock_refuses_what_its_abi_knows(void **state)
{
	int abi = abi_of_child();

	for (size_t s = 0; s < set_count; s++)
		for (size_t i = 0;
		     i < sizeof landlock_probes / sizeof *landlock_probes;
		     i++) {
			const struct landlock_probe *p = &landlock_probes[i];

			if ((class_sets[s] & p->classes) == 0 || abi < p->abi)
				continue;
			expect(
			    p->name, p->call, class_sets[s], false, p->refusal);
		}
	if (abi < 6)
		print_message("this kernel's Landlock has ABI %d of 6\n", abi);
}

/* The value of a line of /proc/PID/status. */
static long
proc_status(pid_t pid, const char *name)
{
	char path[64], line[256];
	long value = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtol(line + strlen(name), NULL, 10);
	fclose(f);
	return value;
}

static void
the_kernel_says_so_too(void **state)
{
	const struct sandbox s = {.allow = 0};
	char path[64], byte;
	struct stat st;
	int ready[2];
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (geteuid() == 0)
			probe_become_nobody();
		if (sandbox_enter(&s) < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			poll(NULL, 0, 1000);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	assert_int_equal(proc_status(pid, "NoNewPrivs:"), 1);
	assert_int_equal(proc_status(pid, "Seccomp:"), 2);
	/* what is not dumpable belongs to root in /proc */
	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_uid, 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
a_read_path_that_cannot_be_opened_is_fatal(void **state)
{
	const char *const read[] = {"closed/file", NULL};
	const struct sandbox s = {.allow = SANDBOX_READ, .read = read};
	pid_t pid;
	int status;

	if (abi_of_child() == 0)
		skip();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (chdir("work") < 0)
			_exit(126);
		if (geteuid() == 0)
			probe_become_nobody();
		_exit(sandbox_enter(&s) < 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		every_class_allows_what_it_names_and_kills_the_rest),
	    cmocka_unit_test(the_same_unprivileged),
	    cmocka_unit_test(no_role_but_login_reaches_a_unix_socket),
	    cmocka_unit_test(a_conversation_may_do_no_more_than_converse),
	    cmocka_unit_test(without_a_filter_a_child_is_not_narrowed),
	    cmocka_unit_test(landlock_refuses_what_its_abi_knows),
	    cmocka_unit_test(the_kernel_says_so_too),
	    cmocka_unit_test(a_read_path_that_cannot_be_opened_is_fatal),
	};

	collect_sets();
	return cmocka_run_group_tests(tests, probes_set_up, probes_tear_down);
}
