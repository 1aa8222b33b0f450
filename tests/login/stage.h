/* SPDX-License-Identifier: Apache-2.0 */
/* A conversation between the test, which is module, authority and directory,
 * and a forked process that runs conversation_run(). */
#ifndef TESTS_LOGIN_STAGE_H
#define TESTS_LOGIN_STAGE_H

#include "gatewayd/login/conversation.h"
#include "lib/ipc/channel.h"
#include "lib/wire/pamwire_io.h"

struct stage {
	char dir[64];
	struct conf_login conf;
	struct seats *seats;
	int authority_listen, directory_listen;
	int module; /* the test's end */
	pid_t pid;
	char *secret; /* hidden; the child must keep no copy of it */
	struct channel authority;
	struct message m;
	struct pamwire_frame f;
};

/* For cmocka; *state is a struct stage. */
int stage_set_up(void **state);
void stage_start(struct stage *s);
/* The process has ended by itself, and well. */
void stage_assert_ended(struct stage *s);
int stage_tear_down(void **state);
/* What is in f, or in m, is sent; what comes is there afterwards.  Whatever
 * does not come, or is not as told, fails the test. */
void stage_module_says(struct stage *s);
void stage_begin(struct stage *s, enum pamwire_phase phase);
void stage_expect(struct stage *s, enum pamwire_type type);
void stage_expect_result(struct stage *s, enum pamwire_result result);
void stage_assert_no_connection(int listening);
void stage_authority_hears(struct stage *s, enum message_type type);
void stage_assert_authority_ends(struct stage *s);
void stage_authority_asks(struct stage *s, size_t count);
void stage_authority_decides(
    struct stage *s, enum result result, const char *text);
void stage_open_and_ask(struct stage *s);
void stage_person_answers(struct stage *s, const char *one, const char *two);
void stage_directory_hears(struct stage *s, const char *password);
void stage_authority_hears_code(struct stage *s, const char *code);
void stage_authority_asks_for_more(struct stage *s, const char *prompt);
void stage_person_answers_once(struct stage *s, const char *text);

#endif
