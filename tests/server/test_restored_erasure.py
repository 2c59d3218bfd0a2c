"""A backup from before an erasure: what it brings back is erased again, before anybody is served."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import stat
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from tests.server.running import Process, agentdesk

from agentdesk.domain.cases import CUSTOMER_CASES, Case, File, OpenCase, Receive, Reply
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.people import AddPerson, AddTeam
from agentdesk.domain.privacy import ERASURE_OF, Erase, ReleaseHold, SetHold
from agentdesk_server.authority import Submission
from agentdesk_server.backup import back_up, restore
from agentdesk_server.blobs import path_of
from agentdesk_server.core import CannotStart, Core, open_core
from agentdesk_server.erased import ENV, FILE, Line, Register
from agentdesk_server.privacy.again import erase_again

CANARY = "Kanarienvogel"
SYSTEM, CHANNEL = Actor("system", "system", device="test"), Actor("webchat", "channel", device="test")


async def give(core: Core, who: Actor, command: Command) -> None:
    told = Submission(who, command_spec(command).name, command, msgspec.msgpack.encode(command), fresh=True)
    ack = (await core.writer.submit(told)).ack
    assert ack.status == "done", ack


def store_file(folder: Path, data: bytes) -> File:
    digest = sha256(data).hexdigest()
    path = path_of(folder, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return File("f1", digest, f"{CANARY}.png", len(data), "image/png")


async def found(folder: Path) -> None:
    """One customer full of the canary, with a file and a hold that is still there when the backup is made."""
    async with open_core(folder) as core:
        await give(core, SYSTEM, AddTeam(team="t1", name="Billing"))
        people = (("adm", "admin"), ("ann", "agent"))
        for id, role in people:
            await give(core, SYSTEM, AddPerson(person=id, name=id, email=f"{id}@x.example", role=role, teams=("t1",)))
        for case, customer in (("c1", "u1"), ("c2", "u1"), ("c3", "u2")):
            name = CANARY if customer == "u1" else "Somebody"
            opened = OpenCase(
                case=case, conversation=f"{case}-v", message=f"{case}-m", customer=customer, team="t1",
                text=f"I am {name}.", customer_name=name, customer_email=f"{name}@x.example",
            )  # fmt: skip
            await give(core, CHANNEL, opened)
        file = store_file(core.folder, f"picture of {CANARY}".encode())
        conn = core.database.conn
        await core.writer.call(
            lambda _: conn.execute("INSERT INTO upload VALUES (?,?,?,?)", (file.digest, "visitor:v", file.size, 1))
        )
        await give(core, CHANNEL, Receive(case="c1", conversation="c1-v", message="m2", text="Look.", files=(file,)))
        reply = Reply(case="c1", message="r1", text=f"Dear {CANARY}", seen=2)
        await give(core, Actor("ann", "nobody", device="d"), reply)
        held = SetHold(hold="h1", kind="customer", about="u1", reason="A court has asked for it.")
        await give(core, Actor("adm", "nobody"), held)


async def erase(folder: Path) -> None:
    async with open_core(folder) as core:
        await give(core, Actor("adm", "nobody"), ReleaseHold(hold="h1"))
        await give(core, Actor("adm", "nobody"), Erase(erasure="e1", customer="u1"))


async def back_up_(folder: Path, target: Path) -> None:
    async with open_core(folder) as core:
        await back_up(core, target)


def left(folder: Path) -> list[str]:
    """The files in which the canary still is, in any spelling of its letters."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    words = [CANARY.lower().encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    return [path.name for path in files if any(word in path.read_bytes().lower() for word in words)]


@pytest.fixture
def burnt(tmp_path: Path) -> tuple[Path, Path]:
    """(backup from before the erasure, the list that was kept): the folder itself is gone."""
    folder, target = tmp_path / "server", tmp_path / "backup.tar"
    asyncio.run(found(folder))
    asyncio.run(back_up_(folder, target))
    assert left(folder)
    assert left(tmp_path)
    asyncio.run(erase(folder))
    kept = tmp_path / "kept" / FILE
    kept.parent.mkdir()
    shutil.copy(folder / FILE, kept)
    shutil.rmtree(folder)
    assert CANARY.encode() not in kept.read_bytes()
    return target, kept


async def state(folder: Path) -> tuple[int, int]:
    """Cases of the one who was erased, and of somebody else."""
    async with open_core(folder) as core:
        records = core.reader.records
        assert records.count(ERASURE_OF(customer="u1")) == 1
        return records.count(CUSTOMER_CASES(customer="u1")), records.count(CUSTOMER_CASES(customer="u2"))


