/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_UNIT_H
#define SUPPORT_UNIT_H

/* What each cmocka program includes.  cmocka wants these four before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A test that needs no fixture does not name its state: the tests are built
 * without the warning for parameters that are not used. */

#endif
