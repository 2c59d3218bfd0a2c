"""Finding in a conversation: a line for words, how many hits there are, and steps from one to the next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from agentdesk.desk.pages.queue.timeline_found import FoundWords
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import IconButton
from agentdesk.desk.widgets.fields import SearchField
from agentdesk.desk.widgets.frames import Bar
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.kernel.terms import Term, terms_of
from agentdesk.domain.kernel.values import whole
from agentdesk.domain.seeking.spelling import tolerant


class FindLine(SearchField):
    """Enter steps on, Shift+Enter back, Escape ends it."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.stepped.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(160, super().sizeHint().height())


class FindBar(Bar):
    """Over a timeline. `load` brings in the messages that are not there yet, for they may say it too."""

    def __init__(self, found: FoundWords, load: Callable[[], None], back: QWidget) -> None:
        super().__init__("strip")
        self._found, self._load, self._back = found, load, back
        self.line = FindLine(tr("Find in this conversation"))
        self._count = label("", "small")
        self._before = IconButton("ph.caret-up", tr("Previous hit"), key="Shift+F3")
        self._next = IconButton("ph.caret-down", tr("Next hit"), key="F3")
        self._close = IconButton("ph.x", tr("Stop finding"))
        self.row.addWidget(self.line, 1)
        for part in (self._count, self._before, self._next, self._close):
            self.row.addWidget(part)
        self.line.textEdited.connect(self._typed)
        self.line.stepped.connect(self.step)
        self.line.left.connect(self.end)
        self._before.clicked.connect(lambda: self.step(-1))
        self._next.clicked.connect(lambda: self.step(1))
        self._close.clicked.connect(self.end)
        self.hide()

    def open(self) -> None:
        """Come forward, with the keyboard."""
        self.show()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()
        if self.line.text():
            self._typed(self.line.text())

    def show_terms(self, terms: tuple[Term, ...], message: str) -> None:
        """What a search has found here: at once at the message that says it."""
        self.line.setText(" ".join(f'"{term.text}"' if " " in term.text else term.text for term in terms))
        self.show()
        self._load()
        self._found.show(terms)
        if not (message and self._found.go(message)):
            self._found.step(1)
        if not self._found.hits:  # it is in the subject or in a file
            self.end()
            self._found.reveal(message)
        self.tell()

    def end(self) -> None:
        """Away, and nothing is marked any more."""
        inside = self.line.hasFocus() or self._close.hasFocus()
        self.line.clear()
        self._found.show(())
        self.hide()
        if inside:
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, by: int) -> None:
        """To the next hit, or the one before."""
        self._found.step(by)
        self.tell()

    def tell(self) -> None:
        """How many there are, and at which one is."""
        count, at = len(self._found.hits), self._found.at
        if not self.line.text().strip():
            said = ""
        elif not count:
            said = tr("No hit")
        else:
            said = tr("{at} of {n}", at=at + 1, n=count) if at >= 0 else tr("{n} hits", n=count)
        self._count.setText(said)
        self.line.setAccessibleDescription(said)
        for button in (self._before, self._next):
            button.setEnabled(count > 0)

    def _typed(self, text: str) -> None:
        if text.strip():
            self._load()
        self._found.show(tuple(map(tolerant, terms_of(whole(text).replace('"', " ")))))
        self._found.step(1)
        self.tell()
