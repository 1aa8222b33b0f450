/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/merkle.h"

#include <openssl/evp.h>
#include <string.h>

enum { PREFIX_LEAF = 0, PREFIX_NODE = 1, PREFIX_NONE = 256 };

static int
digest(struct merkle *m, int prefix, const void *bytes, size_t len,
    uint8_t hash_r[MERKLE_HASH_SIZE])
{
	uint8_t first = (uint8_t)prefix;

	if (EVP_DigestInit_ex(m->ctx, m->md, NULL) != 1)
		return -1;
	if (prefix != PREFIX_NONE && EVP_DigestUpdate(m->ctx, &first, 1) != 1)
		return -1;
	if (EVP_DigestUpdate(m->ctx, bytes, len) != 1 ||
	    EVP_DigestFinal_ex(m->ctx, hash_r, NULL) != 1)
		return -1;
	return 0;
}

/* HASH becomes the parent of LEFT and itself. */
static int
join(struct merkle *m, const uint8_t left[MERKLE_HASH_SIZE],
    uint8_t hash[MERKLE_HASH_SIZE])
{
	uint8_t pair[2 * MERKLE_HASH_SIZE];

	memcpy(pair, left, MERKLE_HASH_SIZE);
	memcpy(pair + MERKLE_HASH_SIZE, hash, MERKLE_HASH_SIZE);
	return digest(m, PREFIX_NODE, pair, sizeof pair, hash);
}

int
merkle_init(struct merkle *m)
{
	*m = (struct merkle){0};
	m->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	m->ctx = EVP_MD_CTX_new();
	if (m->md == NULL || m->ctx == NULL) {
		merkle_free(m);
		return -1;
	}
	return 0;
}

void
merkle_free(struct merkle *m)
{
	EVP_MD_free(m->md);
	EVP_MD_CTX_free(m->ctx);
	m->md = NULL;
	m->ctx = NULL;
}

int
merkle_leaf(struct merkle *m, const void *bytes, size_t len,
    uint8_t hash_r[MERKLE_HASH_SIZE])
{
	return digest(m, PREFIX_LEAF, bytes, len, hash_r);
}

int
merkle_append(struct merkle *m, const uint8_t leaf[MERKLE_HASH_SIZE])
{
	uint8_t hash[MERKLE_HASH_SIZE];
	unsigned height = 0;

	memcpy(hash, leaf, sizeof hash);
	for (; m->size >> height & 1; height++)
		if (join(m, m->edge[height], hash) < 0)
			return -1;
	memcpy(m->edge[height], hash, sizeof hash);
	m->size++;
	return 0;
}

int
merkle_root(struct merkle *m, uint8_t root_r[MERKLE_HASH_SIZE])
{
	int started = 0;

	if (m->size == 0)
		return digest(m, PREFIX_NONE, "", 0, root_r);
	for (unsigned height = 0; height < 64; height++) {
		if ((m->size >> height & 1) == 0)
			continue;
		if (!started)
			memcpy(root_r, m->edge[height], MERKLE_HASH_SIZE);
		else if (join(m, m->edge[height], root_r) < 0)
			return -1;
		started = 1;
	}
	return 0;
}

void
merkle_copy(struct merkle *to, const struct merkle *from)
{
	to->size = from->size;
	memcpy(to->edge, from->edge, sizeof to->edge);
}
