/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An application that uses PAM, with a service of its own in a private
 * directory (pam_start_confdir(3), so nothing is preloaded and no root is
 * needed) and a person who answers by a script.
 */
#ifndef SUPPORT_PAM_APP_H
#define SUPPORT_PAM_APP_H

#include <security/pam_appl.h>

#define PAM_APP_ANSWERS 16

enum pam_app_mood {
	PAM_APP_ANSWERS_ALL,
	PAM_APP_FAILS,	     /* PAM_CONV_ERR */
	PAM_APP_NO_ARRAY,    /* PAM_SUCCESS and no responses */
	PAM_APP_NO_ANSWER,   /* responses, but NULL in them */
	PAM_APP_CHANGES_USER /* answers, and becomes somebody else */
};

struct pam_app {
	char dir[64], file[96];
	pam_handle_t *pamh;
	struct pam_conv conv;
	enum pam_app_mood mood;
	const char *answer[PAM_APP_ANSWERS];
	/* seen so far */
	int conversations, prompts;
	struct {
		int style;
		char text[PAM_MAX_MSG_SIZE];
	} message[64];
	int messages;
};

/* A service file for all four stacks: the module with the options, then a
 * module that permits everything. */
void pam_app_service(struct pam_app *a, const char *options);
/* module: absolute path; NULL: build/pam_sallyport.so beside this test. */
void pam_app_service_with(
    struct pam_app *a, const char *module, const char *options);
/* The person who runs this test logs in from 192.0.2.7 port 4711. */
void pam_app_start(struct pam_app *a);
/* A handle for another name and no client. */
void pam_app_start_as(struct pam_app *a, const char *user);
void pam_app_end(struct pam_app *a);
/* Removes the service. */
void pam_app_remove(struct pam_app *a);
/* A name that exists here. */
const char *pam_app_user(void);

#endif
