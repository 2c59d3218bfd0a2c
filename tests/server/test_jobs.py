"""Work on a clock: it is done when it is due, and the loop sleeps until then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.server.running import PATIENCE, Company, Desk, Running, uuid7

from agentdesk.domain.cases import Case, Message, Snooze
from agentdesk.domain.kernel import Actor
from agentdesk_server.authority import Submission
from agentdesk_server.core import Core
from agentdesk_server.jobs import HOUR, Jobs
from agentdesk_server.privacy import Schedule
from agentdesk_server.state import Settings


def until(holds: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.01)


def case_status(shop: Company, case: str) -> str:
    found = shop.state.reader.records.of(Case, case)
    assert found is not None
    return found.status


def came_in(company: Company) -> str:
    """A case that just came in."""
    with company.visitor().line() as line:
        line.message("help")
    (case,) = company.state.reader.conn.execute('SELECT id FROM "case" ORDER BY number DESC LIMIT 1').fetchone()
    return str(case)


@pytest.fixture
def case(shop: Company) -> str:
    return came_in(shop)


def test_a_snoozed_case_wakes(shop: Company, case: str) -> None:
    """By itself, after its time and not before."""
    desk = Desk(shop.url, shop.sign_in())
    until_ = shop.state.clock() + 1500
    assert desk.do("case.snooze", case=case, until=until_)["status"] == "done"
    assert case_status(shop, case) == "snoozed"
    until(lambda: case_status(shop, case) == "open")
    assert shop.state.clock() > until_
    desk.close()


def test_a_held_reply_goes_out(shop: Company, case: str) -> None:
    hold_and_wait(shop, case)


def test_a_held_reply_waits_for_no_run_of_the_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What privacy asks for may take minutes; a reply is held for seconds."""
    begun: list[Schedule] = []

    async def endless(schedule: Schedule) -> None:
        begun.append(schedule)
        await asyncio.Event().wait()

    monkeypatch.setattr(Schedule, "due", endless)
    running = Running(Settings(folder=tmp_path, port=0))
    try:
        company = Company(running)
        until(lambda: begun)
        hold_and_wait(company, came_in(company))
    finally:
        running.stop()


def test_cleaning_that_failed_is_tried_again(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then words of erased people stay in the index."""
    jobs = Jobs(shop.state.core, shop.state.hub)
    tried: list[int] = []

    async def fails() -> bool:
        tried.append(1)
        raise OSError

    monkeypatch.setattr(jobs._cleaning, "due", fails)

    async def turn() -> None:
        with pytest.raises(OSError):
            await jobs._private_turn()

    shop.running.do(turn())
    shop.running.do(turn())
    assert len(tried) == 2


def hold_and_wait(company: Company, case: str) -> None:
    desk = Desk(company.url, company.sign_in())
    reply = uuid7()
    desk.do("case.reply", case=case, message=reply, text="soon", seen=9, hold=1)

    def state() -> str:
        found = company.state.reader.records.of(Message, reply)
        return found.state if found else ""

    assert state() == "held"
    until(lambda: state() == "accepted")
    desk.close()


def test_what_came_due_while_nobody_was_there_is_done_at_the_start(shop: Company, case: str) -> None:
    """Jobs of a later life find it."""
    core = shop.state.core
    later = Core(core.folder, core.database, core.reader, core.writer, lambda: core.clock() + HOUR, core.key)
    desk = Desk(shop.url, shop.sign_in())
    desk.do("case.snooze", case=case, until=core.clock() + HOUR // 2)
    desk.close()
    jobs = Jobs(later, shop.state.hub)
    # The authority keeps its own clock and would not wake it before its time; so it is asked for exactly once.
    asked: list[Any] = []

    async def submit(told: Any) -> Any:
        asked.append(told.command)
        raise ConnectionError

    class Writer:
        """Takes note."""

    writer: Any = Writer()
    writer.submit = submit
    object.__setattr__(later, "writer", writer)

    async def once() -> None:
        with pytest.raises(ConnectionError):
            await jobs._due()

    shop.running.do(once())
    assert [command.case for command in asked] == [case]


def test_the_loop_sleeps_until_something_is_due(shop: Company, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No turn in between: only what changes the next time wakes it."""
    core = shop.state.core
    jobs = Jobs(core, shop.state.hub)
    turns: list[int] = []

    async def due() -> None:
        turns.append(core.clock())

    monkeypatch.setattr(jobs, "_due", due)

    async def live() -> None:
        core.writer.listeners.append(jobs.heard)
        async with jobs:
            await asyncio.sleep(0.3)
            assert len(turns) == 1
            await core.writer.submit(_snooze(shop, case, HOUR))  # after what it sleeps for anyway
            await asyncio.sleep(0.3)
            assert len(turns) == 1
            await core.writer.submit(_snooze(shop, case, HOUR // 60))
            await asyncio.sleep(0.3)
            assert len(turns) == 2
        core.writer.listeners.remove(jobs.heard)

    shop.running.do(live())


def test_each_hour_signs_and_forgets(shop: Company, case: str) -> None:
    """A signed head, no expired session, no visitor who never said anything; those who did stay."""
    silent = shop.visitor()
    core = shop.state.core
    reader = shop.state.reader.conn
    far = core.clock() + 40 * 24 * HOUR
    jobs = Jobs(core, shop.state.hub)
    shop.running.do(core.writer.call(lambda authority: jobs._hourly(authority, far)))
    left = {row[0] for row in reader.execute("SELECT id FROM visitor")}
    assert silent.id not in left
    assert left == {row[0] for row in reader.execute("SELECT visitor FROM conversation")}
    assert reader.execute("SELECT count(*) FROM session").fetchone()[0] == 0
    (size,) = reader.execute("SELECT max(size) FROM signed_head").fetchone()
    assert size == reader.execute("SELECT count(*) FROM leaf").fetchone()[0]


def _snooze(shop: Company, case: str, ahead: int) -> Any:
    command = Snooze(case=case, until=shop.state.clock() + ahead)
    return Submission(Actor(shop.agent, "agent"), "case.snooze", command, msgspec.msgpack.encode(command))
