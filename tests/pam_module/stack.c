/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pam_module/stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <dirent.h>
#include <pwd.h>
#include <sys/time.h>
#include <syslog.h>
#include <security/pam_ext.h>

#include "tests/support/fake_gateway.h"
#include "tests/support/pam_app.h"
#include "tests/support/unit.h"

int
stack_set_up(void **state)
{
	struct stack *w = calloc(1, sizeof *w);
	char options[300];

	if (w == NULL)
		return -1;
	fake_start(&w->gateway);
	snprintf(options, sizeof options, "login=%s redeem=%s timeout=60",
	    w->gateway.login, w->gateway.redeem);
	pam_app_service(&w->app, options);
	pam_app_start(&w->app);
	*state = w;
	return 0;
}

int
stack_tear_down(void **state)
{
	struct stack *w = *state;

	pam_app_end(&w->app);
	pam_app_remove(&w->app);
	fake_stop(&w->gateway);
	free(w);
	return 0;
}

void
stack_be_hasty(struct stack *w, const char *timeout)
{
	char options[300];

	pam_app_end(&w->app);
	pam_app_remove(&w->app);
	snprintf(options, sizeof options, "login=%s redeem=%s timeout=%s",
	    w->gateway.login, w->gateway.redeem, timeout);
	pam_app_service(&w->app, options);
	pam_app_start(&w->app);
}

int
stack_account_alone(struct stack *w)
{
	pam_app_end(&w->app);
	pam_app_start(&w->app);
	return pam_acct_mgmt(w->app.pamh, 0);
}
