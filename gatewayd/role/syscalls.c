/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/role/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/role/allow.h"
#include "gatewayd/role/forbidden.h"
#include "lib/base/log.h"

#define FILES (SANDBOX_READ | SANDBOX_WRITE)

/* libseccomp 2.5.4 does not know these names; the numbers are the same on
 * every architecture. */
#define NR_FCHMODAT2 452
#define NR_FUTEX_WAITV 449

struct row {
	uint32_t classes; /* any of them; 0: every role */
	int nr;
};

/* Allowed whatever the arguments. */
static const struct row allowed[] = {
    {0, SCMP_SYS(accept)},
    {0, SCMP_SYS(accept4)},
    {0, SCMP_SYS(brk)},
    {0, SCMP_SYS(clock_getres)},
    {0, SCMP_SYS(clock_gettime)},
    {0, SCMP_SYS(clock_nanosleep)},
    {0, SCMP_SYS(close)},
    {0, SCMP_SYS(dup)},
    {0, SCMP_SYS(epoll_create1)},
    {0, SCMP_SYS(epoll_ctl)},
    {0, SCMP_SYS(epoll_pwait)},
    {0, SCMP_SYS(epoll_wait)},
    {0, SCMP_SYS(exit)},
    {0, SCMP_SYS(exit_group)},
    {0, SCMP_SYS(fstat)},
    {0, SCMP_SYS(futex)},
    {0, SCMP_SYS(getegid)},
    {0, SCMP_SYS(geteuid)},
    {0, SCMP_SYS(getgid)},
    {0, SCMP_SYS(getpeername)},
    {0, SCMP_SYS(getpid)},
    {0, SCMP_SYS(getppid)},
    {0, SCMP_SYS(getrandom)},
    {0, SCMP_SYS(getrusage)},
    {0, SCMP_SYS(getsockname)},
    {0, SCMP_SYS(getsockopt)},
    {0, SCMP_SYS(gettid)},
    {0, SCMP_SYS(gettimeofday)},
    {0, SCMP_SYS(getuid)},
    {0, SCMP_SYS(lseek)},
    {0, SCMP_SYS(madvise)},
    {0, SCMP_SYS(mremap)},
    {0, SCMP_SYS(munmap)},
    {0, SCMP_SYS(nanosleep)},
    {0, SCMP_SYS(poll)},
    {0, SCMP_SYS(ppoll)},
    {0, SCMP_SYS(pread64)},
    {0, SCMP_SYS(read)},
    {0, SCMP_SYS(readv)},
    {0, SCMP_SYS(recvfrom)},
    {0, SCMP_SYS(recvmsg)},
    {0, SCMP_SYS(restart_syscall)},
    {0, SCMP_SYS(rt_sigprocmask)},
    {0, SCMP_SYS(rt_sigreturn)},
    {0, SCMP_SYS(sched_yield)},
    {0, SCMP_SYS(sendmsg)},
    {0, SCMP_SYS(shutdown)},
    {0, SCMP_SYS(sigaltstack)},
    {0, SCMP_SYS(sysinfo)}, /* qsort() of glibc 2.36 */
    {0, SCMP_SYS(time)},
    {0, SCMP_SYS(uname)},
    {0, SCMP_SYS(write)},
    {0, SCMP_SYS(writev)},

    {SANDBOX_FORK, SCMP_SYS(fork)},
    {SANDBOX_FORK, SCMP_SYS(set_robust_list)},
    {SANDBOX_FORK, SCMP_SYS(signalfd4)},
    {SANDBOX_FORK, SCMP_SYS(wait4)},
    {SANDBOX_FORK, SCMP_SYS(waitid)},

    {SANDBOX_CONNECT | SANDBOX_INET, SCMP_SYS(connect)},
    {SANDBOX_INET, SCMP_SYS(bind)}, /* netlink's; TCP: see landlock.c */
    {SANDBOX_INET, SCMP_SYS(sendmmsg)},
    {SANDBOX_INET, SCMP_SYS(sendto)},
    {SANDBOX_INET, SCMP_SYS(setsockopt)},

    {FILES, SCMP_SYS(access)},
    {FILES, SCMP_SYS(faccessat)},
    {FILES, SCMP_SYS(fadvise64)},
    {FILES, SCMP_SYS(fstatfs)},
    {FILES, SCMP_SYS(getcwd)},
    {FILES, SCMP_SYS(getdents64)},
    {FILES, SCMP_SYS(lstat)},
    {FILES, SCMP_SYS(newfstatat)},
    {FILES, SCMP_SYS(readlink)},
    {FILES, SCMP_SYS(readlinkat)},
    {FILES, SCMP_SYS(stat)},
    {FILES, SCMP_SYS(statfs)},

    {SANDBOX_WRITE, SCMP_SYS(fallocate)},
    {SANDBOX_WRITE, SCMP_SYS(fdatasync)},
    {SANDBOX_WRITE, SCMP_SYS(flock)},
    {SANDBOX_WRITE, SCMP_SYS(fsync)},
    {SANDBOX_WRITE, SCMP_SYS(ftruncate)},
    {SANDBOX_WRITE, SCMP_SYS(open)},
    {SANDBOX_WRITE, SCMP_SYS(openat)},
    {SANDBOX_WRITE, SCMP_SYS(pwrite64)},
    {SANDBOX_WRITE, SCMP_SYS(pwritev)},
    {SANDBOX_WRITE, SCMP_SYS(pwritev2)},
    {SANDBOX_WRITE, SCMP_SYS(rename)},
    {SANDBOX_WRITE, SCMP_SYS(renameat)},
    {SANDBOX_WRITE, SCMP_SYS(renameat2)},
    {SANDBOX_WRITE, SCMP_SYS(sync_file_range)},
    {SANDBOX_WRITE, SCMP_SYS(unlink)},
    {SANDBOX_WRITE, SCMP_SYS(unlinkat)},

    {SANDBOX_PIDFD, SCMP_SYS(pidfd_open)},
#ifdef __SANITIZE_ADDRESS__
    /* what the sanitizers' run time asks, also while it writes a report */
    {0, SCMP_SYS(pipe)},
    {0, SCMP_SYS(pipe2)},
    {0, SCMP_SYS(sched_getaffinity)},
#endif
};

