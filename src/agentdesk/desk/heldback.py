"""What the server refused of what somebody typed: shown with its reason until they have dealt with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from agentdesk.desk.actions import GENERAL, Action
from agentdesk.desk.entrynames import entry_name
from agentdesk.desk.hidden import words
from agentdesk.desk.live import Live
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.verbs import sentence
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Facts, Sheet
from agentdesk.desk.widgets.frames import Card, Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain.kernel import Command
from agentdesk.domain.kernel.typed import typed_words
from agentdesk.sync.news import Refused

SHOWN = 4_000
"""Of a long text so much is shown; it is copied whole."""


def typed_facts(command: Command) -> list[tuple[str, str]]:
    """What was typed, each under the name of its entry."""
    return [(entry_name(field), words(text)) for field, text in typed_words(command)]


def held_action(live: Live, show: Callable[[], object]) -> Action:
    """Its entry of the palette."""
    return Action(
        "held.show", tr("What was held back"), tr(GENERAL), lambda _: show(), "ph.hand-palm",
        when=lambda _: bool(live.held()), words="refused unsent lost",
    )  # fmt: skip


def show_held(live: Live, show_case: Callable[[str], object], window: QWidget) -> None:
    """Show it over the window."""
    dialog = HeldDialog(live, show_case, window)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


class HeldDialog(QDialog):
    """One card for each, the latest first, as long as it is held back. `show_case` opens what one of them is about."""

    def __init__(self, live: Live, show_case: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live, self._show_case = live, show_case
        self._cards: dict[str, Card] = {}
        self.setWindowTitle(tr("Held back"))
        self.setMinimumSize(scaled(480), scaled(360))
        self.resize(scaled(600), scaled(520))
        self.sheet, self.wrong = Sheet(tr("What was held back")), label("", "bad", wrap=True)
        self.none, self.close_it = label(tr("Nothing is held back."), "muted", wrap=True), Button(tr("Close"))
        self.close_it.clicked.connect(self.accept)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        told = tr("The server did not take this. Nothing of it is lost: it stays here until you let it go.")
        for part in (
            spread(Icon("ph.hand-palm", "warn", 20), label(tr("Held back"), "title"), None),
            label(told, "muted", wrap=True),
            self.sheet, self.wrong, spread(None, self.close_it),
        ):  # fmt: skip
            box.addWidget(part)
        box.setStretch(2, 1)
        self.wrong.hide()
        self.sheet.add(self.none)
        self.sheet.box.addStretch(1)
        self.fill()
        live.held_changed.connect(self.fill)

    def fill(self) -> None:
        """Show what there is now. What stays is not made anew: somebody may be about to press one of its buttons."""
        found = {one.held: one for one in reversed(self._live.held())}
        for held in [held for held in self._cards if held not in found]:
            self._away(self._cards.pop(held))
        for at, (held, one) in enumerate(found.items()):
            if held not in self._cards:
                self._cards[held] = self._card(one)
                self.sheet.box.insertWidget(at, self._cards[held])
        self.none.setVisible(not found)

    def _away(self, card: Card) -> None:
        """At once: its words may have been erased. So may what was told of it below."""
        self._say("")
        self.sheet.box.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _card(self, one: Refused) -> Card:
        card, facts, told = Card(), Facts(), typed_facts(one.command)
        why = sentence(one.ack.sentence, one.ack.data)
        facts.show_facts((name, text if len(text) <= SHOWN else f"{text[:SHOWN]}…") for name, text in told)
        when = label(day_and_clock(one.at, self._live.now()), "caption")
        for part in (label(why, "strong", wrap=True, selectable=True), when, facts, self._buttons(one, why)):
            card.box.addWidget(part)
        return card

    def _buttons(self, one: Refused, why: str) -> QWidget:
        again, copy = Button(tr("Try again")), Button(tr("Copy the text"))
        go, drop = Button(tr("Open the conversation")), Sure(tr("Let it go"))
        case = str(getattr(one.command, "case", ""))
        go.setVisible(bool(case))
        for button in (again, copy, go):
            button.setAccessibleName(tr("{word}: {name}", word=button.text(), name=why))
        drop.about(why)
        again.clicked.connect(partial(self._again, one))
        copy.clicked.connect(partial(self._copy, one))
        go.clicked.connect(partial(self._go, case))
        drop.confirmed.connect(partial(self._drop, one))
        return spread(again, copy, go, None, drop)

    def _again(self, one: Refused) -> None:
        why = self._live.attempt(one.command)
        self._say(why)
        if not why:
            self._drop(one)

    def _copy(self, one: Refused) -> None:
        QGuiApplication.clipboard().setText("\n\n".join(text for _, text in typed_facts(one.command)))

    def _go(self, case: str) -> None:
        self.accept()
        self._show_case(case)

    def _drop(self, one: Refused) -> None:
        self._live.forget_refusal(one.key)

    def _say(self, why: str) -> None:
        self.wrong.setText(why)
        self.wrong.setVisible(bool(why))
