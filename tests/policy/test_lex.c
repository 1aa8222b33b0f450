/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "lib/conf/lex.h"
#include "tests/support/unit.h"

static void
expect(struct lex *lex, enum lex_kind kind, const char *text)
{
	struct lex_token seen = lex_peek(lex);
	struct lex_token token = lex_next(lex);

	assert_int_equal(token.kind, kind);
	assert_ptr_equal(seen.text, token.text);
	assert_int_equal(token.length, strlen(text));
	assert_memory_equal(token.text, text, token.length);
}

static void
start(struct lex *lex, const char *source)
{
	lex_init(lex, "a.conf", source, strlen(source));
}

static void
words_hold_addresses_globs_times_and_uris(void **state)
{
	struct lex lex;

	start(&lex, "10.0.0.0/8 2001:db8::/48\tpay-*.prod.example.com 8h "
		    "mon-fri Europe/Paris ldaps://h:636 DOM\\user é");
	expect(&lex, LEX_WORD, "10.0.0.0/8");
	expect(&lex, LEX_WORD, "2001:db8::/48");
	expect(&lex, LEX_WORD, "pay-*.prod.example.com");
	expect(&lex, LEX_WORD, "8h");
	expect(&lex, LEX_WORD, "mon-fri");
	expect(&lex, LEX_WORD, "Europe/Paris");
	expect(&lex, LEX_WORD, "ldaps://h:636");
	expect(&lex, LEX_WORD, "DOM\\user");
	expect(&lex, LEX_WORD, "é");
	expect(&lex, LEX_END, "");
	expect(&lex, LEX_END, "");
}

static void
punctuation_parts_words(void **state)
{
	struct lex lex;

	start(&lex, "password+(otp|fido2),x{y}#z");
	expect(&lex, LEX_WORD, "password");
	expect(&lex, LEX_PUNCT, "+");
	expect(&lex, LEX_PUNCT, "(");
	expect(&lex, LEX_WORD, "otp");
	expect(&lex, LEX_PUNCT, "|");
	expect(&lex, LEX_WORD, "fido2");
	expect(&lex, LEX_PUNCT, ")");
	expect(&lex, LEX_PUNCT, ",");
	expect(&lex, LEX_WORD, "x");
	expect(&lex, LEX_PUNCT, "{");
	expect(&lex, LEX_WORD, "y");
	expect(&lex, LEX_PUNCT, "}");
	expect(&lex, LEX_END, "");
}

static void
statement_ends_at_newline_but_not_inside_parentheses(void **state)
{
	struct lex lex;

	start(&lex, "a (b # c\n d)\ne \\\n f {\n}\n");
	expect(&lex, LEX_WORD, "a");
	expect(&lex, LEX_PUNCT, "(");
	expect(&lex, LEX_WORD, "b");
	expect(&lex, LEX_WORD, "d");
	expect(&lex, LEX_PUNCT, ")");
	expect(&lex, LEX_NEWLINE, "\n");
	expect(&lex, LEX_WORD, "e");
	expect(&lex, LEX_WORD, "f");
	expect(&lex, LEX_PUNCT, "{");
	expect(&lex, LEX_NEWLINE, "\n");
	expect(&lex, LEX_PUNCT, "}");
	expect(&lex, LEX_NEWLINE, "\n");
	expect(&lex, LEX_END, "");
}

static void
word_before_continuation_is_whole(void **state)
{
	struct lex lex;

	start(&lex, "from\\\ncorp");
	expect(&lex, LEX_WORD, "from");
	expect(&lex, LEX_WORD, "corp");
	expect(&lex, LEX_END, "");
}

