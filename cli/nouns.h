/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_NOUNS_H
#define CLI_NOUNS_H

#include "cli/cli.h"

struct cli_noun {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the noun */
	const struct cli_verb *verbs;	   /* the last one has no name */
	const char *summary;
};

/* The last one has no name. */
extern const struct cli_noun nouns[];

int cmd_approval(int argc, char **argv);
int cmd_attempt(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_factor(int argc, char **argv);
int cmd_key(int argc, char **argv);
int cmd_policy(int argc, char **argv);
int cmd_proposal(int argc, char **argv);
int cmd_session(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_token(int argc, char **argv);
int cmd_user(int argc, char **argv);
int cmd_version(int argc, char **argv);

extern const struct cli_verb approval_verbs[];
extern const struct cli_verb attempt_verbs[];
extern const struct cli_verb audit_verbs[];
extern const struct cli_verb factor_verbs[];
extern const struct cli_verb key_verbs[];
extern const struct cli_verb policy_verbs[];
extern const struct cli_verb proposal_verbs_list[];
extern const struct cli_verb session_verbs[];
extern const struct cli_verb status_verbs[];
extern const struct cli_verb token_verbs[];
extern const struct cli_verb user_verbs[];
extern const struct cli_verb version_verbs[];

#endif
