# SPDX-License-Identifier: Apache-2.0
# Puts pam_sallyport(8) into a Debian file of /etc/pam.d: INSTALL, sections 5, 6.
s/^@include common-auth$/auth     [success=ok default=die]  pam_sallyport.so/
/^@include common-account/i account  [success=ok default=die]  pam_sallyport.so
/^@include common-session/i session  [success=ok default=die]  pam_sallyport.so
