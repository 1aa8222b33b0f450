/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/role/forbidden.h"

#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/log.h"

#define NAMES 512 /* more than any kernel has */
#define NAME_SIZE 28

/* Looked up beforehand: the handler may run in the middle of anything, so it
 * must not allocate. */
static char name[NAMES][NAME_SIZE];

static const char *
name_of(int nr)
{
	return nr >= 0 && nr < NAMES && name[nr][0] != '\0' ? name[nr]
							    : "unknown";
}

static void
on_forbidden(int signal_number, siginfo_t *info, void *context)
{
	(void)context;
	log_warnx("its sandbox forbids the system call %s (number %d): ended",
	    name_of(info->si_syscall), info->si_syscall);
	/* forbidden too, and the signal is blocked: this kills */
	syscall(SYS_rt_sigaction, signal_number, NULL, NULL, sizeof(long));
	abort(); /* a SIGSYS from elsewhere, before the filter was there */
}

static void
look_up_names(void)
{
	for (int nr = 0; nr < NAMES; nr++) {
		char *text =
		    seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, nr);

		if (text != NULL)
			snprintf(name[nr], sizeof name[nr], "%s", text);
		free(text);
	}
}

int
forbidden_prepare(void)
{
	struct sigaction action = {
	    .sa_sigaction = on_forbidden, .sa_flags = SA_SIGINFO};

	look_up_names();
	sigfillset(&action.sa_mask);
	return sigaction(SIGSYS, &action, NULL);
}
