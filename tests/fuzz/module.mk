# SPDX-License-Identifier: Apache-2.0
# make fuzz: each target of FUZZ for FUZZ_SECONDS, with clang's libFuzzer, ASan
# and UBSan.  A target X is
#
#   FUZZ += X
#   fuzz_X_SOURCES := what it links beside tests/fuzz/fuzz_X.c
#   fuzz_X_LIBS := -l...            (if any)
#
# with seeds in tests/fuzz/corpus/X/ and words in tests/fuzz/X.dict, if there
# are any.  What it finds stays in build/fuzz/corpus/X, a crash in build/fuzz/X-*.
FUZZ_SECONDS ?= 30

FUZZ += messages
fuzz_messages_SOURCES := lib/ipc/messages.c lib/base/buf.c

FUZZ += pamwire
fuzz_pamwire_SOURCES := lib/wire/pamwire.c pam_module/show.c lib/base/utf8.c

FUZZ += token jwks
fuzz_token_SOURCES := $(libsallyport_SRC)
fuzz_token_LIBS := $(libsallyport_LIBS)
fuzz_jwks_SOURCES := $(libsallyport_SRC)
fuzz_jwks_LIBS := $(libsallyport_LIBS)

include lib/record/module.mk
FUZZ += relp record checkpoint lost head
fuzz_relp_SOURCES := gatewayd/forward/relp.c
fuzz_record_SOURCES := $(LOG_SOURCES) lib/ipc/messages.c lib/base/buf.c
fuzz_record_LIBS := $(LOG_LIBS)
fuzz_head_SOURCES := $(LOG_SOURCES)
fuzz_head_LIBS := $(LOG_LIBS)
fuzz_lost_SOURCES := lib/record/log_lost.c $(LOG_SOURCES)
fuzz_lost_LIBS := $(LOG_LIBS)
fuzz_checkpoint_SOURCES := $(LOG_SOURCES)
fuzz_checkpoint_LIBS := $(LOG_LIBS)

include lib/bundle/module.mk
FUZZ += bundle
fuzz_bundle_SOURCES := $(BUNDLE_SOURCES)
fuzz_bundle_LIBS := $(LOG_LIBS)

FUZZ += directory
fuzz_directory_SOURCES := $(addprefix gatewayd/directory/,account.c \
	account_value.c ldap_attributes.c bind.c bind_control.c escape.c sid.c \
	stable_id.c) $(addprefix lib/base/,dn.c log.c utf8.c words.c) \
	lib/conf/conf_profiles.c
fuzz_directory_LIBS := -lldap -llber

FUZZ += exchange
fuzz_exchange_SOURCES := $(addprefix gatewayd/directory/,account.c \
	account_value.c ldap_attributes.c bind.c bind_control.c escape.c \
	group_search.c lookup.c lookup_entry.c named_groups.c sid.c stable_id.c \
	ldap_conn.c ldap_options.c tls_reason.c) $(addprefix lib/base/,clock.c \
	dn.c group_list.c log.c loop.c tls_peer.c utf8.c words.c) \
	lib/conf/conf_profiles.c
fuzz_exchange_LIBS := -lldap -llber -lgnutls

FUZZ += lex policy
fuzz_lex_SOURCES := lib/conf/lex.c lib/conf/lex_errors.c
fuzz_policy_SOURCES := $(POLICY)

FUZZ_FLAGS := -std=c11 -O1 -g -fno-omit-frame-pointer \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
FUZZ_PROGRAMS = $(FUZZ:%=build/fuzz/fuzz_%)

fuzz: $(FUZZ:%=run-fuzz-%)
	@echo "fuzz: $(words $(FUZZ)) targets, $(FUZZ_SECONDS) seconds each"

fuzz-build: $(FUZZ_PROGRAMS)

# one at a time: each is meant to have a core
run-fuzz-%: build/fuzz/fuzz_%
	@mkdir -p build/fuzz/corpus/$*
	@echo "  FUZZ $*"
	@flock build/fuzz $< -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
		-rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
		-artifact_prefix=build/fuzz/$*- \
		$(addprefix -dict=,$(wildcard tests/fuzz/$*.dict)) \
		build/fuzz/corpus/$* $(wildcard tests/fuzz/corpus/$*) \
		>build/fuzz/$*.log 2>&1 || { cat build/fuzz/$*.log; exit 1; }
	@grep -E 'number_of_executed_units|new_units_added' build/fuzz/$*.log

.SECONDEXPANSION:
build/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $$(fuzz_$$*_SOURCES)
	@mkdir -p $(@D)
	$(CLANG) $(CPPFLAGS) $(FUZZ_FLAGS) -o $@ $(filter %.c,$^) \
		$(fuzz_$*_LIBS)

.PHONY: fuzz fuzz-build
