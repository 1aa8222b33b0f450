/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TOKEN_SHOW_H
#define CLI_TOKEN_SHOW_H

#include <jansson.h>
#include <sallyport/verify.h>
#include <stddef.h>

/* `sallyport token show` */
int token_show(int argc, char **argv);

/* Reads the token from the operand.  NULL and "-" mean standard input. */
int token_show_read(
    const char *operand, char token_r[SALLYPORT_TOKEN_MAX + 2], size_t *len_r);

/*
 * A part of a token as JSON, not verified: 0 is the header, 1 the payload.
 * NULL: there is no such part.
 */
json_t *token_show_part(const char *token, size_t len, int part);

#endif
