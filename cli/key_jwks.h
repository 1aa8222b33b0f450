/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_KEY_JWKS_H
#define CLI_KEY_JWKS_H

/* `sallyport key jwks` */
int key_jwks(int argc, char **argv);

#endif
