"""How the parts of the composer lie: kinds and state above, the field in its card, tools and ways to send below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.composer import Composer


def lay_out(composer: Composer) -> None:
    """Put them into the composer."""
    top, bottom, box = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(composer)
    box.setContentsMargins(14, 8, 14, 10)
    box.setSpacing(7)
    for part in (composer.tabs, composer.viewers):
        top.addWidget(part)
    top.addStretch(1)
    top.addWidget(composer.saved_icon)
    top.addWidget(composer.saved)
    composer.card.box.addWidget(composer.box)
    composer.card.box.addWidget(composer.tools.preview)
    composer.card.box.addWidget(composer.strip)
    composer.card.box.addWidget(composer.beside)
    for tool in (composer.attach, *composer.tools.buttons, composer.beside.button, composer.call, composer.history):
        bottom.addWidget(tool)
    bottom.addWidget(composer.wrong, 1)
    bottom.addWidget(composer.origin, 1)
    for button in (composer.send_next, composer.send_solve, composer.send_later, composer.send):
        bottom.addWidget(button)
    box.addLayout(top)
    box.addWidget(composer.card)
    box.addLayout(bottom)
