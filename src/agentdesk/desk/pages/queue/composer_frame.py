"""How the parts of the composer lie: kinds and state above, the field in its card, tools and ways to send below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agentdesk.desk.theme import metrics, scaled

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.composer import Composer


GAP, SIDE = 6, 14
"""Between what stands in a line, and beside it."""
WORDS, SENTENCE = 40, 240
"""What is left at least between the tools and the ways to send, and for a sentence that stands there."""


def lay_out(composer: Composer) -> None:
    """Put them into the composer."""
    top, bottom, box = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(composer)
    box.setContentsMargins(SIDE, 8, SIDE, 10)
    box.setSpacing(7)
    for part in (composer.tabs, composer.viewers):
        top.addWidget(part)
    top.addStretch(1)
    top.addWidget(composer.saved_icon)
    top.addWidget(composer.saved)
    bottom.setSpacing(GAP)
    composer.card.box.addWidget(composer.box)
    composer.card.box.addWidget(composer.tools.preview)
    composer.card.box.addWidget(composer.strip)
    composer.card.box.addWidget(composer.beside)
    for tool in _tools(composer):
        bottom.addWidget(tool)
    bottom.addWidget(composer.wrong, 1)
    bottom.addWidget(composer.origin, 1)
    for button in (composer.send_next, composer.send_solve, composer.send_later, composer.send):
        bottom.addWidget(button)
    box.addLayout(top)
    box.addWidget(composer.card)
    box.addLayout(bottom)


def room_left(composer: Composer) -> int:
    """What the line below the field has beside its tools and the usual ways to send, for the rarer ones."""
    parts = [one for one in _tools(composer) if not one.isHidden()] + [composer.send_later, composer.send]
    said = composer.wrong.text() or composer.origin.text()
    room = min(metrics("small").horizontalAdvance(said) + GAP, scaled(SENTENCE)) if said else scaled(WORDS)
    taken = sum(one.sizeHint().width() + GAP for one in parts)
    return composer.width() - 2 * SIDE - room - taken


def _tools(composer: Composer) -> tuple[QWidget, ...]:
    beside = composer.beside.button
    return (composer.attach, *composer.tools.buttons, beside, composer.call, composer.history)