static void
strings_unescape(void **state)
{
	struct lex lex;
	struct lex_token token;
	char out[LEX_TOKEN_MAX + 1];

	start(&lex, "\"cn=a, \\\"b\\\" \\\\ # (c\" word (");
	token = lex_next(&lex);
	assert_int_equal(token.kind, LEX_STRING);
	assert_int_equal(lex_text(&token, out, sizeof out), 16);
	assert_string_equal(out, "cn=a, \"b\" \\ # (c");
	assert_int_equal(lex_text(&token, out, 16), -1);
	assert_int_equal(lex_text(&token, out, 0), -1);
	token = lex_next(&lex);
	assert_int_equal(lex_text(&token, out, sizeof out), 4);
	assert_string_equal(out, "word");
	token = lex_next(&lex);
	assert_int_equal(lex_text(&token, out, sizeof out), -1);
}

static void
positions_count_characters(void **state)
{
	struct lex lex;
	struct lex_token token;

	start(&lex, "é\tb\n\n  c (d\n e)");
	token = lex_next(&lex);
	assert_int_equal(token.column, 1);
	token = lex_next(&lex);
	assert_int_equal(token.line, 1);
	assert_int_equal(token.column, 3);
	token = lex_next(&lex);
	assert_int_equal(token.line, 1);
	assert_int_equal(token.column, 4);
	lex_next(&lex);
	token = lex_next(&lex);
	assert_int_equal(token.line, 3);
	assert_int_equal(token.column, 3);
	lex_next(&lex);
	lex_next(&lex);
	token = lex_next(&lex);
	assert_int_equal(token.line, 4);
	assert_int_equal(token.column, 2);
}

static void
expect_bad(const char *source, size_t length, const char *problem)
{
	struct lex lex;
	struct lex_token token;
	unsigned bad = 0;

	lex_init(&lex, "a.conf", source, length);
	do {
		token = lex_next(&lex);
		if (token.kind == LEX_BAD) {
			bad++;
			assert_non_null(strstr(token.problem, problem));
		}
	} while (token.kind != LEX_END);
	assert_int_equal(bad, 1);
}

#define EXPECT_BAD(source, problem) \
	expect_bad(source, sizeof source - 1, problem)

static void
bad_bytes_are_named(void **state)
{
	EXPECT_BAD("a\0b", "NUL");
	EXPECT_BAD("a b\r\n", "Unix line ends");
	EXPECT_BAD("a\001", "control");
	EXPECT_BAD("# a\177", "control");
	EXPECT_BAD("a\377", "UTF-8");
	EXPECT_BAD("\"a\300\200\"", "UTF-8");
	EXPECT_BAD("# \355\240\200 x\n", "UTF-8");
	EXPECT_BAD("a\303", "UTF-8");
	EXPECT_BAD("\364\220\200\200", "UTF-8");
	EXPECT_BAD("a # \342\200\256 permit\n", "direction-changing");
	EXPECT_BAD("\357\273\277a", "invisible");
	EXPECT_BAD("a\302\205b", "invisible");
	EXPECT_BAD("\"abc\n", "closing quote");
	EXPECT_BAD("\"abc\\", "escape");
	EXPECT_BAD("\"a\\n\"", "escape");
}

static void
sizes_are_bounded(void **state)
{
	char *text = test_malloc(LEX_SOURCE_MAX + 1);
	struct lex lex;

	memset(text, 'a', LEX_SOURCE_MAX + 1);
	expect_bad(text, LEX_TOKEN_MAX + 1, "longer");
	lex_init(&lex, "a", text, LEX_TOKEN_MAX);
	assert_int_equal(lex_next(&lex).kind, LEX_WORD);
	text[0] = text[LEX_TOKEN_MAX] = '"';
	expect_bad(text, LEX_TOKEN_MAX + 1, "longer");
	memset(text, ' ', LEX_SOURCE_MAX + 1);
	expect_bad(text, LEX_SOURCE_MAX + 1, "1 MiB");
	lex_init(&lex, "a", text, LEX_SOURCE_MAX);
	assert_int_equal(lex_next(&lex).kind, LEX_END);
	memset(text, '(', LEX_DEPTH_MAX + 1);
	expect_bad(text, LEX_DEPTH_MAX + 1, "deeply");
	test_free(text);
}

