# SPDX-License-Identifier: Apache-2.0
"""The lab: a whole Sallyport world on loopback, inside one directory."""
