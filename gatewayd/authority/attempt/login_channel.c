/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/login_channel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/factor/factor.h"
#include "lib/base/people.h"
#include "policy/policy.h"

const struct people *
login_channel_language(const struct authority *all)
{
	const struct people *people = people_find(all->conf.language);

	return people != NULL ? people : people_find(PEOPLE_DEFAULT);
}

void
login_channel_end(struct login_channel *c)
{
	loop_timer_off(c->all->loop, &c->silent);
	channel_close(&c->channel);
	free(c);
}

/* Before the first prompt stands how long there is for all of them: the same
 * for everybody. */
static void
add(const struct authority *all, struct msg_AUTHORITY_OPEN_ANS *ans,
    enum collect collect, enum people_text prompt)
{
	const struct people *people = login_channel_language(all);
	size_t size = sizeof ans->prompt[0], used = 0;
	char *out = ans->prompt[ans->prompt_count];
	char seconds[16];
	const char *const arguments[] = {seconds};

	snprintf(
	    seconds, sizeof seconds, "%u", all->conf.attempt_deadline / 1000);
	if (ans->prompt_count == 0)
		used = people_write(people, PEOPLE_TIME, arguments, out, size);
	if (used >= size)
		used = 0;
	people_write(people, prompt, NULL, out + used, size - used);
	ans->collect[ans->collect_size++] = (uint8_t)collect;
	ans->prompt_count++;
}

void
login_channel_collect(struct login_channel *c, const struct attempt *a)
{
	struct msg_AUTHORITY_OPEN_ANS *ans;
	const struct factor_ops *ops;
	struct message m;

	message_init(&m, MSG_AUTHORITY_OPEN_ANS);
	ans = &m.u.AUTHORITY_OPEN_ANS;
	memcpy(ans->attempt, a->record.attempt, sizeof ans->attempt);
	memcpy(ans->ticket, a->ticket, sizeof ans->ticket);
	memcpy(ans->reference, a->record.reference, sizeof ans->reference);
	/* the directory's, not ours to verify */
	if ((a->collect & POLICY_PASSWORD) != 0)
		add(c->all, ans, COLLECT_PASSWORD, PEOPLE_PASSWORD);
	/* one prompt, whichever kind the code is of */
	ops = factor_ask(a->collect);
	if (ops != NULL)
		add(c->all, ans, ops->collect, ops->prompt);
	c->channel.phase = PHASE_OPENED;
	channel_post(&c->channel, &m);
	message_wipe(&m);
}

void
login_channel_more(struct login_channel *c, const char *prompt)
{
	struct message m;

	message_init(&m, MSG_AUTHORITY_MORE_ANS);
	snprintf(m.u.AUTHORITY_MORE_ANS.prompt,
	    sizeof m.u.AUTHORITY_MORE_ANS.prompt, "%s", prompt);
	c->channel.phase = PHASE_OPENED;
	channel_post(&c->channel, &m);
	message_wipe(&m);
}

/* Whoever is refused gets the same words, whatever the reason, but for who
 * enrols. */
static enum people_text
words_of(enum result result, const struct attempt *a)
{
	if (result == RESULT_UNAVAILABLE)
		return a != NULL && a->outage ? PEOPLE_NO_DIRECTORY
					      : PEOPLE_UNAVAILABLE;
	return a != NULL ? a->told : PEOPLE_REFUSED;
}

void
login_channel_result(
    struct login_channel *c, enum result result, const struct attempt *a)
{
	struct msg_AUTHORITY_RESULT_ANS *ans;
	struct message m;

	message_init(&m, MSG_AUTHORITY_RESULT_ANS);
	ans = &m.u.AUTHORITY_RESULT_ANS;
	ans->result = (uint8_t)result;
	if (result != RESULT_GRANTED)
		people_write(login_channel_language(c->all),
		    words_of(result, a), NULL, ans->text, sizeof ans->text);
	if (a != NULL)
		memcpy(
		    ans->reference, a->record.reference, sizeof ans->reference);
	channel_post(&c->channel, &m);
	/* closing first saves the other side's wake-up for it */
	login_channel_end(c);
}
