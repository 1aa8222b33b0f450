/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gatewayd.conf, parsed.  The parent copies to each role the struct of that
 * role only, so these structs hold no pointers.  Times are in milliseconds,
 * unless the member's name says seconds.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/ipc/roles.h"

#define CONF_PATH 256
#define CONF_TEXT 256
#define CONF_URIS 4
#define CONF_SINKS 4
#define CONF_TOKEN_KEYS 8
#define CONF_ATTRIBUTES 16
#define CONF_GROUPS 8
#define CONF_ATTRIBUTE 65
#define CONF_WORD 16
#define CONF_VALUES 8
#define CONF_VALUE 65

/* The first member of every role's struct.  The parent fills it in. */
struct conf_role {
	char user[CONF_TEXT]; /* name or number */
	uint32_t uid, gid;
	bool drop;	      /* the parent is root: chroot, drop the ids */
	char root[CONF_PATH]; /* the chroot and working directory */
	uint32_t allow;	      /* enum sandbox_allow */
};

struct conf_gateway {
	char host[CONF_TEXT]; /* this bastion, for policy and records */
	char issuer[CONF_TEXT];
	char language[CONF_TEXT]; /* of the words at a login: people.h */
	char runtime[CONF_PATH];
	char state[CONF_PATH];
	char libexec[CONF_PATH];
	char policy[CONF_PATH];
	char policy_signers[CONF_PATH]; /* "": the policy needs no signature */
	uint32_t policy_review_seconds; /* a review is too old after this */
	/* from when on status and log warn: see parent/warnings.c */
	uint32_t warn_certificate_seconds; /* before its end */
	uint32_t warn_key_seconds;	   /* of the age of one that signs */
	uint32_t warn_disk_percent;	   /* that are left */
	uint32_t warn_clock_ms;		   /* of a jump */
	uint32_t warn_review_seconds;	   /* before the review is due */
	uint32_t module_uid;		   /* the PAM module's user: root, 0 */
	/* local groups with a socket of their own; "": no such socket */
	char helpdesk_group[CONF_TEXT], auditor_group[CONF_TEXT];
	uint32_t helpdesk_gid, auditor_gid; /* from the parent; 0: none */
};

struct conf_login {
	struct conf_role role;
	char authority[CONF_PATH]; /* paths of their private sockets */
	char directory[CONF_PATH];
	uint32_t max_conversations;
	uint32_t max_per_client;
	uint32_t deadline; /* of one conversation */
	bool one_line;	   /* one answer may be "password,code" */
	uint32_t peer_uid; /* the PAM module's user */
};

struct conf_values {
	uint32_t count;
	char value[CONF_VALUES][CONF_VALUE];
};

struct conf_directory {
	struct conf_role role;
	char profile[CONF_WORD]; /* conf_profiles.h */
	char uri[CONF_URIS][CONF_TEXT];
	uint32_t uri_count;
	bool start_tls;
	bool who_am_i;	     /* a bind is proven by RFC 4532 */
	bool insecure;	     /* ldap:// without TLS, to this machine only */
	char ca[CONF_PATH];  /* PEM */
	char crl[CONF_PATH]; /* PEM, or "" */
	char bind_dn[CONF_TEXT];
	char bind_password_file[CONF_PATH];
	char bind_password[CONF_TEXT]; /* the parent read it from the file */
	char base[CONF_TEXT];
	char object_class[CONF_TEXT];
	char username_attribute[CONF_TEXT];
	char id_attribute[CONF_TEXT];
	char employment_attribute[CONF_TEXT];
	struct conf_values employee, contractor, vendor; /* in any case */
	/* Whose attributes say the state of an account: words of
	 * ACCOUNT_RULES in words.h, or "none". */
	struct conf_values account_state;
	uint32_t unlock_after_seconds;	 /* 0: not known */
	char group_attribute[CONF_TEXT]; /* "memberOf": DNs of the groups */
	char group_base[CONF_TEXT];	 /* or search for (member=DN) here */
	char nested_groups[CONF_WORD];	 /* no, walk, in-chain */
	/* the attributes that the policy names, from the parent */
	char policy_attribute[CONF_ATTRIBUTES][CONF_ATTRIBUTE];
	uint32_t policy_attribute_count;
	uint32_t connect_timeout;
	uint32_t operation_timeout;
	uint32_t search_connections;
	uint32_t bind_connections;
	uint32_t peer_uid; /* login's user; 0: not checked */
};

/* The people who signed the policy, after the parent verified the signatures.
 * gatewayd.conf has no keys for these. */
struct conf_policy {
	char bundle[65]; /* its hash: reviewed.h */
	char proved[65]; /* of the texts that were proved: proved.h */
	char author[65];
	char reviewer[65];
	char reference[65];
};

struct conf_authority {
	struct conf_role role;
	char host[CONF_TEXT];
	char issuer[CONF_TEXT];
	char language[CONF_TEXT];
	char seal_key[CONF_PATH];
	char token_key[CONF_TOKEN_KEYS][CONF_PATH]; /* the first one signs */
	uint32_t token_key_count;
	uint32_t attempt_deadline;
	uint32_t deny_delay;	       /* from the answers to every refusal */
	uint32_t redeem_timeout;       /* between the steps of one PAM stack */
	uint32_t max_tries;	       /* failed tries in a row until lockout */
	uint32_t lockout_seconds;      /* the first; each next one doubles */
	uint32_t lockout_most_seconds; /* the longest */
	uint32_t stop_tries; /* failed tries until only unlocking helps */
	/* of new credentials; the issuer as apps show it, or our URL */
	char otp_issuer[CONF_TEXT];
	char otp_algorithm[CONF_WORD];
	uint32_t otp_digits, otp_period_seconds;
	uint32_t session_seconds; /* for a rule without "for" */
	uint32_t token_seconds;	  /* for a rule without "token" */
	uint32_t peer_uid;	  /* the PAM module's user */
	/* DNs of directory groups; the parent normalised them */
	char protected[CONF_GROUPS][CONF_TEXT];
	uint32_t protected_count;
	char helpdesk_people[CONF_GROUPS][CONF_TEXT];
	uint32_t helpdesk_people_count;
	uint32_t helpdesk_limit; /* changes an hour that one of them may make */
	struct conf_policy policy;
	uint64_t group_list; /* from the parent: group_list.h */
};

struct conf_store {
	struct conf_role role;
};

struct conf_audit {
	struct conf_role role;
	char checkpoint_key[CONF_PATH];
	char origin[CONF_TEXT]; /* of C2SP checkpoints */
	uint64_t segment_bytes;
};

struct conf_sink {
	char name[CONF_TEXT];
	char kind[16]; /* "relp" */
	char host[CONF_TEXT];
	uint32_t port;
	char server_name[CONF_TEXT]; /* the name in its certificate */
	char ca[CONF_PATH];
	char certificate[CONF_PATH]; /* ours; "" for none */
	char key[CONF_PATH];
};

struct conf_forward {
	struct conf_role role;
	struct conf_sink sink[CONF_SINKS];
	uint32_t sink_count;
};

struct conf {
	struct conf_gateway gateway;
#define CONF_ROLE(NAME, name, user) struct conf_##name name;
	ROLES_STARTED(CONF_ROLE)
#undef CONF_ROLE
};

#endif
