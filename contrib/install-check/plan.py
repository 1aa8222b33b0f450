# SPDX-License-Identifier: Apache-2.0
"""INSTALL from its first block to its last: what install-check does with each,
and what must be true in between.  tests/structure holds it against INSTALL."""
import scenes

# What a site writes in place of INSTALL's examples.
SITE = (("example.com", "example.test"),
        ("dc=com", "dc=test"))

POLICY = "/etc/sallyport/policy.d/bastion.policy"


class Run:
    """The block is commands.  GOOD(walk, output) looks at what they printed."""

    def __init__(self, good=None):
        self.good = good

    def do(self, walk, block):
        output = walk.commands(block)
        if self.good is not None:
            self.good(walk, output)


class Write:
    """The block is a file."""

    def __init__(self, path, mode=0o644):
        self.path, self.mode = path, mode

    def do(self, walk, block):
        walk.machine.write(self.path, walk.site(block.text), self.mode)


class Rule:
    """The block is a line of the policy, instead of or before another line."""

    def __init__(self, *, instead_of=None, before=None):
        self.instead_of, self.before = instead_of, before

    def do(self, walk, block):
        lines = walk.machine.read(POLICY).splitlines(keepends=True)
        at, = [number for number, line in enumerate(lines)
               if line.startswith(self.instead_of or self.before)]
        lines[at:at + bool(self.instead_of)] = [walk.site(block.text)]
        walk.machine.write(POLICY, "".join(lines))


class Person:
    """The block is what a person types at a workstation."""

    def __init__(self, scene):
        self.scene = scene

    def do(self, walk, block):
        self.scene(walk, *walk.site(block.text).split())


class Shown:
    """The block is neither run nor written, for the reason WHY."""

    def __init__(self, why, scene=None):
        self.why, self.scene = why, scene

    def do(self, walk, block):
        if self.scene is not None:
            self.scene(walk, block)


# The first words of each block, in INSTALL's order.  A scene stands behind the
# block after which it is played.
PLAN = (
    # 1
    ("apt-get install", Run()),
    scenes.remember_the_system,
    ("make", Run()),
    ("make deb", Shown("package-check builds the packages and uses them")),
    scenes.the_unit_is_accepted,
    # 2
    ("for role in", Run()),
    ("useradd", Run(scenes.accounts_of_the_others)),
    # 3
    ("gateway {", Write("/etc/sallyport/gatewayd.conf", 0o600)),
    scenes.copy_the_certificates,
    ("network corp", Write(POLICY)),
    ("sallyport key init", Run()),
    # 4
    ("systemctl enable", Run()),
    ("sallyport status", Run(scenes.keep_the_seed)),
    scenes.enrol_the_others,
    ("permit  sre", Rule(instead_of="permit  sre")),
    ("systemctl reload", Run()),
    # 5
    ("UsePAM yes", Write("/etc/ssh/sshd_config.d/00-sallyport.conf")),
    ("auth ", Shown("the next block writes these lines",
                    scenes.keep_the_lines)),
    ("cp -a /etc/pam.d", Run(scenes.sshd_has_the_lines)),
    ("sshd -t", Run(scenes.says_no_twice)),
    ("ssh alice", Person(scenes.a_login_gets_a_token)),
    scenes.a_wrong_code_is_refused,
    scenes.a_password_of_the_machine_is_refused,
    scenes.an_invited_person_enrols,
    scenes.sftp_works,
    ("sallyport audit tail", Run(scenes.the_records_are_there)),
    scenes.the_receiver_has_them,
    # 6
    ("permit  sre", Rule(before="end")),
    ("Defaults", Write("/etc/sudoers.d/sallyport", 0o440)),
    ("sallyport policy check", Run()),
    scenes.sudo_asks,
    scenes.sudo_i_asks,
    scenes.su_asks_for_the_other,
    scenes.su_leads_nobody_to_root,
    scenes.without_gatewayd_nobody_gets_in,
    # 7
    ("table inet", Write("/etc/sallyport/egress.nft")),
    ("apt-get install", Run()),
    scenes.production_is_closed,
    # 8
    scenes.an_older_release_was_here,
    ("make", Run()),
    scenes.its_state_was_converted,
    scenes.logins_go_on,
    # 9
    ("cd /root", Run()),
    ("nft delete", Run()),
    scenes.a_password_of_the_machine_counts_again,
    # 10
    ("make uninstall", Run()),
    scenes.the_system_is_as_it_was,
)


def starts():
    """Those of the blocks, in order."""
    return [step[0] for step in PLAN if isinstance(step, tuple)]
