/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to gatewayd's sockets: the directory that has them.  Every directory
 * above a socket must belong to root, or to the caller if that is not root, and
 * no other user may be able to write to it.  Only a directory above the last
 * one may be an exception, with the sticky bit.  The path must have no symbolic
 * link.
 *
 * The way is walked once for a PAM handle, which keeps the directory as a
 * descriptor.  Before each use the descriptor must be that directory still, by
 * device and inode, and nobody else must be able to write there.
 */
#ifndef PAM_MODULE_WAY_H
#define PAM_MODULE_WAY_H

#include <security/pam_modules.h>
#include <stdbool.h>

struct way {
	const char *path;
	const char *name; /* of the socket in the directory, part of path */
	int fd;		  /* of the directory */
	bool was_kept;	  /* by the handle: nothing was walked now */
};

/* Finds the directory of that socket.  -1 with errno. */
int way_find(struct way *w, pam_handle_t *pamh, const char *path);
/* Ends the use, before it is known what came of it: the handle keeps the
 * directory.  -1 with errno: it could not, and the directory is closed. */
int way_keep(struct way *w, pam_handle_t *pamh);
/* The directory that the handle keeps has no socket that anybody serves: walks
 * anew.  True: it is another directory by now, as after a start of gatewayd. */
bool way_moved(pam_handle_t *pamh, const char *path);

#endif
