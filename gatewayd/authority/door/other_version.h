/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PAM module of another release.  Its frames cannot be parsed, so every login
 * is refused.  The record has only the version and the time.
 */
#ifndef AUTHORITY_DOOR_OTHER_VERSION_H
#define AUTHORITY_DOOR_OTHER_VERSION_H

#include <stdint.h>

#include "gatewayd/authority/authority.h"

/* Writes one record.  The module was refused already. */
void other_version_record(struct authority *all, uint8_t version);

#endif
