# SPDX-License-Identifier: Apache-2.0
"""Each packed release, unpacked and started with today's programs."""
import glob
import os
import shutil
import signal
import subprocess
import tempfile

import pytest
import unpack
from labkit.records import Records

ARCHIVES = sorted(glob.glob(os.path.join(unpack.HERE, "*.tar.xz")))


def pytest_collection_modifyitems(items):
    if os.geteuid() != 0:
        skip = pytest.mark.skip(reason="the lab logs in other users: root only")
        for item in items:
            item.add_marker(skip)


@pytest.fixture(scope="session", params=ARCHIVES, ids=os.path.basename)
def old(request):
    """The lab of an archive; its sessions' processes are ours."""
    directory = tempfile.mkdtemp(prefix="sallyport-compat-", dir="/var/tmp")
    lab = unpack.OldLab(directory, request.param)
    processes = []
    try:
        lab.up()
        lab.processes = stand_ins(lab)
        processes = list(lab.processes.values())
        assert lab.start_gateway(), lab.gateway.daemon.tail(60)
        yield lab
    finally:
        for process in processes:
            process.send_signal(signal.SIGKILL)
            process.wait()
        lab.down()
        shutil.rmtree(directory, ignore_errors=True)


def stand_ins(lab):
    """{name: process}, what sshd's processes were for the packed sessions."""
    about = lab.packed.about
    names = {session: name for name, session in about["sessions"].items()}
    found = {name: subprocess.Popen(["sh"], stdin=subprocess.PIPE, text=True)
             for name in about["sessions"]}
    with open(os.path.join(lab.gateway.state, "keys/seal.key"), "rb") as file:
        key = file.read()
    unpack.rekey(
        os.path.join(lab.gateway.state, "authority/sessions"), key,
        about["moment"], lambda session: (
            found[names[session]].pid, lab.people[names[session]].uid))
    return found


@pytest.fixture(scope="session")
def records(old):
    return Records(old.receiver.file)
