# SPDX-License-Identifier: Apache-2.0
pamwire_SRC := $(addprefix lib/wire/,pamwire.c pamwire_io.c pamwire_version.c) \
	lib/base/buf.c
pam_sallyport_SRC := $(addprefix pam_module/,client.c host_facts.c grant.c \
	options.c pam_sallyport.c relay.c sha256.c show.c way.c) lib/base/utf8.c $(PEOPLE) \
	$(pamwire_SRC)
pam_sallyport_LDFLAGS := -Wl,--version-script=pam_module/pam_sallyport.map
ifndef SAN # the sanitizers' symbols are undefined; ours fail here, not in sshd
pam_sallyport_LDFLAGS += -Wl,-z,defs
endif

$(eval $(call shared,pam_sallyport.so,$(pam_sallyport_SRC),-lpam,$(pam_sallyport_LDFLAGS)))

$(B)/pam_sallyport.so: pam_module/pam_sallyport.map
