# SPDX-License-Identifier: Apache-2.0
# What is run over what was built.
PYTEST := /usr/bin/python3 -B -m pytest -p no:cacheprovider

# Quick tier, under a minute: units, and what tree and binaries look like.
check-unit: run-units
	$(PYTEST) -q tests/structure

# Every cmocka program of this build; with SAN=1 those of the sanitizer build.
run-units: all tests
	@/usr/bin/python3 -B tests/run-units $(TESTS)

check:
	@/usr/bin/python3 -B contrib/check

# What the units do not notice: see tests/mutants/run.
mutants:
	@/usr/bin/python3 -B tests/mutants/run

# Inputs from outside this tree, each with a try.py: see tests/run-cases.
CASES ?=
cases: all
	@/usr/bin/python3 -B tests/run-cases "$(CASES)"

.PHONY: check-unit run-units check mutants cases
