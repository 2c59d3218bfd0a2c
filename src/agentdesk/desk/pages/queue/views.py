"""The views of the queue as data: what each lists, in which orders, and what it says when it is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agentdesk.desk.texts import mark, tr
from agentdesk.domain import queue
from agentdesk.domain.cases import MENTIONS, NEW_MENTIONS
from agentdesk.domain.kernel import Actor, Asked, View
from agentdesk.domain.people import Team

LONGEST, DUE, NEWEST = "longest", "due", "newest"
SORTS = ((LONGEST, mark("Waiting longest first")), (DUE, mark("Due first")), (NEWEST, mark("Newest first")))

Ask = Callable[[], Asked[Any]]


@dataclass(frozen=True, slots=True)
class QueueView:
    """One view. `orders` by sort; `counted` is what the number on its tab counts; `team` if it is a team's."""

    id: str
    title: str
    orders: dict[str, Ask]
    counted: Ask
    empty: str
    hint: str
    icon: str = "ph.tray"
    timed: bool = False
    """Whether it lists other cases as time goes by."""
    columns: tuple[str, ...] = ()
    """What its rows tell beside what they always tell."""
    stamp: str = ""
    """Another one whenever it asks something else."""

    def asked(self, sort: str) -> Asked[Any]:
        """The question in this order, or in the only one there is."""
        return self.orders.get(sort, next(iter(self.orders.values())))()


def views_for(me: Actor, view: View) -> tuple[QueueView, ...]:
    """The views of a person, in the order of the tabs."""
    return (_mine(me), *(_team(team, view) for team in me.teams), *_common(me))


def _mine(me: Actor) -> QueueView:
    return QueueView(
        "mine", tr("Mine"),
        {LONGEST: lambda: queue.MINE(me=me.id), DUE: lambda: queue.MINE_DUE(me=me.id),
         NEWEST: lambda: queue.MINE_NEWEST(me=me.id)},
        lambda: queue.MINE(me=me.id),
        tr("Nothing waits for you"), tr("Take a case from your team or from Unassigned."), "ph.check-circle",
    )  # fmt: skip


def _team(id: str, view: View) -> QueueView:
    team = view.get(Team, id)
    return QueueView(
        f"team:{id}", team.name if team else id,
        {LONGEST: lambda: queue.TEAM(team=id), DUE: lambda: queue.TEAM_DUE(team=id),
         NEWEST: lambda: queue.TEAM_NEWEST(team=id)},
        lambda: queue.TEAM(team=id),
        tr("Nothing is open in this team"), tr("New cases appear here by themselves."), "ph.check-circle",
    )  # fmt: skip


def _common(me: Actor) -> tuple[QueueView, ...]:
    return (
        QueueView(
            "unassigned", tr("Unassigned"),
            {LONGEST: queue.UNASSIGNED, DUE: queue.UNASSIGNED_DUE, NEWEST: queue.UNASSIGNED_NEWEST},
            queue.UNASSIGNED,
            tr("Everything has somebody"), tr("Cases that nobody has taken appear here."), "ph.check-circle",
        ),
        QueueView(
            "snoozed", tr("Snoozed"), {LONGEST: queue.SNOOZED}, queue.SNOOZED,
            tr("Nothing is asleep"), tr("A snoozed case comes back at its time, or when the customer writes."),
            "ph.moon",
        ),
        QueueView(
            "mentions", tr("Mentions"), {NEWEST: lambda: MENTIONS(me=me.id)}, lambda: NEW_MENTIONS(me=me.id),
            tr("Nobody has mentioned you"), tr("When a colleague names you in a note, it appears here."), "ph.at",
        ),
        QueueView(
            "all", tr("All"), {NEWEST: queue.ALL}, queue.ALL,
            tr("No cases yet"), tr("All cases of your teams appear here."),
        ),
        QueueView(
            "solved", tr("Solved"), {NEWEST: queue.SOLVED}, queue.SOLVED,
            tr("Nothing is solved yet"), tr("What you solve appears here."),
        ),
    )  # fmt: skip
