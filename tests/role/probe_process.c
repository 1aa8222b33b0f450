/* SPDX-License-Identifier: Apache-2.0 */
/* Calls, signals, memory and other processes. */
#include "tests/role/probes.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int
probe_base_calls(void)
{
	struct epoll_event e = {.events = EPOLLIN};
	struct pollfd p = {.fd = probe_world.pair[0], .events = POLLIN};
	struct timespec t = {0, 1000};
	struct stat st;
	char byte = 'x', *memory;
	int epoll, copy;

	if (send(probe_world.pair[0], &byte, 1, MSG_NOSIGNAL) != 1 ||
	    poll(&p, 1, 0) < 0 || ppoll(&p, 1, &t, NULL) < 0 ||
	    recv(probe_world.pair[1], &byte, 1, 0) != 1 ||
	    write(probe_world.pipe[1], &byte, 1) != 1 ||
	    read(probe_world.pipe[0], &byte, 1) != 1 ||
	    fstat(probe_world.file, &st) < 0 ||
	    lseek(probe_world.file, 0, SEEK_SET) < 0 ||
	    pread(probe_world.file, &byte, 1, 0) < 0)
		return -1;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, probe_world.pair[0], &e) < 0 ||
	    epoll_wait(epoll, &e, 1, 0) < 0)
		return -1;
	copy = dup(probe_world.pair[0]);
	if (copy < 0 || fcntl(copy, F_SETFL, O_NONBLOCK) < 0 ||
	    fcntl(copy, F_DUPFD_CLOEXEC, 0) < 0 || close(copy) < 0)
		return -1;
	memory = malloc(4 << 20); /* by mmap */
	if (memory == NULL)
		return -1;
	memset(memory, 1, 4 << 20);
	memory = realloc(memory, 8 << 20);
	free(memory);
	return nanosleep(&t, NULL) < 0 || getentropy(&st, 16) < 0 ||
		       clock_gettime(CLOCK_MONOTONIC, &t) < 0 ||
		       signal(SIGTERM, SIG_IGN) == SIG_ERR || getpid() < 1
		   ? -1
		   : 0;
}

int
probe_newer_calls_fall_back(void)
{
#ifdef SYS_openat2
	if (syscall(SYS_openat2, AT_FDCWD, "f", NULL, 0) == 0 ||
	    errno != ENOSYS)
		return -1;
#endif
	if (syscall(SYS_statx, 0, "", 0, 0, NULL) == 0 || errno != ENOSYS)
		return -1;
	return syscall(SYS_rseq, NULL, 0, 0, 0) == 0 || errno != ENOSYS ? -1
									: 0;
}

/* SIGTERM is ignored here */
int
probe_signal_self(void)
{
	return kill(getpid(), SIGTERM);
}

int
probe_signal_own_thread(void)
{
	return (int)syscall(SYS_tgkill, getpid(), getpid(), SIGTERM);
}

int
probe_one_more_filter(void)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {1, code};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* All that a conversation of login does. */
int
probe_converse(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "socket"};
	const struct timeval limit = {.tv_sec = 1};
	struct pollfd p = {.fd = probe_world.pair[1], .events = POLLIN};
	struct timespec t;
	struct iovec iov = {.iov_base = (char[]){"x"}, .iov_len = 1};
	struct msghdr h = {.msg_iov = &iov, .msg_iovlen = 1};
	char byte = 'x', *memory;
	int fd;

	if (send(probe_world.pair[0], &byte, 1, MSG_NOSIGNAL) != 1 ||
	    poll(&p, 1, 100) != 1 ||
	    recv(probe_world.pair[1], &byte, 1, 0) != 1 ||
	    sendmsg(probe_world.pair[0], &h, MSG_NOSIGNAL) != 1 ||
	    recvmsg(probe_world.pair[1], &h, MSG_CMSG_CLOEXEC) != 1 ||
	    write(probe_world.pipe[1], &byte, 1) != 1 || getpid() < 1 ||
	    clock_gettime(CLOCK_MONOTONIC, &t) < 0)
		return -1;
	memory = malloc(4 << 20); /* by mmap */
	if (memory == NULL)
		return -1;
	memset(memory, 1, 4 << 20);
	free(memory);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	return fd < 0 ||
		       setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit,
			   sizeof limit) < 0 ||
		       connect(fd, (void *)&a, sizeof a) < 0
		   ? -1
		   : close(fd);
}

