/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every class of the sandbox against every kind of thing that a taken-over
 * role would try: each probe runs in a child of its own, which must get what
 * its classes say and be killed, or refused with the documented errno, in all
 * else.  As root everything runs twice, the second time unprivileged.  And all
 * of it is tried behind the second filter, where conversations of login are.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <netdb.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/file.h>
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

#include "gatewayd/parent/roles.h"
#include "gatewayd/role/narrow.h"
#include "gatewayd/role/sandbox.h"
#include "tests/support/unit.h"

#define NOBODY 65534
#define KILLED (-1) /* expected: SIGSYS */
#define SUCCESS 0

/* Made before the sandbox, used by the probes inside it. */
static struct {
	int pair[2]; /* a socket pair */
	int file;    /* open for reading and writing */
	int pipe[2];
	int listening;	    /* a TCP socket of ours */
	int listening_unix; /* a stream */
	uint16_t port;	    /* its own */
	char abstract[32];  /* a listening abstract socket of ours */
} world;

/* Probes return 0, or -1 with errno. */

static int
base_calls(void)
{
	struct epoll_event e = {.events = EPOLLIN};
	struct pollfd p = {.fd = world.pair[0], .events = POLLIN};
	struct timespec t = {0, 1000};
	struct stat st;
	char byte = 'x', *memory;
	int epoll, copy;

	if (send(world.pair[0], &byte, 1, MSG_NOSIGNAL) != 1 ||
	    poll(&p, 1, 0) < 0 || ppoll(&p, 1, &t, NULL) < 0 ||
	    recv(world.pair[1], &byte, 1, 0) != 1 ||
	    write(world.pipe[1], &byte, 1) != 1 ||
	    read(world.pipe[0], &byte, 1) != 1 || fstat(world.file, &st) < 0 ||
	    lseek(world.file, 0, SEEK_SET) < 0 ||
	    pread(world.file, &byte, 1, 0) < 0)
		return -1;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, world.pair[0], &e) < 0 ||
	    epoll_wait(epoll, &e, 1, 0) < 0)
		return -1;
	copy = dup(world.pair[0]);
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

static int
newer_calls_fall_back(void)
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

static int
accept_connection(void)
{
	int fd = accept4(world.listening, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd < 0 && errno != EAGAIN ? -1 : 0;
}

/* SIGTERM is ignored here */
static int
signal_self(void)
{
	return kill(getpid(), SIGTERM);
}

static int
signal_own_thread(void)
{
	return (int)syscall(SYS_tgkill, getpid(), getpid(), SIGTERM);
}

static int
one_more_filter(void)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {1, code};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* All that a conversation of login does. */
static int
converse(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "socket"};
	const struct timeval limit = {.tv_sec = 1};
	struct pollfd p = {.fd = world.pair[1], .events = POLLIN};
	struct timespec t;
	struct iovec iov = {.iov_base = (char[]){"x"}, .iov_len = 1};
	struct msghdr h = {.msg_iov = &iov, .msg_iovlen = 1};
	char byte = 'x', *memory;
	int fd;

	if (send(world.pair[0], &byte, 1, MSG_NOSIGNAL) != 1 ||
	    poll(&p, 1, 100) != 1 || recv(world.pair[1], &byte, 1, 0) != 1 ||
	    sendmsg(world.pair[0], &h, MSG_NOSIGNAL) != 1 ||
	    recvmsg(world.pair[1], &h, MSG_CMSG_CLOEXEC) != 1 ||
	    write(world.pipe[1], &byte, 1) != 1 || getpid() < 1 ||
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

static int
stdio_works(void)
{
	return isatty(world.pipe[1]) || errno != ENOTTY ||
		       dprintf(world.pipe[1], "%d", 1) != 1
		   ? -1
		   : 0;
}

static int
no_core(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_CORE, &r) < 0 || r.rlim_max != 0) {
		errno = EDOM;
		return -1;
	}
	return 0;
}

static int
fork_and_wait(void)
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

static int
kill_own_child(void)
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

