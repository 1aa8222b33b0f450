# SPDX-License-Identifier: Apache-2.0
$(eval $(call unit,wire/test_pamwire,tests/wire/test_pamwire.c \
	lib/wire/pamwire.c lib/base/buf.c,))
$(eval $(call unit,wire/test_pamwire_io,tests/wire/test_pamwire_io.c \
	$(pamwire_SRC),))
