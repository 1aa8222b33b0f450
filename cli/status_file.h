/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_STATUS_FILE_H
#define CLI_STATUS_FILE_H

#include <jansson.h>

/*
 * Reads what gatewayd says of itself (gatewayd/parent/status.c): every member
 * that is shown is there and of its type, and gatewayd runs.  0, or CLI_UNKNOWN
 * after the reason was printed.  *file_r is the caller's, also after a failure.
 */
int status_file_read(const char *path, json_t **file_r);

#endif