static int
new_thread(void)
{
	return (int)syscall(SYS_clone,
	    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD,
	    NULL, NULL, NULL, NULL);
}

static int
new_user_namespace_by_clone(void)
{
	return (int)syscall(
	    SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
}

static int
new_user_namespace(void)
{
	return unshare(CLONE_NEWUSER);
}

static int
kill_parent(void)
{
	return kill(getppid(), SIGTERM);
}

static int
stop_parent(void)
{
	return kill(getppid(), SIGSTOP);
}

static int
socket_unix(void)
{
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

static int
connect_unix(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "socket"};
	int fd = socket_unix();

	return fd < 0 ? -1 : connect(fd, (void *)&a, sizeof a);
}

static int
connect_abstract(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket_unix();

	memcpy(a.sun_path + 1, world.abstract, sizeof world.abstract);
	return fd < 0 ? -1 : connect(fd, (void *)&a, sizeof a);
}

/* one that the role has already: its end of a channel, or where it listens */
static int
reconnect_channel(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "stream"};

	return connect(world.pair[0], (void *)&a, sizeof a);
}

static int
reconnect_unconnected_channel(void)
{
	const struct sockaddr none = {.sa_family = AF_UNSPEC};

	return connect(world.pair[0], &none, sizeof none) < 0
		   ? -1
		   : reconnect_channel();
}

static int
reconnect_listening(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "stream"};

	return connect(world.listening_unix, (void *)&a, sizeof a);
}

static int
tcp_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int
socket_inet(void)
{
	return tcp_socket(AF_INET);
}

static int
socket_inet6(void)
{
	/* the kernel may be without; the filter let it through */
	return tcp_socket(AF_INET6) < 0 && errno != EAFNOSUPPORT ? -1 : 0;
}

static int
socket_packet(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}

static int
socket_netfilter(void)
{
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
}

static int
socket_netlink_route(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

static int
connect_tcp(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons(world.port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = tcp_socket(AF_INET), one = 1;

	return fd < 0 || connect(fd, (void *)&a, sizeof a) < 0
		   ? -1
		   : setsockopt(fd, IPPROTO_TCP, 1, &one, sizeof one);
}

static int
bind_tcp(void)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = tcp_socket(AF_INET);

	return fd < 0 ? -1 : bind(fd, (void *)&a, sizeof a);
}

static int
listen_somewhere(void)
{
	return listen(world.pair[0], 1);
}

static int
resolve_names(void)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;

	/* nsswitch.conf cannot be read here, and still no call kills */
	if (getaddrinfo("127.0.0.1", "389", &hints, &list) != 0)
		return -1;
	freeaddrinfo(list);
	hints.ai_flags = AI_ADDRCONFIG;
	if (getaddrinfo("localhost", "389", &hints, &list) == 0)
		freeaddrinfo(list);
	return 0;
}

static int
open_for_reading(void)
{
	char byte;
	int fd = open("readable/file", O_RDONLY | O_CLOEXEC);

	return fd < 0 || read(fd, &byte, 1) < 0 ? -1 : close(fd);
}

static int
open_by_old_call(void)
{
#ifdef SYS_open
	return (int)syscall(SYS_open, "readable/file", O_RDWR);
#else
	return open("readable/file", O_RDWR);
#endif
}

static int
open_readable_for_writing(void)
{
	return open("readable/file", O_WRONLY | O_CLOEXEC);
}

static int
truncate_readable_at_open(void)
{
	return open("readable/file", O_RDONLY | O_TRUNC | O_CLOEXEC);
}

