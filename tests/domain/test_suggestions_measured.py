"""Figures about suggestions: right, never of fewer than five people, and no difference of two tells of fewer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.domain.suggestions import FEWEST, Asked, By, Line, held_out, measured
from agentdesk.domain.suggestions.effect import Arm, effect

PEOPLE = [f"p{n}" for n in range(12)]
DONE = ("shown", "withheld", "held", "opened", "accepted", "dismissed", "ignored")


USUAL = Asked("p1", "t1", "chat", 3, "accepted", ("macro",), "macro", False, 20_000, 100, 10, 60_000, False)


def asked(by: str = "p1", team: str = "t1", **more: Any) -> Asked:
    return USUAL._replace(by=by, team=team, **more)


def of_five(**more: Any) -> list[Asked]:
    return [asked(person, **more) for person in PEOPLE[:FEWEST]]


some = st.builds(
    asked,
    by=st.sampled_from(PEOPLE),
    team=st.sampled_from(["t1", "t2", "t3"]),
    channel=st.sampled_from(["chat", "email", "phone"]),
    level=st.sampled_from([2, 3]),
    action=st.sampled_from(DONE),
    kinds=st.sampled_from([(), ("macro",), ("macro", "article"), ("case",)]),
    held=st.booleans(),
    edits=st.integers(0, 200),
    sent_after=st.none() | st.integers(0, 10**7),
)


def _in_weeks(rows: list[Asked]) -> st.SearchStrategy[list[Asked]]:
    weeks = st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows))
    return weeks.map(lambda given: [one._replace(week=week) for one, week in zip(rows, given, strict=True)])


def people(rows: Iterable[Asked]) -> int:
    return len({one.by for one in rows})


def group(by: str, one: Asked, line: Line) -> bool:
    """Whether a record is counted in a line."""
    keys = {"team": ("", one.team), "queue": (one.team, one.channel), "level": ("", str(one.level))}
    return line.key in one.kinds if by == "source" else (line.team, line.key) == keys[by]


@given(st.lists(some, max_size=120), st.sampled_from(get_args(By)))
def test_nothing_is_told_of_fewer_than_five(rows: list[Asked], by: By) -> None:
    found = measured(rows, by, 0, 1)
    for line in found.lines:
        assert line.people >= FEWEST
        assert line.asked == sum(group(by, one, line) for one in rows if _counted(one, rows))
    assert found.whole is None or found.whole.people >= FEWEST
    for whole in {line.team for line in found.lines}:  # what is left when all that is told is taken away
        told = [line for line in found.lines if line.team == whole]
        left = [one for one in rows if _counted(one, rows) and whole in ("", one.team)
                and (by != "source" or one.kinds) and not any(group(by, one, line) for line in told)]  # fmt: skip
        assert by == "source" or people(left) == 0 or people(left) >= FEWEST


@given(st.lists(some, max_size=150).flatmap(_in_weeks), st.sampled_from(get_args(By)))
def test_weeks_add_up_so_that_no_two_looks_tell_of_fewer(rows: list[Asked], by: By) -> None:
    found = measured(rows, by, 0, 1)
    alone = [measured([one for one in rows if one.week == week], by, 0, 1) for week in range(3)]
    sums: Counter[tuple[str, str]] = Counter()
    for one in alone:
        sums.update({(line.team, line.key): line.asked for line in one.lines})
    assert {(line.team, line.key): line.asked for line in found.lines} == dict(sums)
    assert (found.whole.asked if found.whole else 0) == sum(one.whole.asked for one in alone if one.whole)


def _counted(one: Asked, rows: list[Asked]) -> bool:
    return people(other for other in rows if other.team == one.team) >= FEWEST


def test_a_small_group_takes_the_next_one_with_it() -> None:
    rows = [*of_five(), asked("p1", channel="phone")]
    found = measured(rows, "queue", 0, 1)
    assert (found.lines, found.hidden) == ((), 2), "the whole without chat would be phone, of one person"
    found = measured([*rows, *of_five(channel="email")], "queue", 0, 1)
    assert (len(found.lines), found.hidden) == (1, 2)


def test_what_is_counted() -> None:
    rows = [
        *of_five(edits=40),
        *of_five(edits=41),
        *of_five(action="ignored", edits=0),
        *of_five(action="dismissed", sent_after=None),
        *of_five(action="withheld", kinds=(), sent_after=None, latency_us=90_000),
        *of_five(action="held", kinds=(), held=True),
    ]
    line = measured(rows, "team", 0, 1).lines[0]
    assert (line.asked, line.shown, line.silent, line.held) == (30, 20, 5, 5)
    assert (line.sent, line.accepted, line.strict, line.ignored, line.dismissed) == (15, 10, 5, 5, 0)
    assert (line.edited, line.half_us, line.most_us) == (400, 20_000, 90_000)
    by_source = measured([*of_five(kinds=("macro", "article"), chosen="article")], "source", 0, 1).lines
    assert [(one.key, one.shown, one.accepted) for one in by_source] == [("article", 5, 5), ("macro", 5, 0)]


def test_what_a_rule_or_a_drill_kept_from_looking_counts_nowhere() -> None:
    """It took no time, and kept quiet of nothing."""
    rows = [*of_five(), *of_five(action="withheld", kinds=(), sent_after=None, latency_us=90_000)]
    barred = [one for level in (0, 1) for _ in range(9)
              for one in of_five(level=level, action="withheld", kinds=(), latency_us=0)]  # fmt: skip
    for by in get_args(By):
        assert measured([*barred, *rows], by, 0, 1) == measured(rows, by, 0, 1)
    assert measured(barred, "team", 0, 1).lines == ()
    searched = measured(of_five(level=1), "level", 0, 1).lines
    assert [(one.key, one.shown) for one in searched] == [("1", 5)], "what was searched for and shown counts"


def test_the_effect_has_two_sides_of_five_people_each() -> None:
    treated = [row for n in range(8) for row in of_five(sent_after=60_000 + n)]
    control = [row for n in range(8) for row in of_five(held=True, kinds=(), action="held", sent_after=120_000 + n)]
    found = measured([*treated, *control], "team", 0, 1).effect
    assert found is not None
    assert found.is_enough
    assert (found.shown, found.held) == (40, 40)
    assert found.longer == pytest.approx(-0.5, abs=0.01)
    assert found.low <= found.longer <= found.high < 0
    alone = [one for one in control if one.by == "p1"]
    assert measured([*treated, *alone], "team", 0, 1).effect is None


@given(st.lists(st.integers(0, 10**12), min_size=0, max_size=60), st.lists(st.integers(0, 10**12), max_size=60))
def test_the_effect_is_a_number_for_all_times(shown: list[int], held: list[int]) -> None:
    found = effect(Arm(shown, 0, len(shown)), Arm(held, 0, len(held)))
    assert all(math.isfinite(one) for one in (found.longer, found.low, found.high))
    assert found.low <= found.longer <= found.high
    assert found.is_enough == (min(len(shown), len(held)) >= 30)


@given(st.text(max_size=40), st.integers(0, 100), st.integers(0, 100))
def test_a_case_is_held_out_for_good(case: str, one: int, other: int) -> None:
    assert held_out(case, one) == held_out(case, one)
    assert held_out(case, max(one, other)) or not held_out(case, min(one, other))
    assert not held_out(case, 0)
    assert held_out(case, 100)


def test_the_share_is_what_was_declared() -> None:
    found = sum(held_out(f"case-{n}", 5) for n in range(10_000))
    assert 430 <= found <= 570  # four standard deviations


def test_lines_finished_while_typing_are_a_kind_of_their_own() -> None:
    ghosts = of_five(kinds=("ghost",), chosen="ghost")
    told = measured([*of_five(), *ghosts], "source", 0, 1)
    assert {line.key: (line.shown, line.accepted) for line in told.lines} == {"macro": (5, 5), "ghost": (5, 5)}
    assert told.whole is not None
    assert told.whole.shown == 5
    assert [line.shown for line in measured([*of_five(), *ghosts], "team", 0, 1).lines] == [5]
