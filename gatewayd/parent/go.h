/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_GO_H
#define PARENT_GO_H

#include "gatewayd/parent/parent.h"
#include "gatewayd/role/role.h"

/* Tells the role to start, to stage, to swap or to forget.  All but GO_FORGET
 * are answered; a role that is late with its answer is ended. */
void go_tell(struct child *c, enum go go);

#endif
