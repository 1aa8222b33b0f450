/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/role/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gatewayd/role/allow.h"
#include "lib/base/log.h"

/* Debian 12's <linux/landlock.h> ends at ABI 2 while its backported kernels go
 * further: the kernel's interface is written down here (landlock(7)). */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define CREATE_VERSION (1U << 0)
#define RULE_PATH_BENEATH 1

#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_REMOVE_FILE (1ULL << 5)
#define FS_MAKE_REG (1ULL << 8)
#define FS_ABI_1 ((1ULL << 13) - 1)	/* execute to make_sym */
#define FS_REFER (1ULL << 13)		/* ABI 2 */
#define FS_TRUNCATE (1ULL << 14)	/* ABI 3 */
#define NET_BIND_TCP (1ULL << 0)	/* ABI 4 */
#define NET_CONNECT_TCP (1ULL << 1)	/* ABI 4 */
#define FS_IOCTL_DEV (1ULL << 15)	/* ABI 5 */
#define SCOPE_ABSTRACT_UNIX (1ULL << 0) /* ABI 6 */
#define SCOPE_SIGNAL (1ULL << 1)	/* ABI 6 */

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

struct path_beneath_attr {
	uint64_t access;
	int32_t parent;
} __attribute__((packed));

static struct ruleset_attr
handled(int abi, uint32_t allow)
{
	struct ruleset_attr a = {.fs = FS_ABI_1};

	if (abi >= 2)
		a.fs |= FS_REFER;
	if (abi >= 3)
		a.fs |= FS_TRUNCATE;
	/* listening sockets come from the parent, never from a role */
	if (abi >= 4)
		a.net = NET_BIND_TCP;
	if (abi >= 4 && (allow & SANDBOX_INET) == 0)
		a.net |= NET_CONNECT_TCP;
	if (abi >= 5)
		a.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		a.scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL;
	return a;
}

static int
allow_beneath(int ruleset, const char *path, uint64_t access)
{
	struct path_beneath_attr rule = {.access = access};
	struct stat st;
	int result = -1;

	rule.parent = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent < 0) {
		if (errno == ENOENT)
			return 0;
		log_warn("sandbox: open %s", path);
		return -1;
	}
	if (fstat(rule.parent, &st) < 0) {
		log_warn("sandbox: stat %s", path);
		goto out;
	}
	/* the kernel refuses a directory's right on a file */
	if (!S_ISDIR(st.st_mode))
		rule.access &= FS_READ_FILE;
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule,
		0) < 0) {
		log_warn("sandbox: landlock rule for %s", path);
		goto out;
	}
	result = 0;
out:
	close(rule.parent);
	return result;
}

static int
allow_paths(int ruleset, const struct sandbox *s, uint64_t known)
{
	const uint64_t read = FS_READ_FILE | FS_READ_DIR;
	const uint64_t write =
	    read | FS_WRITE_FILE | FS_REMOVE_FILE | FS_MAKE_REG | FS_TRUNCATE;

	if ((s->allow & SANDBOX_READ) != 0 && s->read != NULL)
		for (size_t i = 0; s->read[i] != NULL; i++)
			if (allow_beneath(ruleset, s->read[i], read) < 0)
				return -1;
	if ((s->allow & SANDBOX_WRITE) != 0 &&
	    allow_beneath(ruleset, ".", write & known) < 0)
		return -1;
	return 0;
}

int
landlock_confine(const struct sandbox *s)
{
	struct ruleset_attr a;
	long abi;
	int ruleset, result = -1;

	abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
	if (abi < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
		return 0;
	if (abi < 1) {
		log_warn("sandbox: landlock version");
		return -1;
	}
	a = handled((int)abi, s->allow);
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &a, sizeof a, 0);
	if (ruleset < 0) {
		log_warn("sandbox: landlock ruleset");
		return -1;
	}
	if (allow_paths(ruleset, s, a.fs) < 0)
		goto out;
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0) {
		log_warn("sandbox: landlock restrict");
		goto out;
	}
	result = (int)abi;
out:
	close(ruleset);
	return result;
}
