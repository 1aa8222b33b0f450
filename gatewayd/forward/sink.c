/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/forward/sink.h"

#include <string.h>

static const struct sink_ops *const sinks[] = {&sink_relp};

const struct sink_ops *
sink_find(const char *kind)
{
	for (size_t i = 0; i < sizeof sinks / sizeof sinks[0]; i++)
		if (strcmp(sinks[i]->kind, kind) == 0)
			return sinks[i];
	return NULL;
}
