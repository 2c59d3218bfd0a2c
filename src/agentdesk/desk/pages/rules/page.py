"""The page of rules: those that hold, a draft of others, the switch, older versions, and what they have done."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.rules.editor import RuleEditor
from agentdesk.desk.pages.rules.history import HistoryCard
from agentdesk.desk.pages.rules.parts import RuleCard, Versions
from agentdesk.desk.pages.rules.preview import PreviewCard
from agentdesk.desk.pages.rules.words import said
from agentdesk.desk.publishing import Publishing
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.frames import Header, Pane, empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain.kernel import Command
from agentdesk.domain.rules import (
    IN_FORCE,
    RULEBOOKS,
    Automation,
    DiscardRules,
    DraftRules,
    PublishRules,
    RollBackRules,
    Rule,
    Rulebook,
    SwitchRules,
    TryRules,
    in_force,
)

TITLE, ICON = mark("Rules"), "ph.robot"
HOLDS = mark("Version {n} holds since {time}, published by {name}.")
WATCHES = ("rulebook", "automation", "firing", "macro", "team", "field")
WIDEST = 800
"""Pixels at 100 %: a line that is wider is hard to read."""


class RulesPage(QObject):
    """A page for the shell. What is changed is a draft at once; nothing holds before it is published."""

    badge = None
    id, icon, place = "rules", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk, self._window = desk, window
        self.cards: dict[str, RuleCard] = {}
        self._listed: tuple[Any, ...] = ()
        self.publishing = Publishing[Rulebook](
            desk, RULEBOOKS(state="draft"), lambda id: PublishRules(rulebook=id), lambda id: DiscardRules(rulebook=id)
        )
        self.drafted = label("", "strong", wrap=True)
        self.new, self.all_off = Button(tr("New rule"), icon="ph.plus"), Sure(tr("Stop all rules"))
        self.all_on = Button(tr("Let rules act again"), "primary")
        self.trial = Button("")
        self._list, self._sheet = QVBoxLayout(), Sheet(self.title)
        self.preview, self.history = PreviewCard(desk), HistoryCard(desk)
        self.versions = Versions(desk)
        self.widget = self._lay_out()
        self.new.clicked.connect(lambda: self.edit(None))
        self.publishing.publish.confirmed.connect(self._publish)
        self.publishing.discard.confirmed.connect(self._discard)
        self.all_off.confirmed.connect(lambda: self._tell(SwitchRules(on=False), tr("No rule acts any more.")))
        self.all_on.clicked.connect(lambda: self._tell(SwitchRules(on=True), tr("Rules act again.")))
        self.trial.clicked.connect(self._try)
        self.versions.back.confirmed.connect(self._bring_back)
        self.preview.try_it.clicked.connect(self._preview)
        self._forget = desk.listen(WATCHES, lambda _: self._heard())
        self._show()

    def _lay_out(self) -> QWidget:
        pane, head, own = Pane(), Header(self.title), self.publishing
        head.add(own.discard, self.new, own.publish)
        pane.box.addWidget(head)
        self._list.setSpacing(8)
        self._sheet.add(own.holds, self.drafted, own.verdict)
        self._sheet.box.addLayout(self._list)
        self._sheet.add(spread(self.trial, None), self.preview, self.history, self.versions)
        self._sheet.add(spread(self.all_off, self.all_on, None))
        if (column := self._sheet.widget()) is not None:
            column.setMaximumWidth(scaled(WIDEST))  # of a narrower part in it Qt would ask the height of a wider one
        self._sheet.box.addStretch(1)
        pane.box.addWidget(self._sheet, 1)
        return pane

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return (
            Action("rules.new", tr("New rule"), self.title, lambda _: self.edit(None), "ph.plus", "Ctrl+N",
                   page=self.id),
        )  # fmt: skip

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        self.preview.heard()
        self._show()

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    # --- What is shown ---

    def _held(self) -> Automation | None:
        return self._desk.view.get(Automation, IN_FORCE)

    def _heard(self) -> None:
        """Something has changed: rules act all day, and what they did is read anew only while somebody looks."""
        self.preview.heard()
        self.publishing.heard()
        if self.widget.isVisible():
            self._show()

    def _show(self) -> None:
        book, draft, held = in_force(self._desk.view), self.publishing.draft(), self._held()
        shown = self.publishing.fill(book)
        self._list_rules(shown.rules if shown is not None else (), book, held)
        self.versions.list_all(book)
        paused, holds = held is not None and held.paused, self.publishing.holds
        none = tr("No rules hold yet: nothing happens by itself. Write some, and publish them.")
        self.publishing.tell(book, HOLDS, none)
        holds.setText(tr("All rules are stopped. {told}", told=holds.text()) if paused else holds.text())
        self.drafted.setText(tr("This is your draft. It does nothing before it is published.") if draft else "")
        for part in (self.drafted, self.publishing.publish, self.trial):
            part.setVisible(draft is not None)
        on_trial = draft is not None and held is not None and held.trial == draft.id
        self.trial.setText(
            tr("End the trial") if on_trial else tr("Run the draft on trial, beside the rules that hold")
        )
        self.trial.setAccessibleName(self.trial.text())
        self.preview.try_it.setEnabled(shown is not None and not self.preview.is_busy)
        self.all_off.setVisible(book is not None and not paused)
        self.all_on.setVisible(paused)
        self.history.show_newest()

    def _list_rules(self, rules: tuple[Rule, ...], book: Rulebook | None, held: Automation | None) -> None:
        """A card for each; where nothing but the times have changed, the cards stay, and with them the keyboard."""
        told = [said(rule, self._desk.view) for rule in rules]  # with the names of teams, fields and macros in it
        state = (rules, told, book.rules if book is not None else (), held.off if held is not None else ())
        if state != self._listed:
            self._listed = state
            empty(self._list)
            self.cards = {rule.id: self._card(rule, book, held) for rule in rules}
            for card in self.cards.values():
                self._list.addWidget(card)
        for card in self.cards.values():
            card.count()

    def _card(self, rule: Rule, book: Rulebook | None, held: Automation | None) -> RuleCard:
        card = RuleCard(self._desk, rule, book, held)
        told = tr("{name} acts again.", name=rule.name) if card.off else tr("{name} acts no more.", name=rule.name)
        card.switch.clicked.connect(lambda: self._tell(SwitchRules(on=card.off, rule=rule.id), told))
        card.edit.clicked.connect(lambda: self.edit(rule))
        return card

    # --- What is pressed ---

    def edit(self, rule: Rule | None) -> RuleEditor:
        """Open the editor: of a rule, or of a new one."""
        made = rule or Rule(id=self._desk.new_id(), name="", when="opened")
        dialog = RuleEditor(self._desk, made, rule is None, self.keep, self.without, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _rules(self) -> tuple[Rule, ...]:
        found = self.publishing.fill(in_force(self._desk.view))
        return found.rules if found is not None else ()

    def keep(self, rule: Rule) -> str:
        """Keep a rule in the draft; why not, or nothing."""
        rules = self._rules()
        known = any(one.id == rule.id for one in rules)
        return self._write([rule if one.id == rule.id else one for one in rules] + ([] if known else [rule]))

    def without(self, rule: Rule) -> str:
        """Take a rule out of the draft; why not, or nothing."""
        return self._write([one for one in self._rules() if one.id != rule.id])

    def _write(self, rules: list[Rule]) -> str:
        own = self.publishing
        wish = DraftRules(rulebook=self._desk.new_id(), rules=tuple(rules), previous=own.previous, instead=own.instead)
        wrong = self._desk.attempt(wish)
        if not wrong:
            own.verdict.clear()
        return wrong

    def _tell(self, wish: Command, words: str) -> None:
        """Do it, and say what came of it."""
        wrong = self._desk.attempt(wish)
        self.publishing.verdict.show_state("bad" if wrong else "good", wrong or words)

    def _publish(self) -> None:
        self.publishing.publish_draft(tr("Published. What waits goes by these rules too."))

    def _discard(self) -> None:
        if self.publishing.throw_away():
            self.publishing.verdict.show_state("good", tr("The draft is gone."))

    def _try(self) -> None:
        draft, held = self.publishing.draft(), self._held()
        if draft is None:
            return
        if held is not None and held.trial == draft.id:
            self._tell(TryRules(), tr("The trial is over. What it found stays in the list below."))
            return
        told = tr("The draft runs on trial: what it would have done is listed below, and nothing is done.")
        self._tell(TryRules(rulebook=draft.id), told)

    def _bring_back(self) -> None:
        held, version = self._held(), self.versions.chosen
        if held is not None and version:
            wish = RollBackRules(rulebook=self._desk.new_id(), version=version, previous=held.rulebook)
            self.publishing.bring(wish, wish.rulebook, tr("The older version holds again, as a new one."))

    def _preview(self) -> None:
        book = self.publishing.draft() or in_force(self._desk.view)
        if book is not None:
            self.preview.try_book(book)
