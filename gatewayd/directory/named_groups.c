/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/named_groups.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/group_list.h"

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
named_groups_read(struct named_groups *g, int fd)
{
	struct stat st;
	size_t at = 0;

	*g = (struct named_groups){0};
	if (fstat(fd, &st) < 0 || st.st_size < 0)
		return -1;
	g->size = (size_t)st.st_size;
	g->text = malloc(g->size + 1);
	if (g->text == NULL || pread(fd, g->text, g->size, 0) != st.st_size ||
	    (g->size > 0 && g->text[g->size - 1] != '\0'))
		return -1;
	g->number = group_list_number(g->text, g->size);
	for (size_t i = 0; i < g->size; i++)
		g->count += g->text[i] == '\0';
	g->dn = calloc(g->count + 1, sizeof *g->dn);
	if (g->dn == NULL)
		return -1;
	for (size_t i = 0; i < g->count; i++) {
		g->dn[i] = g->text + at;
		at += strlen(g->text + at) + 1;
	}
	qsort(g->dn, g->count, sizeof *g->dn, compare);
	return 0;
}

bool
named_groups_have(const struct named_groups *g, const char *canonical)
{
	return g->count > 0 && bsearch(&canonical, g->dn, g->count,
				   sizeof *g->dn, compare) != NULL;
}

void
named_groups_free(struct named_groups *g)
{
	free(g->dn);
	free(g->text);
	*g = (struct named_groups){0};
}
