/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/relay.h"

#include <security/pam_ext.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "pam_module/show.h"

/* every item of a PROMPT is at most itself and a text before it */
#define MESSAGES_MAX (2 * PAMWIRE_MAX_PROMPTS)

struct messages {
	int count;
	struct pam_message message[MESSAGES_MAX];
	char text[MESSAGES_MAX][PAMWIRE_MAX_TEXT + 1];
};

static int
converse(pam_handle_t *pamh, const struct messages *m,
    struct pam_response **response_r)
{
	const struct pam_message *list[MESSAGES_MAX];
	const void *item = NULL;
	const struct pam_conv *conv;

	*response_r = NULL;
	if (pam_get_item(pamh, PAM_CONV, &item) != PAM_SUCCESS || item == NULL)
		return -1;
	conv = item;
	if (conv->conv == NULL)
		return -1;
	for (int i = 0; i < m->count; i++)
		list[i] = &m->message[i];
	/* after a failure the responses are not ours to touch */
	if (conv->conv(m->count, list, response_r, conv->appdata_ptr) ==
	    PAM_SUCCESS)
		return 0;
	*response_r = NULL;
	return -1;
}

/* Moves the text that waits into a message of its own. */
static void
flush_waiting(struct relay *r, struct messages *m)
{
	if (r->waiting[0] == '\0')
		return;
	memcpy(m->text[m->count], r->waiting, sizeof r->waiting);
	m->message[m->count].msg_style = PAM_TEXT_INFO;
	m->message[m->count].msg = m->text[m->count];
	m->count++;
	explicit_bzero(r->waiting, sizeof r->waiting);
}

/* Appends to the text that waits, on a line of its own. */
static bool
append(char waiting[PAMWIRE_MAX_TEXT + 1], const char *text)
{
	size_t have = strlen(waiting), more = strlen(text);
	size_t line = have > 0 ? 1 : 0;

	if (more == 0)
		return true;
	if (have + line + more > PAMWIRE_MAX_TEXT)
		return false;
	if (line)
		waiting[have] = '\n';
	memcpy(waiting + have + line, text, more + 1);
	return true;
}

static void
add_item(
    struct relay *r, struct messages *m, const struct pamwire_prompt_item *item)
{
	char text[PAMWIRE_MAX_TEXT + 1];

	show_clean(text, sizeof text, item->text);
	if (!append(r->waiting, text)) {
		flush_waiting(r, m);
		append(r->waiting, text);
	}
	if (item->style == PAMWIRE_INFO || item->style == PAMWIRE_ERROR)
		return;
	flush_waiting(r, m);
	if (text[0] == '\0') {
		/* a prompt without any text is still a prompt */
		m->text[m->count][0] = '\0';
		m->message[m->count].msg = m->text[m->count];
		m->count++;
	}
	m->message[m->count - 1].msg_style = item->style == PAMWIRE_ECHO_ON
						 ? PAM_PROMPT_ECHO_ON
						 : PAM_PROMPT_ECHO_OFF;
	explicit_bzero(text, sizeof text);
}

static bool
is_prompt(const struct pam_message *m)
{
	return m->msg_style == PAM_PROMPT_ECHO_OFF ||
	       m->msg_style == PAM_PROMPT_ECHO_ON;
}

static void
take_answer(struct pamwire_answer *a, const char *response)
{
	struct pamwire_answer_item *item = &a->item[a->count];
	size_t size;

	if (a->status != PAMWIRE_ANSWERED)
		return;
	if (response == NULL) {
		a->status = PAMWIRE_ABORTED;
		return;
	}
	size = strlen(response);
	if (size > sizeof item->bytes || a->count == PAMWIRE_MAX_PROMPTS) {
		a->status = PAMWIRE_UNREADABLE;
		return;
	}
	memcpy(item->bytes, response, size);
	item->size = (uint16_t)size;
	a->count++;
}

static void
wipe_responses(struct pam_response *response, int count)
{
	for (int i = 0; response != NULL && i < count; i++) {
		char *s = response[i].resp;

		if (s == NULL)
			continue;
		explicit_bzero(s, strlen(s) + 1);
		free(s);
	}
	free(response);
}

static void
ask(struct relay *r, const struct messages *m, struct pamwire_answer *a)
{
	struct pam_response *response;

	if (!r->may_ask || r->given_up || converse(r->pamh, m, &response) < 0) {
		a->status = PAMWIRE_ABORTED;
		return;
	}
	for (int i = 0; i < m->count; i++)
		if (is_prompt(&m->message[i]))
			take_answer(
			    a, response == NULL ? NULL : response[i].resp);
	wipe_responses(response, m->count);
}

void
relay_prompt(
    struct relay *r, const struct pamwire_prompt *p, struct pamwire_answer *a)
{
	struct messages m = {.count = 0};

	memset(a, 0, sizeof *a);
	a->status = PAMWIRE_ANSWERED;
	for (int i = 0; i < p->count; i++)
		add_item(r, &m, &p->item[i]);
	/* texts alone wait for the prompt that comes after them */
	if (m.count > 0)
		ask(r, &m, a);
	/* a prompt may show a seed */
	explicit_bzero(&m, sizeof m);
	if (a->status != PAMWIRE_ANSWERED) {
		uint8_t status = a->status;

		explicit_bzero(a, sizeof *a);
		a->status = status;
		r->given_up = true;
	}
}

int
relay_run(struct relay *r, struct client *c, struct pamwire_frame *f)
{
	int64_t first = pamwire_io_now() + CLIENT_FIRST_BYTE_MS;
	struct pamwire_frame answer;
	int sent = client_send(c, f);

	for (int round = 0; sent == 0 && round <= RELAY_ROUNDS_MAX; round++) {
		if (client_receive(c, f, first) < 0)
			return -1;
		if (f->type != PAMWIRE_TYPE_PROMPT)
			break;
		pamwire_init(&answer, PAMWIRE_TYPE_ANSWER);
		relay_prompt(r, &f->u.prompt, &answer.u.answer);
		pamwire_wipe(f);
		first = r->given_up ? pamwire_io_now() + CLIENT_FIRST_BYTE_MS
				    : c->deadline;
		sent = client_send(c, &answer);
		pamwire_wipe(&answer);
	}
	if (sent < 0)
		return -1;
	if (f->type != PAMWIRE_TYPE_RESULT ||
	    (f->u.result.result == PAMWIRE_REDEEM && r->given_up)) {
		pam_syslog(r->pamh, LOG_ERR,
		    "%s: not the RESULT of this conversation", c->path);
		return -1;
	}
	return 0;
}

void
relay_show(pam_handle_t *pamh, int style, const char *text)
{
	struct messages m = {.count = 1};
	struct pam_response *response;

	if (show_clean(m.text[0], sizeof m.text[0], text) == 0)
		return;
	m.message[0].msg_style = style;
	m.message[0].msg = m.text[0];
	if (converse(pamh, &m, &response) == 0)
		wipe_responses(response, 1);
}
