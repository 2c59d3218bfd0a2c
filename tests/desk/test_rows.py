"""A long list known in parts follows random changes, and is at every step a true part of the answer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.desk.models.rows import Rows, rows_of
from agentdesk.domain.cases import Case
from agentdesk.domain.kernel import Asked, Question
from agentdesk.domain.queue import UNASSIGNED, UNASSIGNED_NEWEST

UP, DOWN = UNASSIGNED, UNASSIGNED_NEWEST


def sample(id: str, place: int, shown: bool = True) -> Case:
    """A case at a place of both orders."""
    return Case(
        id, "team:a:open", 1, 1, "Subject", "c", "Customer", "a", "chat", "en", 0, place, place,
        assignee="" if shown else "somebody",
    )  # fmt: skip


class Mirror:
    """What a view would show if it only followed what the rows tell: ids, None for rows it has not seen."""

    def __init__(self) -> None:
        self.shown: list[str | None] = []
        self.rows: Rows
        self._busy = False
        self.moves: list[tuple[int, int]] = []

    @contextmanager
    def _change(self) -> Iterator[None]:
        assert not self._busy
        self._busy = True
        before = len(self.rows)
        assert before == len(self.shown)
        yield
        self._busy = False

    @contextmanager
    def inserting(self, at: int, count: int) -> Iterator[None]:
        assert count > 0
        assert 0 <= at <= len(self.shown)
        with self._change():
            yield
        self.shown[at:at] = [self.rows.at(row) for row in range(at, at + count)]

    @contextmanager
    def removing(self, at: int, count: int) -> Iterator[None]:
        assert count > 0
        assert at + count <= len(self.shown)
        with self._change():
            yield
        del self.shown[at : at + count]

    @contextmanager
    def moving(self, start: int, end: int) -> Iterator[None]:
        assert end not in (start, start + 1)
        self.moves.append((start, end))
        with self._change():
            yield
        one = self.shown.pop(start)
        self.shown.insert(end - 1 if end > start else end, one)

    def changed(self, at: int, count: int) -> None:
        self.shown[at : at + count] = [self.rows.at(row) for row in range(at, at + count)]


class World:
    """The truth, and rows that follow it."""

    def __init__(self, question: Question[Case], count: int, seed: int = 0) -> None:
        self.dice = random.Random(seed)
        self.asked: Asked[Case] = question()
        self.truth = {id: sample(id, self.dice.randrange(1000)) for id in (f"s{i:05}" for i in range(count))}
        self.mirror = Mirror()
        self.rows = self.mirror.rows = Rows(self.asked, self.count, self.mirror)
        self.mirror.shown = [None] * self.count

    @property
    def answer(self) -> list[Case]:
        found = [one for one in self.truth.values() if self.asked.matches(one)]
        return sorted(found, key=self.asked.key, reverse=self.asked.question.descending)

    @property
    def count(self) -> int:
        return len(self.answer)

    def load(self, first: int, last: int, page: int = 7) -> None:
        for _ in range(500):
            wanted = self.rows.wanted(first, min(last, len(self.rows) - 1))
            if wanted is None:
                return
            key = self.asked.key
            found = [x for x in self.answer if wanted.after is None or self.asked.before(wanted.after, key(x))]
            self.rows.fill(wanted.after, rows_of(self.asked, found[:page]), len(found) < page)
        pytest.fail("it never ends")

    def change(self, id: str, new: Case | None, hold: bool = False) -> None:
        old = self.truth.get(id)
        if new is None:
            self.truth.pop(id, None)
        else:
            self.truth[id] = new
        self.rows.touch(id, old, new, hold)

    def anything(self, hold: bool = False) -> None:
        id = f"s{self.dice.randrange(len(self.truth) + 3):05}"
        what = self.dice.random()
        if what < 0.2:
            self.change(id, None, hold)
        else:
            self.change(id, sample(id, self.dice.randrange(1000), self.dice.random() < 0.8), hold)

    def check(self, held: bool = False) -> None:
        assert len(self.mirror.shown) == len(self.rows)
        assert [self.rows.at(row) for row in range(len(self.rows))] == self.mirror.shown
        if held:
            return
        answer = [one.id for one in self.answer]
        assert len(self.rows) == len(answer)
        for row, id in enumerate(self.mirror.shown):
            assert id in (None, answer[row])
            if id is not None:
                assert self.rows.row_of(id) == row


@pytest.mark.parametrize("question", [UP, DOWN], ids=["up", "down"])
@given(seed=st.integers(0, 10_000), count=st.integers(0, 60))
def test_rows_are_a_part_of_the_answer_whatever_happens(question: Question[Case], seed: int, count: int) -> None:
    world = World(question, count, seed)
    for _ in range(40):
        if world.dice.random() < 0.35 and len(world.rows):
            first = world.dice.randrange(len(world.rows))
            world.load(first, first + world.dice.randrange(12), world.dice.randrange(2, 9))
        else:
            world.anything()
        world.check()
    world.load(0, len(world.rows))
    world.check()
    assert None not in world.mirror.shown


@given(seed=st.integers(0, 10_000))
def test_what_is_held_back_moves_nothing_and_comes_out_right(seed: int) -> None:
    world = World(UP, 40, seed)
    world.load(0, 15)
    for _ in range(25):
        shown = [id for id in world.mirror.shown if id is not None]
        world.anything(hold=True)
        assert [id for id in world.mirror.shown if id in shown] == shown
        world.check(held=True)
        if world.dice.random() < 0.3 and len(world.rows):
            first = world.dice.randrange(len(world.rows))
            world.load(first, first + 5)
            world.check(held=True)
    world.rows.release()
    world.rows.agree(world.count)
    world.check()


@given(seed=st.integers(0, 10_000), changes=st.integers(0, 30))
def test_renewing_ends_with_the_truth(seed: int, changes: int) -> None:
    world = World(DOWN, 50, seed)
    world.load(0, 20)
    if seed % 2:
        world.load(35, 45)
    for _ in range(changes):
        id = f"s{world.dice.randrange(60):05}"
        world.truth[id] = sample(id, world.dice.randrange(1000), world.dice.random() < 0.8)
    page = world.answer[:25]
    world.rows.renew(rows_of(world.asked, page), len(page) < 25, world.count)
    world.check()
    world.load(0, len(world.rows))
    world.check()


def test_a_move_is_told_as_a_move() -> None:
    world = World(UP, 10)
    world.load(0, 9)
    first = world.answer[0]
    world.change(first.id, sample(first.id, 5000))
    assert world.mirror.moves == [(0, 10)]
    world.check()


def test_only_what_is_in_sight_is_loaded() -> None:
    world = World(UP, 500)
    world.load(0, 20, page=50)
    assert world.rows.loaded == 50
    assert world.rows.wanted(0, 49) is None
    assert world.rows.wanted(0, 50) is not None
