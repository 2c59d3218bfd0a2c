"""What is chosen for a text while it is written: a macro, an article, a time. Another case takes the question away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentdesk.desk.pages.queue.list_picker import Choices, Picker

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.composer import Composer


class Chooser:
    """Belongs to a composer. What is asked holds the text, the files and the customer's name of one case, so it ends
    where another one comes to the screen by itself: a call that is taken, a notice that is followed.
    """

    def __init__(self, composer: Composer) -> None:
        self._composer, self._case = composer, ""
        self.picker: Picker | None = None
        composer.shown.connect(self._shown)

    def open(self, title: str, choices: Choices) -> None:
        """Ask for one of these."""
        if self.picker is None:
            self.picker = Picker(self._composer.window())
        self._case = self._composer.case
        self.picker.open(title, choices)

    def _shown(self) -> None:
        if self.picker is not None and self._composer.case != self._case:
            self.picker.overlay.close_panel()
