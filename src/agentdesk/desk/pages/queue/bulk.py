"""One wish for many cases: done one by one, told in one sentence, taken back in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.cases import (
    Assign,
    Case,
    Claim,
    FollowCase,
    Prioritise,
    Release,
    Reopen,
    Snooze,
    Solve,
    Tag,
    UnfollowCase,
    Untag,
    Wake,
)
from agentdesk.domain.kernel import Command

Make = Callable[[Case], Command]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do to a case. `done` says what was done to {n} cases, `undo` makes what takes it back."""

    make: Make
    done: str
    undo: Make | None = None
    does: Callable[[Case], bool] = lambda _case: True
    """Whether it would change this case at all."""


def claim(me: str) -> Deed:
    return Deed(
        lambda case: Claim(case=case.id), mark("{n} taken"), lambda case: Release(case=case.id),
        lambda case: case.assignee != me,
    )  # fmt: skip


def release() -> Deed:
    return Deed(lambda case: Release(case=case.id), mark("{n} put back"), _as_before, lambda case: bool(case.assignee))


def assign(assignee: str = "", team: str = "") -> Deed:
    return Deed(
        lambda case: Assign(case=case.id, assignee=assignee, team=team), mark("{n} given away"), _as_before,
        lambda case: (case.assignee, case.team) != (assignee, team or case.team),
    )  # fmt: skip


def _as_before(case: Case) -> Command:
    return Assign(case=case.id, assignee=case.assignee, team=case.team)


def snooze(until: int) -> Deed:
    return Deed(
        lambda case: Snooze(case=case.id, until=until), mark("{n} snoozed"), lambda case: Wake(case=case.id)
    )  # fmt: skip


def wake() -> Deed:
    return Deed(
        lambda case: Wake(case=case.id), mark("{n} woken"),
        lambda case: Snooze(case=case.id, until=case.snoozed_until), lambda case: case.status == "snoozed",
    )  # fmt: skip


def solve() -> Deed:
    return Deed(
        lambda case: Solve(case=case.id, seen=case.in_seq), mark("{n} solved"), lambda case: Reopen(case=case.id),
        lambda case: case.status != "solved",
    )  # fmt: skip


def reopen() -> Deed:
    return Deed(
        lambda case: Reopen(case=case.id), mark("{n} reopened"),
        lambda case: Solve(case=case.id, seen=case.in_seq), lambda case: case.status == "solved",
    )  # fmt: skip


def tag(word: str) -> Deed:
    return Deed(
        lambda case: Tag(case=case.id, tag=word), mark("{n} tagged"), lambda case: Untag(case=case.id, tag=word),
        lambda case: word not in case.tags,
    )  # fmt: skip


def untag(word: str) -> Deed:
    return Deed(
        lambda case: Untag(case=case.id, tag=word), mark("{n} untagged"), lambda case: Tag(case=case.id, tag=word),
        lambda case: word in case.tags,
    )  # fmt: skip


def prioritise(priority: int) -> Deed:
    return Deed(
        lambda case: Prioritise(case=case.id, priority=priority), mark("{n} prioritised"),
        lambda case: Prioritise(case=case.id, priority=case.priority), lambda case: case.priority != priority,
    )  # fmt: skip


def follow() -> Deed:
    return Deed(
        lambda case: FollowCase(case=case.id), mark("{n} followed"), lambda case: UnfollowCase(case=case.id)
    )  # fmt: skip


def unfollow() -> Deed:
    return Deed(
        lambda case: UnfollowCase(case=case.id), mark("{n} not followed any more"),
        lambda case: FollowCase(case=case.id),
    )  # fmt: skip


def perform(desk: Desk, deed: Deed, ids: Sequence[str]) -> int:
    """Do it to each of these cases and say how it went. Returns how many were done."""
    done: list[Case] = []
    refused: list[str] = []
    for id in ids:
        case = desk.view.get(Case, id)
        if case is None or not deed.does(case):
            continue
        why = desk.attempt(deed.make(case))
        if why:
            refused.append(why)
        else:
            done.append(case)
    _tell(desk, deed, done, refused)
    return len(done)


def _tell(desk: Desk, deed: Deed, done: Sequence[Case], refused: Sequence[str]) -> None:
    if not done and not refused:
        return
    undo = deed.undo if done else None
    run = (lambda: _take_back(desk, undo, done)) if undo is not None else None
    said = tr(deed.done, n=len(done)) if done else ""
    if refused:
        why = tr("{n} refused: {why}", n=len(refused), why=refused[0]) if len(refused) + len(done) > 1 else refused[0]
        said = tr("{one}, {two}", one=said, two=why) if said else why
    desk.say(said, tr("Undo") if run else "", run)


def _take_back(desk: Desk, undo: Make, done: Sequence[Case]) -> None:
    """The cases as they were, newest first."""
    refused = [why for case in reversed(done) if (why := desk.attempt(undo(case)))]
    if refused:
        desk.say(tr("{n} could not be taken back: {why}", n=len(refused), why=refused[0]))
