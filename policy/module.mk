# SPDX-License-Identifier: Apache-2.0
# The library is linked as $(POLICY), which the Makefile names.
MANPAGES += doc/sallyport-policy.5
