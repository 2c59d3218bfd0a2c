"""The page of due times: the rules that hold, a draft of others, and the press that brings them into force."""

from __future__ import annotations

from PySide6.QtCore import QDate, QDateTime, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.clocks.calendar_form import CalendarForm
from agentdesk.desk.pages.clocks.policy_form import PolicyForm
from agentdesk.desk.pages.clocks.trial import TrialCard
from agentdesk.desk.publishing import Publishing
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.frames import Header, Pane, empty, spread
from agentdesk.domain.clocks import (
    ALWAYS,
    REGIMES,
    USUAL_LADDER,
    Calendar,
    Discard,
    Draft,
    Policy,
    Publish,
    Regime,
    Target,
    gaps,
    in_force,
)
from agentdesk.domain.people import TEAMS

TITLE, ICON = mark("Due times"), "ph.timer"
HOLDS = mark("Version {n} holds since {time}, published by {name}.")
WATCHES = ("regime", "ruling", "team")
WIDEST = 720
"""Pixels at 100 %: a line that is wider is hard to read."""
USUAL_WEEK = tuple((day, 9 * 60, 17 * 60) for day in range(5))


class ClocksPage(QObject):
    """A page for the shell. What is typed is kept as a draft when it is saved; nothing holds before it is published."""

    badge = None
    id, icon, place = "clocks", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk = desk
        self.policies: list[PolicyForm] = []
        self.calendars: list[CalendarForm] = []
        self.publishing = Publishing[Regime](
            desk, REGIMES(state="draft"), lambda id: Publish(regime=id), lambda id: Discard(regime=id)
        )
        self.more_policies = Button(tr("Add a policy"), icon="ph.plus")
        self.more_calendars = Button(tr("Add a calendar"), icon="ph.plus")
        self._cards, self._sheet = QVBoxLayout(), Sheet(self.title)
        self.trial = TrialCard(desk)
        self.trial.setMaximumWidth(scaled(WIDEST))
        self.widget = self._lay_out()
        words = tr("Open cases go by them too. What they have counted so far stays.")
        self.publishing.serve(self.keep, self._show, words)
        self.trial.try_it.clicked.connect(self._try)
        self.more_policies.clicked.connect(lambda: self._add_policy(self._new_policy()))
        self.more_calendars.clicked.connect(lambda: self._add_calendar(self._new_calendar()))
        self._forget = desk.listen(WATCHES, lambda _: self._heard())
        self._show()

    def _lay_out(self) -> QWidget:
        pane, head, own = Pane(), Header(self.title), self.publishing
        head.add(own.discard, own.save, own.publish)
        pane.box.addWidget(head)
        self._cards.setSpacing(12)
        self._sheet.add(own.holds, own.verdict)
        self._sheet.box.addLayout(self._cards)
        self._sheet.add(spread(self.more_policies, self.more_calendars, None), self.trial)
        self._sheet.box.addStretch(1)
        pane.box.addWidget(self._sheet, 1)
        return pane

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return (Action("clocks.save", tr("Save the draft"), self.title, lambda _: self.keep(), "ph.floppy-disk",
                       "Ctrl+S", page=self.id),)  # fmt: skip

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        self._heard()

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    # --- What is shown ---

    def _heard(self) -> None:
        """Other rules, or another draft: what is being typed stays."""
        self.trial.heard()
        self.publishing.heard()
        self._tell()
        newest = self.publishing.draft() or in_force(self._desk.view)
        shown = self.publishing.filled
        if not shown or (newest is not None and newest.id != shown and not self.policies):
            self._show()

    def _show(self) -> None:
        """The draft, or the rules that hold, as fields."""
        found = self.publishing.fill(in_force(self._desk.view))
        empty(self._cards)
        self.policies, self.calendars = [], []
        for calendar in found.calendars if found is not None else ():
            self._add_calendar(calendar)
        for policy in found.policies if found is not None else ():
            self._add_policy(policy)
        self._tell()

    def _tell(self) -> None:
        none = tr("No rules hold yet: nothing is due. Write some, and publish them.")
        self.publishing.tell(in_force(self._desk.view), HOLDS, none)
        self.publishing.publish.setEnabled(self.publishing.draft() is not None)

    def _add_policy(self, policy: Policy) -> None:
        form = PolicyForm(policy, self._calendar_names(), self._team_names(), self._without)
        form.setMaximumWidth(scaled(WIDEST))
        self.policies.append(form)
        self._cards.addWidget(form)

    def _add_calendar(self, calendar: Calendar) -> None:
        now = QDateTime.fromMSecsSinceEpoch(self._desk.now()).date()
        form = CalendarForm(calendar, QDate(now).year(), self._without)
        form.setMaximumWidth(scaled(WIDEST))
        form.name.line.editingFinished.connect(self._rename)
        self.calendars.append(form)
        self._cards.addWidget(form)
        self._rename()

    def _without(self, form: QWidget) -> None:
        """A card goes; what is saved after that is without it."""
        self.policies = [one for one in self.policies if one is not form]
        self.calendars = [one for one in self.calendars if one is not form]
        self._cards.removeWidget(form)
        form.hide()
        form.deleteLater()
        self._rename()

    def _rename(self) -> None:
        for form in self.policies:
            form.show_calendars(self._calendar_names())

    def _calendar_names(self) -> dict[str, str]:
        return {ALWAYS.id: tr("Around the clock"), **{one.id: one.name.text() or one.id for one in self.calendars}}

    def _team_names(self) -> dict[str, str]:
        return {team.id: team.name for team in self._desk.view.page(TEAMS(), limit=500)}

    def _new_policy(self) -> Policy:
        first = Target(metric="first", minutes=(480, 240, 60, 15))
        step = Target(metric="stagnation", minutes=(2880, 1440, 720, 360))  # so that something is due at any time
        return Policy(id=self._desk.new_id(), name=tr("New policy"), targets=(first, step), ladder=USUAL_LADDER)

    def _new_calendar(self) -> Calendar:
        return Calendar(self._desk.new_id(), tr("New calendar"), "UTC", USUAL_WEEK)

    # --- What is pressed ---

    def keep(self) -> bool:
        """Save what is typed as a draft. False, with a sentence where it is wrong, if it cannot be."""
        policies, calendars = [one.read() for one in self.policies], [one.read() for one in self.calendars]
        if None in policies or None in calendars:
            return self.publishing.keep(None)
        draft = Draft(
            regime=self._desk.new_id(),
            calendars=tuple(one for one in calendars if one is not None),
            policies=tuple(one for one in policies if one is not None),
            previous=self.publishing.previous,
            instead=self.publishing.instead,
        )
        return self.publishing.keep(draft, draft.regime, _gap(draft.policies))

    def _try(self) -> None:
        """What is typed, tried on old cases: it is kept as a draft for that, and holds for nobody."""
        draft = self.publishing.draft() if self.keep() else None
        if draft is not None:
            self.trial.begin(draft.id)


def _gap(policies: tuple[Policy, ...]) -> str:
    """A sentence if a case could be open with nothing due."""
    found = gaps(policies)
    names = ", ".join(name for name in found if name)
    if names:
        return tr("By {names} a case can be open with nothing due. Write a time for the next step.", names=names)
    return tr("Some cases have no policy: let the last one be for all teams, channels and tiers.") if found else ""
