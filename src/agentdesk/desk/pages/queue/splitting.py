"""Splitting a conversation: which of its messages are a matter of their own, and what that is called."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.timeline import Timeline
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import hold_to
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import MESSAGES, Case, Message, Split
from agentdesk.domain.cases.splitting import MOST, WORDS

LENGTH = 110


class SplitDialog(QDialog):
    """A list of messages to tick; those from `start` on are at first. A refusal stands below it."""

    def __init__(self, desk: Desk, case: Case, start: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Split off a part"))
        self.setMinimumSize(scaled(460), scaled(420))
        self._desk, self._case, self._new = desk, case.id, desk.new_id()
        self.list, self.subject, self.wrong = QListWidget(), QLineEdit(), label("", "bad", wrap=True)
        self.split = Button(tr("Split them off"), "primary")
        cancel = Button(tr("Cancel"))
        self.list.setAccessibleName(tr("Messages to split off"))
        self.list.setSpacing(3)
        self.list.setWordWrap(False)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.subject.setAccessibleName(tr("Subject of the new conversation"))
        self.subject.setPlaceholderText(tr("Subject of the new conversation"))
        hold_to(self.subject, Split, "subject")
        self._fill(start)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        box.addWidget(spread(Icon("ph.git-branch", "accent", 18), label(tr("Split off a part"), "title"), None))
        told = tr(
            "The ticked messages become a conversation of their own, with their files and due times. Merging them "
            "again undoes it."
        )
        box.addWidget(label(told, "muted", wrap=True))
        box.addWidget(self.list, 1)
        box.addWidget(self.subject)
        box.addWidget(self.wrong)
        box.addWidget(spread(None, cancel, self.split))
        self.wrong.hide()
        cancel.clicked.connect(self.reject)
        self.split.clicked.connect(self._split)
        self.list.itemChanged.connect(lambda _: self._count())
        self._count()
        self.list.setFocus()

    def _fill(self, start: str) -> None:
        newest = self._desk.view.page(MESSAGES(case=self._case), limit=MOST)
        found = [one for one in reversed(newest) if one.kind in WORDS]
        ids = [one.id for one in found]
        first = ids.index(start) if start in ids else len(ids)
        for at, message in enumerate(found):
            item = QListWidgetItem(self._line(message))
            item.setData(Qt.ItemDataRole.UserRole, message.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if at >= first else Qt.CheckState.Unchecked)
            self.list.addItem(item)

    def _line(self, message: Message) -> str:
        text = " ".join(words(message.text).split())[:LENGTH] or tr("a file")
        when, name = day_and_clock(message.at, self._desk.now()), words(message.author_name)
        if message.kind == "note":
            return tr("{time} · note by {name}: {words}", time=when, name=name, words=text)
        return tr("{time} · {name}: {words}", time=when, name=name, words=text)

    def ticked(self) -> tuple[str, ...]:
        """The messages that are to go."""
        items = (self.list.item(at) for at in range(self.list.count()))
        return tuple(
            item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked
        )

    def _count(self) -> None:
        self.split.setEnabled(bool(self.ticked()))

    def _split(self) -> None:
        wish = Split(
            case=self._case,
            into=self._new,
            conversation=self._desk.new_id(),
            messages=self.ticked(),
            subject=self.subject.text(),
        )
        why = self._desk.attempt(wish)
        self.wrong.setText(why)
        self.wrong.setVisible(bool(why))
        if not why:
            self.accept()
            self._desk.open("case", self._new)


def ask_split(desk: Desk, timeline: Timeline, case: Callable[[], str], parent: QWidget) -> SplitDialog | None:
    """Ask which messages of the case that is shown: those from the current one on, unless others are chosen."""
    index = timeline.currentIndex()
    item = timeline.entries.items[index.row()] if index.isValid() else None
    return open_split(desk, case(), item.message.id if item is not None and item.message is not None else "", parent)


def open_split(desk: Desk, case: str, start: str, parent: QWidget) -> SplitDialog | None:
    """Show the dialog for a case that is here; it ends with the window it belongs to."""
    found = desk.view.get(Case, case) if case else None
    if found is None or found.merged_into:
        return None
    dialog = SplitDialog(desk, found, start, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
