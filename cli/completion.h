/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

/* "completion bash" or "completion zsh": a script for that shell that knows
 * the nouns, verbs and options of the help.  A cli_status. */
int completion_print(int argc, char **argv);

#endif
