# SPDX-License-Identifier: Apache-2.0
$(eval $(call program,bench/policy,tests/bench/bench_policy.c $(POLICY),-lcrypto))
