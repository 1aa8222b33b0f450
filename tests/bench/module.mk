# SPDX-License-Identifier: Apache-2.0
$(eval $(call program,bench/policy,tests/bench/bench_policy.c $(POLICY),-lcrypto))
$(eval $(call program,bench/directory,tests/bench/bench_directory.c \
	tests/directory/rig.c tests/directory/slapd.c $(COMMON) $(IPC) \
	$(SANDBOX),-lldap -llber $(ROLE_LIBS)))
