/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void
print_time(int64_t ms, char text_r[PRINT_TIME])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (ms <= 0 || !gmtime_r(&seconds, &tm) ||
	    strftime(text_r, PRINT_TIME, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		memcpy(text_r, "-", 2);
}

void
print_actor(char *name_r, size_t size)
{
	const char *behind = getuid() == 0 ? getenv("SUDO_USER") : NULL;
	const struct passwd *pw = behind ? NULL : getpwuid(getuid());

	if (behind && *behind)
		snprintf(name_r, size, "%s", behind);
	else if (pw)
		snprintf(name_r, size, "%s", pw->pw_name);
	else
		snprintf(name_r, size, "uid %u", (unsigned int)getuid());
	/* the environment's: one line in the policy's history */
	for (char *p = name_r; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
}

void
print_list_begin(struct print_list *list, bool json)
{
	list->json = json;
	list->count = 0;
	list->all = NULL;
	list->kept = json ? open_memstream(&list->all, &list->all_size) : NULL;
}

struct json_write *
print_list_item(struct print_list *list)
{
	json_write_init(&list->w, list->text, sizeof list->text);
	json_write_object(&list->w, NULL);
	return &list->w;
}

int
print_list_item_end(struct print_list *list)
{
	size_t len;

	json_write_object_end(&list->w);
	if (json_write_finish(&list->w, &len) < 0 || list->kept == NULL)
		return -1;
	fputs(list->count++ ? ",\n " : "[", list->kept);
	fwrite(list->text, 1, len, list->kept);
	return ferror(list->kept) ? -1 : 0;
}

const char *
print_list_text(struct print_list *list)
{
	if (list->kept == NULL ||
	    fputs(list->count ? "]" : "[]", list->kept) < 0 ||
	    fflush(list->kept) != 0)
		return NULL;
	return list->all;
}

int
print_list_end(struct print_list *list)
{
	const char *text = list->json ? print_list_text(list) : "";
	int r = text != NULL ? 0 : -1;

	if (r == 0 && list->json)
		puts(text);
	print_list_drop(list);
	return r;
}

void
print_list_drop(struct print_list *list)
{
	if (list->kept != NULL)
		fclose(list->kept);
	free(list->all);
	list->kept = NULL;
	list->all = NULL;
}
