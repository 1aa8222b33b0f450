/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/conf_renamed.h"

#include <stddef.h>

const struct conf_renamed conf_renamed[] = {
    {NULL, NULL, NULL},
};
