# SPDX-License-Identifier: Apache-2.0
# make bench: measures, prints a table, writes build/bench/results.json.  Needs
# root, like the lab.  BENCH_QUICK=1: fewer users and rounds, under a minute.
$(eval $(call program,bench/policy,tests/bench/bench_policy.c $(POLICY),-lcrypto))
$(eval $(call program,bench/proof,tests/bench/bench_proof.c \
	tests/policy/shapes.c $(POLICY)))
$(eval $(call program,bench/directory,tests/bench/bench_directory.c lib/base/words.c lib/conf/conf_profiles.c \
	tests/directory/rig.c lib/base/dn.c tests/directory/slapd.c tests/support/free_port.c $(COMMON) $(IPC) \
	$(SANDBOX),-lldap -llber $(ROLE_LIBS)))

bench_PROGRAMS := $(addprefix $(B)/bench/bench_,askpass floor login syncs) \
	$(B)/tests/bench/bench_years
bench_IPC := $(addprefix lib/ipc/,channel.c messages.c) \
	gatewayd/role/routes.c $(addprefix lib/base/,buf.c clock.c log.c \
	loop.c)

$(B)/bench/bench_askpass: $(call objects,tests/bench/bench_askpass.c)
$(B)/bench/bench_syncs: $(call objects,tests/bench/bench_syncs.c \
	tests/bench/bench.c)
$(B)/bench/bench_syncs: bench_LIBS := -lcrypto
$(B)/bench/bench_floor: $(call objects,tests/bench/bench_floor.c \
	tests/bench/bench.c tests/bench/ldap.c)
$(B)/bench/bench_floor: bench_LIBS := -lldap -llber -lcrypto -lpthread
$(B)/bench/bench_login: $(call objects,tests/bench/bench_login.c \
	tests/bench/bench.c tests/bench/wire_login.c lib/wire/pamwire.c \
	lib/wire/pamwire_io.c lib/wire/pamwire_version.c $(bench_IPC))
$(B)/bench/bench_login: bench_LIBS := -rdynamic -lpam -lcrypto

include lib/record/module.mk
$(B)/tests/bench/bench_years: $(call objects,tests/bench/bench_years.c \
	tests/audit/role_fixture.c tests/record/log_fixture.c \
	lib/record/segment.c $(LOG_SOURCES) $(COMMON) \
	$(addprefix lib/ipc/,channel.c messages.c) gatewayd/role/routes.c)
$(B)/tests/bench/bench_years: bench_LIBS := $(LOG_LIBS) -lcmocka

$(bench_PROGRAMS):
	@mkdir -p $(@D)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) -pie -o $@ $(filter %.o,$^) $(bench_LIBS)

# BENCH_BASE=DIR: this tree beside the one in DIR, which is built where it is
# not; round by round, since a machine is not always as fast. An older tree need
# not know the measurements that are not compared.
bench_OF_BASE := $(patsubst $(B)/%,build/%,$(filter-out %/bench_years,\
	$(bench_PROGRAMS)))
bench: all $(bench_PROGRAMS)
ifdef BENCH_BASE
	$(Q)$(MAKE) -s -C $(BENCH_BASE) all $(bench_OF_BASE)
	@/usr/bin/python3 -B tests/bench/compare.py $(BENCH_BASE)
else
	@/usr/bin/python3 -B tests/bench/bench.py
	@/usr/bin/python3 -B tests/bench/years.py 1000000
endif

# A log of ten million records, 14 GB, of which nothing stays: how long a start
# and a verification take.
bench-years: all $(B)/tests/bench/bench_years
	@/usr/bin/python3 -B tests/bench/years.py $(RECORDS)

# Logins with 100,000 enrolled beside 100, which bench does too.
bench-growth: all $(bench_PROGRAMS)
	@/usr/bin/python3 -B tests/bench/growth.py

# How long a start takes when the log knows of 20,000 people who are not covered.
bench-start: all $(bench_PROGRAMS)
ifdef BENCH_BASE
	$(Q)$(MAKE) -s -C $(BENCH_BASE) all $(bench_OF_BASE)
endif
	@/usr/bin/python3 -B tests/bench/start.py $(BENCH_BASE)

# The proof of policies: how it grows, and where it is given up.
bench-policy: $(B)/bench/proof
	@$(B)/bench/proof

# Prover, diff and examples against all requests of a small world, over 5,000
# random policies each; prints the counts.
check-policy: $(addprefix $(B)/tests/policy/test_,prove_random questions paste)
	@for t in $^; do POLICIES=5000 $$t 2>&1 | grep -a 'polic.*[0-9]\|FAILED' || exit 1; done

.PHONY: bench bench-growth check-policy bench-policy bench-start bench-years
