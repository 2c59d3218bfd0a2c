"""What the buttons of a conversation's head offer: people to give it to, and what is seldom done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDateTime, QTime
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from agentdesk.desk.desk import Desk
from agentdesk.desk.handing import BACK, ICON
from agentdesk.desk.icons import icon
from agentdesk.desk.names import case_number, kept_words
from agentdesk.desk.pages.queue.escalating import open_escalate
from agentdesk.desk.pages.queue.returning import can_return, open_return
from agentdesk.desk.pages.queue.timeline_words import PRIORITY_WORDS
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import HOUR, day_and_clock
from agentdesk.domain.cases import (
    PRIORITIES,
    Assign,
    Case,
    Follow,
    FollowCase,
    Prioritise,
    Release,
    Reopen,
    Snooze,
    UnfollowCase,
    Wake,
)
from agentdesk.domain.cases.attention import own_id
from agentdesk.domain.escalation import in_force
from agentdesk.domain.kernel import Command
from agentdesk.domain.people import PEOPLE, TEAMS, Availability, Person

MOST = 60
PRESENCE = {
    "online": (mark("online"), "good"),
    "away": (mark("away"), "warn"),
    "break": (mark("on a break"), "warn"),
    "offline": (mark("offline"), "faint"),
}


def team_people(desk: Desk, team: str) -> list[tuple[Person, str]]:
    """Who works in a team, with their presence; oneself first, then whoever is there."""
    found = []
    for person in desk.view.page(PEOPLE(), limit=500):
        if team in person.teams:
            declared = desk.view.get(Availability, person.id)
            state = declared.state if declared is not None else "offline"
            order = (person.id != desk.me.id, list(PRESENCE).index(state), person.name)
            found.append((order, person, state))
    return [(person, state) for _, person, state in sorted(found, key=lambda one: one[0])[:MOST]]


def fill_people(menu: QMenu, desk: Desk, case_id: str) -> None:
    """Colleagues of the case's team, then the other teams, then the queue."""
    menu.clear()
    case = desk.view.get(Case, case_id)
    if case is None:
        return
    for person, state in team_people(desk, case.team):
        word, ink = PRESENCE[state]
        text = tr("{name} (you)", name=person.name) if person.id == desk.me.id else person.name
        entry = menu.addAction(icon("ph.user", ink), tr("{name} · {state}", name=text, state=tr(word)))
        entry.setCheckable(person.id == case.assignee)
        entry.setChecked(person.id == case.assignee)
        entry.triggered.connect(_doer(desk, Assign(case=case.id, assignee=person.id)))
    teams = menu.addMenu(tr("To another team"))
    for team in desk.view.page(TEAMS(), limit=MOST):
        if team.id != case.team:
            teams.addAction(team.name).triggered.connect(_doer(desk, Assign(case=case.id, team=team.id)))
    if case.assignee:
        menu.addSeparator()
        menu.addAction(icon("ph.arrow-u-up-left"), tr("Back to the queue")).triggered.connect(
            _doer(desk, Release(case=case.id))
        )


def fill_more(menu: QMenu, desk: Desk, case_id: str) -> None:
    """What is done less often."""
    menu.clear()
    case = desk.view.get(Case, case_id)
    if case is None:
        return
    if case.home:
        menu.addAction(icon("ph.globe"), kept_words(case.home)).setEnabled(False)
    else:
        _fill_handling(menu, desk, case)
    if desk.view.get(Follow, own_id(desk.me.id, case.id)) is None:
        _add(menu, desk, "ph.bell", tr("Follow"), FollowCase(case=case.id))
    else:
        _add(menu, desk, "ph.bell-slash", tr("Do not follow any more"), UnfollowCase(case=case.id))
    menu.addSeparator()
    number = case_number(case.number).replace("\u202f", "")
    copy = menu.addAction(icon("ph.copy"), tr("Copy the number {number}", number=number))
    copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(number))


def _fill_handling(menu: QMenu, desk: Desk, case: Case) -> None:
    if case.status != "solved" and in_force(desk.view) is not None:
        _fill_handing(menu, desk, case)
    if case.status == "solved":
        _add(menu, desk, "ph.arrow-counter-clockwise", tr("Reopen"), Reopen(case=case.id))
    elif case.status == "snoozed":
        _add(menu, desk, "ph.alarm", tr("End the snooze"), Wake(case=case.id))
    else:
        fill_snooze(menu.addMenu(icon("ph.moon"), tr("Snooze")), desk, case.id)
    fill_priority(menu.addMenu(icon("ph.flag"), tr("Priority")), desk, case)


def _fill_handing(menu: QMenu, desk: Desk, case: Case) -> None:
    """Handing on, and back where somebody has handed it on."""
    window = menu.window() if (parent := menu.parentWidget()) is None else parent.window()
    menu.addAction(icon(ICON), tr("Hand on…")).triggered.connect(lambda: open_escalate(desk, case.id, window))
    if can_return(desk, case):
        menu.addAction(icon(BACK), tr("Return…")).triggered.connect(lambda: open_return(desk, case.id, window))


def fill_snooze(menu: QMenu, desk: Desk, case: str) -> None:
    """Times to be reminded at."""
    for text, until in snooze_times(desk.now()):
        words = tr("{what} · {time}", what=text, time=day_and_clock(until, desk.now()))
        menu.addAction(words).triggered.connect(_doer(desk, Snooze(case=case, until=until)))


def fill_priority(menu: QMenu, desk: Desk, case: Case) -> None:
    """The four priorities, the present one checked."""
    menu.clear()
    for number, name in reversed(list(enumerate(PRIORITIES))):
        entry = menu.addAction(tr(PRIORITY_WORDS[name]))
        entry.setCheckable(True)
        entry.setChecked(number == case.priority)
        entry.triggered.connect(_doer(desk, Prioritise(case=case.id, priority=number)))


def snooze_times(now: int) -> list[tuple[str, int]]:
    """In an hour, in four, tomorrow at nine, on Monday at nine."""
    day = QDateTime.fromMSecsSinceEpoch(now).date()
    monday = day.addDays(8 - day.dayOfWeek())
    return [
        (tr("In one hour"), now + HOUR),
        (tr("In four hours"), now + 4 * HOUR),
        (tr("Tomorrow"), QDateTime(day.addDays(1), QTime(9, 0)).toMSecsSinceEpoch()),
        (tr("On Monday"), QDateTime(monday, QTime(9, 0)).toMSecsSinceEpoch()),
    ]


def _add(menu: QMenu, desk: Desk, picture: str, text: str, command: Command) -> None:
    menu.addAction(icon(picture), text).triggered.connect(_doer(desk, command))


def _doer(desk: Desk, command: Command) -> Callable[[], object]:
    return lambda *_: desk.do(command)
