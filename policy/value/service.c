/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/model.h"

#include <string.h>

const char *const service_names[SERVICE_COUNT] = {
#define WORD(NAME, word, ...) [SERVICE_##NAME] = word,
    SERVICES(WORD)
#undef WORD
};

/* the service that a rule has to name, for each */
static const enum service named[SERVICE_COUNT] = {
#define NAMED(NAME, word, MEANT, asked) [SERVICE_##NAME] = SERVICE_##MEANT,
    SERVICES(NAMED)
#undef NAMED
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
	uint32_t meant = 1u << service;

	for (int i = 0; i < SERVICE_COUNT; i++)
		if (named[i] == (enum service)service)
			meant |= 1u << i;
	return meant;
}
