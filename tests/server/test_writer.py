"""The writer: one thread, in order, news before answers, and nothing accepted is left undone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.server.ruling import Ruling

from agentdesk.domain.cases import Note
from agentdesk_server import writer as writer_
from agentdesk_server.authority import Authority, Entry, Outcome, Submission
from agentdesk_server.writer import Writer


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    made.open_case()
    yield made
    made.database.close()


def note(rule: Ruling, n: int) -> Submission:
    return rule.told("ann", Note(case="c1", message=f"n{n}", text="x"), n)


def test_order_and_news_before_answers(rule: Ruling) -> None:
    async def work() -> list[Any]:
        writer, happened = Writer(rule.authority), list[Any]()
        writer.listeners.append(lambda entries: happened.extend(("news", entry.rev) for entry in entries))

        async def one(n: int) -> None:
            outcome = await writer.post(note(rule, n))
            happened.append(("answer", outcome.ack.rev))

        await asyncio.gather(*(one(n) for n in range(1, 51)))
        await writer.stop()
        return happened

    happened = asyncio.run(work())
    revs = [rev for what, rev in happened if what == "answer"]
    assert revs == sorted(revs)
    assert len(revs) == 50
    for rev in revs:
        assert happened.index(("news", rev)) < happened.index(("answer", rev))


def test_what_waits_together_is_committed_together(rule: Ruling, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    good = Authority.commit

    def commit(self: Authority, group: Any) -> Any:
        sizes.append(len(group))
        return good(self, group)

    monkeypatch.setattr(Authority, "commit", commit)
    monkeypatch.setattr(writer_, "GROUP", 20)

    async def work() -> None:
        writer, gate = Writer(rule.authority), threading.Event()
        waiting = asyncio.ensure_future(writer.call(lambda authority: gate.wait(10)))
        await asyncio.sleep(0)
        posted = [writer.post(note(rule, n)) for n in range(1, 51)]
        gate.set()
        await asyncio.gather(waiting, *posted)
        await writer.stop()

    asyncio.run(work())
    assert sizes == [20, 20, 10]


def test_other_work_takes_its_turn_on_the_same_thread(rule: Ruling) -> None:
    async def work() -> None:
        writer = Writer(rule.authority)
        first = writer.post(note(rule, 1))
        seen = asyncio.ensure_future(writer.call(lambda a: (a.rev, threading.current_thread().name)))
        await asyncio.sleep(0)
        second = writer.post(note(rule, 2))
        assert await seen == ((await first).ack.rev, "authority")
        assert (await second).ack.rev == (await first).ack.rev + 1
        with pytest.raises(ZeroDivisionError):
            await writer.call(lambda a: 1 // 0)
        assert (await writer.submit(note(rule, 3))).ack.status == "done"
        await writer.stop()

    asyncio.run(work())


def test_stopping_finishes_what_was_accepted(rule: Ruling) -> None:
    async def work() -> None:
        writer = Writer(rule.authority)
        posted = [writer.post(note(rule, n)) for n in range(1, 101)]
        await writer.stop()
        done = await asyncio.gather(*posted)
        assert [outcome.ack.n for outcome in done] == list(range(1, 101))
        with pytest.raises(ConnectionError):
            writer.post(note(rule, 101))

    asyncio.run(work())
    assert rule.conn.execute("SELECT count(*) FROM message WHERE kind = 'note'").fetchone()[0] == 100


def test_a_listener_that_fails_holds_up_nobody(rule: Ruling, expect_log: Callable[[str], None]) -> None:
    expect_log(r"ERROR agentdesk_server\.writer: a listener failed")
    heard: list[int] = []

    def broken(entries: list[Entry]) -> None:
        raise RuntimeError("planted")

    async def work() -> None:
        writer = Writer(rule.authority)
        writer.listeners += [broken, lambda entries: heard.extend(entry.rev for entry in entries)]
        assert (await writer.submit(note(rule, 1))).ack.status == "done"
        await writer.stop()

    asyncio.run(work())
    assert len(heard) == 1


def test_if_nothing_can_be_written_all_of_the_group_are_told(
    rule: Ruling, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log(r"ERROR agentdesk_server\.writer: nothing can be written")

    def full(self: Authority, group: Any) -> Any:
        raise OSError("no space left")

    async def work() -> None:
        writer = Writer(rule.authority)
        with monkeypatch.context() as patch:
            patch.setattr(Authority, "commit", full)
            with pytest.raises(OSError, match="no space"):
                await writer.submit(note(rule, 1))
        assert (await writer.submit(note(rule, 1))).ack.status == "done"
        await writer.stop()

    asyncio.run(work())


def test_who_no_longer_waits_disturbs_nobody(rule: Ruling) -> None:
    async def work() -> None:
        writer = Writer(rule.authority)
        impatient, other = writer.post(note(rule, 1)), writer.post(note(rule, 2))
        impatient.cancel()
        assert (await other).ack.n == 2
        await writer.stop()

    asyncio.run(work())


class Desk:
    """Hands in and awaits nothing."""

    def __init__(self, happened: list[Any]) -> None:
        self.happened = happened

    def answered(self, outcomes: Sequence[Outcome]) -> None:
        self.happened.append([outcome.ack.n for outcome in outcomes])

    def unanswered(self) -> None:
        self.happened.append("nothing")


def test_a_desk_has_all_answers_of_a_commit_at_once_and_before_the_news(rule: Ruling) -> None:
    happened: list[Any] = []

    async def work() -> None:
        writer, gate = Writer(rule.authority), threading.Event()
        writer.listeners.append(lambda entries: happened.append("news"))
        waiting = asyncio.ensure_future(writer.call(lambda authority: gate.wait(10)))
        await asyncio.sleep(0)
        one, other = Desk(happened), Desk(happened)
        for n in range(1, 4):
            writer.hand_in(note(rule, n), one)
        writer.hand_in(note(rule, 4), other)
        gate.set()
        await waiting
        await writer.stop()
        with pytest.raises(ConnectionError):
            writer.hand_in(note(rule, 5), one)

    asyncio.run(work())
    assert happened == [[1, 2, 3], [4], "news"]


def test_a_desk_that_stumbles_over_its_answer_holds_up_nobody(rule: Ruling, expect_log: Callable[[str], None]) -> None:
    expect_log(r"ERROR agentdesk_server\.writer: a listener failed")

    class Broken(Desk):
        def answered(self, outcomes: Sequence[Outcome]) -> None:
            raise RuntimeError("planted")

    async def work() -> None:
        writer = Writer(rule.authority)
        writer.hand_in(note(rule, 1), Broken([]))
        assert (await writer.submit(note(rule, 2))).ack.status == "done"
        await writer.stop()

    asyncio.run(work())


def test_if_nothing_can_be_written_a_desk_is_told_once(
    rule: Ruling, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log(r"ERROR agentdesk_server\.writer: nothing can be written")
    happened: list[Any] = []

    def full(self: Authority, group: Any) -> Any:
        raise OSError("no space left")

    async def work() -> None:
        writer, gate = Writer(rule.authority), threading.Event()
        waiting = asyncio.ensure_future(writer.call(lambda authority: gate.wait(10)))
        await asyncio.sleep(0)
        desk = Desk(happened)
        with monkeypatch.context() as patch:
            patch.setattr(Authority, "commit", full)
            writer.hand_in(note(rule, 1), desk)
            writer.hand_in(note(rule, 2), desk)
            gate.set()
            await waiting
            await writer.stop()

    asyncio.run(work())
    assert happened == ["nothing"]
