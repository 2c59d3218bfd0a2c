"""What the rows of a saved view tell beside what rows always tell."""

from __future__ import annotations

from collections.abc import Sequence

from agentdesk.desk.conditions.words import RANKS, STATES
from agentdesk.desk.desk import Desk
from agentdesk.desk.due import due_of
from agentdesk.desk.names import channel_words
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock, short_age
from agentdesk.domain.cases import Case
from agentdesk.domain.people import Person, Team


def told(desk: Desk, case: Case, columns: Sequence[str]) -> str:
    """What a row tells beside what it always tells, in one line."""
    now = desk.now()
    return " · ".join(filter(None, (_told(desk, case, column, now) for column in columns)))


def _told(desk: Desk, case: Case, column: str, now: int) -> str:
    times = {"opened": case.opened_at, "updated": case.updated_at}
    if column in times:
        return day_and_clock(times[column], now)
    if column == "owner":
        person = desk.view.get(Person, case.assignee)
        return person.name if person is not None else case.assignee or tr("Unassigned")
    if column == "team":
        team = desk.view.get(Team, case.team)
        return team.name if team is not None else case.team
    if column == "due":
        due = due_of(case, now)
        return due.sentence if due is not None else ""
    if column == "waiting":
        return tr("waiting for {time}", time=short_age(now - case.waiting_since)) if case.waiting_since else ""
    words = {
        "state": tr(STATES.get(case.status, case.status)),
        "priority": tr(RANKS[case.priority]),
        "channel": channel_words(case.channel)[0],
        "number": f"#{case.number}",
        "language": case.language,
    }
    return words.get(column, "")
