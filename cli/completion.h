/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

/* Prints a script for bash or zsh that completes the nouns, verbs and options
 * of the help.  argv is "completion bash" or "completion zsh".  A cli_status.
 */
int completion_print(int argc, char **argv);

#endif
