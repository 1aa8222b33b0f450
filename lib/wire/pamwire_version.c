/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/wire/pamwire_version.h"

bool
pamwire_is_other(const uint8_t header[PAMWIRE_HEADER])
{
	return header[0] != PAMWIRE_VERSION &&
	       header[1] >= PAMWIRE_TYPE_BEGIN &&
	       header[1] <= PAMWIRE_TYPE_SESSION_ANS;
}
