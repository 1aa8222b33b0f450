/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_AUDIT_VERIFY_H
#define CLI_AUDIT_VERIFY_H

struct log_key;

/* Reads the public half of a log's key.  0, or CLI_UNKNOWN after the reason was
 * printed. */
int audit_read_key(const char *path, struct log_key *key);

/* sallyport audit verify; argv[0] is the verb. */
int audit_verify(int argc, char **argv);

#endif
