/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_PATIENCE_H
#define SUPPORT_PATIENCE_H

/* How long a test waits for what must come, in milliseconds: long enough for
 * a machine that leaves a process alone for seconds.  A test that passes never
 * waits so long.  Shorter than tests/run-units waits (SILENT): the test says
 * what did not come. */
#define PATIENCE_MS 40000

#endif
