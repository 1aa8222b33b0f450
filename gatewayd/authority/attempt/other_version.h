/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PAM module of another release: nothing that it says is understood, so
 * nobody is let in, and all that the record has is that, and when.
 */
#ifndef AUTHORITY_ATTEMPT_OTHER_VERSION_H
#define AUTHORITY_ATTEMPT_OTHER_VERSION_H

#include <stdint.h>

#include "gatewayd/authority/authority.h"

/* One record; what speaks so was refused already. */
void other_version_record(struct authority *all, uint8_t version);

#endif
