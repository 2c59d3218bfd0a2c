"""`agentdesk admin`: the same words whether the server runs or not; backups that become servers again."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tests.server.running import PASSWORD, PATIENCE, Company, Desk, company

from agentdesk import cli
from agentdesk.domain.people import Person
from agentdesk_server import admin, core
from agentdesk_server import operating as op
from agentdesk_server.backup import restore
from agentdesk_server.core import CannotStart


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def live(folder: Path) -> Iterator[Company]:
    """A server that runs on the folder."""
    with company(folder) as found:
        yield found


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    """The command line in this process: code, output, errors."""
    capsys.readouterr()
    code = cli.main(list(argv))
    said = capsys.readouterr()
    return code, said.out.strip(), said.err.strip()


def person_args(email: str, *teams: str) -> list[str]:
    named = [word for team in teams for word in ("--team", team)]
    return ["person", "add", "--name", "Ann Lee", "--email", email, "--role", "agent", *named, "--password-stdin"]


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands on the standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\nsecond line\n"))


@pytest.mark.usefixtures("password")
@pytest.mark.parametrize("running", [False, True])
def test_a_company_is_made(
    folder: Path, running: bool, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    """Team, person and site, each printed as its id; T is a name or an id."""
    if running:
        request.getfixturevalue("live")
    data = ("admin", "--data", str(folder))
    code, team, _ = run(capsys, *data, "team", "add", "Returns", "--zone", "Europe/Berlin")
    assert code == 0
    code, person, err = run(capsys, *data, *person_args("Ann@example.com", "returns"))
    assert (code, err) == (0, "")
    code, key, _ = run(capsys, *data, "site", "add", "--name", "S", "--team", team, "--origin", "https://s.example/")
    assert (code, key[:3]) == (0, "pk_")
    assert f"{team}\tReturns\tEurope/Berlin" in run(capsys, *data, "team", "list")[1]
    assert f"{person}\tAnn Lee\tann@example.com\tagent\tReturns" in run(capsys, *data, "person", "list")[1]
    assert f"{key}\tS\tReturns\thttps://s.example" in run(capsys, *data, "site", "list")[1]


@pytest.mark.usefixtures("password")
def test_a_running_server_and_its_desks_hear_of_it(
    live: Company, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same commit path: a connected desk sees the new colleague, who can sign in at once."""
    desk = Desk(live.url, live.sign_in())
    desk.until("caught_up", scope="org")
    code, person, _ = run(capsys, "admin", "--data", str(folder), *person_args("ann@example.com", "Billing"))
    assert code == 0
    while True:
        put = desk.until("delta", scope="org").get("put", {})
        if person in [row["id"] for row in put.get("person", [])]:
            break
    desk.close()
    assert live.sign_in("ann@example.com")


REFUSED = [
    (op.TeamAdd(name="billing"), "already"),
    (op.TeamAdd(name="x", zone=""), "422|zone|length"),
    (op.PersonAdd(name="A", email="a@b.c", role="king", password=PASSWORD), "not a role"),
    (op.PersonAdd(name="A", email="ab.c", role="agent", password=PASSWORD), "not an e-mail"),
    (op.PersonAdd(name="A", email="mina@example.com", role="agent", password=PASSWORD), "already in use"),
    (op.PersonAdd(name="A", email="a@b.c", role="agent", password="short"), "at least 10"),
    (op.PersonAdd(name="A", email="a@b.c", role="agent", password=PASSWORD, teams=["Nowhere"]), "no team Nowhere"),
    (op.PersonDeactivate(person="nobody@example.com"), "nobody"),
    (op.SiteAdd(name="S", team="Billing", origins=["shop"]), "not an origin"),
    (op.Backup(file="relative"), "whole path"),
    (op.Backup(file="/nowhere/at/all/file"), "No such folder"),
]


@pytest.mark.parametrize(("wish", "words"), REFUSED, ids=lambda value: getattr(type(value), "__name__", "")[:20])
def test_what_cannot_be_is_a_sentence(shop: Company, wish: op.AnyRequest, words: str) -> None:
    """Through the door of a running server, as from the command line."""
    with pytest.raises(op.Cannot, match=words):
        admin.run(shop.state.folder, wish)


def test_a_refusal_makes_nothing(shop: Company) -> None:
    records = shop.state.reader.records
    before = [records.count(question()) for question in (op.PEOPLE, op.TEAMS, op.SITES)]
    test_what_cannot_be_is_a_sentence(shop, REFUSED[6][0], REFUSED[6][1])
    test_what_cannot_be_is_a_sentence(shop, REFUSED[2][0], REFUSED[2][1])
    assert before == [records.count(question()) for question in (op.PEOPLE, op.TEAMS, op.SITES)]


