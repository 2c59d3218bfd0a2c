"""`agentdesk serve` as a process: how it starts, whom it refuses, how it ends, what a sudden end leaves."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.server.running import (
    PASSWORD,
    PATIENCE,
    Desk,
    Line,
    Process,
    Visitor,
    agentdesk,
    close_code,
    uuid7,
)
from websockets.sync.client import connect

from agentdesk import cli
from agentdesk_server import admin, serve
from agentdesk_server import operating as op
from agentdesk_server.core import CannotStart, master_key
from agentdesk_server.state import Settings


def company(folder: Path) -> Path:
    """A company of one, made before the server starts."""
    admin.run(folder, op.TeamAdd(name="Billing"))
    person = op.PersonAdd(name="Mina", email="m@example.com", role="agent", teams=["billing"], password=PASSWORD)
    admin.run(folder, person)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return company(tmp_path / "data")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server that several tests share."""
    return company(tmp_path_factory.mktemp("shared") / "data")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Process]:
    process = Process(home)
    yield process
    process.kill()


def site(folder: Path) -> str:
    return admin.run(folder, op.SiteAdd(name="S", team="Billing", origins=["*"])).text


def sign_in(url: str) -> str:
    body = {"email": "m@example.com", "password": PASSWORD, "device": {"id": "laptop"}}
    token: str = requests.post(f"{url}/api/v1/session", json=body, timeout=PATIENCE).json()["token"]
    return token


def test_it_says_where_it_listens_and_keeps_its_folder_to_itself(home: Path, server: Process) -> None:
    """One line on the output, exactly; nobody else may read what it writes."""
    assert re.fullmatch(r"listening on http://127\.0\.0\.1:\d+\n", server.first_line)
    assert requests.get(f"{server.url}/readyz", timeout=PATIENCE).status_code == 200
    if os.name == "posix":
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        private = ("master.key", "admin.token", "server.json", "agentdesk.db")
        assert {stat.S_IMODE((home / name).stat().st_mode) for name in private} == {0o600}


def test_it_is_alone_on_its_folder(home: Path, server: Process) -> None:
    """A second one would decide against the first."""
    second = agentdesk("serve", "--data", str(home), "--port", "0")
    assert (second.returncode, second.stdout) == (1, "")
    assert "Another server works on" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_port_in_use_is_a_sentence(tmp_path: Path, server: Process) -> None:
    port = server.url.rpartition(":")[2]
    second = agentdesk("serve", "--data", str(tmp_path / "other"), "--port", port)
    assert second.returncode == 1
    assert f"127.0.0.1:{port} is not free" in second.stderr


REFUSED: list[dict[str, Any]] = [
    {"host": "0.0.0.0"},
    {"host": "::"},
    {"host": "192.0.2.1"},
    {"host": "desk.example"},
    {"host": "127.0.0.1", "tls_cert": Path("c.pem")},
    {"host": "0.0.0.0", "tls_key": Path("k.pem")},
]


@pytest.mark.parametrize("wish", REFUSED)
def test_the_world_is_not_served_in_the_clear(tmp_path: Path, wish: dict[str, Any]) -> None:
    with pytest.raises(CannotStart):
        serve.check(Settings(tmp_path, **wish))


@pytest.mark.parametrize("wish", [{"host": "::1"}, {"host": "127.0.0.2"}, {"host": "0.0.0.0", "behind_proxy": True}])
def test_this_machine_and_a_proxy_are(tmp_path: Path, wish: dict[str, Any]) -> None:
    serve.check(Settings(tmp_path, **wish))


def test_the_master_key_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As bytes or hex; anything else is refused with a sentence."""
    path = tmp_path / "key"
    monkeypatch.setenv("AGENTDESK_MASTER_KEY_FILE", str(path))
    with pytest.raises(CannotStart, match="cannot be read"):
        master_key(tmp_path)
    path.write_text("ab" * 32 + "\n")
    assert master_key(tmp_path) == b"\xab" * 32
    path.write_bytes(b"\x01" * 32)
    assert master_key(tmp_path) == b"\x01" * 32
    path.write_bytes(b"short")
    with pytest.raises(CannotStart, match="no key"):
        master_key(tmp_path)
    assert not (tmp_path / "master.key").exists()


def test_another_key_is_a_sentence(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the log's master key nor the database's may change."""
    other = tmp_path / "key"
    other.write_bytes(b"\x07" * 32)
    for name, words in (("MASTER", "master key is not the one"), ("DATABASE", "cannot be opened with this key")):
        with monkeypatch.context() as there:
            there.setenv(f"AGENTDESK_{name}_KEY_FILE", str(other))
            refused = agentdesk("serve", "--data", str(folder), "--port", "0")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert words in refused.stderr
        assert "Traceback" not in refused.stderr


@pytest.mark.skipif(os.name != "posix", reason="there are no signals")
def test_it_lets_everybody_know_before_it_goes(folder: Path) -> None:
    """Visitors and desks hear 4503; the end is an orderly one, with a signed head."""
    process = Process(folder)
    visitor = Visitor(process.url, site(folder))
    desk = Desk(process.url, sign_in(process.url))
    with visitor.dial() as socket:
        line = Line(socket)
        line.say({"t": "hello", "last": 0})
        line.message("are you there?")
        process.process.send_signal(signal.SIGTERM)
        assert close_code(socket) == 4503
    assert close_code(desk.socket) == 4503
    desk.close()
    code, out, err = process.stop()
    assert (code, out) == (0, "")
    assert "Traceback" not in err
    assert not (folder / "server.json").exists()
    assert json.loads(admin.run(folder, op.AuditHead()).text)["line"] == "head"


def test_what_was_acknowledged_survives_a_kill(folder: Path) -> None:
    """Killed again and again in the middle of a talk: nothing lost, nothing twice, in order."""
    process = Process(folder)
    visitor = Visitor(process.url, site(folder))
    texts = [f"message {number}" for number in range(40)]
    ids = [uuid7() for _ in texts]
    acknowledged = 0
    for round_ in range(4):
        visitor.url = process.url
        with visitor.line() as line:
            for number in range(acknowledged, min(len(texts), acknowledged + 9)):
                line.message(texts[number], id=ids[number])
                acknowledged = number + 1
            # This one is said, and nobody waits for the answer.
            line.say({"t": "say", "id": ids[acknowledged], "text": texts[acknowledged]})
            process.kill()
        process = Process(folder)
        assert round_ < 4
    visitor.url = process.url
    with visitor.line() as line:
        for number in range(acknowledged, len(texts)):
            line.message(texts[number], id=ids[number])
    with visitor.line() as line:
        line.until("messages", more=False)
        assert line.texts() == texts
    process.kill()
    exported = folder.parent / "log"
    admin.run(folder, op.AuditExport(file=str(exported)))
    assert cli.main(["verify-audit", str(exported)]) == 0


def test_echo_is_there_only_when_asked_for(folder: Path, server: Process) -> None:
    """And says so loudly; text as text, bytes as bytes, large ones too."""
    assert requests.get(f"{server.url}/echo", timeout=PATIENCE).status_code == 404
    process = Process(folder, "--echo")
    with connect(process.url.replace("http", "ws") + "/echo", compression=None, max_size=None) as line:
        for message in ("grüße", b"\x00\xff", "", "x" * 3_000_000):
            line.send(message)
            assert line.recv(timeout=PATIENCE) == message
    code, _, err = process.stop()
    assert code == 0
    assert "WARNING: --echo is on" in err
