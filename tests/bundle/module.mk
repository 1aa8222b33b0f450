# SPDX-License-Identifier: Apache-2.0
include lib/bundle/module.mk
$(eval $(call unit,bundle/test_bundle,tests/bundle/test_bundle.c \
	$(BUNDLE_SOURCES),-lcrypto))
