/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FACTOR_PROVE_H
#define CLI_FACTOR_PROVE_H

struct channel;

/* Asks on the terminal for the code that the new authenticator shows, and has
 * it verified.  Nothing typed: the first login will prove it.  0, or a
 * cli_status after it has printed the reason. */
int factor_prove_new(struct channel *channel, const char *name, const char *id);

int factor_confirm(int argc, char **argv);
int factor_resync(int argc, char **argv);

#endif
