# SPDX-License-Identifier: Apache-2.0
$(eval $(call shared,lab/preload.so,contrib/lab/preload.c,-lpam -ldl))

C_FILES = $(shell find lib pam_module gatewayd include libsallyport cli policy \
	tests contrib -name '*.[ch]')
C_SOURCES = $(filter-out tests/%,$(filter %.c,$(C_FILES)))
SH_FILES = contrib/run contrib/hooks/pre-commit $(wildcard .ci/run)
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

# DESTDIR= for a package.  What a site has changed below SYSCONFDIR stays.
UNITDIR ?= $(PREFIX)/lib/systemd/system
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
INSTALL_DIR = install -d $(DESTDIR)$(1)
INSTALL_FILE = install -m $(1) $(2) $(DESTDIR)$(3)

install: all
	$(call INSTALL_DIR,$(PREFIX)/sbin)
	$(call INSTALL_FILE,755,$(B)/sbin/gatewayd,$(PREFIX)/sbin/)
	$(call INSTALL_DIR,$(PREFIX)/bin)
	$(call INSTALL_FILE,755,$(B)/sallyport,$(PREFIX)/bin/)
	$(call INSTALL_DIR,$(LIBEXECDIR))
	$(call INSTALL_FILE,755,$(B)/libexec/*,$(LIBEXECDIR)/)
	$(call INSTALL_DIR,$(PAMDIR))
	$(call INSTALL_FILE,644,$(B)/pam_sallyport.so,$(PAMDIR)/)
	$(call INSTALL_DIR,$(LIBDIR)/pkgconfig)
	$(call INSTALL_FILE,644,$(B)/libsallyport.so,$(LIBDIR)/libsallyport.so.0)
	ln -sf libsallyport.so.0 $(DESTDIR)$(LIBDIR)/libsallyport.so
	$(call INSTALL_FILE,644,$(B)/sallyport.pc,$(LIBDIR)/pkgconfig/)
	$(call INSTALL_DIR,$(PREFIX)/include/sallyport)
	$(call INSTALL_FILE,644,include/sallyport/*.h,$(PREFIX)/include/sallyport/)
	for n in 1 3 5 7 8; do \
		install -d $(DESTDIR)$(PREFIX)/share/man/man$$n; \
		for page in doc/*.$$n; do [ ! -e $$page ] || install -m 644 \
			$$page $(DESTDIR)$(PREFIX)/share/man/man$$n/; done; done
	$(call INSTALL_DIR,$(PREFIX)/share/bash-completion/completions)
	$(call INSTALL_FILE,644,$(B)/completion.bash,$(PREFIX)/share/bash-completion/completions/sallyport)
	$(call INSTALL_DIR,$(ZSHDIR))
	$(call INSTALL_FILE,644,$(B)/completion.zsh,$(ZSHDIR)/_sallyport)
	install -d -m 755 $(DESTDIR)$(SYSCONFDIR)/sallyport/policy.d
	$(call INSTALL_FILE,600,contrib/gatewayd.conf,$(SYSCONFDIR)/sallyport/gatewayd.conf.sample)
	$(call INSTALL_DIR,$(UNITDIR))
	sed 's|@SBINDIR@|$(PREFIX)/sbin|' \
		contrib/systemd/sallyport-gatewayd.service | install -m 644 \
		/dev/stdin $(DESTDIR)$(UNITDIR)/sallyport-gatewayd.service
	$(call INSTALL_DIR,$(PREFIX)/lib/sysusers.d)
	$(call INSTALL_FILE,644,contrib/systemd/sallyport.sysusers,$(PREFIX)/lib/sysusers.d/sallyport.conf)
	$(call INSTALL_DIR,$(PREFIX)/lib/tmpfiles.d)
	$(call INSTALL_FILE,644,contrib/systemd/sallyport.tmpfiles,$(PREFIX)/lib/tmpfiles.d/sallyport.conf)
	$(call INSTALL_DIR,$(PREFIX)/share/sallyport)
	$(call INSTALL_FILE,644,contrib/pam.sed,$(PREFIX)/share/sallyport/)

# The same PREFIX and so on as for install.  What a site wrote below SYSCONFDIR
# and the state stay; a folder goes when nothing of others is in it.
REMOVE = rm -f $(addprefix $(DESTDIR),$(1))
REMOVE_DIR = for dir in $(addprefix $(DESTDIR),$(1)); do [ ! -d $$dir ] || \
	rmdir --ignore-fail-on-non-empty $$dir; done

uninstall:
	$(call REMOVE,$(PREFIX)/sbin/gatewayd $(PREFIX)/bin/sallyport)
	$(call REMOVE,$(PAMDIR)/pam_sallyport.so)
	$(call REMOVE,$(LIBDIR)/libsallyport.so $(LIBDIR)/libsallyport.so.0)
	$(call REMOVE,$(LIBDIR)/pkgconfig/sallyport.pc)
	$(call REMOVE,$(foreach n,1 3 5 7 8,$(patsubst doc/%,\
		$(PREFIX)/share/man/man$(n)/%,$(wildcard doc/*.$(n)))))
	$(call REMOVE,$(SYSCONFDIR)/sallyport/gatewayd.conf.sample)
	$(call REMOVE,$(UNITDIR)/sallyport-gatewayd.service)
	$(call REMOVE,$(PREFIX)/lib/sysusers.d/sallyport.conf)
	$(call REMOVE,$(PREFIX)/lib/tmpfiles.d/sallyport.conf)
	$(call REMOVE,$(addprefix $(LIBEXECDIR)/,\
		$(notdir $(filter $(B)/libexec/%,$(PROGRAMS)))))
	$(call REMOVE,$(addprefix $(PREFIX)/,$(wildcard include/sallyport/*.h)))
	$(call REMOVE,$(PREFIX)/share/sallyport/pam.sed)
	$(call REMOVE,$(PREFIX)/share/bash-completion/completions/sallyport)
	$(call REMOVE,$(ZSHDIR)/_sallyport)
	$(call REMOVE_DIR,$(PREFIX)/share/bash-completion/completions \
		$(PREFIX)/share/bash-completion \
		$(ZSHDIR) $(dir $(ZSHDIR)))
	$(call REMOVE_DIR,$(LIBEXECDIR) $(dir $(LIBEXECDIR)) \
		$(PREFIX)/include/sallyport $(PREFIX)/share/sallyport \
		$(UNITDIR) $(dir $(UNITDIR)) \
		$(LIBDIR)/pkgconfig \
		$(addprefix $(PREFIX)/lib/,sysusers.d tmpfiles.d) \
		$(addprefix $(PREFIX)/share/man/man,1 3 5 7 8))

.PHONY: install uninstall

# The release and its packages.  All times are those of the last commit, so that
# the same source gives the same files anywhere.
NAME := sallyport-$(VERSION)
DEB_REVISION ?= 1
DIST := build/dist/$(NAME).tar.gz
EPOCH = $(shell git log -1 --format=%ct)

dist:
	@mkdir -p $(dir $(DIST))
	git archive --prefix=$(NAME)/ -9 -o $(DIST) HEAD

deb: dist
	rm -rf build/deb && mkdir -p build/deb
	cp $(DIST) build/deb/sallyport_$(VERSION).orig.tar.gz
	tar -xzf $(DIST) -C build/deb
	cp -r build/deb/$(NAME)/contrib/debian build/deb/$(NAME)/
	printf '%s\n' \
		'sallyport ($(VERSION)-$(DEB_REVISION)) unstable; urgency=medium' '' \
		'  * NEWS has what is new.' '' \
		" -- $$(sed -n 's/^Maintainer: //p' contrib/debian/control)  $$(\
		date -uRd @$(EPOCH))" >build/deb/$(NAME)/debian/changelog
	cd build/deb/$(NAME) && env -u MAKEFLAGS -u MFLAGS \
		SOURCE_DATE_EPOCH=$(EPOCH) dpkg-buildpackage -us -uc
	rm -rf build/deb/$(NAME)

.PHONY: dist deb
