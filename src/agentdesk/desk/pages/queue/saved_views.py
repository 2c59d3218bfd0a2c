"""Saved views as views of the queue: what they ask now, and what their rows tell."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.views import QueueView
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Case
from agentdesk.domain.cases.seeking import cases_that
from agentdesk.domain.kernel import Condition, Sought
from agentdesk.domain.kernel.conditions import is_relative
from agentdesk.domain.views import MOST_VIEWS, VIEWS, SavedView

MINUTE = 60_000
PREFIX = "view:"


def saved_views(desk: Desk) -> tuple[QueueView, ...]:
    """All that this person may see: their own, their teams', everybody's."""
    return tuple(_as_view(one, desk) for one in desk.view.page(VIEWS(), limit=5 * MOST_VIEWS))


def asked_now(condition: Condition, order: str, desk: Desk) -> Sought[Case]:
    """By the minute: a question that is another one at every moment would be asked anew at every moment."""
    me, now = desk.me, desk.now() // MINUTE * MINUTE
    return cases_that(condition, order, desk.view, me.id, me.teams, now)


def _as_view(saved: SavedView, desk: Desk) -> QueueView:
    def asked() -> Sought[Case]:
        return asked_now(saved.condition, saved.order, desk)

    return QueueView(
        PREFIX + saved.id, saved.name, {"own": asked}, asked, tr("Nothing is in this view now"),
        tr("Cases appear here as soon as they fit. Those that this laptop does not hold are found by search."),
        {"me": "ph.user", "team": "ph.users-three"}.get(saved.audience, "ph.buildings"),
        timed=is_relative(saved.condition), columns=saved.columns, stamp=repr(saved),
    )  # fmt: skip
