/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/store_value.h"

#include "lib/base/log.h"

int
store_value(enum format format, uint8_t first)
{
	char text[FORMAT_TEXT];

	if (format == FORMAT_TRIES && first == 0)
		first = 1;
	if (format_look(format, first) != FORMAT_REFUSED)
		return 0;
	log_warnx("%s", format_refusal(format, NULL, first, text));
	return -1;
}