def test_the_command_line_says_it_and_fails(shop: Company, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "admin", "--data", str(shop.state.folder), "team", "add", "Billing")
    assert (code, out) == (1, "")
    assert err == "agentdesk admin: There is a team Billing already."
    assert run(capsys, "nonsense")[0] == 2
    assert run(capsys, "--version")[0] == 0
    assert set(cli.COMMANDS) <= set(run(capsys, "--help")[1].replace("\n", " ").split())


def test_a_server_that_is_gone_is_not_asked(folder: Path) -> None:
    """Its address and token are left behind when it is killed; the lock is not."""
    folder.mkdir()
    (folder / "server.json").write_text('{"url": "http://127.0.0.1:9"}')
    (folder / "admin.token").write_text("x")
    assert admin.run(folder, op.TeamAdd(name="Billing")).text


def test_many_operators_take_turns(folder: Path) -> None:
    """Each waits for the lock of the others, and all get what they want."""
    run = (sys.executable, "-m", "agentdesk.cli", "admin", "--data", str(folder), "team", "add")
    started = [subprocess.Popen((*run, f"Team {i}"), stdout=subprocess.PIPE, text=True) for i in range(4)]
    ids = {process.communicate()[0].strip() for process in started}
    assert {row["id"] for row in admin.run(folder, op.TeamList()).rows} == ids
    assert len(ids) == 4


def test_a_server_that_does_not_answer_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of a killed one leads nowhere; somebody else holds the lock."""
    monkeypatch.setattr(admin, "PATIENCE", 0.3)
    admin.run(folder, op.TeamAdd(name="Billing"))
    (folder / "server.json").write_text('{"url": "http://127.0.0.1:9"}')
    (folder / "admin.token").write_text("x")
    with core._lock(folder), pytest.raises(op.Cannot, match="does not answer"):
        admin.run(folder, op.TeamList())


def test_a_person_changes_team_and_role(live: Company, folder: Path) -> None:
    """What is not named stays; the desk hears of it."""
    desk = Desk(live.url, live.sign_in())
    desk.until("caught_up")
    team = admin.run(folder, op.TeamAdd(name="Returns")).text
    admin.run(folder, op.PersonUpdate(person="mina@example.com", teams=["Returns"]))
    assert desk.until("scopes")["drop"] == [f"team:{live.team}:open", f"team:{live.team}:past"]
    desk.close()
    admin.run(folder, op.PersonUpdate(person="mina@example.com", role="lead"))
    person = live.state.reader.records.of(Person, live.agent)
    assert person is not None
    assert (person.name, person.role, person.teams, person.active) == ("Mina Berg", "supervisor", (team,), True)


def test_devices_are_listed_without_their_tokens(shop: Company) -> None:
    token = shop.sign_in(device="phone")
    rows = admin.run(shop.state.folder, op.DeviceList()).rows
    assert {"person": shop.agent, "device": "phone"}.items() <= next(r for r in rows if r["device"] == "phone").items()
    assert token not in str(rows)


def test_a_backup_becomes_a_server_again(live: Company, folder: Path, tmp_path: Path) -> None:
    """With people, passwords, words, files and log, in a new epoch; what it covers is safe."""
    visitor = live.visitor()
    with visitor.line() as line:
        line.message("before", attachments=[visitor.upload(b"kept")])
    target, folder2 = tmp_path / "backup", tmp_path / "again"
    assert "revision" in admin.run(folder, op.Backup(file=str(target))).text
    authority = live.state.writer.authority
    assert authority.safe == authority.rev > 0
    epoch = authority.epoch
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("backup")] == ["backup"]
    with visitor.line() as line:
        line.message("after")
    live.running.stop()
    assert restore(target, folder2, None) != epoch
    with company(folder2, new=False) as again:
        assert again.state.writer.authority.epoch != epoch
        assert again.sign_in()
        visitor.url = again.url
        with visitor.line() as line:
            line.until("messages", more=False)
            assert line.texts() == ["before"]
        file = line.heard[-1]["items"][0]["attachments"][0]["digest"]
        headers = {"Authorization": f"Bearer {visitor.token}"}
        assert requests.get(f"{again.url}/api/v1/blobs/{file}", headers=headers, timeout=PATIENCE).content == b"kept"
        assert "leaves" in admin.run(folder2, op.AuditExport(file=str(tmp_path / "log"))).text
    assert cli.main(["verify-audit", str(tmp_path / "log")]) == 0


def test_an_encrypted_server_has_encrypted_backups(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is restored opens with the same key only."""
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    monkeypatch.setenv("AGENTDESK_DATABASE_KEY_FILE", str(key))
    team = admin.run(folder, op.TeamAdd(name="Top Secret Team")).text
    target, again = tmp_path / "backup", tmp_path / "again"
    admin.run(folder, op.Backup(file=str(target)))
    assert b"Top Secret Team" not in target.read_bytes()
    assert b"Top Secret Team" not in (folder / "agentdesk.db").read_bytes()
    restore(target, again, key.read_bytes())
    assert admin.run(again, op.TeamList()).rows[0]["id"] == team


