# SPDX-License-Identifier: Apache-2.0
$(eval $(call shared,compat/clock.so,tests/compat/wall_clock.c,-ldl))
