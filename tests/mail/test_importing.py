"""Mails in files become cases: each read once, taken in once, however its import is divided into requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agentdesk_server.channels.email import arrivals, boxes, importing
from agentdesk_server.channels.email.importing import MailImport, Place, Progress, progress_of
from agentdesk_server.core import Core, open_core
from agentdesk_server.operating import Operator, TeamAdd

ENVELOPE = b"From jo@o.example Mon Apr  2 18:22:10 2012\n"


async def never(_: str) -> str:
    return ""


def mail(name: str) -> bytes:
    return f"From: {name}@o.example\nSubject: {name}\nMessage-ID: <{name}@o.example>\n\nFrom {name}.\n".encode()


def mbox(*names: str) -> bytes:
    return b"".join(ENVELOPE + mail(name).replace(b"\nFrom ", b"\n>From ") + b"\n" for name in names)


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    """A Maildir, an mbox and a single mail."""
    for place in ("dir/cur", "dir/new"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "dir/cur/1").write_bytes(mail("c1"))
    (tmp_path / "dir/new/2").write_bytes(mail("n1"))
    (tmp_path / "box").write_bytes(mbox("b1", "b2", "b3", "b4", "b5"))
    (tmp_path / "one.eml").write_bytes(mail("e1"))
    return [str(tmp_path / name) for name in ("dir", "box", "one.eml")]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """One request takes two mails. All that are read."""
    found: list[bytes] = []
    was = arrivals.read

    def noted(raw: bytes, *more: int) -> arrivals.Taken:
        found.append(raw)
        return was(raw, *more)

    monkeypatch.setattr(importing, "SECONDS", 0.0)
    monkeypatch.setattr(importing, "GROUP", 2)
    monkeypatch.setattr(arrivals, "read", noted)
    return found


def run(folder: Path, work: Callable[[Core], Awaitable[None]]) -> None:
    """Do something with a server that has a team."""

    async def start() -> None:
        async with open_core(folder / "server") as core:
            await Operator(core, never).do(TeamAdd(name="Support"))
            await work(core)

    asyncio.run(start())


async def ask(core: Core, paths: list[str], place: Place) -> Progress:
    return progress_of(await Operator(core, never).do(MailImport(paths=paths, team="Support", place=place)))


async def ask_for_all(core: Core, paths: list[str], place: Place | None = None) -> Progress:
    """All requests of an import, as one."""
    found = Progress(place or Place())
    while not found.done:
        more = await ask(core, paths, found.place)
        troubles = [*found.troubles, *more.troubles]
        found = Progress(more.place, found.taken + more.taken, found.known + more.known, troubles, more.done)
    return found


def subjects(core: Core) -> list[str]:
    return sorted(row[0] for row in core.reader.conn.execute("SELECT subject FROM mail"))


def test_each_mail_is_read_once_and_becomes_one_case(tmp_path: Path, paths: list[str], read: list[bytes]) -> None:
    async def work(core: Core) -> None:
        found = await ask_for_all(core, paths)
        assert (found.place.seen, found.taken, found.known, found.troubles) == (8, 8, 0, [])
        assert subjects(core) == ["b1", "b2", "b3", "b4", "b5", "c1", "e1", "n1"]
        assert len(read) == 8
        again = await ask_for_all(core, paths)
        assert (again.taken, again.known) == (0, 8)

    run(tmp_path, work)


def test_what_changes_between_requests_loses_nothing(tmp_path: Path, read: list[bytes]) -> None:
    """A mailbox that grows goes on where it was; one that was written anew is read from its start."""
    box = tmp_path / "box"

    async def work(core: Core) -> None:
        box.write_bytes(mbox("a", "b", "c"))
        first = await ask(core, [str(box)], Place())
        box.write_bytes(mbox("a", "b", "c", "d"))
        assert (await ask_for_all(core, [str(box)], first.place)).taken == 2
        assert len(read) == 4
        box.write_bytes(mbox("another", "c", "a longer one"))
        last = await ask_for_all(core, [str(box)], first.place)
        assert (last.taken, last.known) == (2, 1)

    run(tmp_path, work)


def test_any_place_goes_on_with_the_rest(tmp_path: Path) -> None:
    box, one = tmp_path / "box", tmp_path / "one.eml"
    box.write_bytes(mbox("a", "b", "c"))
    one.write_bytes(mail("e"))
    for file in (box, one):
        found = list(boxes.mails_from(file, 0))
        assert [raw for raw, _ in found] == list(boxes.mails(file))
        for number, (_, offset) in enumerate(found, 1):
            assert [raw for raw, _ in boxes.mails_from(file, offset) if raw] == [raw for raw, _ in found[number:]]
