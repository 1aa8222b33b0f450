/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_AUDIT_VERIFY_H
#define CLI_AUDIT_VERIFY_H

/* sallyport audit verify; argv[0] is the verb. */
int audit_verify(int argc, char **argv);

#endif
