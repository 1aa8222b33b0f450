/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts the conversations, and those of each client.  The listener gives each
 * process a seat.  Only the process reads the client's address: it writes the
 * address into memory that all processes share, and unmaps that memory at once.
 * An attacker who controls a conversation before that can falsify the count.
 * So nothing else depends on this memory.
 */
#ifndef LOGIN_SEATS_H
#define LOGIN_SEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SEATS_MAX 4096

struct seats;

/* NULL with errno. */
struct seats *seats_new(void);
void seats_free(struct seats *s);

/* These are for the listener. */

/* A free seat, for the process that is made next.  -1: there are already limit
 * conversations. */
int seats_find(struct seats *s, size_t limit);
void seats_sit(struct seats *s, int seat, pid_t pid, uint64_t now);
/* Frees the seat of a process that has ended.  False: it had none. */
bool seats_leave(struct seats *s, pid_t pid);
/* Clears all free seats: an attacker who controls a conversation may have
 * written to them. */
void seats_sweep(struct seats *s);
size_t seats_taken(const struct seats *s);
/* Finds the next seat, from *at on, that was taken before then.  False: none.
 */
bool seats_next_older(
    const struct seats *s, uint64_t then, size_t *at, pid_t *pid_r);

/* The number of a client: of an IPv4 address, or of an IPv6 /64, because one
 * client has a whole /64.  0: not an address. */
uint64_t seats_client(const char *address);
/* The number of a local client, the user of su or sudo (PAM_RUSER). */
uint64_t seats_local(const char *ruser);
/* These are for a conversation. */

/* Writes the client into the seat.  False: the client has limit others. */
bool seats_claim(struct seats *s, int seat, uint64_t client, size_t limit);
/* Unmaps the memory: this process can claim no more. */
void seats_give_up(struct seats *s);

#endif
