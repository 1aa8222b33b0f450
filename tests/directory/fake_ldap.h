/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An LDAP server that answers as the test wants, on loopback.  What it is
 * asked for says how: the name in a search, the password in a bind.
 */
#ifndef TESTS_DIRECTORY_FAKE_LDAP_H
#define TESTS_DIRECTORY_FAKE_LDAP_H

#include <sys/types.h>

enum fake_mode {
	FAKE_NORMAL,
	FAKE_SILENT,	    /* accepts, and never says anything */
	FAKE_GARBAGE,	    /* answers everything with bytes that are no BER */
	FAKE_NO_STARTTLS,   /* refuses StartTLS */
	FAKE_FAKE_STARTTLS, /* agrees, then goes on in clear */
	FAKE_GONE,	    /* nothing answers to a connection */
	FAKE_REFUSES	    /* the service, whose password others take */
};

/* What came in, in memory shared with the server. */
struct fake_seen {
	unsigned connections, binds, searches, others;
	unsigned clear_passwords; /* binds of anybody with a password */
	unsigned empty_passwords;
	volatile unsigned late_may_go; /* set by the test */
};

struct fake {
	pid_t pid;
	unsigned port;
	struct fake_seen *seen;
};

/*
 * Searches for a name find one entry with that uid, unless it is: none, two,
 * flood, reference, referral, limit, busy, noid, emptyid, twoids (of two
 * attributes), listofids (of one), range, groups64, groups65, groups2000,
 * groups5000, hugegroup, other
 * (another uid in the entry), cut (an entry whose lengths are wrong), silent,
 * reset, done (no search result at the end),
 * values64, values65, longvalue, optionvalue, partvalue, partlanguage, novalue
 * (of the attribute Shift).
 * "state NAME VALUE" gives the entry that attribute.  "code N" is an entry, and
 * that result.
 * swapA and swapB get each other's entry.  half and halfsilent are the first
 * bytes of an entry and then the end of the connection, or nothing.  foreign:
 * all of it with another message id; foreignentry: only the entry.  afterwards:
 * the entry after the result.  oneafter: an entry and its result, and then
 * another one.  notype: a message of type 0.  intermediate: an intermediate
 * response, and no entry.
 *
 * Binds: "CODE N" with control N of fake_controls.h, or: silent, late (an
 * answer when late_may_go), reset (in the middle of the answer), wrongid,
 * "as ID" (right, and "Who am I?" says ID then, or: unknown, nothing, search,
 * silent, reset), twice, referral, notbind, huge (a length of 2 GiB), garbage,
 * notice.
 */
void fake_start(struct fake *f, enum fake_mode mode);
/* At that port, as one that was stopped comes back. */
void fake_start_at(struct fake *f, enum fake_mode mode, unsigned port);
void fake_stop(struct fake *f);
/* It takes connections (the kernel does) and says nothing, on old ones too. */
void fake_freeze(const struct fake *f);
void fake_thaw(const struct fake *f);

#endif
