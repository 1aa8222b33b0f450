/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_FACTOR_HOTP_H
#define AUTHORITY_FACTOR_HOTP_H

/* RFC 4226: factor_hotp of factor.h. */
#define HOTP_AHEAD 10	/* codes that were shown and not typed: section 7.4 */
#define HOTP_KNOWN 100	/* so far ahead a code is told from a wrong one */
#define HOTP_REACH 1000 /* by an administrator, with two codes */
#define HOTP_BEHIND 10	/* so far behind a code is told from a wrong one */

#endif
