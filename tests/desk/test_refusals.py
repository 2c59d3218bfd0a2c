"""What was refused and has words is not driven out by what has none, and goes with the record that it speaks of."""

from __future__ import annotations

from typing import Any

from agentdesk.desk.refusals import MOST, Refusals
from agentdesk.domain.cases import Note, Solve
from agentdesk.protocol.frames import Ack
from agentdesk.sync.news import Refused


def typed(key: int, case: str = "c1", **data: Any) -> Refused:
    note = Note(case=case, message=f"m{key}", text=f"Words {key}")
    return Refused(key, note, Ack(key, "refused", sentence="No.", data=data), note.text, held=f"h{key}")


def pressed(key: int, case: str = "c1") -> Refused:
    return Refused(key, Solve(case=case, seen=1), Ack(key, "refused", sentence="No."))


def test_what_has_no_words_takes_no_room_from_what_has() -> None:
    refusals = Refusals()
    refusals.add(typed(1))
    for key in range(2, 2 * MOST):
        refusals.add(pressed(key))
    assert [one.key for one in refusals.held()] == [1]
    assert len(refusals.of("c1")) == MOST + 1
    assert refusals.of("c1")[-1].key == 2 * MOST - 1


def test_what_was_kept_comes_first_and_nothing_of_now_is_lost_for_it() -> None:
    refusals = Refusals()
    refusals.add(typed(1))
    refusals.begin([*(typed(-key) for key in range(MOST, 1, -1)), typed(1)])
    assert [one.key for one in refusals.held()] == [*range(-MOST, -1), 1]
    assert [one.key for one in refusals.forget(1)] == [1]
    assert refusals.forget(1) == []


def test_what_speaks_of_what_was_erased_goes_with_it_and_no_more() -> None:
    refusals = Refusals()
    for one in (typed(1, "c1"), typed(2, "c12"), typed(3, "c2", customer="c1"), pressed(4, "c1")):
        refusals.add(one)
    refusals.purge([])
    refusals.purge(["c1", "c"])
    assert [one.key for one in refusals.held()] == [2]
    assert refusals.of("c1") == ()