static void
comment_stays_comment_after_a_bad_byte(void **state)
{
	struct lex lex;

	start(&lex, "# \001 permit\nb");
	assert_int_equal(lex_next(&lex).kind, LEX_BAD);
	expect(&lex, LEX_NEWLINE, "\n");
	expect(&lex, LEX_WORD, "b");
}

static void
skipping_leaves_parentheses(void **state)
{
	struct lex lex;

	start(&lex, "a ( ( b\nc\n");
	lex_next(&lex);
	lex_next(&lex);
	lex_skip_statement(&lex);
	expect(&lex, LEX_WORD, "c");
	lex_skip_statement(&lex);
	lex_skip_statement(&lex);
	expect(&lex, LEX_END, "");
}

static void
errors_show_line_and_caret(void **state)
{
	static struct lex_errors errors;
	struct lex lex;
	struct lex_token token;

	lex_errors_init(&errors);
	start(&lex, "é\tx\npermit sre from crop\n");
	lex_next(&lex);
	token = lex_next(&lex);
	lex_error(&errors, &lex, &token, "odd %s", "x");
	for (int i = 0; i < 5; i++)
		token = lex_next(&lex);
	lex_warning(&errors, &lex, &token, "unknown network \"%s\"", "crop");
	lex_error_file(&errors, "b.conf", "cannot be read");
	assert_int_equal(errors.count, 2);
	assert_int_equal(errors.warnings, 1);
	assert_string_equal(errors.text,
	    "a.conf:1:3: odd x\n  é\tx\n   \t^\n"
	    "a.conf:2:17: warning: unknown network \"crop\"\n"
	    "  permit sre from crop\n                  ^~~~\n"
	    "b.conf: cannot be read\n");
}

static void
errors_are_bounded_and_counted(void **state)
{
	static struct lex_errors errors;
	static char text[5000];
	struct lex lex;
	struct lex_token token;
	char *shown = NULL;
	size_t size = 0;
	FILE *stream;

	memset(text, 'a', sizeof text - 1);
	memset(text + 2000, ' ', 500);
	lex_errors_init(&errors);
	start(&lex, text);
	token = lex_next(&lex);
	for (int i = 0; i < 1000; i++)
		lex_error(&errors, &lex, &token, "%s", text);
	assert_int_equal(errors.count, 1000);
	assert_true(errors.kept <= LEX_ERRORS_MAX);
	assert_true(errors.used < sizeof errors.text);
	assert_int_equal(strlen(errors.text), errors.used);
	stream = open_memstream(&shown, &size);
	assert_non_null(stream);
	assert_int_equal(lex_errors_print(&errors, stream), 0);
	fclose(stream);
	assert_non_null(strstr(shown, " more\n"));
	free(shown);

	/* as many as there is room for, also when they are short */
	lex_errors_init(&errors);
	for (unsigned i = 0; i <= LEX_ERRORS_MAX; i++)
		lex_error_file(&errors, "a", "b");
	assert_int_equal(errors.kept, LEX_ERRORS_MAX);
}

/* Of a long line what is around the token, and the caret below it. */
static void
errors_of_long_lines_show_their_place(void **state)
{
	static struct lex_errors errors;
	char text[1000];
	const char *line, *caret;
	struct lex lex;
	struct lex_token token;

	memset(text, 'a', sizeof text);
	for (size_t i = 9; i < sizeof text; i += 10)
		text[i] = ' ';
	memcpy(text + 600, "wrong", 5);
	lex_init(&lex, "a.conf", text, sizeof text);
	do
		token = lex_next(&lex);
	while (strncmp(token.text, "wrong", 5) != 0);
	lex_errors_init(&errors);
	lex_error(&errors, &lex, &token, "no");
	line = strchr(errors.text, '\n') + 1;
	caret = strchr(errors.text, '^');
	assert_memory_equal(
	    line + (caret - strchr(line, '\n') - 1), "wrong", 5);
	assert_true(strchr(line, '\n') - line < 200);
}

