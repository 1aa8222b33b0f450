/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PEM_H
#define BASE_PEM_H

/*
 * The pem_password_cb with which every PEM is read
 * (PEM_read_bio_PrivateKey(3)).  OpenSSL's default asks on the terminal, and a
 * role or a script would wait there for ever.  -1 means that there is no
 * password; 0 would mean the empty one.
 */
static inline int
pem_no_password(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

#endif
