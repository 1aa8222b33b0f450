/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/pam_app.h"

#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
see(struct pam_app *a, const struct pam_message *m)
{
	size_t room = sizeof a->message / sizeof a->message[0];

	if ((size_t)a->messages == room)
		a->messages = 0; /* the last ones are seen */
	a->message[a->messages].style = m->msg_style;
	if (strlen(m->msg) >= PAM_MAX_MSG_SIZE)
		abort();
	snprintf(
	    a->message[a->messages++].text, PAM_MAX_MSG_SIZE, "%s", m->msg);
}

static int
converse(int count, const struct pam_message **message,
    struct pam_response **response_r, void *arg)
{
	struct pam_app *a = arg;
	struct pam_response *response;

	a->conversations++;
	for (int i = 0; i < count; i++)
		see(a, message[i]);
	if (a->mood == PAM_APP_FAILS)
		return PAM_CONV_ERR;
	if (a->mood == PAM_APP_NO_ARRAY)
		return PAM_SUCCESS;
	response = calloc((size_t)count, sizeof *response);
	if (response == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++) {
		if (message[i]->msg_style != PAM_PROMPT_ECHO_OFF &&
		    message[i]->msg_style != PAM_PROMPT_ECHO_ON)
			continue;
		if (a->mood != PAM_APP_NO_ANSWER &&
		    a->answer[a->prompts % PAM_APP_ANSWERS] != NULL)
			response[i].resp =
			    strdup(a->answer[a->prompts % PAM_APP_ANSWERS]);
		a->prompts++;
	}
	if (a->mood == PAM_APP_CHANGES_USER)
		pam_set_item(a->pamh, PAM_USER, "daemon");
	*response_r = response;
	return PAM_SUCCESS;
}

const char *
pam_app_user(void)
{
	const struct passwd *pw = getpwuid(getuid());

	if (pw == NULL)
		abort();
	return pw->pw_name;
}

static void
module_path(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (n < 0)
		abort();
	path[n] = '\0';
	for (int i = 0; i < 3; i++) /* build/tests/pam_module/test_x */
		*strrchr(path, '/') = '\0';
	if (strlen(path) + sizeof "/pam_sallyport.so" > PATH_MAX)
		abort();
	memcpy(path + strlen(path), "/pam_sallyport.so",
	    sizeof "/pam_sallyport.so");
}

void
pam_app_service_with(struct pam_app *a, const char *module, const char *options)
{
	static const char *const stacks[] = {
	    "auth", "account", "session", "password"};
	char beside[PATH_MAX];
	FILE *file;

	memset(a, 0, sizeof *a);
	if (module == NULL) {
		module_path(beside);
		module = beside;
	}
	snprintf(a->dir, sizeof a->dir, "/tmp/sallyport-pam-XXXXXX");
	if (mkdtemp(a->dir) == NULL)
		abort();
	snprintf(a->file, sizeof a->file, "%s/app", a->dir);
	file = fopen(a->file, "w");
	if (file == NULL)
		abort();
	for (size_t i = 0; i < sizeof stacks / sizeof stacks[0]; i++)
		fprintf(file, "%s required %s %s\n%s required pam_permit.so\n",
		    stacks[i], module, options, stacks[i]);
	if (fclose(file) != 0)
		abort();
	a->conv = (struct pam_conv){.conv = converse, .appdata_ptr = a};
	for (int i = 0; i < PAM_APP_ANSWERS; i += 2) {
		a->answer[i] = "correct horse";
		a->answer[i + 1] = "123456";
	}
}

void
pam_app_service(struct pam_app *a, const char *options)
{
	pam_app_service_with(a, NULL, options);
}

void
pam_app_start_as(struct pam_app *a, const char *user)
{
	if (pam_start_confdir("app", user, &a->conv, a->dir, &a->pamh) !=
	    PAM_SUCCESS)
		abort();
	a->conversations = a->prompts = a->messages = 0;
}

void
pam_app_start(struct pam_app *a)
{
	pam_app_start_as(a, pam_app_user());
	if (pam_putenv(a->pamh, "SSH_CONNECTION=192.0.2.7 4711 192.0.2.1 22") !=
		PAM_SUCCESS ||
	    pam_set_item(a->pamh, PAM_TTY, "ssh") != PAM_SUCCESS)
		abort();
}

void
pam_app_end(struct pam_app *a)
{
	pam_end(a->pamh, PAM_SUCCESS);
	a->pamh = NULL;
}

void
pam_app_remove(struct pam_app *a)
{
	unlink(a->file);
	rmdir(a->dir);
}
