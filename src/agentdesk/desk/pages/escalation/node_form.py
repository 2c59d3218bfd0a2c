"""One node as fields: who takes cases there, who answers for them, where they go on to, and what must be told first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QPlainTextEdit

from agentdesk.desk.handing import SORT_WORDS
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.typed import Unclear, parts, read, whole
from agentdesk.desk.weekly import windows_of, windows_written
from agentdesk.desk.widgets.buttons import Tick
from agentdesk.desk.widgets.fields import Choice, choice
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain.escalation import Node, Way

HIGHEST = 9
Names = Mapping[str, str]
"""Id → name."""


class Known(NamedTuple):
    """What can be named in a node."""

    teams: Names
    people: Names
    fields: Names


class NodeForm(Card):
    """`read` gives the node and the ways from it; None, said beside the field, if something is unclear."""

    def __init__(self) -> None:
        super().__init__()
        self._node: Node | None = None
        self._known, self._others = Known({}, {}, {}), dict[str, str]()
        self.remove = Sure(tr("Remove this node"))
        self.name, self.sort = Field(tr("Name")), choice(tr("What it is"))
        self.name.hold_to(Node, "name")
        self.team, self.owner = choice(tr("Team that takes its cases")), choice(tr("Who answers for what nobody took"))
        self.tier = Field(tr("Tier at least of whoever takes one, 0 to 9"))
        self.start, self.ends = Tick(tr("Cases begin here")), Tick(tr("Cases may be solved here"))
        self.to = Field(tr("Ways lead to, one after another"))
        self.waits = Field(tr("Of these, a case waits on the way to, while nobody is there"))
        self.hours = Field(tr("Hours, such as Mon-Fri 09:00-17:00; none for those of the team"))
        self.zone = Field(tr("Time zone of the hours"))
        self.fields = Field(tr("Fields that must be filled in first, one after another"))
        self.questions = QPlainTextEdit()
        for sort, words in SORT_WORDS.items():
            self.sort.addItem(tr(words), sort)
        self._lay_out()

    def _lay_out(self) -> None:
        for box in (self.start, self.ends):
            box.setAccessibleName(box.text())
        self.questions.setAccessibleName(tr("Questions that must be answered first, one in each line"))
        self.questions.setTabChangesFocus(True)
        self.questions.setFixedHeight(scaled(72))
        self.box.addWidget(spread(label(tr("Node"), "section"), None, self.remove))
        self.box.addWidget(self.name)
        for one in (self.sort, self.team, self.owner):
            self.box.addWidget(label(one.accessibleName(), "small"))
            self.box.addWidget(one)
        for part in (self.tier, spread(self.start, self.ends, None), self.to, self.waits, self.hours, self.zone):
            self.box.addWidget(part)
        self.box.addWidget(self.fields)
        self.box.addWidget(label(self.questions.accessibleName(), "small"))
        self.box.addWidget(self.questions)

    def show_node(self, node: Node | None, ways: Sequence[Way], others: Names, known: Known) -> None:
        """Another node, or none; `others` are the nodes to which it may lead."""
        self._node, self._known, self._others = node, known, dict(others)
        self.setVisible(node is not None)
        if node is None:
            return
        self.remove.about(node.name)
        for field in (self.name, self.tier, self.to, self.waits, self.hours, self.zone, self.fields):
            field.show_wrong("")
        self.name.line.setText(node.name)
        self.sort.setCurrentIndex(max(0, self.sort.findData(node.sort)))
        _fill(self.team, known.teams, node.team)
        _fill(self.owner, known.people, node.owner)
        self.tier.line.setText(str(node.tier))
        self.start.setChecked(node.start)
        self.ends.setChecked(node.ends)
        self.to.line.setText(_written([way.to for way in ways], others))
        self.waits.line.setText(_written([way.to for way in ways if way.waits], others))
        self.hours.line.setText(windows_written(node.hours))
        self.zone.line.setText(node.zone)
        self.fields.line.setText(_written(node.fields, known.fields))
        self.questions.setPlainText("\n".join(node.questions))

    def read(self) -> tuple[Node, tuple[Way, ...]] | None:
        """What is typed."""
        if self._node is None:
            return None
        to, waits = (read(one, lambda text: _ids(text, self._others)) for one in (self.to, self.waits))
        fields = read(self.fields, lambda text: _ids(text, self._known.fields))
        hours, tier = read(self.hours, windows_of), read(self.tier, lambda text: whole(text, 0, HIGHEST))
        if to is None or waits is None or fields is None or hours is None or tier is None:
            return None
        node = Node(
            id=self._node.id, name=self.name.text(), sort=self.sort.currentData(),
            team=str(self.team.currentData() or "-"), owner=str(self.owner.currentData() or "-"), tier=tier,
            start=self.start.isChecked(), ends=self.ends.isChecked(), hours=hours, zone=self.zone.text() or "UTC",
            fields=fields,
            questions=tuple(filter(None, (one.strip()[:500] for one in self.questions.toPlainText().split("\n")))),
        )  # fmt: skip
        leads = dict.fromkeys((*to, *waits))
        return node, tuple(Way(start=node.id, to=one, waits=one in waits) for one in leads)


def _fill(box: Choice, names: Names, chosen: str) -> None:
    box.clear()
    box.addItem(tr("nobody yet"), "")
    for id, name in names.items():
        box.addItem(name, id)
    box.setCurrentIndex(max(0, box.findData(chosen)))


def _written(ids: Sequence[str], names: Names) -> str:
    return ", ".join(names.get(one, one) for one in ids)


def _ids(text: str, names: Names) -> tuple[str, ...]:
    """The ids of what is named, one after another."""
    by_name, found = {name.casefold(): id for id, name in names.items()}, []
    for part in parts(text):
        if part.casefold() not in by_name and part not in names:
            known = ", ".join(names.values()) or "–"
            raise Unclear(tr("{name} is not known here. There are: {names}.", name=part, names=known))
        found.append(by_name.get(part.casefold(), part))
    return tuple(dict.fromkeys(found))
