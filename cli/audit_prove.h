/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_AUDIT_PROVE_H
#define CLI_AUDIT_PROVE_H

/* Proofs for somebody who does not have the log; argv[0] is the verb. */

/* sallyport audit prove: that a record is in the log (C2SP tlog-proof). */
int audit_prove(int argc, char **argv);
/* sallyport audit consistency: that the log continues an older checkpoint (the
 * body of C2SP tlog-witness add-checkpoint). */
int audit_consistency(int argc, char **argv);

#endif
