/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FACTOR_ENROL_H
#define CLI_FACTOR_ENROL_H

/* `sallyport factor enrol` */
int factor_enrol(int argc, char **argv);

#endif
