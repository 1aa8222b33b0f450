# SPDX-License-Identifier: Apache-2.0
# What is run over what was built.
PYTEST := /usr/bin/python3 -B -m pytest -p no:cacheprovider

# Quick tier, under a minute: units, and what tree and binaries look like.
check-unit: run-units
	$(PYTEST) -q --durations=10 --durations-min=1 tests/structure

# Every cmocka program of this build; with SAN=1 those of the sanitizer build.
run-units: all tests
	@/usr/bin/python3 -B tests/run-units $(TESTS)

# One unit: T=ROOM/test_NAME; of it the tests whose name is F, with * and ? as in
# names of files.
T ?=
F ?=
test: all $(if $(T),$(B)/tests/$(T),which-test)
	@TEST_ONLY='$(F)' /usr/bin/python3 -B tests/run-units --show \
		$(B)/tests/$(T)

which-test:
	@echo "make test T=ROOM/test_NAME: the units are in tests/" >&2; exit 2

# What records and the command look like is in tests/golden.  After a change of
# them: this, and a look at git diff.
golden: all $(GOLDEN)
	@UPDATE_GOLDEN=1 /usr/bin/python3 -B tests/run-units $(GOLDEN)

# For editors: how each file is compiled.
compdb:
	@mkdir -p build
	@/usr/bin/python3 -B contrib/compdb build/compile_commands.json

check:
	@/usr/bin/python3 -B contrib/check

# INSTALL's own commands, in a system of their own; root, and some minutes.
install-check package-check:
	@contrib/run $@

# What the units do not notice: see tests/mutants/run.
mutants:
	@/usr/bin/python3 -B tests/mutants/run

# How the house is kept, and what a change of each kind touches.
house: all
	@/usr/bin/python3 -B tests/house/run

# Inputs from outside this tree, each with a try.py: see tests/run-cases.
CASES ?=
cases: all
	@/usr/bin/python3 -B tests/run-cases "$(CASES)"

.PHONY: check-unit run-units check install-check package-check mutants house \
	cases test golden which-test compdb
