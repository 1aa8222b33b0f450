/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/model.h"

#include <string.h>

const char *const service_names[SERVICE_COUNT] = {
    [SERVICE_SSHD] = "sshd",
    [SERVICE_SUDO] = "sudo",
    [SERVICE_SU] = "su",
    [SERVICE_WEB] = "web",
    [SERVICE_AGENT] = "agent",
    [SERVICE_SUDO_I] = "sudo-i",
    [SERVICE_SU_L] = "su-l",
};

int
service_find(const char *name, size_t length)
{
	for (int i = 0; i < SERVICE_COUNT; i++) {
		if (strlen(service_names[i]) == length &&
		    memcmp(service_names[i], name, length) == 0)
			return i;
	}
	return -1;
}

uint32_t
service_meant(int service)
{
	switch (service) {
	case SERVICE_SUDO:
		return 1u << SERVICE_SUDO | 1u << SERVICE_SUDO_I;
	case SERVICE_SU:
		return 1u << SERVICE_SU | 1u << SERVICE_SU_L;
	default:
		return 1u << service;
	}
}