static int
open_outside(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static int
list_outside(void)
{
	return open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
create_outside(void)
{
	return open("../outside", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static int
unlink_outside(void)
{
	return unlink("../victim");
}

static int
stat_file(void)
{
	struct stat st;

	return stat("file", &st);
}

static int
access_file(void)
{
	return access("file", F_OK);
}

static int
write_file(void)
{
	int fd = open("new", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	void *shared;

	if (fd < 0 || fcntl(fd, F_SETLK, &lock) < 0 ||
	    ftruncate(fd, 4096) < 0 || pwrite(fd, "x", 1, 9) != 1 ||
	    fdatasync(fd) < 0 || fsync(fd) < 0 || flock(fd, LOCK_EX) < 0 ||
	    fchmod(fd, 0640) < 0)
		return -1;
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED || close(fd) < 0)
		return -1;
	return rename("new", "newer") < 0 ? -1 : unlink("newer");
}

static int
preallocate(void)
{
	/* a file system may not know how; the filter let it through */
	return fallocate(world.file, 0, 0, 4096) < 0 && errno != EOPNOTSUPP ? -1
									    : 0;
}

static int
setuid_mode(void)
{
	return fchmod(world.file, 04755);
}

static int
change_owner(void)
{
	return fchown(world.file, 0, 0);
}

static int
make_directory(void)
{
	return mkdir("directory", 0700);
}

static int
make_symlink(void)
{
	return symlink("/etc/shadow", "state.db-wal");
}

static int
make_link(void)
{
	return link("file", "other");
}

static int
make_device(void)
{
	return mknod("device", S_IFCHR | 0600, 0x0101);
}

static int
truncate_by_path(void)
{
	return truncate("file", 0);
}

static int
open_pidfd(void)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, getppid(), 0);
#else
	return 0;
#endif
}

static int
execute(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}

static int
execute_memory(void)
{
	char *const argv[] = {NULL};

	return (int)syscall(
	    SYS_execveat, world.file, "", argv, argv, AT_EMPTY_PATH);
}

static int
make_memory_file(void)
{
	return memfd_create("m", MFD_CLOEXEC);
}

static int
make_code_page(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		   ? -1
		   : 0;
}

static int
make_data_executable(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static int
trace_parent(void)
{
	return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static int
read_parent(void)
{
	char byte;
	struct iovec mine = {&byte, 1}, theirs = {&world, 1};

	return (int)process_vm_readv(getppid(), &mine, 1, &theirs, 1, 0);
}

static int
become_root(void)
{
	return setuid(0);
}

static int
leave_groups(void)
{
	return setgroups(0, NULL);
}

static int
be_dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static int
rename_process(void)
{
	return prctl(PR_SET_NAME, "sshd", 0, 0, 0);
}

static int
allow_cores(void)
{
	const struct rlimit r = {1, 1};

	return setrlimit(RLIMIT_NOFILE, &r);
}

static int
type_into_terminal(void)
{
	return ioctl(world.pair[0], TIOCSTI, "x");
}

static int
change_root(void)
{
	return chroot(".");
}

static int
mount_something(void)
{
	return mount("none", ".", "tmpfs", 0, NULL);
}

#define RAW_CALL(name)                                                \
	static int raw_##name(void)                                   \
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
#define PROBE(call, classes, refusal)         \
	{                                     \
#call, call, classes, refusal \
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
#define LANDLOCK_PROBE(call, classes, abi, refusal) \
	{                                           \
#call, call, classes, abi, refusal  \
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

/* in the test's directory; the sandboxed children stand in its "work" */
static char top[] = "/tmp/sallyport-sandbox-XXXXXX";

static void
become_nobody(void)
{
	if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) < 0)
		_exit(125);
}

static noreturn void
child(int (*call)(void), uint32_t allow, bool nobody, bool narrow)
{
	const char *const read[] = {"readable", "not-there", NULL};
	struct sandbox s = {.allow = allow, .read = read};
	struct sched_param batch = {0};

	/* a taken-over role must find open fds, not a terminal */
	if (chdir("work") < 0)
		_exit(126);
	if (nobody)
		become_nobody();
	sched_setscheduler(0, SCHED_BATCH, &batch);
	signal(SIGTERM, SIG_IGN);
	if (sandbox_enter(&s) < 0 || (narrow && narrow_enter() < 0))
		_exit(127);
	errno = 0;
	_exit(call() < 0 ? errno : SUCCESS);
}

/* The errno, SUCCESS or KILLED. */
static int
outcome(int (*call)(void), uint32_t allow, bool nobody, bool narrow)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		child(call, allow, nobody, narrow);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return KILLED;
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 125);
	assert_int_not_equal(WEXITSTATUS(status), 126);
	assert_int_not_equal(WEXITSTATUS(status), 127);
	return WEXITSTATUS(status);
}

static void
expect(const char *name, int (*call)(void), uint32_t allow, bool nobody,
    int expected)
{
	int got = outcome(call, allow, nobody, false);

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
			expect(name, connect_unix, allow, false, SUCCESS);
			continue;
		}
		expect(name, connect_unix, allow, false, net ? EACCES : KILLED);
		expect(name, connect_abstract, allow, false,
		    net ? EACCES : KILLED);
		expect(name, reconnect_channel, allow, false,
		    net ? EISCONN : KILLED);
		expect(name, reconnect_unconnected_channel, allow, false,
		    net ? EINVAL : KILLED);
		expect(name, reconnect_listening, allow, false,
		    net ? EINVAL : KILLED);
	}
}

