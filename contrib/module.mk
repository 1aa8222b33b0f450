# SPDX-License-Identifier: Apache-2.0
$(eval $(call shared,lab/preload.so,contrib/lab/preload.c,-lpam -ldl))

C_FILES = $(shell find pam_module gatewayd include libsallyport cli policy \
	tests contrib -name '*.[ch]')
C_SOURCES = $(filter-out tests/%,$(filter %.c,$(C_FILES)))
SH_FILES = contrib/run $(wildcard .ci/run)
TIDY_FILES = $(C_SOURCES:%.c=$(B)/tidy/%.ok)

lint: lint-format lint-tidy lint-cppcheck lint-shell lint-man

# Tools that are not there are named and left out.
have = command -v $(1) >/dev/null || { echo "lint: no $(1)"; exit 0; }

lint-format:
	@$(call have,clang-format-14); clang-format-14 -n -Werror $(C_FILES)

# A file that was found clean is not read again until it or a header changes.
lint-tidy: $(TIDY_FILES)
$(B)/tidy/%.ok: %.c $(B)/obj/%.o .clang-tidy
	@mkdir -p $(@D)
	@$(call have,clang-tidy-14); \
	clang-tidy-14 --quiet $< -- $(CPPFLAGS) -std=c11 2>/dev/null
	@touch $@

lint-cppcheck:
	@$(call have,cppcheck); cppcheck --quiet --std=c11 --error-exitcode=1 \
		--enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem -Iinclude -I. -D_GNU_SOURCE \
		$(C_SOURCES)

lint-shell:
	@$(call have,shellcheck); shellcheck $(SH_FILES)

lint-man:
	@$(call have,mandoc); for page in $(wildcard doc/*.[1-8]); do \
		mandoc -Tlint -Wwarning $$page || exit 1; done

.PHONY: lint lint-format lint-tidy lint-cppcheck lint-shell lint-man
