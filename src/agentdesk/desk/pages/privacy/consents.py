"""What one customer has consented to: a line for each purpose, also for those that were never asked about."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.privacy.told import Consents, Said
from agentdesk.desk.pages.privacy.words import PURPOSES, SOURCES
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.frames import Card, empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.masking import is_hidden
from agentdesk.domain.privacy.consents import PURPOSES as ALL


class ConsentsCard(Card):
    """`ask` looks at another customer's; the look is written into the log."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._customer = desk, ""
        self.lines: list[tuple[str, str]] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self._words = label("", "muted", wrap=True)
        self.box.addWidget(label(tr("Consent"), "strong"))
        self.box.addWidget(self._words)
        self.box.addLayout(self._rows)

    def ask(self, customer: str) -> None:
        """Whose it is to be."""
        self._customer = customer
        self._clear(tr("Asking the server…"))
        self._desk.ask("consent.look", {"customer": customer}, lambda result, why: self._told(customer, result, why))

    def _clear(self, sentence: str) -> None:
        empty(self._rows)
        self.lines = []
        self._words.setText(sentence)
        self._words.setVisible(bool(sentence))

    def _told(self, customer: str, result: Any, why: str) -> None:
        if customer != self._customer:
            return
        try:
            found = [] if why else msgspec.convert(result, Consents).consents
        except msgspec.ValidationError:
            found, why = [], tr("The server's answer cannot be read.")
        self._clear(why)
        if why:
            return
        said = {one.purpose: one for one in found}
        for purpose in (*ALL, *(one for one in said if one not in ALL)):
            self._add(purpose, said.get(purpose))

    def _add(self, purpose: str, said: Said | None) -> None:
        name = label(tr(PURPOSES.get(purpose, purpose)))
        if said is None:
            word, tone, when = tr("never given"), "plain", ""
        else:
            given = said.state == "given"
            word, tone = (tr("given"), "good") if given else (tr("withdrawn"), "warn")
            time = day_and_clock(said.at, self._desk.now())
            when = tr("{time}, {how}", time=time, how=tr(SOURCES.get(said.source, said.source)))
            if said.wording and not is_hidden(said.wording):
                when = tr("{when}; wording: {wording}", when=when, wording=words(said.wording))
        self.lines.append((purpose, word))
        self._rows.addWidget(spread(name, None, Chip(word, tone)))
        if when:
            self._rows.addWidget(label(when, "muted", wrap=True))
