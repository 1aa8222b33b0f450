/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys that had another name in the release before, or no longer exist.  They
 * are still read for one release, with a warning that says what to write
 * instead.  So a configuration that was right yesterday is right today.  The
 * release after this one removes the row.
 */
#ifndef CONF_CONF_RENAMED_H
#define CONF_CONF_RENAMED_H

struct conf_renamed {
	const char *block; /* "sink" too; NULL ends the list */
	const char *before;
	const char *now; /* of the same block; NULL: it has no effect */
};

extern const struct conf_renamed conf_renamed[];

#endif
