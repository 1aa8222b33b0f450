/* SPDX-License-Identifier: Apache-2.0 */
/* Approvals over admin.sock, and logins under a rule that wants one. */
#ifndef TESTS_AUTHORITY_GIVEN_H
#define TESTS_AUTHORITY_GIVEN_H

#include "tests/authority/world_admin.h"

#define GIVEN_KEYS "authority/approval/"
#define GIVEN_SECONDS 3600
/* a permit with an approval for sre, for eight hours */
extern const char given_policy[];

struct message given_request(const char *name, const char *reference);
/* enum admin_status of the answer */
int given_answer(struct world *w, const struct message *m);
int given_by(struct world *w, const char *name, const char *reference);
int given_withdraw(struct world *w, const char *name, const char *reference);
struct world_admin given_list(struct world *w, const char *name);
void given_login_by(struct world *w, struct world_talk *t, const char *name,
    const char *service);
struct msg_AUDIT_APPEND_REQ given_login(struct world *w, const char *name);
void given_refused(struct world *w, const char *name);
/* As at a start: what is known of them is in the store. */
void given_forget(struct world *w, const char *id);

#endif
