/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/directory/fake_controls.h"

#define POLICY "1.3.6.1.4.1.42.2.27.8.5.1"
#define EXPIRED "2.16.840.1.113730.3.4.4"
#define EXPIRING "2.16.840.1.113730.3.4.5"
#define USABLE "1.3.6.1.4.1.42.2.27.9.5.8"
#define NOBODYS "1.3.6.1.4.1.99999.1"
#define BYTES(s) s, sizeof s - 1

#define WRONG "wrong_password"
#define CANNOT "directory_unavailable"
#define OVER "password_expired"
#define CHANGE "password_must_change"
#define LOCKED "account_locked"
#define DISABLED "account_disabled"

const struct fake_control fake_controls[] = {
    {"none", POLICY, BYTES(""), 0, "", WRONG},
    {"policy: nothing to say", POLICY, BYTES("\x30\x00"), 1, "", WRONG},
    {"policy: expires in an hour", POLICY,
	BYTES("\x30\x06\xa0\x04\x80\x02\x0e\x10"), 1, "", WRONG},
    {"policy: a grace login", POLICY, BYTES("\x30\x05\xa0\x03\x81\x01\x01"), 1,
	OVER, OVER},
    {"policy: passwordExpired", POLICY, BYTES("\x30\x03\x81\x01\x00"), 1, OVER,
	OVER},
    {"policy: accountLocked", POLICY, BYTES("\x30\x03\x81\x01\x01"), 1, LOCKED,
	LOCKED},
    {"policy: changeAfterReset", POLICY, BYTES("\x30\x03\x81\x01\x02"), 1,
	CHANGE, CHANGE},
    /* errors of a change of password: they belong to no bind */
    {"policy: passwordModNotAllowed", POLICY, BYTES("\x30\x03\x81\x01\x03"), 1,
	CANNOT, WRONG},
    {"policy: mustSupplyOldPassword", POLICY, BYTES("\x30\x03\x81\x01\x04"), 1,
	CANNOT, WRONG},
    {"policy: insufficientPasswordQuality", POLICY,
	BYTES("\x30\x03\x81\x01\x05"), 1, CANNOT, WRONG},
    {"policy: passwordTooShort", POLICY, BYTES("\x30\x03\x81\x01\x06"), 1,
	CANNOT, WRONG},
    {"policy: passwordTooYoung", POLICY, BYTES("\x30\x03\x81\x01\x07"), 1,
	CANNOT, WRONG},
    {"policy: passwordInHistory", POLICY, BYTES("\x30\x03\x81\x01\x08"), 1,
	CANNOT, WRONG},
    {"policy: an error that nobody knows", POLICY,
	BYTES("\x30\x03\x81\x01\x09"), 1, CANNOT, CANNOT},
    {"policy: without a value", POLICY, NULL, 0, 1, CANNOT, CANNOT},
    {"policy: cut", POLICY, BYTES("\x30\x03\x81\x01"), 1, CANNOT, CANNOT},
    {"policy: more behind it", POLICY, BYTES("\x30\x00\x00"), 1, CANNOT,
	CANNOT},
    {"policy: twice", POLICY, BYTES("\x30\x00"), 2, CANNOT, CANNOT},
    {"expired", EXPIRED, BYTES("0"), 1, OVER, OVER},
    {"expired, without a value", EXPIRED, NULL, 0, 1, OVER, OVER},
    {"expired, twice", EXPIRED, BYTES("0"), 2, CANNOT, CANNOT},
    {"expiring", EXPIRING, BYTES("86400"), 1, "", WRONG},
    {"expiring, in no number", EXPIRING, BYTES("soon"), 1, CANNOT, CANNOT},
    {"expiring, without a value", EXPIRING, NULL, 0, 1, CANNOT, CANNOT},
    {"expiring, twice", EXPIRING, BYTES("1"), 2, CANNOT, CANNOT},
    {"usable", USABLE, BYTES("\x80\x02\x0e\x10"), 1, "", WRONG},
    {"usable for ever", USABLE, BYTES("\x80\x01\xff"), 1, "", WRONG},
    {"not usable", USABLE, BYTES("\xa1\x00"), 1, LOCKED, LOCKED},
    {"not usable: inactive", USABLE, BYTES("\xa1\x03\x80\x01\xff"), 1, DISABLED,
	DISABLED},
    {"not usable: reset", USABLE, BYTES("\xa1\x03\x81\x01\xff"), 1, CHANGE,
	CHANGE},
    {"not usable: expired", USABLE, BYTES("\xa1\x03\x82\x01\xff"), 1, OVER,
	OVER},
    {"not usable: unlocked in a minute", USABLE,
	BYTES("\xa1\x06\x80\x01\xff\x84\x01\x3c"), 1, LOCKED, LOCKED},
    {"usable: cut", USABLE, BYTES("\xa1\x03\x80\x01"), 1, CANNOT, CANNOT},
    {"usable: no choice", USABLE, BYTES("\x82\x01\x01"), 1, CANNOT, CANNOT},
    {"usable: more behind it", USABLE, BYTES("\x80\x01\x01\x00"), 1, CANNOT,
	CANNOT},
    {"usable: out of order", USABLE, BYTES("\xa1\x06\x82\x01\xff\x80\x01\xff"),
	1, CANNOT, CANNOT},
    {"usable, twice", USABLE, BYTES("\x80\x01\x01"), 2, CANNOT, CANNOT},
    /* nobody asked for it, and RFC 4511 4.1.11 has no errors in it */
    {"one that nobody knows", NOBODYS, BYTES("x"), 1, "", WRONG},
};

const size_t fake_control_count =
    sizeof fake_controls / sizeof fake_controls[0];
