/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for people at a login, one list.  Each language is a file
 * people_LANGUAGE.c that has all of them.  The configuration chooses the
 * language, never the client.
 */
#ifndef BASE_PEOPLE_H
#define BASE_PEOPLE_H

#include <stddef.h>

/*
 * P(NAME, arguments): a text and how many arguments it takes.  Where it says
 * %1 to %9 stands that argument; an argument may stand twice.  A line is no
 * longer than 80 columns of a terminal, but for a URI.
 */
#define PEOPLE(P)                                                        \
	P(TIME, 1) /* before the first prompt: seconds */                \
	P(PASSWORD, 0)                                                   \
	P(CODE, 0)                                                       \
	/* the same for everybody who is refused, whatever the reason */ \
	P(REFUSED, 0)                                                    \
	/* what hits everybody alike may be told as it is */             \
	P(NO_DIRECTORY, 0)                                               \
	P(UNAVAILABLE, 0)                                                \
	P(NO_ANSWER, 0) /* the module's: gatewayd is not there */        \
	P(REFERENCE, 1) /* what the helpdesk looks up */                 \
	/* enrolment: kind of key, form of a code, key in fours, and the \
	 * URI with its newline, or nothing */                           \
	P(ENROL, 4)                                                      \
	P(TIME_BASED, 0) /* kinds of key */                              \
	P(COUNTER_BASED, 0)                                              \
	P(DIGITS, 1) /* the form of a code */                            \
	P(ENROLLED, 0)                                                   \
	P(FORM_IGNORED, 0)

enum people_text {
#define PEOPLE_ENUM(NAME, arguments) PEOPLE_##NAME,
	PEOPLE(PEOPLE_ENUM)
#undef PEOPLE_ENUM
	    PEOPLE_COUNT
};

#define PEOPLE_DEFAULT "en"

struct people {
	const char *language; /* its ISO 639-1 code */
	const char *text[PEOPLE_COUNT];
};

/* The languages; the last one has no name. */
extern const struct people *const people_languages[];

/* NULL: there is no such language. */
const struct people *people_find(const char *language);

/* A text with its arguments, as far as they fit: the length of the whole, as of
 * snprintf(3).  arguments may be NULL where the text takes none. */
size_t people_write(const struct people *people, enum people_text text,
    const char *const *arguments, char *out, size_t size);

#endif
