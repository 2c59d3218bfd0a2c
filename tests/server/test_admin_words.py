"""What goes wrong on the operator's command line is a sentence that says what to do, and leaves nothing half done."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.server.running import PASSWORD, Company, company
from tests.server.test_admin import run

from agentdesk import cli
from agentdesk_server import admin, core
from agentdesk_server import operating as op
from agentdesk_server.asked import bound_words
from agentdesk_server.backup import restore
from agentdesk_server.core import CannotStart
from agentdesk_server.privacy.orders import RetentionSet


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder on which no server runs, with one team."""
    folder = tmp_path_factory.mktemp("words") / "data"
    admin.run(folder, op.TeamAdd(name="Billing"))
    return folder


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Company]:
    """A server that runs."""
    with company(tmp_path / "data") as found:
        yield found


BEYOND = [
    (RetentionSet(data_class="messages", days=-5, basis="contract"), "days: at least 0"),
    (RetentionSet(data_class="messages", days=10**30, basis="contract"), "too large"),
    (op.TeamAdd(name="x" * 201), "name: at most 200 characters"),
    (op.TeamAdd(name="a\udcff"), "no UTF-8"),
    (op.TeamAdd(name="Moon", zone="Moon/Crater"), "Moon/Crater is no time zone"),
    (op.SiteAdd(name="S", team="Billing", origins=["https://s.example"], color="blurp"), "blurp is not a colour"),
    (op.SiteAdd(name="S", team="Billing", origins=["https://s.example"], color="#" * 300), "color"),
    (op.Backup(file="/"), "is a folder. Name a file in it"),
]


@pytest.mark.parametrize(("wish", "words"), BEYOND, ids=lambda value: getattr(type(value), "__name__", "")[:20])
def test_the_bounds_hold_without_a_server_too(shared: Path, wish: op.AnyRequest, words: str) -> None:
    """Nobody can store directly what a running server refuses."""
    with pytest.raises(op.Cannot, match=words):
        admin.run(shared, wish)


def test_a_bound_is_said_in_words() -> None:
    assert bound_words("Expected `array` of length <= 3 - at `$.keys`") == "keys: at most 3 entries, please."
    assert bound_words("Object missing required field `x`") == "Object missing required field `x`"


def fill(folder: Path) -> None:
    for number in range(400):
        admin.run(folder, op.TeamAdd(name=f"{number} {'x' * 150}"))


def test_a_full_disk_is_a_sentence_and_changes_nothing(live: Company, expect_log: Callable[[str], None]) -> None:
    """Through the door; when there is room again, so does work."""
    expect_log(r"ERROR agentdesk_server\.writer: nothing can be written: The disk is full")
    folder, writer = live.state.folder, live.state.writer

    def room(pages: str) -> None:
        live.running.do(writer.call(lambda _: live.state.core.database.conn.execute(f"PRAGMA max_page_count={pages}")))

    room("1")  # it is never less than there are
    with pytest.raises(op.Cannot, match="The disk is full"):
        fill(folder)
    made = len(admin.run(folder, op.TeamList()).rows)
    room("1000000")
    admin.run(folder, op.TeamAdd(name="There is room"))
    assert len(admin.run(folder, op.TeamList()).rows) == made + 1


def test_what_cannot_be_restored_leaves_nothing(
    tmp_path: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a file, another key, no file: the folder is as it was, and the next try is not told that it is not empty."""
    good, half, again = tmp_path / "good", tmp_path / "half", tmp_path / "again"
    admin.run(shared, op.Backup(file=str(good)))
    half.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    for source, key, words in (
        (half, None, "not a backup, or it is damaged"),
        (good, bytes(32), "AGENTDESK_DATABASE_KEY_FILE"),
        (tmp_path / "none", None, "cannot be read"),
        (tmp_path, None, "cannot be read"),
    ):
        with pytest.raises(CannotStart, match=words):
            restore(source, again, key)
        assert not again.exists()
    again.mkdir()
    with pytest.raises(CannotStart):
        restore(half, again, None)
    assert not list(again.iterdir())
    assert run(capsys, "restore", str(good), "--data", str(again), "--no-erasures")[0] == 0
    assert [row["name"] for row in admin.run(again, op.TeamList()).rows] == ["Billing"]


def test_a_restore_that_was_killed_is_no_new_company(tmp_path: Path) -> None:
    (tmp_path / core.HALF).write_bytes(b"half")
    with pytest.raises(CannotStart, match="did not come to its end"):
        admin.run(tmp_path, op.TeamList())


def test_a_folder_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For every command that opens one."""
    file = tmp_path / "file"
    file.touch()
    for command in (
        ("admin", "--data", str(file), "team", "list"),
        ("serve", "--data", str(file), "--port", "0"),
        ("restore", str(file), "--data", str(file / "in"), "--no-erasures"),
    ):
        code, _, err = run(capsys, *command)
        assert (code, "Errno" in err, "Traceback" in err) == (1, False, False)
        assert err.startswith(f"agentdesk {command[0]}: ")
        assert "cannot be used" in err or "not a backup" in err


@pytest.mark.parametrize("port", ["-1", "65536", "99999999999", "x", "٣"])
def test_a_port_that_is_none(tmp_path: Path, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["serve", "--data", str(tmp_path)], ["demo"]):
        with pytest.raises(SystemExit):
            cli.main([*command, f"--port={port}"])
        assert "a port is a number from 0 to 65535" in capsys.readouterr().err


def test_a_host_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "serve", "--data", str(tmp_path), "--behind-proxy", "--host", "no host at all")
    assert code == 1
    assert "is no address of this machine" in err


def test_a_new_company_is_announced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who mistypes the folder learns it."""
    assert "A new one begins there" in run(capsys, "admin", "--data", str(tmp_path / "typo"), "team", "list")[2]
    assert run(capsys, "admin", "--data", str(tmp_path / "typo"), "team", "list")[2] == ""


def test_a_secret_is_asked_for_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only at a terminal; what is piped in is read as ever."""
    monkeypatch.setattr("getpass.getpass", lambda prompt: {"Token: ": "shh"}[prompt])
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert admin._secret("Token") == PASSWORD
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert admin._secret("Token") == "shh"


def test_a_password_that_is_no_text(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for how in ("strict", "surrogateescape"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe-no-text-at-all\n"), "utf-8", how))
        argv = ("person", "add", "--name", "A", "--email", "a@b.example", "--role", "agent", "--password-stdin")
        code, _, err = run(capsys, "admin", "--data", str(shared), *argv)
        assert code == 1
        assert "UTF-8" in err


def test_ctrl_c_and_a_reader_that_has_gone(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """No traceback for either."""

    def pressed(*_: object) -> op.Result:
        raise KeyboardInterrupt

    reading, writing = os.pipe()
    os.close(reading)
    argv = (sys.executable, "-m", "agentdesk.cli", "admin", "--data", str(shared), "team", "list")
    done = subprocess.run(argv, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")
    monkeypatch.setattr(admin, "run", pressed)
    assert cli.main(["admin", "--data", str(shared), "team", "list"]) == cli.INTERRUPTED
    assert capfd.readouterr().err.strip() == "agentdesk admin: ended by Ctrl+C"


def test_an_address_that_is_damaged(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody else holds the folder."""
    monkeypatch.setattr(admin, "PATIENCE", 0.2)
    (shared / "admin.token").write_text("x")
    for said in ("[]", "{", '{"url": 3}'):
        (shared / "server.json").write_text(said)
        with core._lock(shared), pytest.raises(op.Cannot, match="does not answer"):
            admin.run(shared, op.TeamList())