/* A program for the kernel's own interpreter and compiler. */
static int
attach_filter(void)
{
	struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)};
	const struct sock_fprog program = {1, all};

	return setsockopt(world.pair[0], SOL_SOCKET, SO_ATTACH_FILTER, &program,
	    sizeof program);
}

/* Behind the second filter nothing but conversing is left, whatever the role
 * itself may do. */
static void
a_conversation_may_do_no_more_than_converse(void **state)
{
	static int (*const left[])(void) = {
	    converse, socket_unix, connect_unix};
	const uint32_t login = roles_find(ROLE_LOGIN)->allow;

	for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
		int expected = KILLED, got;

		for (size_t j = 0; j < sizeof left / sizeof *left; j++)
			if (probes[i].call == left[j])
				expected = SUCCESS;
		got = outcome(probes[i].call, login, geteuid() == 0, true);
		if (got != expected)
			print_error(
			    "%s in a conversation: %d\n", probes[i].name, got);
		assert_int_equal(got, expected);
	}
	assert_int_equal(outcome(kill_parent, login, false, true), KILLED);
	assert_int_equal(outcome(attach_filter, login, false, true), KILLED);
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
		_exit(sandbox_enter(&s) < 0 ? 127 : sandbox_landlock_abi());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 127);
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
			become_nobody();
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
			become_nobody();
		_exit(sandbox_enter(&s) < 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int
make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	return fd < 0 || fchmod(fd, 0666) < 0 ? -1 : fd;
}

static int
make_directory_for_all(const char *path)
{
	return mkdir(path, 0777) < 0 ? -1 : chmod(path, 0777);
}

static int
listen_for_probes(void)
{
	struct sockaddr_un path = {.sun_family = AF_UNIX,
			       .sun_path = "work/socket"},
			   stream = {.sun_family = AF_UNIX,
			       .sun_path = "work/stream"},
			   abstract = {.sun_family = AF_UNIX};
	struct sockaddr_in tcp = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof tcp;
	int a = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0),
	    b = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0),
	    c = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
	    d = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(world.abstract, sizeof world.abstract, "%s", top);
	memcpy(abstract.sun_path + 1, world.abstract, sizeof world.abstract);
	if (bind(a, (void *)&path, sizeof path) < 0 || listen(a, 4096) < 0 ||
	    chmod("work/socket", 0666) < 0 ||
	    bind(d, (void *)&stream, sizeof stream) < 0 ||
	    listen(d, 4096) < 0 || chmod("work/stream", 0666) < 0 ||
	    bind(b, (void *)&abstract, sizeof abstract) < 0 ||
	    listen(b, 4096) < 0 || bind(c, (void *)&tcp, sizeof tcp) < 0 ||
	    listen(c, 4096) < 0 || getsockname(c, (void *)&tcp, &size) < 0)
		return -1;
	world.port = ntohs(tcp.sin_port);
	world.listening = c;
	world.listening_unix = d;
	return 0;
}

/* ---- what a forbidden call leaves behind ---- */

