# SPDX-License-Identifier: Apache-2.0
"""A person at a workstation: OpenSSH's client, driven prompt by prompt.

ssh asks its SSH_ASKPASS program once per prompt. Ours hands the prompt to this
process through one fifo and takes the answer from another, so a prompt arrives
whole and can be held open for as long as a test wants."""
import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time

from . import totp
from .process import PATIENCE

ASKPASS = """\
#!/bin/sh
printf '%s\\0' "$1" > "$LAB_ASK/prompt"
IFS= read -r answer < "$LAB_ASK/answer"
printf '%s\\n' "$answer"
"""
REFERENCE = re.compile(r"(?<=Reference: )[0-9a-z]+")


class Login:
    """One ssh client process; a context manager that ends it."""

    def __init__(self, lab, user, command="true", *, options=(), bind=None,
                 port=None, program="ssh", arguments=None, env=None):
        self.user = user
        self.prompts = []
        self.dir = tempfile.mkdtemp(prefix="ask-", dir=lab.dir)
        helper = os.path.join(self.dir, "askpass")
        with open(helper, "w", encoding="ascii") as out:
            out.write(ASKPASS)
        os.chmod(helper, 0o700)
        for fifo in "prompt", "answer":
            os.mkfifo(os.path.join(self.dir, fifo), 0o600)
        # Both ends open: neither side waits for the other to open a fifo.
        self.prompt_fd = os.open(self.dir + "/prompt", os.O_RDWR)
        self.answer_fd = os.open(self.dir + "/answer", os.O_RDWR)
        port = port or lab.port("ssh")
        settings = [
            "-F", "none", "-o", "GlobalKnownHostsFile=none",
            "-o", f"UserKnownHostsFile={lab.bastion.known_hosts}",
            "-o", "StrictHostKeyChecking=yes", "-o", "IdentityAgent=none",
            "-o", "NumberOfPasswordPrompts=1", *options]
        if bind:
            settings += ["-o", f"BindAddress={bind}"]
        if arguments is None:
            arguments = ["-p", str(port), f"{user}@127.0.0.1", *(
                [command] if command else [])]
        env = {"PATH": os.environ["PATH"], "HOME": self.dir,
               "SSH_ASKPASS": helper, "SSH_ASKPASS_REQUIRE": "force",
               "LAB_ASK": self.dir, **(env or {})}
        self.process = subprocess.Popen(
            [program, *settings, *arguments], env=env, text=True,
            errors="replace", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.hang_up()
        for fd in self.prompt_fd, self.answer_fd:
            os.close(fd)
        shutil.rmtree(self.dir)

    def prompt(self, timeout=PATIENCE):
        """The next prompt, or None when ssh ended instead of asking."""
        deadline = time.monotonic() + timeout
        text = b""
        while time.monotonic() < deadline:
            if select.select([self.prompt_fd], [], [], 0.02)[0]:
                text += os.read(self.prompt_fd, 65536)
                if text.endswith(b"\0"):
                    self.prompts.append(text[:-1].decode(errors="replace"))
                    return self.prompts[-1]
            elif self.process.poll() is not None:
                return None
        raise TimeoutError(f"ssh neither asked nor ended in {timeout} s")

    def answer(self, text):
        os.write(self.answer_fd, text.encode() + b"\n")

    def answer_all(self, answers, timeout=PATIENCE):
        """Answer prompt after prompt; False when ssh asked for more or less."""
        for text in answers:
            if self.prompt(timeout) is None:
                return False
            self.answer(text)
        return True

    def finish(self, stdin=None, timeout=PATIENCE):
        """Wait for the end: (exit status, output, transcript)."""
        output, errors = self.process.communicate(stdin, timeout)
        return Outcome(self.process.returncode, output, errors,
                       plain(self.user, self.prompts, errors))

    def hang_up(self):
        """Gone, as a laptop lid is shut: the TCP connection just ends."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout,
                       self.process.stderr):
            with contextlib.suppress(BrokenPipeError):
                stream.close()


class Outcome:
    """How a login ended. transcript: what the person saw, made comparable."""

    def __init__(self, status, output, errors, transcript):
        self.status = status
        self.output = output
        self.errors = errors
        self.transcript = transcript

    @property
    def refused(self):
        """ssh's own failure, and nothing of a command's output."""
        return self.status == 255 and self.output == ""

    def __repr__(self):
        return (f"Outcome(status={self.status}, output={self.output!r}, "
                f"transcript={self.transcript!r})")


def plain(user, prompts, errors):
    """Prompts and messages without (user@host) and the reference's digits."""
    text = "\n".join([*prompts, errors])
    text = re.sub(r"(\()?%s@127\.0\.0\.1(?(1)\) |)" % re.escape(user), "", text)
    return REFERENCE.sub("REFERENCE", text)


def login(lab, user, answers, command="true", **how):
    """A whole login with ANSWERS given in order."""
    with Login(lab, user, command, **how) as ssh:
        ssh.answer_all(answers)
        return ssh.finish()


class Codes:
    """Codes of one seed, never one twice: waits for a step when it must."""

    def __init__(self):
        self.spent = {}

    def fresh(self, person):
        """A code of PERSON later than all that were given out."""
        spent = self.spent.get(person.name, 0)
        # One step ahead is inside the window and saves half a minute.
        step = max(totp.step_at(), spent + 1)
        if step > totp.step_at() + 1:
            totp.wait_past(step - 2)
        self.spent[person.name] = step
        return totp.code(person.seed, step)

    @staticmethod
    def wrong(person):
        """A code that is right for no step anywhere near."""
        near = {totp.code(person.seed, totp.step_at() + d)
                for d in range(-3, 4)}
        return next(c for c in ("000000", "111111", "222222", "333333",
                                "444444", "555555", "666666", "777777")
                    if c not in near)
