"""Leaves pictures of the audit page in every state: `python tests/desk/preview_audit.py FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from tests.desk.audit_desk import AuditDesk
from tests.desk.fake_desk import NOW

from agentdesk.desk import texts
from agentdesk.desk.actions import ActionBook
from agentdesk.desk.pages.audit import AuditPage
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import Shell
from agentdesk.desk.theme import Theme


def states(page: AuditPage, desk: AuditDesk) -> dict[str, object]:
    """What is done, one after another, before a picture is taken."""

    def entry() -> None:
        page.filters.ask()
        page.list.step(1)

    def lie() -> None:
        page.list.step(1)
        proof = desk.audit_prove({"entry": 3})
        desk.answers["audit.prove"] = lambda _: {**proof, "path": [bytes(32)] * 8}
        page.entry.ask_proof()
        del desk.answers["audit.prove"]

    def names() -> None:
        page.entry.reason.setText("A customer asks who read her address.")
        page.entry.ask_names()

    def compare() -> None:
        page.show_heads()
        page.heads.list.setCurrentIndex(page.heads.model.index(2))
        page.heads.ask_compare()

    def offline() -> None:
        desk.sentence = "This can only be asked while the desk is connected."
        page.filters.ask()

    return {
        "empty": lambda: None, "entry": entry, "proved": page.entry.ask_proof, "names": names, "lie": lie,
        "heads": compare, "export": page.show_export, "offline": offline,
    }  # fmt: skip


def main(kept: Path, folder: Path) -> None:
    """Both themes, both languages, the usual size and the smallest."""
    app = QApplication(sys.argv)
    settings = Settings(kept)
    Theme(app, settings)
    for look, language, size in (("light", "en", (1440, 900)), ("dark", "de", (1440, 900)), ("light", "de", (1, 1))):
        QLocale.setDefault(QLocale(language))
        catalogue = texts.Catalogue(texts.words(language), app)
        app.installTranslator(catalogue)
        settings.put("look.theme", look)
        desk, shell = AuditDesk(), Shell(settings, ActionBook(settings), lambda: NOW)
        page = AuditPage(desk, settings, shell)
        shell.add_page(page)
        shell.resize(*size)
        shell.show()
        shell.open_page("audit")
        for name, act in states(page, desk).items():
            act()  # type: ignore[operator]
            for _ in range(4):
                app.processEvents()
            shell.grab().save(str(folder / f"audit-{name}-{look}-{language}-{shell.width()}.png"))
        shell.close()
        app.removeTranslator(catalogue)
        desk.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as kept:
        main(Path(kept), Path(sys.argv[1]))
