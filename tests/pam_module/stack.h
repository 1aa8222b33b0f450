/* SPDX-License-Identifier: Apache-2.0 */
/* The module in a stack with a module behind it that permits everything,
 * against a gateway that follows a script. */
#ifndef TESTS_PAM_MODULE_STACK_H
#define TESTS_PAM_MODULE_STACK_H

#include "tests/support/fake_gateway.h"
#include "tests/support/pam_app.h"

struct stack {
	struct fake_gateway gateway;
	struct pam_app app;
};

int stack_set_up(void **state);
int stack_tear_down(void **state);
/* Other options for a gateway that will not answer. */
void stack_be_hasty(struct stack *w, const char *timeout);
/* In a process that did not authenticate. */
int stack_account_alone(struct stack *w);

#endif
