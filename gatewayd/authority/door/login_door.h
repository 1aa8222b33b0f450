/* SPDX-License-Identifier: Apache-2.0 */
/* Where login's conversations come in: one channel, one attempt. */
#ifndef AUTHORITY_DOOR_LOGIN_DOOR_H
#define AUTHORITY_DOOR_LOGIN_DOOR_H

#include "gatewayd/authority/authority.h"

/* Serves the connected socket of a conversation, which it then owns. */
void login_door_begin(struct authority *all, int fd);

#endif
