/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/door/other_version.h"

#include <openssl/rand.h>
#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/wire/pamwire.h"

void
other_version_record(struct authority *all, uint8_t version)
{
	struct msg_AUDIT_APPEND_REQ r = {.kind = RECORD_ATTEMPT,
	    .outcome = OUTCOME_ERROR,
	    .time_ms = clock_wall_ms()};

	log_warnx("refused: a PAM module speaks version %u of the protocol, "
		  "this gatewayd speaks %u: install pam_sallyport.so and "
		  "gatewayd of one release",
	    version, PAMWIRE_VERSION);
	reason_write(REASON_MODULE_VERSION, r.reason);
	snprintf(r.host, sizeof r.host, "%s", all->conf.host);
	if (RAND_bytes(r.attempt, sizeof r.attempt) != 1 ||
	    audit_append(&all->audit, &r, -1, NULL, NULL) < 0)
		log_warnx("cannot write a record of that refusal");
}
