"""The models that may read texts: what each is, its state, and what was measured with it on which data."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.assisting.words import milliseconds
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.frames import Card, empty, spread
from agentdesk.desk.widgets.labels import label, tip
from agentdesk.domain.models import Figure, Measured, Model, registered

STATES = {
    "trial": (mark("On trial"), "warn"),
    "in_use": (mark("In use"), "good"),
    "withdrawn": (mark("Withdrawn"), "bad"),
}
SHORT = 12
"""Digits of a hash; all of them stand in its tool tip."""


class ModelsCard(Card):
    """Follows the registry by itself."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self.destroyed.connect(desk.listen(("model",), lambda _: self.look()))
        self.look()

    def look(self) -> None:
        """Show what is registered now."""
        empty(self.box)
        self.box.addWidget(label(tr("Models"), "section"))
        for model in registered(self._desk.view).values():
            self._add(model)

    def _add(self, model: Model) -> None:
        word, tone = STATES.get(model.state, STATES["withdrawn"])
        told = tr("{name} · {licence} · {languages}", name=model.name, licence=model.licence,
                  languages=", ".join(model.languages) or "–")  # fmt: skip
        hash_ = label(model.id[:SHORT], "muted", selectable=True)
        hash_.setToolTip(tip(model.id))
        hash_.setAccessibleName(model.id)
        self.box.addWidget(spread(label(told, "strong"), hash_, None, Chip(tr(word), tone)))
        if model.at:
            since = day_and_clock(model.at, self._desk.now())
            said = [tr("{state} since {time}", state=tr(word), time=since), model.note]
        else:
            said = [tr("In use, came with this version")]
        self.box.addWidget(label(". ".join(filter(None, said)), "small", wrap=True))
        for one in model.measured:
            self.box.addWidget(label(_measured(one), "small", wrap=True, selectable=True))
        if not model.measured:
            self.box.addWidget(label(tr("No figures: nothing was measured with it yet."), "muted", wrap=True))


def _measured(one: Measured) -> str:
    figures = ", ".join(map(_figure, one.figures))
    return tr("{task}: {figures}; 99 of 100 within {ms}, data {data}", task=one.task, figures=figures,
              ms=milliseconds(round(one.most_ms * 1_000)), data=", ".join(at[:SHORT] for at in one.data))  # fmt: skip


def _figure(one: Figure) -> str:
    def part(value: float) -> str:
        return QLocale().toString(100 * value, "f", 1)

    return tr("{name} {value} % ({low} to {high})", name=one.name, value=part(one.value), low=part(one.low),
              high=part(one.high))  # fmt: skip
