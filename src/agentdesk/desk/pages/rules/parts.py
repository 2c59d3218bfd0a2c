"""Parts of the page of rules: a card for each rule, and the versions that can be brought back."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import number
from agentdesk.desk.pages.rules.words import said
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain.rules import FIRINGS_OF, RULEBOOKS, Automation, Rule, Rulebook


class RuleCard(Card):
    """A rule in words, with its switch. `off` is whether it is switched off."""

    def __init__(self, desk: Desk, rule: Rule, book: Rulebook | None, held: Automation | None) -> None:
        super().__init__()
        self._desk, self.rule = desk, rule
        old = book.rule(rule.id) if book is not None else None
        self.off = held is not None and rule.id in held.off
        state = tr("new") if old is None else tr("off") if self.off else tr("changed") if old != rule else tr("acts")
        self.switch = Button(tr("Switch on") if self.off else tr("Switch off"), "quiet")
        self.edit, self._times = Button(tr("Edit"), "quiet"), label("", "caption")
        self.switch.setAccessibleName(tr("{word}: {name}", word=self.switch.text(), name=rule.name))
        self.edit.setAccessibleName(tr("Edit {name}", name=rule.name))
        self.switch.setVisible(old is not None)
        self.box.addWidget(spread(label(rule.name, "strong"), label(state, "small"), None, self.switch, self.edit))
        self.box.addWidget(label(said(rule, desk.view), "muted", wrap=True))
        self.box.addWidget(self._times)

    def count(self) -> None:
        """Tell anew how often it was set off."""
        times = self._desk.view.count(FIRINGS_OF(rule=self.rule.id))
        self._times.setText(tr("Times set off in the cases on this laptop: {n}", n=number(times)))


class Versions(Card):
    """Those that held once, and the press that brings one back: `back.confirmed`, and then `chosen` is its id."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.versions, self.back = choice(tr("Older versions")), Sure(tr("Bring it back"))
        self.box.addWidget(label(tr("Older versions"), "section"))
        self.box.addWidget(spread(self.versions, self.back, None))

    @property
    def chosen(self) -> str:
        """The version that is chosen; nothing if there is none."""
        return str(self.versions.currentData() or "")

    def list_all(self, book: Rulebook | None) -> None:
        """All but the one that holds, the newest first; what was chosen stays so."""
        chosen = self.chosen
        self.versions.clear()
        for one in self._desk.view.page(RULEBOOKS(state="published"), limit=50):
            if book is None or one.id != book.id:
                when = day_and_clock(one.since, self._desk.now())
                told = tr("Version {n} of {time}; rules: {count}", n=one.number, time=when, count=len(one.rules))
                self.versions.addItem(told, one.id)
        self.versions.setCurrentIndex(max(0, self.versions.findData(chosen)))
        self.setVisible(self.versions.count() > 0)
