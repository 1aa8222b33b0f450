/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TOKEN_VERIFY_H
#define CLI_TOKEN_VERIFY_H

/* `sallyport token verify` */
int token_verify(int argc, char **argv);

#endif
