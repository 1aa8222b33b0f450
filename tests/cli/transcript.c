/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/cli/transcript.h"

#include "tests/cli/fake.h"
#include "tests/support/golden.h"
#include "tests/support/unit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WORDS 24
#define FOLDER "FOLDER"

/* libc's, but for a time that stays: 2026-09-21 14:13:20. */
time_t
time(time_t *seconds_r)
{
	if (seconds_r != NULL)
		*seconds_r = 1790000000;
	return 1790000000;
}

static void __attribute__((format(printf, 2, 3)))
add(struct transcript *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->text + t->len, sizeof t->text - t->len, format, args);
	va_end(args);
	assert_true(n >= 0 && (size_t)n < sizeof t->text - t->len);
	t->len += (size_t)n;
}

/* Line by line, and the folder by its name. */
static void
add_output(struct transcript *t, const char *prefix, const char *text)
{
	size_t folder = t->folder != NULL ? strlen(t->folder) : 0;
	bool begins = true;

	while (*text != '\0') {
		bool here = folder > 0 && strncmp(text, t->folder, folder) == 0;

		add(t, "%s", begins ? prefix : "");
		if (here)
			add(t, FOLDER);
		else
			add(t, "%c", *text);
		begins = *text == '\n';
		text += here ? folder : 1;
	}
	if (!begins)
		add(t, "\n(without a newline)\n");
}

/* A word of a command as the command gets it. */
static const char *
real(const struct transcript *t, const char *word, char room[512])
{
	const char *at = strstr(word, FOLDER);

	if (at == NULL)
		return word;
	snprintf(room, 512, "%.*s%s%s", (int)(at - word), word, t->folder,
	    at + strlen(FOLDER));
	return room;
}

static void
run_one(struct transcript *t, const char *command)
{
	static struct fake_run run;
	static char rooms[WORDS][512];
	const char *words[WORDS + 4] = {NULL};
	char *copy = strdup(command), *rest = NULL;
	size_t n = 0;

	assert_non_null(copy);
	if (t->program)
		words[n++] = "sallyport";
	for (char *word = strtok_r(copy, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		assert_true(n < WORDS);
		words[n] = real(t, word, rooms[n]);
		n++;
		/* behind the verb: what follows may be operands after "--" */
		if (n == 2 && t->socket != NULL) {
			words[n++] = "--socket";
			words[n++] = t->socket;
		}
	}
	add(t, "$ sallyport %s\n", command);
	fake_run(&run, t->noun, "", words);
	add_output(t, "", run.out);
	add_output(t, "! ", run.err);
	add(t, "= %d\n\n", run.status);
	free(copy);
}

void
transcript_run(struct transcript *t, const char *const *commands, size_t count)
{
	for (size_t i = 0; i < count; i++)
		run_one(t, commands[i]);
}

void
transcript_compare(const struct transcript *t, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "cli/%s", name);
	golden_compare(path, t->text);
}
