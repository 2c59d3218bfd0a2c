"""A draft tried on old cases: the server is asked portion by portion, and what was counted so far can be seen."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import number
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.typed import Unclear, whole
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.table import Table
from agentdesk.desk.widgets.verdict import Verdict

USUAL_DAYS, LONGEST = "30", 366


class Portion(Protocol):
    """What the server tells of some cases: how many, where the next ones begin, and the version that holds."""

    @property
    def cases(self) -> int: ...
    @property
    def until(self) -> int: ...
    @property
    def after(self) -> str: ...
    @property
    def held(self) -> int: ...


class OldCases(Card):
    """`begin` asks, `end` stops it. Whoever builds on this says of what `kind` a draft is, where the server is asked
    about it (`question`, with `{draft}` in it), what is counted (`_forget`, `_add`), and how it is told (`_show`).
    """

    kind = question = ""

    def __init__(self, desk: Desk, press: str, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._round, self._waits, self._asking, self._where = 0, "", False, ""
        self._cases = self._held = 0
        self.days = Field(tr("Days back"), USUAL_DAYS)
        self.try_it, self.stop = Button(press, icon="ph.clock"), Button(tr("Stop"))
        self.verdict, self.table = Verdict(), table
        self.table.setMinimumHeight(scaled(200))
        self.stop.clicked.connect(self.end)

    def _lay_out(self, title: str, told: str) -> None:
        self.box.addWidget(label(title, "section"))
        self.box.addWidget(label(told, "muted", wrap=True))
        for part in (self.days, spread(self.try_it, self.stop, None), self.verdict, self.table):
            self.box.addWidget(part)
        self.stop.hide()
        self.table.hide()

    @property
    def is_busy(self) -> bool:
        """Whether the server is being asked, or will be."""
        return bool(self._waits) or self._asking

    def begin(self, draft: str) -> None:
        """Try a draft, as soon as the server has it."""
        try:
            days = whole(self.days.text(), 1, LONGEST)
        except Unclear as unclear:
            self.days.stop(str(unclear))
            return
        self.days.show_wrong("")
        self._round += 1
        self._cases = self._held = 0
        self._forget()
        self._where = f"/api/v1/{self.question.format(draft=draft)}?days={days}"
        self._waits, self._asking = draft, False
        self.try_it.setEnabled(False)
        self.stop.show()
        self.table.hide()
        self.verdict.show_state("accent", tr("Waiting for the server to get the draft…"))
        self.heard()

    def heard(self) -> None:
        """A draft may have arrived at the server."""
        if self._waits and not self._desk.waits(self.kind, self._waits):
            self._waits, self._asking = "", True
            self.verdict.show_state("accent", tr("The server is counting…"))
            self._ask(self._where)

    def end(self) -> None:
        """No more: what was counted so far is shown."""
        if self.is_busy:
            self._over(tr("Stopped"))

    def _ask(self, where: str) -> None:
        turn = self._round
        self._desk.read(where, lambda result, why: self._told(result, why) if turn == self._round else None)

    def _told(self, result: Any, why: str) -> None:
        try:
            part = None if why else self._add(result)
        except msgspec.ValidationError:
            part, why = None, tr("The server's answer cannot be read.")
        if part is None:
            self._over("")
            self.verdict.show_state("warn", tr("The server cannot be asked now."), why)
            return
        self._cases, self._held = self._cases + part.cases, part.held
        if part.after:
            self.verdict.show_state("accent", tr("{n} cases counted so far…", n=number(self._cases)))
            self._ask(f"{self._where}&until={part.until}&after={part.after}")
        else:
            self._over(tr("{n} cases counted", n=number(self._cases)))

    def _over(self, words: str) -> None:
        self._round += 1
        self._waits, self._asking = "", False
        self.try_it.setEnabled(True)
        self.stop.hide()
        if words:
            self._show(words)

    def _forget(self) -> None:
        """Count from nothing."""
        raise NotImplementedError

    def _add(self, result: Any) -> Portion:
        """Count one answer of the server too. Raises `ValidationError` if it cannot be read."""
        raise NotImplementedError

    def _show(self, words: str) -> None:
        """Show what was counted; `words` say how far it got."""
        raise NotImplementedError
