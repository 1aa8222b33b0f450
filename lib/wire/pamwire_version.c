/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/wire/pamwire_version.h"

#include <string.h>

bool
pamwire_is_other(const uint8_t header[PAMWIRE_HEADER])
{
	return header[0] != PAMWIRE_VERSION &&
	       header[1] >= PAMWIRE_TYPE_BEGIN &&
	       header[1] <= PAMWIRE_TYPE_SESSION_ANS;
}

bool
pamwire_is_close(const uint8_t header[PAMWIRE_HEADER])
{
	return header[1] == PAMWIRE_TYPE_SESSION_CLOSE && header[2] == 0 &&
	       header[3] == PAMWIRE_CLOSE_SIZE - PAMWIRE_HEADER;
}

int
pamwire_close_of_any(const uint8_t bytes[PAMWIRE_CLOSE_SIZE],
    struct pamwire_session_close *close_r)
{
	const uint8_t *size = bytes + PAMWIRE_HEADER, *text = size + 2;

	memset(close_r, 0, sizeof *close_r);
	if (!pamwire_is_close(bytes) || size[0] != 0 ||
	    size[1] != PAMWIRE_SESSION ||
	    memchr(text, '\0', PAMWIRE_SESSION) != NULL)
		return -1;
	memcpy(close_r->session, text, PAMWIRE_SESSION);
	return 0;
}
