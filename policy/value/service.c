/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "policy/model.h"

static const struct {
	const char *word;
	enum service family;
} services[SERVICE_COUNT] = {
#define SERVICE(NAME, word, MEANT, asked) \
	[SERVICE_##NAME] = {word, SERVICE_##MEANT},
    SERVICES(SERVICE)
#undef SERVICE
};

int
services_init(struct policy *policy)
{
	for (uint32_t i = 0; i < SERVICE_COUNT; i++) {
		const char *word = services[i].word;

		if (intern_add(&policy->services, &policy->arena, word,
			strlen(word)) != i)
			return -1;
	}
	return 0;
}

enum service
service_family(enum service service)
{
	return services[service].family;
}

int
service_find(const struct policy *policy, const char *name)
{
	uint32_t number = intern_find(&policy->services, name, strlen(name));

	return number < SERVICES_MAX ? (int)number : -1;
}

const char *
service_name(const struct policy *policy, unsigned service)
{
	return policy->services.keys[service].data;
}

uint64_t
services_all(const struct policy *policy)
{
	uint32_t count = policy->services.count;

	return count >= SERVICES_MAX ? SERVICE_ANY : SERVICE_BIT(count) - 1;
}
