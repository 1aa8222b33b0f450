/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/role/sandbox.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "gatewayd/role/landlock.h"
#include "gatewayd/role/narrow.h"
#include "gatewayd/role/syscalls.h"
#include "lib/base/log.h"

#ifdef __SANITIZE_ADDRESS__
static int entered;

/* The leak check reads /proc and traces its own process, which is what the
 * sandbox is there to refuse; without this every role would end in its
 * error.  Everything else of the sanitizers goes on. */
int __lsan_is_turned_off(void);

__attribute__((visibility("default"))) int
__lsan_is_turned_off(void)
{
	return entered;
}
#endif

static int
shut_memory(void)
{
	const struct rlimit none = {0, 0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		log_warn("sandbox: no_new_privs");
		return -1;
	}
	/* after the last exec and change of ids: both put it back */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    setrlimit(RLIMIT_CORE, &none) < 0) {
		log_warn("sandbox: core dumps");
		return -1;
	}
	return 0;
}

int
sandbox_enter(const struct sandbox *s)
{
	int abi;

	if (shut_memory() < 0 ||
	    ((s->allow & SANDBOX_FORK) != 0 && narrow_prepare() < 0))
		return -1;
	abi = landlock_confine(s);
	if (abi < 0 || syscalls_confine(s->allow) < 0)
		return -1;
	if (abi == 0)
		log_warnx("sandbox: this kernel has no Landlock; system calls "
			  "are confined, paths by owner and mode only");
#ifdef __SANITIZE_ADDRESS__
	entered = 1;
#endif
	return 0;
}
