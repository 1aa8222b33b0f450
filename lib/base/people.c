/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/people.h"

#include <string.h>

extern const struct people people_en, people_de;

const struct people *const people_languages[] = {&people_en, &people_de, NULL};

static const unsigned arguments_of[PEOPLE_COUNT] = {
#define PEOPLE_ARGUMENTS(NAME, arguments) [PEOPLE_##NAME] = arguments,
    PEOPLE(PEOPLE_ARGUMENTS)
#undef PEOPLE_ARGUMENTS
};

const struct people *
people_find(const char *language)
{
	for (size_t i = 0; people_languages[i] != NULL; i++)
		if (strcmp(people_languages[i]->language, language) == 0)
			return people_languages[i];
	return NULL;
}

size_t
people_write(const struct people *people, enum people_text text,
    const char *const *arguments, char *out, size_t size)
{
	size_t length = 0;

	for (const char *p = people->text[text]; *p != '\0'; p++) {
		const char *piece = p;
		size_t n = 1;

		if (p[0] == '%' && p[1] >= '1' &&
		    p[1] < (char)('1' + arguments_of[text])) {
			piece = arguments[p[1] - '1'];
			n = strlen(piece);
			p++;
		}
		if (length < size)
			memcpy(out + length, piece,
			    n < size - length ? n : size - length);
		length += n;
	}
	if (size > 0)
		out[length < size ? length : size - 1] = '\0';
	return length;
}
