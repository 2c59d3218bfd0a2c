"""Leaves pictures of rules: the page, the editor, the thread: `python tests/desk/preview_rules.py FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication
from tests.desk.fake_desk import FakeDesk
from tests.desk.ruled_desk import ruled
from tests.desk.samples import shell_in

from agentdesk.desk import texts
from agentdesk.desk.pages.rules import RulesPage
from agentdesk.desk.theme import Theme


def main(folder: Path) -> None:
    app = QApplication([])
    assert isinstance(app, QApplication)
    for theme, language, size in (("light", "en", (1440, 900)), ("dark", "de", (1100, 680))):
        texts.install(app, language)
        with tempfile.TemporaryDirectory() as kept:
            shell = shell_in(Path(kept))
            look = Theme(app, shell.settings)
            shell.settings.put("look.theme", theme)
            page = RulesPage(ruled(FakeDesk()), shell.settings, shell)
            shell.add_page(page)
            shell.resize(*size)
            shell.show()
            shell.open_page("rules")
            for _ in range(5):
                app.processEvents()
            shell.grab().save(str(folder / f"rules-{theme}-{language}.png"))
            bar = page._sheet.verticalScrollBar()
            bar.setValue(bar.maximum())
            for _ in range(5):
                app.processEvents()
            shell.grab().save(str(folder / f"rules-end-{theme}-{language}.png"))
            dialog = page.edit(page._rules()[0])
            for _ in range(5):
                app.processEvents()
            dialog.grab().save(str(folder / f"rules-editor-{theme}-{language}.png"))
            dialog.reject()
            shell.close()
            look.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
