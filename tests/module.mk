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

.PHONY: check-unit run-units check
