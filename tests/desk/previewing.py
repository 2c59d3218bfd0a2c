"""A window in one look after the other, for those who take pictures of pages."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QApplication, QWidget
from tests.desk.samples import shell_in

from agentdesk.desk import texts
from agentdesk.desk.shell import Shell
from agentdesk.desk.theme import Theme

WIDE, NARROW = (1440, 900), (1100, 680)


class Look(NamedTuple):
    """How the desk looks: light or dark, the language, the window's size in pixels."""

    theme: str
    language: str
    size: tuple[int, int]


USUAL = (Look("light", "en", WIDE), Look("dark", "de", NARROW))


class Shown(NamedTuple):
    """A window of its own, on the screen and without pages."""

    app: QApplication
    shell: Shell
    look: Look

    def grab(self, file: Path, window: QWidget | None = None) -> None:
        """Keep a picture of the window, or of one over it, when all is laid out."""
        for _ in range(9):
            self.app.processEvents()
        (window or self.shell).grab().save(str(file))


def windows(*looks: Look) -> Iterator[Shown]:
    """One for each look; it is closed when the next one is asked for."""
    app = QApplication([])
    for look in looks:
        texts.install(app, look.language)
        with tempfile.TemporaryDirectory() as kept:
            shell = shell_in(Path(kept))
            theme = Theme(app, shell.settings)
            shell.settings.put("look.theme", look.theme)
            shell.resize(*look.size)
            shell.show()
            yield Shown(app, shell, look)
            shell.close()
            theme.deleteLater()
