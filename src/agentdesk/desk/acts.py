"""What macros and rules do, in words and as rows of a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QFrame, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from agentdesk.desk.conditions.typing import answers, rank, span, told_apart
from agentdesk.desk.conditions.words import RANKS, field_name
from agentdesk.desk.handing import told
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.tiers import known_tiers
from agentdesk.desk.times import DAY, HOUR, MINUTE
from agentdesk.desk.typed import Unclear
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.fields import choice, show_wrong
from agentdesk.desk.widgets.frames import spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import FIELDS, Field
from agentdesk.domain.cases.acting import Act, Deed
from agentdesk.domain.cases.fields import MOST, fitting
from agentdesk.domain.cases.seeking import DICTIONARY
from agentdesk.domain.kernel import Refusal, View
from agentdesk.domain.macros import MACROS, Macro
from agentdesk.domain.people import PEOPLE, TEAMS, Person, Team

DEEDS: Mapping[Deed, str] = {
    "tag": mark("Put on the tag"),
    "untag": mark("Take off the tag"),
    "assign": mark("Give to"),
    "team": mark("Move to the team"),
    "priority": mark("Set the priority"),
    "snooze": mark("Put to sleep for"),
    "note": mark("Write the note"),
    "fill": mark("Fill in the field"),
    "tier": mark("Set the customer's tier"),
    "solve": mark("Solve"),
    "reply": mark("Answer with the macro"),
}


def said(act: Act, view: View) -> str:
    """An act in words."""
    if act.what == "fill":
        return tr("Fill in {field}: {value}", field=_title(act, view), value=written(act, view))
    return " ".join(filter(None, (tr(DEEDS[act.what]), former(act, view) or written(act, view))))


def _title(act: Act, view: View) -> str:
    return field_name(DICTIONARY + act.about, view)


def written(act: Act, view: View) -> str:
    """The value of an act, as it can be typed again."""
    if act.what == "priority" and act.value.isdecimal() and int(act.value) < len(RANKS):
        return tr(RANKS[int(act.value)])
    if act.what == "snooze" and act.value.isdecimal():
        return _length(int(act.value) * MINUTE)
    return called(act, view) or act.value


def _length(span_: int) -> str:
    for unit, long in (("d", DAY), ("h", HOUR)):
        if span_ % long == 0:
            return f"{span_ // long}{unit}"
    return f"{span_ // MINUTE}m"


def called(act: Act, view: View) -> str:
    """The name that the value of an act has among those that are `known`; nothing if it has none. Many rules are told
    at once: for each name one record is read.
    """
    found: Person | Team | Macro | None
    if act.what == "assign":
        found = view.get(Person, act.value)
        return found.name if found is not None and found.active else ""
    if act.what == "team":
        found = view.get(Team, act.value)
        return found.name if found is not None and not found.retired else ""
    if act.what == "reply":
        found = view.get(Macro, act.value)
        return found.name if found is not None and found.audience != "me" else ""
    return known(act, view).get(act.value, "")


def former(act: Act, view: View) -> str:
    """The name of somebody, or of a team, that cases are no longer given to; nothing of any other value."""
    if act.what == "assign" and (person := view.get(Person, act.value)) is not None and not person.active:
        return tr("{name} (no longer here)", name=person.name)
    if act.what == "team" and (team := view.get(Team, act.value)) is not None and team.retired:
        return tr("{name} (no longer here)", name=team.name)
    return ""


def known(act: Act, view: View) -> dict[str, str]:
    """The names that the values of such an act have, by value."""
    what = act.what
    if what == "fill":
        return answers(view.get(Field, act.about)) if act.about else {}
    if what == "assign":
        return told_apart((person.id, person.name, person.email) for person in view.page(PEOPLE(), limit=2000))
    if what == "team":
        return told_apart((team.id, team.name, "") for team in view.page(TEAMS(), limit=500))
    if what == "reply":
        shared = (macro for macro in view.page(MACROS(), limit=5_000) if macro.audience != "me")
        return told_apart((macro.id, macro.name, "") for macro in shared)
    return {}


def read(what: Deed, text: str, view: View, about: str = "") -> Act:
    """What was typed, as a value for the field `about` where one is filled in. Raises `Unclear`."""
    text = text.strip()
    if what == "solve":
        return Act(what)
    if not text:
        raise Unclear(tr("Type what is to be done."))
    if what == "priority":
        return Act(what, str(rank(text)))
    if what == "snooze":
        return Act(what, str(max(1, span(text) // MINUTE)))
    names = known(Act(what, about=about), view)
    if (names or what == "reply") and text not in names:
        found = next((value for value, name in names.items() if name.casefold() == text.casefold()), "")
        if not found:
            some = ", ".join(list(names.values())[:8]) or "–"
            raise Unclear(tr("{typed} is not known here. Known are: {names}.", typed=text[:40], names=some))
        text = found
    if what == "fill":
        _refuse_misfit(view.get(Field, about), text)
    return Act(what, text, about)


def _refuse_misfit(field: Field | None, value: str) -> None:
    """Refuses, as `Unclear`, what cannot be filled in."""
    if field is None:
        raise Unclear(tr("There are no fields yet. Make one on the page Fields."))
    try:
        fitting(field, value)
    except Refusal as refusal:
        raise Unclear(told(refusal)) from refusal


def _fields(act: Act, view: View) -> dict[str, str]:
    """The fields that can be filled in, and the one that an act fills in already."""
    found = {one.id: one.title for one in view.page(FIELDS(), limit=MOST)}
    return {**found, act.about: _title(act, view)} if act.about else found


class ActRow(QFrame):
    """One act: what, and with which value."""

    def __init__(self, act: Act, view: View, gone: Callable[[ActRow], None], replies: bool = False) -> None:
        super().__init__()
        self._view = view
        self.what, self.field, self.value = choice(tr("What is done")), choice(tr("Which field")), QLineEdit()
        self.value.setAccessibleName(tr("With what it is done"))
        self.value.setMinimumHeight(scaled(30))
        self.remove = IconButton("ph.x", tr("Remove this action"))
        self._wrong = label("", "bad", wrap=True)
        self._wrong.hide()
        for what, title in DEEDS.items():
            if replies or what != "reply":
                self.what.addItem(tr(title), what)
        for id, title in _fields(act, view).items():
            self.field.addItem(title, id)
        self._lay_out()
        self.what.setCurrentIndex(self.what.findData(act.what))
        self.field.setCurrentIndex(max(0, self.field.findData(act.about)))
        self._other()
        self.value.setText(known(act, view).get(act.value) or written(act, view))
        for box in (self.what, self.field):
            box.currentIndexChanged.connect(lambda _: self._other())
        self.value.textEdited.connect(lambda _: self._say(""))
        self.remove.clicked.connect(lambda: gone(self))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for at, part in enumerate((self.what, self.field, self.value, self.remove)):
            grid.addWidget(part, 0, at)
        grid.addWidget(self._wrong, 1, 0, 1, 4)
        grid.setColumnStretch(2, 1)

    @property
    def _about(self) -> str:
        return str(self.field.currentData() or "") if self.what.currentData() == "fill" else ""

    def _other(self) -> None:
        """Another thing is to be done, or another field to be filled in."""
        what = self.what.currentData()
        self.value.clear()
        self.field.setVisible(what == "fill")
        self.value.setVisible(what != "solve")
        self.value.setPlaceholderText(tr("30m, 4h, 3d or 2w") if what == "snooze" else "")
        names = list(known(Act(what, about=self._about), self._view).values())
        names = [tr(name) for name in RANKS] if what == "priority" else names
        names = known_tiers(self._view) if what == "tier" else names
        found = QCompleter(names, self)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        if (popup := found.popup()) is not None:
            popup.setAccessibleName(tr("Suggestions"))
        self.value.setCompleter(found)
        self._say("")

    def _say(self, sentence: str) -> None:
        show_wrong(self.value, sentence)
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    def read(self) -> Act | None:
        """The act as it is typed; None, and a sentence below, if it is unclear."""
        try:
            return read(self.what.currentData(), self.value.text(), self._view, self._about)
        except Unclear as unclear:
            self._say(str(unclear))
            return None


class ActsForm(QWidget):
    """All acts, in their order; `replies`: an answer may be among them."""

    def __init__(self, acts: tuple[Act, ...], view: View, replies: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._replies = view, replies
        self.rows: list[ActRow] = []
        self._box, self.more = QVBoxLayout(), Button(tr("Add an action"), "quiet", "ph.plus")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(label(tr("What is done"), "small"))
        box.addLayout(self._box)
        box.addWidget(spread(self.more, None))
        self.more.clicked.connect(lambda: self._add(Act("tag")).what.setFocus())
        for act in acts:
            self._add(act)

    def _add(self, act: Act) -> ActRow:
        row = ActRow(act, self._view, self._without, self._replies)
        self.rows.append(row)
        self._box.addWidget(row)
        return row

    def _without(self, row: ActRow) -> None:
        self.rows.remove(row)
        self._box.removeWidget(row)
        row.hide()
        row.deleteLater()

    def read(self) -> tuple[Act, ...] | None:
        """The acts; None if one is unclear."""
        found = [row.read() for row in self.rows]
        return None if None in found else tuple(act for act in found if act is not None)
