/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/role/narrow.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/log.h"

#define FILTER_MAX 1024 /* instructions */

/* Made once by the listener: libseccomp would cost each child milliseconds and
 * needs calls that it must not have. */
static struct sock_filter code[FILTER_MAX];
static unsigned short code_count;

/* Allowed whatever the arguments.  Nothing here is answered with an error: a
 * conversation's code is ours, and none of it tries what it can do without. */
static const int allowed[] = {SCMP_SYS(brk), SCMP_SYS(clock_gettime),
    SCMP_SYS(close), SCMP_SYS(connect), SCMP_SYS(exit), SCMP_SYS(exit_group),
    SCMP_SYS(getpid), SCMP_SYS(gettimeofday), SCMP_SYS(madvise),
    SCMP_SYS(mremap), SCMP_SYS(munmap), SCMP_SYS(poll), SCMP_SYS(ppoll),
    SCMP_SYS(read), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
    SCMP_SYS(restart_syscall), SCMP_SYS(rt_sigreturn), SCMP_SYS(sendmsg),
    SCMP_SYS(time), SCMP_SYS(write), SCMP_SYS(writev),
#ifdef __SANITIZE_ADDRESS__
    /* what the sanitizers' run time asks, also while it writes a report */
    SCMP_SYS(futex), SCMP_SYS(getrusage), SCMP_SYS(gettid), SCMP_SYS(pipe),
    SCMP_SYS(pipe2), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield), SCMP_SYS(sigaltstack)
#endif
};

static const struct {
	int nr;
	struct scmp_arg_cmp argument;
} by_value[] = {
    {SCMP_SYS(mmap), {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}},
    {SCMP_SYS(mprotect), {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}},
    {SCMP_SYS(sendto), {4, SCMP_CMP_EQ, 0, 0}}, /* send() */
    /* of AF_UNIX sockets there are options of SOL_SOCKET only */
    {SCMP_SYS(setsockopt), {2, SCMP_CMP_MASKED_EQ, UINT32_MAX, SO_SNDTIMEO}},
    {SCMP_SYS(socket), {0, SCMP_CMP_MASKED_EQ, UINT32_MAX, AF_UNIX}},
};

static int
add_rules(scmp_filter_ctx filter)
{
	int error = seccomp_attr_set(
	    filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	if (error == 0) /* a tree: the kernel asks it about each number */
		error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; error == 0 && i < sizeof allowed / sizeof *allowed;
	     i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; error == 0 && i < sizeof by_value / sizeof *by_value;
	     i++)
		error = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
		    by_value[i].nr, 1, &by_value[i].argument);
	return error;
}

/* libseccomp gives a program to a descriptor only. */
static int
take_code(scmp_filter_ctx filter)
{
	int fd = memfd_create("filter", MFD_CLOEXEC), error;
	ssize_t n = -1;

	if (fd < 0)
		return -errno;
	error = seccomp_export_bpf(filter, fd);
	if (error == 0)
		n = pread(fd, code, sizeof code, 0);
	close(fd);
	if (error != 0)
		return error;
	if (n <= 0 || n == sizeof code)
		return -ENOBUFS;
	code_count = (unsigned short)((size_t)n / sizeof code[0]);
	return 0;
}

int
narrow_prepare(void)
{
	/* the listener's own handler of SIGSYS goes on in its children, and
	 * nothing here lets them change it: see forbidden.h */
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
	int error = filter == NULL ? -ENOMEM : add_rules(filter);

	if (error == 0)
		error = take_code(filter);
	if (error == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		error = -errno;
	seccomp_release(filter);
	if (error == 0)
		return 0;
	errno = -error;
	log_warn("sandbox: cannot make the filter of the children");
	return -1;
}

int
narrow_enter(void)
{
	const struct sock_fprog program = {code_count, code};

	if (code_count == 0) {
		errno = EINVAL;
		return -1;
	}
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}
