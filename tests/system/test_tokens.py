# SPDX-License-Identifier: Apache-2.0
"""The claims token: fetched inside a session, verified from the JWKS alone."""
import itertools
import json
import os
import subprocess

import jwt
import pytest
from labkit import client
from labkit.process import wait_until

GET = "sallyport token get --audience tickets"


@pytest.fixture
def token(login, person):
    end = login(person, GET)
    assert end.status == 0, end
    return end.output.strip()


@pytest.fixture(scope="module")
def jwks(lab, tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "jwks.json"
    path.write_text(lab.gateway.jwks(), encoding="utf-8")
    return path


def test_a_token_has_the_claims_of_the_grant(lab, jwks, token, person):
    """Held against a JOSE library that is not ours (RFC 9068)."""
    header = jwt.get_unverified_header(token)
    assert (header["typ"], header["alg"]) == ("at+jwt", "ES256")
    keys = jwt.PyJWKSet.from_json(jwks.read_text())
    key = next(k for k in keys.keys if k.key_id == header["kid"])
    claims = jwt.decode(token, key.key, algorithms=["ES256"],
                        audience="tickets", issuer=lab.gateway.issuer)
    (entry_id,) = lab.directory.attribute(person.name, "entryUUID")
    assert claims["sub"] == entry_id
    assert claims["preferred_username"] == person.name
    assert claims["employment"] == "employee"
    assert set(claims["amr"]) >= {"pwd", "otp"}
    assert claims["exp"] - claims["iat"] == 600
    for claim in "jti", "client_id", "auth_time", "acr", "sid":
        assert claims[claim]


def test_sallyport_verifies_a_token_from_the_jwks_alone(lab, jwks, token):
    run = verify(lab, jwks, token, "tickets")
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("spoil", [
    lambda t: t[:-4] + ("AAAA" if t[-4:] != "AAAA" else "BBBB"),
    lambda t: t.rsplit(".", 1)[0] + ".",
    lambda t: "eyJhbGciOiJub25lIn0." + t.split(".")[1] + ".",
    lambda t: t + ".x",
    lambda t: "",
], ids=["signature changed", "signature gone", "alg none", "five parts",
        "empty"])
def test_a_spoilt_token_is_not_accepted(lab, jwks, token, spoil):
    assert verify(lab, jwks, spoil(token), "tickets").returncode == 1


def test_a_token_for_another_audience_is_not_accepted(lab, jwks, token):
    assert verify(lab, jwks, token, "payroll").returncode == 1


def test_an_audience_that_the_rule_does_not_name_gets_no_token(login, person):
    end = login(person, "sallyport token get --audience payroll")
    assert end.status == 1
    assert end.output == ""


def test_outside_a_session_nobody_gets_a_token(lab, person):
    """Neither root, nor the same person's uid without a grant."""
    for uid, session in itertools.product((0, person.uid), ("", "A" * 22)):
        run = subprocess.run(
            [lab.sallyport, "token", "get", "--audience", "tickets"],
            user=uid, capture_output=True, text=True, timeout=60, check=False,
            extra_groups=[], env={
                "SALLYPORT_SESSION": session,
                "SALLYPORT_TOKEN_SOCKET": lab.gateway.token_socket})
        assert run.returncode != 0
        assert run.stdout == ""


def test_after_a_session_has_ended_no_process_left_of_it_gets_a_token(
        lab, person, login):
    """A job that outlives its session keeps the environment, not the right."""
    out = os.path.join(lab.dir, "home", person.name, "late")
    end = login(person, "(trap '' HUP; while [ ! -e go ]; do sleep 0.1; done; "
                f"{GET} > late 2>&1; echo $? >> late) > /dev/null 2>&1 &")
    assert end.status == 0
    assert wait_until(lambda: person.name not in lab.gateway.run(
        "session", "list").stdout)
    with open(os.path.join(os.path.dirname(out), "go"), "w", encoding="ascii"):
        pass
    assert wait_until(lambda: os.path.exists(out) and
                      open(out, encoding="utf-8").read().endswith("1\n"))
    assert "eyJ" not in open(out, encoding="utf-8").read()


def test_one_persons_session_serves_no_other(lab, login, make_person, codes):
    """Another session's id in the environment is no way to its token."""
    first, second = make_person(), make_person()
    with client.Login(lab, first.name, "echo $SALLYPORT_SESSION; sleep 30"
                      ) as ssh:
        ssh.answer_all([first.password, codes.fresh(first)])
        session = ssh.process.stdout.readline().strip()
        assert session
        end = login(second, f"SALLYPORT_SESSION={session} {GET}")
        assert end.status != 0
        assert end.output == ""


def test_a_session_is_listed_while_it_lasts(lab, person, codes):
    with client.Login(lab, person.name, "echo in; sleep 30") as ssh:
        ssh.answer_all([person.password, codes.fresh(person)])
        assert ssh.process.stdout.readline() == "in\n"
        listed = json.loads(lab.gateway.run("session", "list", "--json").stdout)
        assert person.name in json.dumps(listed)
    assert wait_until(lambda: person.name not in lab.gateway.run(
        "session", "list").stdout)


def verify(lab, jwks, token, audience):
    return subprocess.run(
        [lab.sallyport, "token", "verify", "--jwks", str(jwks), "--audience",
         audience, "--issuer", lab.gateway.issuer],
        input=token, capture_output=True, text=True, timeout=60, check=False)