def test_whoever_was_erased_stays_erased(burnt: tuple[Path, Path], tmp_path: Path) -> None:
    """On the command line, as one would after a fire: no byte of them is left, whatever the backup still held."""
    backup, kept = burnt
    again = tmp_path / "again"
    refused = agentdesk("restore", str(backup), "--data", str(again))
    assert refused.returncode == 1
    assert "--erasures FILE" in refused.stderr
    assert not again.exists()
    done = agentdesk("restore", str(backup), "--data", str(again), "--erasures", str(kept))
    assert done.returncode == 0, done.stderr
    assert "still knew them: 1" in done.stdout
    assert left(again) == []
    assert asyncio.run(state(again)) == (0, 1)
    assert left(again) == []
    assert agentdesk("admin", "--data", str(again), "audit", "export", str(tmp_path / "log")).returncode == 0
    assert agentdesk("verify-audit", str(tmp_path / "log")).returncode == 0


def test_killed_in_the_middle_it_is_erased_at_the_next_start(burnt: tuple[Path, Path], tmp_path: Path) -> None:
    """Between unpacking and erasing a folder looks whole: a server that starts on it erases before it answers."""
    backup, kept = burnt
    again = tmp_path / "again"
    restore(backup, again, None, Register(kept).read())
    assert left(again), "this is the moment of the kill"
    serving = Process(again)
    assert serving.url.startswith("http")
    serving.kill()
    assert asyncio.run(state(again)) == (0, 1)


def test_without_the_list_it_says_so(burnt: tuple[Path, Path], tmp_path: Path) -> None:
    backup, _ = burnt
    done = agentdesk("restore", str(backup), "--data", str(tmp_path / "again"), "--no-erasures")
    assert done.returncode == 0
    assert "It is not known who was erased" in done.stdout
    assert left(tmp_path / "again")


def test_a_list_that_is_kept_elsewhere_is_found(
    burnt: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, kept = burnt
    monkeypatch.setenv(ENV, str(kept))
    assert agentdesk("restore", str(backup), "--data", str(tmp_path / "again")).returncode == 0
    assert left(tmp_path / "again") == []
    assert not (tmp_path / "again" / FILE).exists()


# --- The list itself


def test_it_is_there_from_the_first_start_on(tmp_path: Path) -> None:
    """A server on which nobody was erased has an empty list, with which its backups are restored without a question."""
    folder = tmp_path / "server"
    asyncio.run(found(folder))
    assert (folder / FILE).read_bytes() == b""
    asyncio.run(back_up_(folder, tmp_path / "backup.tar"))
    known = ("--erasures", str(folder / FILE))
    again = agentdesk("restore", str(tmp_path / "backup.tar"), "--data", str(tmp_path / "again"), *known)
    assert again.returncode == 0


def test_it_is_private_and_survives_half_a_line(tmp_path: Path) -> None:
    register = Register(tmp_path / FILE)
    first, second = Line("e1", "u1", "request", 1), Line("e2", "u2", "request", 2)
    register.add([first])
    if os.name == "posix":
        assert stat.S_IMODE(register.path.stat().st_mode) == 0o600
    with register.path.open("ab") as file:
        file.write(b'{"erasure":"e2","cust')  # the power went
    assert register.read() == [first]
    register.add([second])
    register.add([first, second])
    assert register.read() == [first, second]


async def _started(folder: Path) -> int:
    async with open_core(folder) as core:
        return await erase_again(core)


def test_what_the_list_lost_is_added_from_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    asyncio.run(found(folder))
    asyncio.run(erase(folder))
    (folder / FILE).unlink()
    assert asyncio.run(_started(folder)) == 0
    assert [json.loads(line)["customer"] for line in (folder / FILE).read_text().splitlines()] == ["u1"]


def test_a_damaged_list_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    asyncio.run(found(folder))
    (folder / FILE).write_bytes(b"what is this?\n")
    with pytest.raises(CannotStart, match="Line 1"):
        asyncio.run(_started(folder))


async def _unwritable(folder: Path) -> None:
    async with open_core(folder) as core:
        (folder / FILE).unlink()
        (folder / FILE).mkdir()
        await give(core, Actor("adm", "nobody"), ReleaseHold(hold="h1"))
        await give(core, Actor("adm", "nobody"), Erase(erasure="e1", customer="u1"))
        (folder / FILE).rmdir()
        case = core.reader.records.of(Case, "c3")
        assert case is not None
        await give(core, SYSTEM, AddTeam(team="t2", name="Other"))


def test_what_could_not_be_noted_is_noted_with_the_next_commit(tmp_path: Path, expect_log: object) -> None:
    folder = tmp_path / "server"
    asyncio.run(found(folder))
    expect_log("the list of erasures cannot be written")  # type: ignore[operator]
    asyncio.run(_unwritable(folder))
    assert [line.erasure for line in Register(folder / FILE).read()] == ["e1"]