/* Allowed when (argument & mask) == value. */
static const struct {
	uint32_t classes;
	int nr;
	unsigned argument;
	uint64_t mask, value;
} by_value[] = {
#define BY_VALUE(classes, call, argument, value)                     \
	{                                                            \
		classes, SCMP_SYS(call), argument, UINT32_MAX, value \
	}
    /* memory is data, never code */
    {0, SCMP_SYS(mmap), 2, PROT_EXEC, 0},
    {0, SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
    BY_VALUE(0, fcntl, 1, F_DUPFD_CLOEXEC),
    BY_VALUE(0, fcntl, 1, F_GETFD),
    BY_VALUE(0, fcntl, 1, F_SETFD),
    BY_VALUE(0, fcntl, 1, F_GETFL),
    BY_VALUE(0, fcntl, 1, F_SETFL),
    BY_VALUE(SANDBOX_WRITE, fcntl, 1, F_GETLK),
    BY_VALUE(SANDBOX_WRITE, fcntl, 1, F_SETLK),
    BY_VALUE(SANDBOX_WRITE, fcntl, 1, F_SETLKW),
    BY_VALUE(SANDBOX_INET, ioctl, 1, FIONREAD),
    BY_VALUE(SANDBOX_INET, ioctl, 1, FIONBIO),
    /* reading a limit, not setting one */
    {0, SCMP_SYS(prlimit64), 2, UINT64_MAX, 0},
    /* a process of its own: no thread, no namespace, no shared memory */
    {SANDBOX_FORK, SCMP_SYS(clone), 0,
	UINT64_MAX &
	    ~(uint64_t)(CSIGNAL | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID),
	0},
    BY_VALUE(SANDBOX_FORK, prctl, 0, PR_SET_PDEATHSIG),
    /* one more filter, in a child (narrow.h): it can only take away */
    BY_VALUE(SANDBOX_FORK, prctl, 0, PR_SET_SECCOMP),
    /* conversations that overstay.  Others are out of reach: Landlock scopes
     * signals from ABI 6 on, and every role has a user of its own. */
    BY_VALUE(SANDBOX_FORK, kill, 1, SIGKILL),
    BY_VALUE(SANDBOX_FORK, kill, 1, SIGTERM),
    BY_VALUE(SANDBOX_CONNECT, socket, 0, AF_UNIX),
    BY_VALUE(SANDBOX_INET, socket, 0, AF_INET),
    BY_VALUE(SANDBOX_INET, socket, 0, AF_INET6),
    /* SQLite gives a new file its mode; never setuid or setgid */
    {SANDBOX_WRITE, SCMP_SYS(fchmod), 1, UINT32_MAX & ~0777U, 0},
};

/* Answered with an error instead of death. */
static const struct {
	uint32_t unless; /* these classes have rows above */
	int nr;
	int error;
} refused[] = {
    {FILES, SCMP_SYS(access), EACCES},
    {FILES, SCMP_SYS(faccessat), EACCES},
    {FILES, SCMP_SYS(getcwd), EACCES},
    {FILES, SCMP_SYS(lstat), EACCES},
    {FILES, SCMP_SYS(readlink), EACCES},
    {FILES, SCMP_SYS(readlinkat), EACCES},
    {FILES, SCMP_SYS(stat), EACCES},
    {FILES, SCMP_SYS(statfs), EACCES},
    {FILES, SCMP_SYS(openat), EACCES},
    {SANDBOX_WRITE, SCMP_SYS(open), EACCES},
    {SANDBOX_WRITE, SCMP_SYS(unlink), EACCES},
    {SANDBOX_WRITE, SCMP_SYS(unlinkat), EACCES},
    {SANDBOX_WRITE, SCMP_SYS(rename), EACCES},
    {0, SCMP_SYS(mkdir), EACCES},
    {0, SCMP_SYS(mkdirat), EACCES},
    {0, SCMP_SYS(fchown), EPERM}, /* SQLite's, when it runs as root */
    {0, SCMP_SYS(clone3), ENOSYS},
    {0, SCMP_SYS(close_range), ENOSYS},
    {0, SCMP_SYS(epoll_pwait2), ENOSYS},
    {0, SCMP_SYS(faccessat2), ENOSYS},
    {0, NR_FCHMODAT2, ENOSYS},
    {0, NR_FUTEX_WAITV, ENOSYS},
    {0, SCMP_SYS(membarrier), ENOSYS},
    {0, SCMP_SYS(openat2), ENOSYS},
    {0, SCMP_SYS(rseq), ENOSYS},
#ifndef __SANITIZE_ADDRESS__
    {0, SCMP_SYS(sched_getaffinity), ENOSYS},
#endif
    {0, SCMP_SYS(statx), ENOSYS},
};

#define COUNT(table) (sizeof table / sizeof((table)[0]))

static int
add(scmp_filter_ctx filter, uint32_t action, int nr, unsigned count,
    const struct scmp_arg_cmp *arguments)
{
	int error = seccomp_rule_add_array(
	    filter, action, nr, count, count > 0 ? arguments : NULL);

	if (error == 0)
		return 0;
	errno = -error;
	log_warn("sandbox: rule for system call %d", nr);
	return -1;
}

/* this argument of the call, under the mask, has that value */
#define MASKED(argument, mask, value) \
	((struct scmp_arg_cmp){argument, SCMP_CMP_MASKED_EQ, mask, value})

static int
add_if(scmp_filter_ctx filter, uint32_t action, int nr, struct scmp_arg_cmp a)
{
	return add(filter, action, nr, 1, &a);
}

static int
add_tables(scmp_filter_ctx filter, uint32_t allow)
{
	for (size_t i = 0; i < COUNT(allowed); i++)
		if ((allowed[i].classes == 0 ||
			(allowed[i].classes & allow) != 0) &&
		    add(filter, SCMP_ACT_ALLOW, allowed[i].nr, 0, NULL) < 0)
			return -1;
	for (size_t i = 0; i < COUNT(by_value); i++)
		if ((by_value[i].classes == 0 ||
			(by_value[i].classes & allow) != 0) &&
		    add_if(filter, SCMP_ACT_ALLOW, by_value[i].nr,
			MASKED(by_value[i].argument, by_value[i].mask,
			    by_value[i].value)) < 0)
			return -1;
	for (size_t i = 0; i < COUNT(refused); i++)
		if ((refused[i].unless & allow) == 0 &&
		    add(filter, SCMP_ACT_ERRNO((uint16_t)refused[i].error),
			refused[i].nr, 0, NULL) < 0)
			return -1;
	return 0;
}

/* Opening for reading only.  libseccomp has no "masked and not equal", so
 * each flag that would change something has its own refusal. */
static int
add_open_readonly(scmp_filter_ctx filter)
{
	static const uint64_t changes[] = {
	    O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE & ~O_DIRECTORY};
	uint64_t all = 0;

	for (size_t i = 0; i < COUNT(changes); i++) {
		all |= changes[i];
		if (add_if(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat),
			MASKED(2, changes[i], changes[i])) < 0)
			return -1;
	}
	return add_if(
	    filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), MASKED(2, all, 0));
}

