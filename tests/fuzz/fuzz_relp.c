/* SPDX-License-Identifier: Apache-2.0 */
/* What a receiver says. */
#include "gatewayd/forward/relp.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct relp_frame frame;
	long took;

	while ((took = relp_parse((const char *)data, size, &frame)) > 0) {
		if ((size_t)took > size || frame.data_len > RELP_RECEIVE_MAX)
			abort();
		relp_status(&frame);
		relp_offers(&frame, "syslog");
		data += took;
		size -= (size_t)took;
	}
	return 0;
}
