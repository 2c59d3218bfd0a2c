"""What a target asks for before a case is handed to it: fields of the case, and questions, as lines to fill in."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from agentdesk.desk.conditions.typing import answers
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field as Line
from agentdesk.desk.widgets.frames import empty
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case, Field
from agentdesk.domain.cases.fields import value_of
from agentdesk.domain.escalation import Answer, Node, Value
from agentdesk.domain.kernel import Masked

DRAFT = "escalate: "
"""The kind of a draft, before what is asked for."""


class HandingForm(QWidget):
    """The lines for one target. What is typed is a draft, by case and question: it stays until it was sent."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(6)
        self.lines: dict[str, Line] = {}
        self.fields: dict[str, Line | QComboBox] = {}
        self._before: dict[str, str] = {}

    def remember(self, case: Case, answers: tuple[Answer, ...], fields: tuple[Value, ...]) -> None:
        """What was said once already, where nothing else is being typed."""
        for asked, said in [*((one.to, one.text) for one in answers), *((one.field, one.value) for one in fields)]:
            if not self._draft(case, asked):
                self._desk.drafts.typed(case.id, DRAFT + asked, said, len(said))

    def sent(self, case: Case) -> None:
        """What stands here now is no draft any more."""
        for asked in (*self.lines, *self.fields):
            self._desk.drafts.discard(case.id, DRAFT + asked)

    def _draft(self, case: Case, asked: str) -> str:
        draft = self._desk.drafts.get(case.id, DRAFT + asked)
        return draft.text if draft is not None else ""

    def _typed(self, case: Case, asked: str, *_: object) -> None:
        editor: Line | QComboBox = self.lines.get(asked) or self.fields[asked]
        said = _value(editor)
        self._desk.drafts.typed(case.id, DRAFT + asked, said if said != self._before.get(asked) else "", len(said))

    def show_node(self, case: Case, node: Node | None) -> None:
        """What this target asks for; nothing for none."""
        empty(self._box)
        self.lines, self.fields, self._before = {}, {}, {}
        found = [self._desk.view.get(Field, id) for id in node.fields] if node is not None else []
        for field in found:
            if field is not None and not field.retired:
                self._add_field(case, field)
        for question in node.questions if node is not None else ():
            line = self.lines[question] = Line(question, self._draft(case, question))
            line.hold_to(Answer, "text")
            line.line.textChanged.connect(partial(self._typed, case, question))
            self._box.addWidget(line)

    def _add_field(self, case: Case, field: Field) -> None:
        value, _ = value_of(self._desk.view, case, field)
        if Masked.spans(value):
            return  # it is there, and hidden from this person
        self._before[field.id] = value
        shown = self._draft(case, field.id) or words(value)
        if field.type not in ("choice", "yesno"):
            line = self.fields[field.id] = Line(field.title, shown)
            line.hold_to(Value, "value")
            line.line.textChanged.connect(partial(self._typed, case, field.id))
            self._box.addWidget(line)
            return
        box = self.fields[field.id] = choice(field.title)
        box.addItem(tr("nothing yet"), "")
        for option, name in answers(field).items():
            box.addItem(name, option)
        box.setCurrentIndex(max(0, box.findData(shown)))
        box.currentIndexChanged.connect(partial(self._typed, case, field.id))
        self._box.addWidget(label(field.title, "small"))
        self._box.addWidget(box)

    def answers(self) -> tuple[Answer, ...]:
        """What is said to the questions."""
        return tuple(Answer(question, line.text()) for question, line in self.lines.items() if line.text())

    def values(self) -> tuple[Value, ...]:
        """The fields that are filled in now, and were not, or otherwise."""
        found = ((id, _value(editor)) for id, editor in self.fields.items())
        return tuple(Value(id, value) for id, value in found if value and value != self._before[id])


def _value(editor: Line | QComboBox) -> str:
    return str(editor.currentData() or "") if isinstance(editor, QComboBox) else editor.text()