/* Every signal but SIGSYS, whose handler ends what the filter has caught.
 * Numbers are compared bit by bit, since libseccomp has no "masked and not
 * equal", and a plain "not equal" would take one with bits above the 32 that
 * the kernel looks at for another. */
static int
add_signals(scmp_filter_ctx filter)
{
	for (unsigned bit = 1; bit < 64; bit <<= 1)
		if (add_if(filter, SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction),
			MASKED(0, bit, ~(unsigned)SIGSYS & bit)) < 0)
			return -1;
	return 0;
}

static int
add_special(scmp_filter_ctx filter, uint32_t allow)
{
	const struct scmp_arg_cmp route[] = {
	    {0, SCMP_CMP_MASKED_EQ, UINT32_MAX, AF_NETLINK},
	    {2, SCMP_CMP_MASKED_EQ, UINT32_MAX, NETLINK_ROUTE}};

	/* abort(); a forked child's pid is another one, and it dies too */
	if (add_if(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
		MASKED(0, UINT32_MAX, (uint64_t)getpid())) < 0)
		return -1;
	/* isatty(), asked by stdio */
	if (add_if(filter, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl),
		MASKED(1, UINT32_MAX, TCGETS)) < 0)
		return -1;
	/* fstat() of glibc 2.33 to 2.38 */
	if ((allow & FILES) == 0 &&
	    (add_if(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat),
		 MASKED(3, AT_EMPTY_PATH, AT_EMPTY_PATH)) < 0 ||
		add_if(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat),
		    MASKED(3, AT_EMPTY_PATH, 0)) < 0))
		return -1;
	if ((allow & FILES) == SANDBOX_READ && add_open_readonly(filter) < 0)
		return -1;
	/* Landlock does not know whom a connect() to a path reaches, so there
	 * is no socket for it.  The resolver asks nscd and such first, and
	 * name servers when that fails. */
	if ((allow & (SANDBOX_INET | SANDBOX_CONNECT)) == SANDBOX_INET &&
	    add_if(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket),
		MASKED(0, UINT32_MAX, AF_UNIX)) < 0)
		return -1;
	if ((allow & SANDBOX_INET) != 0)
		return add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2, route);
	/* send() without an address; buffer sizes of open sockets */
	if (add_if(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendto),
		MASKED(4, UINT64_MAX, 0)) < 0)
		return -1;
	return add_if(filter, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt),
	    MASKED(1, UINT32_MAX, SOL_SOCKET));
}

int
syscalls_confine(uint32_t allow)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
	int result = -1, error;

	if (filter == NULL) {
		log_warnx("sandbox: out of memory");
		return -1;
	}
	/* other calling conventions (i386, x32) know other numbers */
	error = seccomp_attr_set(
	    filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (error == 0) /* a tree: a few comparisons for each call */
		error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (error != 0) {
		errno = -error;
		log_warn("sandbox: seccomp");
		goto out;
	}
	if (add_tables(filter, allow) < 0 || add_signals(filter) < 0 ||
	    add_special(filter, allow) < 0)
		goto out;
	if (forbidden_prepare() < 0) {
		log_warn("sandbox: SIGSYS");
		goto out;
	}
	error = seccomp_load(filter);
	if (error != 0) {
		errno = -error;
		log_warn("sandbox: loading the seccomp filter");
		goto out;
	}
	result = 0;
out:
	seccomp_release(filter);
	return result;
}
