/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FACTOR_INVITE_H
#define CLI_FACTOR_INVITE_H

/* sallyport factor invite */
int factor_invite(int argc, char **argv);

#endif
