/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_AUDIT_RECOVER_H
#define CLI_AUDIT_RECOVER_H

/* sallyport audit recover: appends to a log that was put back the records that
 * it lost, from a receiver's copy. */
int audit_recover(int argc, char **argv);

#endif
