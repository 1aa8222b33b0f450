# SPDX-License-Identifier: Apache-2.0
"""A role can do only what it links: the table of DESIGN, from the binaries."""
import re
import subprocess

import pytest

LIBC = {"libc", "ld-linux-x86-64"}
SANDBOXED = LIBC | {"libseccomp"}
MAY_LINK = {
    "gatewayd": SANDBOXED | {"libcrypto"},  # who signed the policy
    "login": SANDBOXED,
    "directory": SANDBOXED | {"libldap-2.5", "liblber-2.5", "libgnutls"},
    "authority": SANDBOXED | {"libcrypto", "liboath"},
    "store": SANDBOXED | {"libsqlite3"},
    "audit": SANDBOXED | {"libcrypto", "libjansson"},
    "forward": SANDBOXED | {"libssl", "libcrypto", "libjansson"},
    "sallyport": LIBC | {"libcrypto", "libjansson", "libqrencode",
                         "libsallyport"},
    "pam_sallyport.so": LIBC | {"libpam"},
}
ONLY_IN = {"libldap": "directory", "libgnutls": "directory",
           "liboath": "authority",
           "libsqlite3": "store"}
FOREIGN_SYMBOL = re.compile(r"^(ldap_|oath_|EVP_|SSL_|sqlite3_|json_object_|"
                            r"json_loads|json_dumps)")


def needed(path):
    """Libraries without .so and version."""
    run = subprocess.run(["readelf", "-dW", path], capture_output=True,
                         text=True, check=True)
    return {name.split(".so")[0] for name in
            re.findall(r"\(NEEDED\).*\[(.*?)\]", run.stdout)}


@pytest.mark.parametrize("name", MAY_LINK)
def test_a_binary_links_only_what_its_job_needs(built, name):
    assert needed(built(name)) <= MAY_LINK[name]


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_of_one_role_is_linked_by_no_other(built, library):
    if not built.all:
        pytest.skip("nothing is built")
    users = {name for name, path in built.all.items()
             if any(n.startswith(library) for n in needed(path))}
    assert users <= {ONLY_IN[library]}


def test_login_has_no_library_built_in(built):
    """A static login hides its libraries from readelf, not from nm."""
    run = subprocess.run(["nm", "--defined-only", built("login")],
                         capture_output=True, text=True, check=True)
    symbols = [line.split()[-1] for line in run.stdout.splitlines()]
    assert symbols, "login is stripped: nothing can be said"
    assert not [s for s in symbols if FOREIGN_SYMBOL.match(s)]


@pytest.mark.parametrize("name", MAY_LINK)
def test_a_binary_is_hardened(built, name):
    """Position independent, full RELRO, no executable stack."""
    run = subprocess.run(["readelf", "-hldW", built(name)],
                         capture_output=True, text=True, check=True)
    assert re.search(r"Type:\s+DYN", run.stdout)
    assert "GNU_RELRO" in run.stdout
    assert re.search(r"GNU_STACK.* RW ", run.stdout)
    if name != "login":         # a static one binds nothing
        assert "BIND_NOW" in run.stdout or "NOW" in run.stdout


def exported(path):
    run = subprocess.run(["nm", "-D", "--defined-only", path],
                         capture_output=True, text=True, check=True)
    return {line.split()[-1].split("@")[0] for line in run.stdout.splitlines()
            if line.split()[-2] != "A"}


def test_the_module_exports_its_entry_points_and_nothing_else(built):
    assert exported(built("pam_sallyport.so")) == {
        "pam_sm_authenticate", "pam_sm_setcred", "pam_sm_acct_mgmt",
        "pam_sm_open_session", "pam_sm_close_session"}
