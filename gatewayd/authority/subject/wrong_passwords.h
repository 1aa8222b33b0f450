/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrong passwords, by person and by the network that they came from: an IPv4
 * address, or an IPv6 /48.  Who does not know the password can so keep himself
 * out, and nobody else.  It is in memory only; the directory counts for itself.
 */
#ifndef AUTHORITY_SUBJECT_WRONG_PASSWORDS_H
#define AUTHORITY_SUBJECT_WRONG_PASSWORDS_H

#include <stdbool.h>
#include <stdint.h>

#define WRONG_PASSWORDS_MOST 10 /* of a person, from a network, in a row */
#define WRONG_PASSWORDS_MS 900000
#define WRONG_PASSWORDS_PLACES 4096

struct wrong_passwords;

struct wrong_passwords *wrong_passwords_new(void);
void wrong_passwords_free(struct wrong_passwords *all);
/* client: a numeric address; any other text is a network of its own. */
bool wrong_passwords_are_too_many(
    struct wrong_passwords *all, const char *subject, const char *client);
void wrong_passwords_count(
    struct wrong_passwords *all, const char *subject, const char *client);
/* The right one came from there. */
void wrong_passwords_clear(
    struct wrong_passwords *all, const char *subject, const char *client);

#endif
