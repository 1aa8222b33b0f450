/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_REPLAY_H
#define CLI_POLICY_POLICY_REPLAY_H

/* sallyport policy replay [--days N] [--dir LOGDIR] [--json] CANDIDATE... */
int policy_replay(int argc, char **argv);

#endif