static int
forbidden_call(void)
{
	return (int)syscall(SYS_mount, "none", "/", "tmpfs", 0, NULL);
}

static int
forbidden_call_with_the_signal_blocked(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGSYS);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return forbidden_call();
}

static int
ignore_the_signal(void)
{
	return signal(SIGSYS, SIG_IGN) == SIG_ERR ? -1 : 0;
}

/* The kernel looks at 32 bits of the signal's number. */
static int
ignore_it_by_a_larger_number(void)
{
	long number = SIGSYS | 1L << 32;

	return (int)syscall(SYS_rt_sigaction, number, NULL, NULL, 8);
}

static int
other_signals(void)
{
	for (int i = 1; i < 32; i++)
		if (i != SIGKILL && i != SIGSTOP && i != SIGSYS &&
		    signal(i, SIG_DFL) == SIG_ERR)
			return -1;
	return signal(SIGRTMAX, SIG_IGN) == SIG_ERR ? -1 : 0;
}

/* What a child says on standard error while it makes that call. */
static void
said_at(int (*call)(void), bool narrow, char *text, size_t room)
{
	int fds[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	assert_true(dup2(fds[1], STDERR_FILENO) >= 0);
	assert_int_equal(outcome(call, SANDBOX_FORK, false, narrow), KILLED);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	n = read(fds[0], text, room - 1);
	text[n > 0 ? n : 0] = '\0';
	close(fds[0]);
	close(fds[1]);
	close(saved);
}

static void
a_forbidden_call_is_named(void **state)
{
	char text[256];

	said_at(forbidden_call, false, text, sizeof text);
	assert_non_null(strstr(text, "forbids the system call mount ("));
	said_at(forbidden_call, true, text, sizeof text);
	assert_non_null(strstr(text, "forbids the system call mount ("));
}

static void
nobody_is_spared_who_made_one(void **state)
{
	for (int narrow = 0; narrow < 2; narrow++) {
		assert_int_equal(outcome(forbidden_call_with_the_signal_blocked,
				     SANDBOX_FORK, false, narrow),
		    KILLED);
		assert_int_equal(
		    outcome(ignore_the_signal, SANDBOX_FORK, false, narrow),
		    KILLED);
		assert_int_equal(outcome(ignore_it_by_a_larger_number,
				     SANDBOX_FORK, false, narrow),
		    KILLED);
	}
	assert_int_equal(outcome(other_signals, 0, false, false), SUCCESS);
}

/* stays in its own directory; the last test's teardown leaves it */
static int
set_up(void **state)
{
	collect_sets();
	if (mkdtemp(top) == NULL || chmod(top, 0777) < 0 || chdir(top) < 0 ||
	    make_directory_for_all("work") < 0 ||
	    make_directory_for_all("work/readable") < 0 ||
	    make_directory_for_all("work/closed") < 0 ||
	    make_file("work/closed/file") < 0 || make_file("victim") < 0 ||
	    make_file("work/readable/file") < 0 || chmod("work/closed", 0) < 0)
		return -1;
	world.file = make_file("work/file");
	if (world.file < 0 || pipe2(world.pipe, O_CLOEXEC) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, world.pair) < 0)
		return -1;
	return listen_for_probes();
}

static int
tear_down(void **state)
{
	static const char *const files[] = {"victim", "work/socket",
	    "work/stream", "work/file", "work/closed/file",
	    "work/readable/file"};

	chmod("work/closed", 0700);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlink(files[i]);
	rmdir("work/closed");
	rmdir("work/readable");
	rmdir("work");
	/* fails, and so do the tests, if a probe has left a file */
	return chdir("/") < 0 || rmdir(top) < 0 ? -1 : 0;
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
	    cmocka_unit_test(a_forbidden_call_is_named),
	    cmocka_unit_test(nobody_is_spared_who_made_one),
	    cmocka_unit_test(landlock_refuses_what_its_abi_knows),
	    cmocka_unit_test(the_kernel_says_so_too),
	    cmocka_unit_test(a_read_path_that_cannot_be_opened_is_fatal),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