def spoil(source: Path, target: Path, **changes: tuple[str, bytes]) -> None:
    """A copy of a backup in which a member has another name or other bytes."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            file = old.extractfile(member)
            data = file.read() if file else b""
            member.name, data = changes.get(member.name.partition(".")[0], (member.name, data))
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))


SPOILED = {
    "another database": {"agentdesk": ("agentdesk.db", b"SQLite format 3\0")},
    "a way out": {"master": ("../../master.key", b"x" * 32)},
    "an absolute path": {"master": ("/tmp/master.key", b"x" * 32)},
    "no manifest": {"manifest": ("other.json", b"{}")},
    "an empty manifest": {"manifest": ("manifest.json", b"{}")},
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_backup_is_refused(folder: Path, tmp_path: Path, how: str) -> None:
    """With a sentence, and without a database that looks whole."""
    admin.run(folder, op.TeamAdd(name="Billing"))
    admin.run(folder, op.Backup(file=str(tmp_path / "good")))
    spoil(tmp_path / "good", tmp_path / "bad", **SPOILED[how])
    with pytest.raises(CannotStart, match="not a backup"):
        restore(tmp_path / "bad", tmp_path / "again", None)
    assert not (tmp_path / "again" / "agentdesk.db").exists()


def test_a_restore_overwrites_nothing(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    admin.run(folder, op.TeamAdd(name="Billing"))
    admin.run(folder, op.Backup(file=str(tmp_path / "good")))
    code, _, err = run(capsys, "restore", str(tmp_path / "good"), "--data", str(folder), "--no-erasures")
    assert code == 1
    assert "is not empty" in err
    nothing = ("restore", str(tmp_path / "nothing"), "--data", str(tmp_path / "x"), "--no-erasures")
    assert run(capsys, *nothing)[0] == 1
    code, _, err = run(capsys, "restore", str(tmp_path / "good"), "--data", str(tmp_path / "y"))
    assert code == 1
    assert "--erasures FILE" in err
    assert not (tmp_path / "y").exists(), "nothing is unpacked before it is known who is to be erased again"
    assert run(capsys, "restore", str(tmp_path / "good"), "--data", str(tmp_path / "y"), "--no-erasures")[0] == 0


def test_the_head_is_a_line_to_keep(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A log that was cut back behind a kept head is found out."""
    admin.run(folder, op.TeamAdd(name="Billing"))
    early = tmp_path / "early"
    admin.run(folder, op.AuditExport(file=str(early)))
    admin.run(folder, op.TeamAdd(name="Returns"))
    head = tmp_path / "head"
    head.write_text(run(capsys, "admin", "--data", str(folder), "audit", "head")[1] + "\n")
    log = tmp_path / "log"
    admin.run(folder, op.AuditExport(file=str(log)))
    assert run(capsys, "verify-audit", str(log), "--head", str(head))[0] == 0
    assert run(capsys, "verify-audit", str(early))[0] == 0
    assert run(capsys, "verify-audit", str(early), "--head", str(head))[0] == 1


@pytest.mark.skipif(os.name != "posix", reason="files have no modes there")
def test_the_lock_is_its_owners_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "lock").touch(0o644)
    with core._lock(folder):
        assert stat.S_IMODE((folder / "lock").stat().st_mode) == 0o600


@pytest.mark.usefixtures("password")
def test_what_was_made_can_be_ended(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A team is retired once no site brings it customers; a site and an account are closed; a role is changed."""
    data = ("admin", "--data", str(folder))
    run(capsys, *data, "team", "add", "Returns")
    _, person, _ = run(capsys, *data, *person_args("ann@example.com", "Returns"))
    _, key, _ = run(
        capsys, *data, "site", "add", "--name", "Shop", "--team", "Returns", "--origin", "https://s.example"
    )
    code, _, err = run(capsys, *data, "team", "retire", "returns")
    assert code == 1
    assert "Shop still brings customers to Returns" in err
    assert run(capsys, *data, "site", "close", "nothing")[0] == 1
    assert run(capsys, *data, "site", "close", key)[:2] == (0, key)
    assert "\tclosed" in run(capsys, *data, "site", "list")[1]
    assert run(capsys, *data, "team", "retire", "returns")[0] == 0
    assert run(capsys, *data, "team", "list")[1] == ""
    assert run(capsys, *data, "person", "role", "ann@example.com", "supervisor")[:2] == (0, person)
    assert "\tsupervisor\t" in run(capsys, *data, "person", "list")[1]
    assert run(capsys, *data, "person", "role", "ann@example.com", "king")[0] == 1
    assert run(capsys, *data, "person", "close", "ann@example.com")[:2] == (0, person)
    assert run(capsys, *data, "person", "list")[1] == ""
