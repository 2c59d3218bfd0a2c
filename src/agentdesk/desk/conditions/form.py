"""A condition as a form: rows that must all hold, and rows of which one must."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QFrame, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from agentdesk.desk.conditions.typing import read, suggestions, written
from agentdesk.desk.conditions.words import compared, comparisons, field_name, field_names
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.typed import Unclear
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.fields import choice, edged, show_wrong
from agentdesk.desk.widgets.frames import spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases.seeking import CASE_FIELDS
from agentdesk.domain.kernel import Condition, Trait, View

FIRST = Trait("state", "is", ("open",))


class TraitRow(QFrame):
    """One row: a field, how it is compared, and with what. Where it is unclear, a sentence below says so."""

    changed = Signal()

    def __init__(self, trait: Trait, view: View, gone: Callable[[TraitRow], None]) -> None:
        super().__init__()
        self._view = view
        self.field, self.how = choice(tr("What is compared")), choice(tr("How it is compared"))
        self.value = QLineEdit()
        self.value.setMinimumHeight(scaled(30))
        self.value.setAccessibleName(tr("Compared with"))
        self.remove = IconButton("ph.x", tr("Remove this condition"))
        self._wrong = label("", "bad", wrap=True)
        self._wrong.hide()
        for name, title in {**field_names(view), trait.field: field_name(trait.field, view)}.items():
            self.field.addItem(title, name)
        self._lay_out()
        self._show(trait)
        self.field.currentIndexChanged.connect(lambda _: self._other_field())
        self.how.currentIndexChanged.connect(lambda _: self._other_way())
        self.value.textEdited.connect(lambda _: self._typed())
        self.remove.clicked.connect(lambda: gone(self))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for at, part in enumerate((self.field, self.how, self.value, self.remove)):
            grid.addWidget(part, 0, at)
        grid.addWidget(self._wrong, 1, 0, 1, 4)
        for at, stretch in enumerate((3, 3, 5, 0)):
            grid.setColumnStretch(at, stretch)

    def _show(self, trait: Trait) -> None:
        self.field.setCurrentIndex(max(0, self.field.findData(trait.field)))
        self._fill_ways()
        self.how.setCurrentIndex(max(0, self.how.findData(compared(trait).id)))
        self.value.setText(written(trait, self._view))
        self._other_way()

    def _fill_ways(self) -> None:
        self.how.clear()
        for one in comparisons(self.field.currentData()):
            self.how.addItem(tr(one.title), one.id)
        found = edged(QCompleter(suggestions(self.field.currentData(), self._view), self))
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        if (popup := found.popup()) is not None:
            popup.setAccessibleName(tr("Suggestions"))
        self.value.setCompleter(found)

    def _other_field(self) -> None:
        self._fill_ways()
        self.value.clear()
        self._other_way()

    def _other_way(self) -> None:
        takes = self.how.currentData() not in ("set", "unset")
        self.value.setVisible(takes)
        if self.how.currentData() in ("last", "ago", "within", "beyond"):
            self.value.setPlaceholderText(tr("30m, 4h, 3d or 2w"))
        elif self.how.currentData() in ("after", "before"):
            self.value.setPlaceholderText(tr("2026-12-01, or 2026-12-01 9:00"))
        else:
            self.value.setPlaceholderText(tr("Several are separated by commas"))
        self._typed()

    def _typed(self) -> None:
        self._say("")
        self.changed.emit()

    def _say(self, sentence: str) -> None:
        show_wrong(self.value, sentence)
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    def read(self, aloud: bool = True) -> Trait | None:
        """What the row says; None if it is unclear, and then, if `aloud`, it says so."""
        one = next(one for one in comparisons(self.field.currentData()) if one.id == self.how.currentData())
        try:
            return read(self.field.currentData(), one, self.value.text(), self._view)
        except Unclear as unclear:
            if aloud:
                self._say(str(unclear))
            return None


class ConditionForm(QWidget):
    """All rows. `changed` comes with every key; `read` gives the condition, or None if a row is unclear."""

    changed = Signal()

    def __init__(self, condition: Condition, view: View, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.every: list[TraitRow] = []
        self.either: list[TraitRow] = []
        self._boxes = (QVBoxLayout(), QVBoxLayout())
        self.more_every = Button(tr("And…"), "quiet", "ph.plus")
        self.more_either = Button(tr("Or…"), "quiet", "ph.plus")
        self.more_every.setAccessibleName(tr("Add a condition that must hold"))
        self.more_either.setAccessibleName(tr("Add a condition of which one must hold"))
        self._or = label(tr("And at least one of these holds"), "small")
        self._lay_out()
        self.more_every.clicked.connect(lambda: self._add(self.every, FIRST).field.setFocus())
        self.more_either.clicked.connect(lambda: self._add(self.either, FIRST).field.setFocus())
        self.show_condition(condition)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(label(tr("All of these hold"), "small"))
        for rows, more, before in zip(self._boxes, (self.more_every, self.more_either), (None, self._or), strict=True):
            if before is not None:
                box.addWidget(before)
            rows.setSpacing(6)
            box.addLayout(rows)
            box.addWidget(spread(more, None))

    def show_condition(self, condition: Condition) -> None:
        """These rows instead. Conditions of views are made here alone: none has more than one `or`."""
        for row in (*self.every, *self.either):
            self._without(row)
        for clause in condition.clauses:
            rows = self.every if len(clause) == 1 else self.either
            for trait in clause:
                if trait.field in CASE_FIELDS:
                    self._add(rows, trait)
        self._tell()

    def _add(self, rows: list[TraitRow], trait: Trait) -> TraitRow:
        made = TraitRow(trait, self._view, self._without)
        rows.append(made)
        self._boxes[rows is self.either].addWidget(made)
        made.changed.connect(self.changed)
        self._tell()
        return made

    def _without(self, row: TraitRow) -> None:
        for rows, box in zip((self.every, self.either), self._boxes, strict=True):
            if row in rows:
                rows.remove(row)
                box.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._tell()

    def _tell(self) -> None:
        self._or.setVisible(bool(self.either))
        self.changed.emit()

    def read(self, aloud: bool = True) -> Condition | None:
        """The condition as it is typed; None if a row is unclear, and then, if `aloud`, the row says so."""
        every, either = ([row.read(aloud) for row in rows] for rows in (self.every, self.either))
        if None in every or None in either:
            return None
        clauses = [(one,) for one in every if one is not None]
        last = tuple(one for one in either if one is not None)
        return Condition((*clauses, *((last,) if last else ())))
