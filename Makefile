# SPDX-License-Identifier: Apache-2.0
# Non-recursive: every folder with sources has a module.mk that names its programs
# and tests with the two calls below.  Everything built lands under build/.
#
#   make              all programs, the module, libsallyport
#   make help         this list
#   make test T=authority/test_attempt F=NAME   one unit, or one test of it
#   make check-unit   quick tier: cmocka units and tests/structure
#   make check        quick tier, sanitizer build, system tests on the lab
#   make golden      what the units print becomes tests/golden: see git diff
#   make lint         clang-format, clang-tidy, cppcheck, shellcheck, mandoc
#   make bench        measures, prints a table, writes build/bench/results.json;
#                     BENCH_BASE=DIR: beside the tree DIR, round by round
#   make bench-growth logins with 100,000 people enrolled beside 100 (in bench too)
#   make bench-policy how the proof of a policy grows, and where it gives up
#   make bench-years  start and verification of a log of ten million records, 14 GB,
#                     of which nothing stays (RECORDS=N: another number)
#   make bench-start  seconds of a start with 20,000 people newer than state.db;
#                     BENCH_BASE=DIR likewise
#   make fuzz         libFuzzer campaigns (FUZZ_SECONDS each)
#   make mutants      turns guards off at random, prints what no unit notices:
#                     MUTANTS_IN=gatewayd/audit MUTANTS_SEED= MUTANTS_SECONDS=
#   make house        modules a room, circles of includes, and the patches of
#                     tests/house: each kind of change, done on a scratch copy
#   make cases CASES=DIR   runs each DIR/*/try.py against this tree
#   make compdb       compile_commands.json in build/, for editors
#   make install      DESTDIR=, PREFIX=; make uninstall likewise
#   make dist         the release as build/dist/sallyport-VERSION.tar.gz
#   make deb          Debian packages of the last commit, in build/deb
#   make install-check     walks through INSTALL in a fresh minimal Debian 12
#   make package-check     uses the packages in a Debian 12 whose systemd boots
#   SAN=1             the same targets with ASan and UBSan, under build/san/

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
LOCALSTATEDIR ?= /var
RUNSTATEDIR ?= /run
LIBDIR ?= $(PREFIX)/lib
LIBEXECDIR ?= $(PREFIX)/libexec/sallyport
PAMDIR ?= $(PREFIX)/lib/security
DESTDIR ?=

CC ?= gcc
CLANG ?= clang-14
VERSION := 0.1.0
B := build$(if $(SAN),/san)

WARN := -Wall -Wextra -Wshadow -Wconversion -Werror -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wvla -Wformat=2 -Wundef
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	-D_FORTIFY_SOURCE=2
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
OPT ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -Iinclude -I. \
	-DSALLYPORT_VERSION='"$(VERSION)"' \
	-DSALLYPORT_LIBEXECDIR='"$(LIBEXECDIR)"' \
	-DSALLYPORT_SYSCONFDIR='"$(SYSCONFDIR)"'
CFLAGS += -std=c11 $(OPT) $(WARN) -fPIC -fvisibility=hidden -MMD -MP \
	$(if $(SAN),$(SANITIZE),$(HARDEN))
LDFLAGS += -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed \
	$(if $(SAN),$(SANITIZE))

# V=1 shows the commands
Q := $(if $(V),,@)
SAY := $(if $(V),: ,printf '  %s %s\n')

.DELETE_ON_ERROR:
.SECONDARY:
all:

PROGRAMS :=
TESTS :=
GOLDEN :=
MANPAGES :=
objects = $(patsubst %.c,$(B)/obj/%.o,$(1))

# $(call program,PATH-UNDER-BUILD,SOURCES,LIBRARIES[,EXTRA-LDFLAGS])
define program
PROGRAMS += $(B)/$(1)
$(B)/$(1): $(call objects,$(2))
	@mkdir -p $$(@D)
	@$(SAY) LD $$@
	$(Q)$$(CC) $$(LDFLAGS) -pie $(4) -o $$@ $$(filter %.o,$$^) $(3)
endef

# $(call shared,PATH-UNDER-BUILD,SOURCES,LIBRARIES,EXTRA-LDFLAGS)
define shared
PROGRAMS += $(B)/$(1)
$(B)/$(1): $(call objects,$(2))
	@mkdir -p $$(@D)
	@$(SAY) LD $$@
	$(Q)$$(CC) $$(LDFLAGS) -shared $(4) -o $$@ $$(filter %.o,$$^) $(3)
endef

# a test that needs no fixture does not name its state (tests/support/unit.h)
$(B)/obj/tests/%.o: private WARN += -Wno-unused-parameter

# $(call unit,NAME,SOURCES,LIBRARIES): a cmocka program, run by check-unit
define unit
TESTS += $(B)/tests/$(1)
GOLDEN += $(if $(filter tests/support/golden.c,$(2)),$(B)/tests/$(1))
$(B)/tests/$(1): $(call objects,$(2) tests/support/only.c)
	@mkdir -p $$(@D)
	@$(SAY) LD $$@
	$(Q)$$(CC) $$(LDFLAGS) -pie -o $$@ $$(filter %.o,$$^) $(3) -lcmocka
endef

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@$(SAY) CC $<
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# what every role process links
# The words for people at a login, a file for each language.
PEOPLE := $(wildcard lib/base/people*.c)
COMMON := $(addprefix lib/base/,buf.c clock.c file.c format.c group_list.c hex.c \
	json_write.c log.c loop.c reason.c secret.c utf8.c)
IPC := $(addprefix lib/ipc/,channel.c messages.c) \
	$(addprefix gatewayd/role/,health.c role.c role_say.c routes.c server_chain.c)
SANDBOX := $(addprefix gatewayd/role/,forbidden.c landlock.c narrow.c \
	sandbox.c syscalls.c)
ROLE := $(COMMON) $(SANDBOX) $(IPC)
ROLE_LIBS := -lseccomp
POLICY := $(wildcard policy/*/*.c) \
	$(addprefix lib/conf/,lex.c lex_errors.c) \
	$(addprefix lib/base/,dn.c nearest.c words.c)

include $(sort $(shell find lib pam_module gatewayd libsallyport cli policy \
	tests contrib doc -name module.mk))

all: $(PROGRAMS)

tests: $(TESTS)

clean:
	rm -rf build

help:
	@sed -n 's/^#   //p' Makefile

-include $(shell [ -d $(B)/obj ] && find $(B)/obj -name '*.d')

.PHONY: all tests clean help
