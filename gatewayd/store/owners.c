/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/store/owners.h"

#include <stddef.h>
#include <string.h>

static const struct {
	enum role peer;
	const char *prefix;
} owners[] = {
    {ROLE_AUTHORITY, "authority/"},
};

bool
owners_allow(enum role peer, const char *key)
{
	for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++)
		if (owners[i].peer == peer &&
		    strncmp(key, owners[i].prefix, strlen(owners[i].prefix)) ==
			0)
			return true;
	return false;
}
