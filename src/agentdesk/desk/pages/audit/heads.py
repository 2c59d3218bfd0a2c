"""Signed heads of the log, and whether one goes on from another: asked at the server, judged here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import number
from agentdesk.desk.pages.audit.words import DOUBTS, moment, short
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.evidence import Consistency, SignedBytes, doubt_consistency, read_head
from agentdesk.domain.audit.handover import Pieces, keys_of
from agentdesk.domain.audit.head import Head
from agentdesk.store.signature import is_signed

Index = QModelIndex | QPersistentModelIndex
HEAD = int(Qt.ItemDataRole.UserRole) + 1


class _Answer(msgspec.Struct):
    heads: list[SignedBytes]
    before: int
    key: bytes
    chain: Pieces = ()


class HeadsModel(QAbstractListModel):
    """Heads, newest first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._heads: list[Head] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._heads):
            return None
        head = self._heads[index.row()]
        if role == HEAD:
            return head
        if role == Qt.ItemDataRole.DisplayRole:
            words = {"n": number(head.size), "when": moment(head.time), "root": short(head.root)}
            return tr("{n} entries · {when} · root {root}", **words)
        return None

    def show_heads(self, heads: list[Head]) -> None:
        """These instead."""
        self.beginResetModel()
        self._heads = heads
        self.endResetModel()


class HeadDelegate(QStyledItemDelegate):
    """Rows with room to hit them."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, scaled(32))


class HeadsPanel(QWidget):
    """Choose two heads and compare them; with one chosen, it is compared with the newest."""

    def __init__(self, desk: Desk, pin: Callable[[], bytes | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._pin = desk, pin
        self.compare, self.verdict = Button(tr("Compare"), "primary", "ph.git-diff"), Verdict()
        self.list, self.model = QListView(), HeadsModel(self)
        self.list.setProperty("kind", "rows")
        self.list.setAccessibleName(tr("Signed heads"))
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(HeadDelegate(self.list))
        self.list.setModel(self.model)
        self._told = label(role="muted", wrap=True)
        self.compare.clicked.connect(self.ask_compare)
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 18)
        box.setSpacing(10)
        box.addWidget(spread(label(tr("Signed heads"), "title"), None, self.compare))
        box.addWidget(self._told)
        box.addWidget(self.verdict)
        box.addWidget(self.list, 1)

    def load(self) -> None:
        """Ask for the newest heads."""
        self._told.setText(tr("Asking the server…"))
        self._desk.ask("audit.heads", {"limit": 500}, self._loaded)

    def _loaded(self, result: Any, why: str) -> None:
        if why:
            self._told.setText(why)
            return
        try:
            told = msgspec.convert(result, _Answer)
        except msgspec.ValidationError:
            self._told.setText(tr("The server's answer cannot be read."))
            return
        heads, false = [], 0
        keys = keys_of(told.key, told.chain, is_signed, self._pin())
        for one in told.heads:
            head, _ = read_head(one.pair, keys, is_signed)
            false += head is None
            heads += [head] if head is not None else []
        self.model.show_heads(heads)
        if false:
            words = tr("{n} heads do not hold: damaged, or signed with another key.", n=number(false))
            self.verdict.show_state("bad", tr("Something is wrong."), words)
        self._told.setText(tr("Choose two heads: does the log of the later go on from the log of the earlier?"))

    # --- Comparing ---

    def chosen(self) -> tuple[int, int] | None:
        """The sizes of the logs to compare, or None if nothing is chosen."""
        sizes = sorted({index.data(HEAD).size for index in self.list.selectedIndexes()})
        if not sizes:
            return None
        if len(sizes) == 1:
            return sizes[0], self.model.index(0).data(HEAD).size
        return sizes[0], sizes[-1]

    def ask_compare(self) -> None:
        """Ask the server for the path between them, and judge it here."""
        sizes = self.chosen()
        if sizes is None:
            self.verdict.show_state("accent", tr("Nothing is chosen."), tr("Choose one head or two in the list."))
            return
        asked = {"first": sizes[0], "second": sizes[1]}
        self._desk.ask("audit.compare", asked, lambda result, why: self._compared(sizes, result, why))

    def _compared(self, sizes: tuple[int, int], result: Any, why: str) -> None:
        if why:
            self.verdict.show_state("warn", tr("Not compared."), why)
            return
        try:
            told = msgspec.convert(result, Consistency)
        except msgspec.ValidationError:
            self.verdict.show_state("bad", tr("Not compared."), tr("The server's answer cannot be read."))
            return
        doubt = doubt_consistency(told, is_signed, self._pin())
        if not doubt and (head_.decode(told.first.data).size, head_.decode(told.second.data).size) != sizes:
            doubt = "rewritten"
        if doubt:
            self.verdict.show_state("bad", tr("The log was changed."), tr(DOUBTS[doubt]))
            return
        words = {"first": number(sizes[0]), "second": number(sizes[1])}
        sentence = tr("The log of {second} entries goes on from that of {first}; nothing was changed.", **words)
        self.verdict.show_state("good", tr("Proved on this laptop."), sentence)
