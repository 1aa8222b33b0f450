/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many conversations there are, and how many of one client.  The listener
 * gives a seat to each process; the process, which alone reads the client's
 * address, writes it into memory that all of them share, and gives that memory
 * up at once.  A conversation that was taken over before that can spoil this
 * count, so nothing but the count hangs on it.
 */
#ifndef LOGIN_SEATS_H
#define LOGIN_SEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SEATS_MAX 4096

struct seats;

struct seats *seats_new(void); /* NULL: errno */
void seats_free(struct seats *s);

/* The listener's side.  -1: limit conversations sit already. */
int seats_find(const struct seats *s, size_t limit);
void seats_sit(struct seats *s, int seat, pid_t pid, uint64_t now);
/* The process has ended.  false: it had no seat. */
bool seats_leave(struct seats *s, pid_t pid);
/* Clears what a conversation that was taken over may have written to seats
 * that nobody has. */
void seats_sweep(struct seats *s);
size_t seats_taken(const struct seats *s);
/* The next seat from *at on that is taken since before then; false: none. */
bool seats_next_older(
    const struct seats *s, uint64_t then, size_t *at, pid_t *pid_r);

/* What counts as one client: an IPv4 address, or an IPv6 /64, since that is
 * what one client has.  0: not an address. */
uint64_t seats_client(const char *address);
/* Without an address: who runs su or sudo here (PAM_RUSER). */
uint64_t seats_local(const char *ruser);
/* The conversation's side.  false: limit others of the client sit already. */
bool seats_claim(struct seats *s, int seat, uint64_t client, size_t limit);
/* No more claims by this process. */
void seats_give_up(struct seats *s);

#endif