/* "é" is two bytes that no terminal gets when the source is no UTF-8. */
static void
the_caret_counts_what_is_shown(void **state)
{
	static struct lex_errors errors;
	struct lex lex;
	struct lex_token token;

	lex_errors_init(&errors);
	start(&lex, "\303\251 \200\n");
	lex_next(&lex);
	token = lex_next(&lex);
	assert_int_equal(token.kind, LEX_BAD);
	lex_error(&errors, &lex, &token, "no");
	assert_string_equal(errors.text, "a.conf:1:3: no\n  ?? ?\n     ^\n");
}

static void
errors_that_cannot_be_printed_are_an_error(void **state)
{
	static struct lex_errors errors;
	FILE *full = fopen("/dev/full", "we");

	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	lex_errors_init(&errors);
	errors.count = 1;
	assert_int_equal(lex_errors_print(&errors, full), -1);
	lex_error_file(&errors, "a", "b");
	errors.count = errors.kept;
	assert_int_equal(lex_errors_print(&errors, full), -1);
	fclose(full);
}

static void
errors_put_no_control_byte_on_the_terminal(void **state)
{
	static struct lex_errors errors;
	struct lex lex;
	struct lex_token token;

	lex_errors_init(&errors);
	start(&lex, "a \033[31m \177 \342\200\256\n");
	lex_next(&lex);
	token = lex_next(&lex);
	lex_error(&errors, &lex, &token, "%s", token.problem);
	token = lex_next(&lex);
	lex_error(&errors, &lex, &token, "%s", token.problem);
	assert_null(strchr(errors.text, '\033'));
	assert_null(strchr(errors.text, '\177'));
	assert_null(strstr(errors.text, "\342\200\256"));
}

/* Every prefix of random bytes ends, and stays inside the buffer (ASan). */
static void
random_bytes_end(void **state)
{
	static const char pieces[] = "ab \t\n\"\\#(){}+|,\303\251\342\200";
	uint32_t seed = 7;

	for (int round = 0; round < 20000; round++) {
		struct lex lex;
		size_t length = (size_t)round % 40;
		char *source = test_malloc(length + 1);
		size_t tokens = 0;

		for (size_t i = 0; i < length; i++) {
			seed = seed * 1664525u + 1013904223u;
			source[i] = pieces[(seed >> 16) % sizeof pieces];
		}
		lex_init(&lex, "r", source, length);
		while (lex_next(&lex).kind != LEX_END)
			assert_true(++tokens <= length + 1);
		test_free(source);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_hold_addresses_globs_times_and_uris),
	    cmocka_unit_test(punctuation_parts_words),
	    cmocka_unit_test(
		statement_ends_at_newline_but_not_inside_parentheses),
	    cmocka_unit_test(word_before_continuation_is_whole),
	    cmocka_unit_test(strings_unescape),
	    cmocka_unit_test(positions_count_characters),
	    cmocka_unit_test(bad_bytes_are_named),
	    cmocka_unit_test(sizes_are_bounded),
	    cmocka_unit_test(comment_stays_comment_after_a_bad_byte),
	    cmocka_unit_test(skipping_leaves_parentheses),
	    cmocka_unit_test(errors_show_line_and_caret),
	    cmocka_unit_test(errors_are_bounded_and_counted),
	    cmocka_unit_test(errors_of_long_lines_show_their_place),
	    cmocka_unit_test(the_caret_counts_what_is_shown),
	    cmocka_unit_test(errors_that_cannot_be_printed_are_an_error),
	    cmocka_unit_test(errors_put_no_control_byte_on_the_terminal),
	    cmocka_unit_test(random_bytes_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
