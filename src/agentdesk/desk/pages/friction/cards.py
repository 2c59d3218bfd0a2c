"""One report as a card: what hurts, since when, who answers by when, what was answered, and what one can do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import person_name
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.friction import Friction, PassFriction
from agentdesk.domain.kernel import may
from agentdesk.domain.people import PEOPLE

MOST_PEOPLE = 200
Press = Callable[[Friction], None]


def title_of(friction: Friction) -> str:
    """The name of the process, or that none was named."""
    return words(friction.about) or tr("No process named")


def card_of(desk: Desk, friction: Friction, answer: Press, doubt: Press) -> Card:
    """A card; `answer` and `doubt` are called by its buttons."""
    card, now = Card(), desk.now()
    chip = Chip(parent=card)
    late = friction.state == "open" and friction.due < now
    state = tr("Answered") if friction.state == "answered" else tr("Late") if late else tr("Open")
    chip.show_chip(state, "good" if friction.state == "answered" else "bad" if late else "accent")
    names = {"name": person_name(desk.view, friction.by), "time": day_and_clock(friction.at, now)}
    card.box.addWidget(spread(label(title_of(friction), "strong", wrap=True), None, chip))
    card.box.addWidget(label(words(friction.words), wrap=True, selectable=True))
    card.box.addWidget(label(tr("Reported by {name}, {time}", **names), "small", wrap=True))
    if friction.doubt:
        card.box.addWidget(label(tr("No answer, because: {words}", words=words(friction.doubt)), wrap=True))
    if friction.answer:
        by = person_name(desk.view, friction.answered_by)
        card.box.addWidget(label(tr("{name} answered: {words}", name=by, words=words(friction.answer)), wrap=True))
    if friction.state == "open":
        told = {"name": person_name(desk.view, friction.owner), "time": day_and_clock(friction.due, now)}
        card.box.addWidget(label(tr("{name} answers by {time}", **told), "bad" if late else "small", wrap=True))
    if buttons := _buttons(desk, friction, answer, doubt):
        card.box.addWidget(spread(None, *buttons))
    return card


def _buttons(desk: Desk, friction: Friction, answer: Press, doubt: Press) -> list[Button]:
    me, made = desk.me, list[Button]()
    if friction.case:
        made.append(_button(tr("Open the conversation"), friction, partial(desk.open, "case", friction.case)))
    if friction.state == "open" and (friction.owner == me.id or me.may("team.lead")):
        passing = _button(tr("Pass on"), friction, None)
        menu = QMenu(passing)
        menu.aboutToShow.connect(lambda: _fill(menu, desk, friction))
        passing.setMenu(menu)
        made += [passing, _button(tr("Answer…"), friction, partial(answer, friction), "primary")]
    if friction.state == "answered" and friction.by == me.id:
        made.append(_button(tr("This is no answer…"), friction, partial(doubt, friction)))
    return made


def _button(word: str, friction: Friction, press: Callable[[], object] | None, kind: str = "plain") -> Button:
    made = Button(word, kind) if kind != "plain" else Button(word)
    made.setAccessibleName(tr("{word}: {name}", word=word, name=words(friction.words)))
    if press is not None:
        made.clicked.connect(lambda: press())
    return made


def _fill(menu: QMenu, desk: Desk, friction: Friction) -> None:
    """Whoever can answer."""
    menu.clear()
    for person in desk.view.page(PEOPLE(), limit=MOST_PEOPLE):
        if person.id != friction.owner and may(person.role, "governed.write"):
            wish = PassFriction(friction=friction.id, person=person.id)
            menu.addAction(person.name).triggered.connect(partial(_do, desk, wish))


def _do(desk: Desk, wish: PassFriction, _: bool = False) -> None:
    desk.do(wish)
