# SPDX-License-Identifier: Apache-2.0
"""The same company in three directories, each a real server: who gets in, who
does not and why, groups, groups of groups, and people who change."""
import itertools
import os
import shutil
import subprocess
import tempfile
import time

import pytest
from labkit import directory_ad
from labkit.directory import BASE
from labkit.directory_ldaps import NEEDS
from labkit.people import Person
from labkit.process import wait_until
from labkit.records import Records, outcome, reason
from labkit.world import DIRECTORIES, Lab
from support import ROOT, TIMEOUT

NUMBER = itertools.count(1)
WALK = f"""\
	group-base          "ou=groups,{BASE}"
	nested-groups       walk
"""


def obstacle(kind):
    """Why a lab with this directory cannot be here, or None."""
    missing = [program for program in (DIRECTORIES[kind].program, *NEEDS)
               if shutil.which(program) is None]
    if missing:
        return f"{', '.join(missing)} not installed (contrib/packages)"
    run = subprocess.run(["unshare", "--mount", "true"], capture_output=True,
                         text=True, check=False)
    if kind != "openldap" and run.returncode != 0:
        return f"no mount namespace here: {run.stderr.strip()}"
    return None


@pytest.fixture(scope="module", params=sorted(DIRECTORIES))
def lab(request):
    reason_not = obstacle(request.param)
    if reason_not:
        pytest.skip(reason_not)
    directory = tempfile.mkdtemp(prefix="sallyport-test-")
    world = Lab(directory, os.path.join(ROOT, "build"), TIMEOUT, request.param)
    try:
        world.up()
        yield world
        world.down()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def records(lab):
    return Records(lab.receiver.file)


def why(records, name, count=1):
    """Outcome and reason of the last of COUNT attempts."""
    finals = records.wait_finals(name, count)
    assert len(finals) == count
    return outcome(finals[-1]), reason(finals[-1])


def reconfigure(lab, change):
    with open(lab.gateway.config, encoding="utf-8") as file:
        before = file.read()
    with open(lab.gateway.config, "w", encoding="utf-8") as out:
        out.write(change(before))
    count = lab.gateway.daemon.tail(100000).count("info: reloaded ")
    lab.gateway.reload()
    assert wait_until(lambda: lab.gateway.daemon.tail(100000).count(
        "info: reloaded ") > count)
    assert wait_until(lambda: lab.gateway.status().get("ready"))
    time.sleep(0.5)


