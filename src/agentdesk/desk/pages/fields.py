"""The page of fields: which a case has, for whom, which must be filled in, and what filling them in costs."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import number
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.typed import parts
from agentdesk.desk.widgets.buttons import Button, Tick
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field as Line
from agentdesk.desk.widgets.frames import Card, Header, Pane, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.desk.widgets.table import Table
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.cases import FIELDS, DefineField, Field, RetireField
from agentdesk.domain.cases.fields import MOST, burden
from agentdesk.domain.people import TEAMS

TITLE, ICON = mark("Fields"), "ph.clipboard-text"
WATCHES = ("field", "filled", "team")
WIDEST = 720
TYPES = {
    "text": mark("Text"),
    "choice": mark("One of several options"),
    "number": mark("Number"),
    "date": mark("Day"),
    "yesno": mark("Yes or no"),
}
SOURCES = {
    "": mark("Nothing fills it in by itself"),
    "channel": mark("Filled in with the channel"),
    "language": mark("Filled in with the language"),
    "earlier": mark("Filled in from an earlier case of the customer"),
}


class Row(msgspec.Struct, frozen=True):
    """A field, how often it is filled in on this laptop, and how long (ms) that takes half of the time."""

    id: str
    field: Field
    count: int
    half: int


class FieldsPage(QObject):
    """A page for the shell. A field is chosen in the table and changed below it."""

    badge = None
    id, icon, place = "fields", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk, self._field = desk, ""
        self.table = Table(self.title, _columns(), id_of=lambda one: one.id)
        self.table.setMinimumHeight(scaled(220))
        self.new, self.save = Button(tr("New field"), icon="ph.plus"), Button(tr("Save the field"), "primary")
        self.retire, self.verdict = Sure(tr("Retire it")), Verdict()
        self.name, self.options = Line(tr("Name")), Line(tr("Options, one after another, with a comma between"))
        self.name.hold_to(DefineField, "title")
        self.teams, self.channels = Line(tr("Teams; none for all")), Line(tr("Channels; none for all"))
        self.type, self.source, self.when = choice(tr("Type")), choice(tr("Source")), choice(tr("Only if"))
        self.into = choice(tr("What it held is read as"))
        self.equals, self.required = Line(tr("… has this value")), Tick(tr("A case is not solved without it"))
        self.ask, self.mail = (
            Tick(tr("Customers are asked it in the chat, before their first word")),
            Line(tr("Key by which it is read at the head of a mail from a form; none for not at all")),
        )
        for tick in (self.required, self.ask):
            tick.setAccessibleName(tick.text())
        for box, entries in ((self.type, TYPES), (self.source, SOURCES)):
            for key, words in entries.items():
                box.addItem(tr(words), key)
        self.widget = self._lay_out()
        self.new.clicked.connect(lambda: self._edit(None))
        self.save.clicked.connect(self.keep)
        self.retire.confirmed.connect(self._retire)
        self.table.chosen.connect(lambda row: self._edit(row.field) if row is not None else None)
        self._forget = desk.listen(WATCHES, lambda _: self._heard())
        self._edit(None)
        self._show()

    def _lay_out(self) -> QWidget:
        pane, head, sheet, card = Pane(), Header(self.title), Sheet(self.title), Card()
        head.add(self.new)
        pane.box.addWidget(head)
        told = tr(
            "Fields stand in the details of a conversation, the same in every channel. What is known is not asked."
        )
        lines = (self.name, self.type, self.options, self.teams, self.channels, self.source, self.when, self.equals)
        for line in lines:
            if line in (self.type, self.source, self.when):
                card.box.addWidget(label(line.accessibleName(), "small"))
            card.box.addWidget(line)
        for below in (self.mail, self.required, self.ask):
            card.box.addWidget(below)
        card.box.addWidget(spread(self.save, None))
        card.box.addWidget(self.into)
        card.box.addWidget(spread(self.retire, None))
        for part in (self.table, card):
            part.setMaximumWidth(scaled(WIDEST))
        sheet.add(label(told, "muted", wrap=True), self.table, self.verdict, card)
        sheet.box.addStretch(1)
        pane.box.addWidget(sheet, 1)
        return pane

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return (Action("fields.save", tr("Save the field"), self.title, lambda _: self.keep(), "ph.floppy-disk",
                       "Ctrl+S", page=self.id),)  # fmt: skip

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        self._show()

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    def _heard(self) -> None:
        """Something has changed: counted anew only while somebody looks."""
        if self.widget.isVisible():
            self._show()

    def _show(self) -> None:
        view = self._desk.view
        self.table.things.show([Row(one.id, one, *burden(view, one)) for one in view.page(FIELDS(), limit=MOST)])

    def _edit(self, field: Field | None) -> None:
        """Put a field into the form, or an empty one."""
        self._field = field.id if field is not None else ""
        names = {team.id: team.name for team in self._desk.view.page(TEAMS(), limit=500)}
        self.name.line.setText(field.title if field else "")
        self.options.line.setText(", ".join(field.options) if field else "")
        self.teams.line.setText(", ".join(names.get(one, one) for one in field.teams) if field else "")
        self.channels.line.setText(", ".join(field.channels) if field else "")
        self.equals.line.setText(field.equals if field else "")
        self.mail.line.setText(field.mail if field else "")
        self.required.setChecked(field.required if field else False)
        self.ask.setChecked(field.ask if field else False)
        self.type.setCurrentIndex(self.type.findData(field.type if field else "text"))
        self.source.setCurrentIndex(self.source.findData(field.source if field else ""))
        others = [one for one in self._desk.view.page(FIELDS(), limit=MOST) if one.id != self._field]
        for box, nothing in ((self.when, tr("Always there")), (self.into, tr("Nothing else"))):
            box.clear()
            box.addItem(nothing, "")
            for one in others:
                box.addItem(one.title, one.id)
        on = self._desk.view.get(Field, field.when) if field is not None and field.when else None
        if on is not None and on.retired:  # saved with something else, it still hangs on that one
            self.when.addItem(on.title, on.id)
        self.when.setCurrentIndex(max(0, self.when.findData(field.when if field else "")))
        for part in (self.into, self.retire):
            part.setVisible(field is not None)

    def keep(self) -> None:
        """Save what is typed."""
        ids = {team.name.casefold(): team.id for team in self._desk.view.page(TEAMS(), limit=500)}
        teams = parts(self.teams.text())
        unknown = [one for one in teams if one.casefold() not in ids and one not in ids.values()]
        self.teams.show_wrong(tr("There is no team {name}.", name=unknown[0]) if unknown else "")
        if unknown:
            return
        self._field = self._field or self._desk.new_id()
        wrong = self._desk.attempt(
            DefineField(
                field=self._field,
                title=self.name.text(),
                type=self.type.currentData(),
                options=parts(self.options.text()),
                teams=tuple(ids.get(one.casefold(), one) for one in teams),
                channels=parts(self.channels.text()),
                required=self.required.isChecked(),
                source=self.source.currentData(),
                when=self.when.currentData(),
                equals=self.equals.text(),
                ask=self.ask.isChecked(),
                mail=self.mail.text(),
            )
        )
        self.verdict.show_state("bad" if wrong else "good", tr("Not saved") if wrong else tr("Saved"), wrong)

    def _retire(self) -> None:
        wrong = self._desk.attempt(RetireField(field=self._field, into=self.into.currentData()))
        self.verdict.show_state("bad" if wrong else "good", tr("Not saved") if wrong else tr("Retired"), wrong)
        if not wrong:
            self._edit(None)


def _seconds(half: int) -> str:
    return tr("{n} s", n=number((half + 500) // 1000))


def _columns() -> list[Column]:
    def use(row: Row) -> Cell:
        return Cell(number(row.count)) if row.count else Cell(tr("unused"), "warn")

    return [
        Column(tr("Name"), lambda row: Cell(row.field.title, strong=True), lambda row: row.field.place),
        Column(tr("Type"), lambda row: Cell(tr(TYPES.get(row.field.type, row.field.type)), ink="muted"),
               lambda row: row.field.type, 170),
        Column(tr("Needed"), lambda row: Cell(tr("to solve") if row.field.required else ""),
               lambda row: row.field.required, 90),
        Column(tr("Filled in"), use, lambda row: row.count, 90),
        Column(tr("Half took"), lambda row: Cell(_seconds(row.half), ink="muted"), lambda row: row.half, 90),
    ]  # fmt: skip