int
probe_stdio_works(void)
{
	return isatty(probe_world.pipe[1]) || errno != ENOTTY ||
		       dprintf(probe_world.pipe[1], "%d", 1) != 1
		   ? -1
		   : 0;
}

int
probe_no_core(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_CORE, &r) < 0 || r.rlim_max != 0) {
		errno = EDOM;
		return -1;
	}
	return 0;
}

int
probe_fork_and_wait(void)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return -1;
	if (child == 0)
		_exit(7);
	if (waitpid(child, &status, 0) != child)
		return -1;
	errno = EDOM;
	return WIFEXITED(status) && WEXITSTATUS(status) == 7 ? 0 : -1;
}

int
probe_kill_own_child(void)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return -1;
	if (child == 0)
		for (;;)
			poll(NULL, 0, 1000);
	if (kill(child, SIGKILL) < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return 0;
}

int
probe_new_thread(void)
{
	return (int)syscall(SYS_clone,
	    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD,
	    NULL, NULL, NULL, NULL);
}

int
probe_new_user_namespace_by_clone(void)
{
	return (int)syscall(
	    SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
}

int
probe_new_user_namespace(void)
{
	return unshare(CLONE_NEWUSER);
}

int
probe_kill_parent(void)
{
	return kill(getppid(), SIGTERM);
}

int
probe_stop_parent(void)
{
	return kill(getppid(), SIGSTOP);
}

int
probe_open_pidfd(void)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, getppid(), 0);
#else
	return 0;
#endif
}

int
probe_execute(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}

int
probe_execute_memory(void)
{
	char *const argv[] = {NULL};

	return (int)syscall(
	    SYS_execveat, probe_world.file, "", argv, argv, AT_EMPTY_PATH);
}

int
probe_make_memory_file(void)
{
	return memfd_create("m", MFD_CLOEXEC);
}

int
probe_make_code_page(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		   ? -1
		   : 0;
}

int
probe_make_data_executable(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

int
probe_trace_parent(void)
{
	return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

int
probe_read_parent(void)
{
	char byte;
	struct iovec mine = {&byte, 1}, theirs = {&probe_world, 1};

	return (int)process_vm_readv(getppid(), &mine, 1, &theirs, 1, 0);
}

int
probe_become_root(void)
{
	return setuid(0);
}

int
probe_leave_groups(void)
{
	return setgroups(0, NULL);
}

int
probe_be_dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

int
probe_rename_process(void)
{
	return prctl(PR_SET_NAME, "sshd", 0, 0, 0);
}

int
probe_allow_cores(void)
{
	const struct rlimit r = {1, 1};

	return setrlimit(RLIMIT_NOFILE, &r);
}

int
probe_type_into_terminal(void)
{
	return ioctl(probe_world.pair[0], TIOCSTI, "x");
}

int
probe_change_root(void)
{
	return chroot(".");
}

int
probe_mount_something(void)
{
	return mount("none", ".", "tmpfs", 0, NULL);
}

#define RAW_CALL(name)                                                \
	int probe_raw_##name(void)                                    \
	{                                                             \
		return (int)syscall(SYS_##name, 0, NULL, NULL, 0, 0); \
	}
RAW_CALL(add_key)
RAW_CALL(bpf)
RAW_CALL(init_module)
RAW_CALL(io_uring_setup)
RAW_CALL(kexec_load)
RAW_CALL(keyctl)
RAW_CALL(open_by_handle_at)
RAW_CALL(perf_event_open)
RAW_CALL(personality)
RAW_CALL(process_vm_writev)
RAW_CALL(reboot)
RAW_CALL(seccomp)
RAW_CALL(settimeofday)
RAW_CALL(setns)
RAW_CALL(userfaultfd)
RAW_CALL(vhangup)