def test_connect_says_what_it_found_and_which_profile_fits(lab):
    run = subprocess.run(
        [lab.gateway.program, "-t", "--connect", "-f", lab.gateway.config],
        capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    name, entry, group = {
        "openldap": ("uid", "posixAccount", ", memberOf"),
        "389ds": ("uid", "posixAccount", ", memberOf"),
        "ad": ("sAMAccountName", "organizationalPerson, user", "")}[lab.kind]
    uid = {"openldap": "entryUUID", "389ds": "nsUniqueId",
           "ad": "objectGUID"}[lab.kind]
    assert f"; profile {lab.kind} fits; a person has the classes " in run.stdout
    assert entry in run.stdout
    assert f"the attributes {name}, {uid}, " in run.stdout
    assert "employeeType" in run.stdout and group in run.stdout


def test_status_finds_it_ready(lab):
    run = subprocess.run(
        [os.path.join(ROOT, "contrib/lab/lab"), "status", "--dir", lab.dir],
        capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count(" ready\n") == 4


def test_an_address_that_a_lab_holds_is_not_drawn_again(monkeypatch):
    class Dice:
        numbers = [16, 17, 18, 16, 17, 18, 19, 20, 21]

        def randrange(self, *_):
            return self.numbers.pop(0)
    monkeypatch.setattr(directory_ad.random, "SystemRandom", lambda dice=Dice(): dice)
    first, lock = directory_ad.draw_address()
    second, other = directory_ad.draw_address()
    assert (first, second) == ("127.16.17.18", "127.19.20.21")
    lock.close()
    other.close()


def test_right_answers_open(person, login, records):
    assert login(person).status == 0
    assert why(records, person.name) == ("granted", "permit")


@pytest.mark.parametrize("facts, answers, said", [
    ({}, {"password": "wrong"}, "wrong_password"),
    ({}, {"code": "000000"}, "wrong_code"),
    ({"groups": ()}, {}, "no_rule"),
    ({"employment": "contractor"}, {}, "denied_by_rule"),
    ({"employment": "Supplier"}, {}, "denied_by_rule"),
    ({"operational": {"pwdAccountLockedTime": "000001010000Z"}}, {},
     {"openldap": "account_locked"}),
], ids=("password", "code", "group", "contractor", "vendor", "disabled"))
def test_who_does_not_get_in(lab, make_person, login, records, facts, answers,
                             said):
    who = make_person(**facts)
    assert login(who, **answers).refused
    if isinstance(said, dict):
        said = said.get(lab.kind, "account_disabled")
    assert why(records, who.name) == ("denied", said)


def test_nobody_gets_in_under_another_form_of_the_name(lab, person, login,
                                                       records):
    """Even where this machine has an account of that name."""
    forms = [f"{person.name}@example.test", f"EXAMPLE\\{person.name}",
             f"{person.name}*", person.name + "\u0301"]
    for form in forms:
        who = Person(form, password=person.password, seed=person.seed,
                     uid=person.uid)
        lab.people[form] = who
        lab.bastion.write_accounts()
        assert login(who).refused
        assert records.wait_finals(form)[-1]["status_code"] in (
            "unknown_person", "malformed_name")
        del lab.people[form]
    lab.bastion.write_accounts()


def test_who_has_left_the_group_is_out(lab, person, login, records):
    assert login(person).status == 0
    lab.directory.leave_group(person.name, "sre")
    assert login(person).refused
    assert why(records, person.name, 2) == ("denied", "no_rule")


def test_a_group_of_a_group_counts(lab, make_person, login, records):
    """Through two others, of which the policy knows nothing, in a circle."""
    who, other = make_person(groups=()), make_person(groups=())
    number = next(NUMBER)
    team, branch = f"team{number}", f"branch{number}"
    lab.directory.add_group(team, [who.name])
    lab.directory.add_group(branch, [other.name], [team])
    lab.directory.modify(f"dn: cn={team},ou=groups,{BASE}\n"
                         "changetype: modify\nadd: member\n"
                         f"member: cn={branch},ou=groups,{BASE}\n")
    assert login(who).refused
    lab.directory.modify(f"dn: cn=sre,ou=groups,{BASE}\n"
                         "changetype: modify\nadd: member\n"
                         f"member: cn={branch},ou=groups,{BASE}\n")
    if lab.kind == "openldap":
        assert login(who).refused
        reconfigure(lab, lambda text: text.replace(
            "\tprofile  ", WALK + "\tprofile  "))
    try:
        assert login(who).status == 0
    finally:
        if lab.kind == "openldap":
            reconfigure(lab, lambda text: text.replace(WALK, ""))


def test_a_thousand_groups_are_no_hindrance(lab, person, login):
    lab.directory.modify("".join(
        f"dn: cn=many{n},ou=groups,{BASE}\nchangetype: add\n"
        + lab.directory.group_entry(f"many{n}")
        + f"member: {lab.directory.dn(person.name)}\n\n"
        for n in range(300)))
    assert login(person).status == 0


# --- people change ---------------------------------------------------------

def again(lab, person):
    """The entry goes, and one like it comes."""
    lab.directory.modify(f"dn: {lab.directory.dn(person.name)}\n"
                         "changetype: delete\n")
    lab.directory.add_person(person)


def test_who_is_hired_again_has_nothing_of_the_one_before(
        lab, person, login, records):
    assert login(person).status == 0
    first = records.wait_finals(person.name)[-1]["user"]["uid"]
    again(lab, person)
    assert login(person).refused
    last = records.wait_finals(person.name, 2)[-1]
    assert last["user"]["uid"] != first
    assert outcome(last) != "granted"


def test_who_moves_to_another_unit_stays_the_same_person(
        lab, person, login, records):
    assert login(person).status == 0
    unit = f"unit{next(NUMBER)}"
    lab.directory.modify(f"dn: ou={unit},ou=people,{BASE}\nchangetype: add\n"
                         f"objectClass: organizationalUnit\nou: {unit}\n")
    rdn = lab.directory.dn(person.name).partition(",")[0]
    lab.directory.modify(
        f"dn: {lab.directory.dn(person.name)}\nchangetype: modrdn\n"
        f"newrdn: {rdn}\ndeleteoldrdn: 1\n"
        f"newsuperior: ou={unit},ou=people,{BASE}\n")
    assert login(person).status == 0
    uids = {r["user"]["uid"] for r in records.wait_finals(person.name, 2)}
    assert len(uids) == 1


def test_two_entries_with_one_name_are_nobody(lab, person, login, records):
    if lab.kind == "ad":
        pytest.skip("Active Directory refuses a second account of a name")
    unit = f"unit{next(NUMBER)}"
    lab.directory.modify(f"dn: ou={unit},ou=people,{BASE}\nchangetype: add\n"
                         f"objectClass: organizationalUnit\nou: {unit}\n")
    lab.directory.modify(
        f"dn: uid={person.name},ou={unit},ou=people,{BASE}\nchangetype: add\n"
        "objectClass: inetOrgPerson\nobjectClass: posixAccount\n"
        f"uid: {person.name}\ncn: x\nsn: x\nuidNumber: 1\ngidNumber: 1\n"
        "homeDirectory: /\n")
    assert login(person).refused
    assert why(records, person.name) == ("denied", "ambiguous_person")


def test_a_new_name_is_another_login_and_the_old_one_is_nobody(
        lab, person, login, records):
    """The credential is bound to the name too: enrol again."""
    assert login(person).status == 0
    first = records.wait_finals(person.name)[-1]["user"]["uid"]
    new = f"married{next(NUMBER)}"
    attribute, rdn = (("sAMAccountName", "cn") if lab.kind == "ad"
                      else ("uid", "uid"))
    old_dn = lab.directory.dn(person.name)
    lab.directory.modify(f"dn: {old_dn}\nchangetype: modrdn\n"
                         f"newrdn: {rdn}={new}\ndeleteoldrdn: 1\n")
    if lab.kind == "ad":
        lab.directory.set_attribute(new, attribute, new)
    renamed = Person(new, password=person.password, seed=person.seed,
                     uid=person.uid)
    lab.people[new] = renamed
    lab.bastion.write_accounts()
    assert login(person).refused
    assert why(records, person.name, 2) == ("denied", "unknown_person")
    assert login(renamed).refused
    assert records.wait_finals(new)[-1]["user"]["uid"] == first
