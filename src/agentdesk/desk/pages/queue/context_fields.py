"""Part of the context zone: the fields of a case, with a sentence below what does not fit."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from agentdesk.desk.conditions.typing import answers
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.context_parts import Section
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.fields import choice, hold_to, show_wrong
from agentdesk.desk.widgets.frames import empty
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case, Field, Fill
from agentdesk.domain.cases.fields import HOUR, fields_for, value_of
from agentdesk.domain.kernel import Masked


class FieldsSection(Section):
    """One line for each field, sent when one leaves it; how long that took is noted, for whoever makes the fields."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Fields"))
        self._desk, self._case, self._since = desk, "", 0
        self._refused: dict[str, tuple[str, str, str]] = {}  # by field: what was held, what did not fit, and why
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.box.addLayout(self._rows)
        self.editors: dict[str, QWidget] = {}

    def show_case(self, case: Case) -> None:
        """The fields as they are now; hidden if the case has none. What is being typed stays."""
        view = self._desk.view
        found = [(field, *value_of(view, case, field)) for field in fields_for(view, case)]
        typing = case.id == self._case and any(one.hasFocus() for one in self.editors.values())
        if not typing and self.fresh((case.id, case.merged_into, found)):
            if case.id != self._case:
                self._refused = {}
            self._case, self._since, self.editors = case.id, 0, {}
            empty(self._rows)
            for field, value, said in found:
                self._add(field, value, said, bool(case.merged_into))
        self.setVisible(bool(found))

    def _add(self, field: Field, value: str, said: bool, closed: bool) -> None:
        title = tr("{name} (must be filled in)", name=field.title) if field.required else field.title
        wrong = label("", "bad", wrap=True)
        wrong.hide()
        if field.type in ("choice", "yesno"):
            editor: QWidget = self._choice(field, value, said, wrong)
        else:
            editor = self._line(field, value, said, wrong)
        editor.setAccessibleName(title)
        editor.setEnabled(not closed and not Masked.spans(value) and self._desk.me.may("case.tag"))
        self.editors[field.id] = editor
        told, narrow = label(title, "small", wrap=True), QSizePolicy.Policy.Ignored
        told.setSizePolicy(narrow, QSizePolicy.Policy.Preferred)  # a word, however long, makes no column wider
        policy = told.sizePolicy()
        policy.setHeightForWidth(True)
        told.setSizePolicy(policy)
        self._rows.addWidget(told)
        self._rows.addWidget(editor)
        if value and not said:
            self._rows.addWidget(label(tr("Known without asking"), "caption"))
        self._rows.addWidget(wrong)
        self._again(field.id, value if said else "", editor, wrong)

    def _again(self, field: str, held: str, editor: QWidget, wrong: QWidget) -> None:
        """What did not fit stays, with the reason, while other fields change; not if this one has another value now."""
        before, typed, why = self._refused.get(field, ("", "", ""))
        if why and before == held:
            if isinstance(editor, QLineEdit):
                editor.setText(typed)
            _say(editor, wrong, why)
        else:
            self._refused[field] = (held, "", "")

    def _line(self, field: Field, value: str, said: bool, wrong: QWidget) -> QLineEdit:
        line = QLineEdit(words(value) if said else "")
        hold_to(line, Fill, "value")
        line.setPlaceholderText(words(value) if value else {"date": "2027-03-31"}.get(field.type, ""))
        line.textEdited.connect(lambda _: self._begin())
        line.editingFinished.connect(partial(self._fill, field.id, line, wrong))
        return line

    def _choice(self, field: Field, value: str, said: bool, wrong: QWidget) -> QComboBox:
        box = choice(field.title)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        box.addItem(words(value) if value and not said else tr("nothing yet"), "")
        for option, name in answers(field).items():
            box.addItem(name, option)
        if said and box.findData(value) < 0:
            gone = words(value) if Masked.spans(value) else tr("{value} (no longer offered)", value=value)
            box.addItem(gone, value)
        if said:
            box.setCurrentIndex(box.findData(value))
        box.activated.connect(lambda _: self._fill(field.id, box, wrong))
        return box

    def _begin(self) -> None:
        self._since = self._since or self._desk.now()

    def _fill(self, field: str, editor: QWidget, wrong: QWidget) -> None:
        if isinstance(editor, QLineEdit):
            if not editor.isModified():
                return
            editor.setModified(False)
            value = editor.text()
        else:
            value = editor.currentData() if isinstance(editor, QComboBox) else ""
        took = min(HOUR, max(0, self._desk.now() - self._since)) if self._since else 0
        self._since = 0
        why = self._desk.attempt(Fill(case=self._case, field=field, value=value, took=took))
        self._refused[field] = (self._refused[field][0], value, why)
        _say(editor, wrong, why)


def _say(editor: QWidget, wrong: QWidget, why: str) -> None:
    wrong.setProperty("text", why)
    wrong.setVisible(bool(why))
    show_wrong(editor, why)
