"""All about one person in one file: asked for, on its way, saved where the person says, with its SHA-256."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLineEdit, QWidget

from agentdesk.desk.choosing import save_file
from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.verdict import Verdict


def show_folder(path: Path) -> bool:
    """In the system's own browser of files."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


class ExportCard(Card):
    """`about` says whose. One at a time; what is under way for somebody else is said when it is done."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._customer, self._busy = desk, "", False
        self.open_folder = show_folder
        self.saved_as: Path | None = None
        self.save, self.folder = Button(tr("Export…"), icon="ph.download-simple"), Button(tr("Open the folder"), "link")
        self.verdict, self.digest = Verdict(), QLineEdit()
        self.digest.setReadOnly(True)  # in one piece, to be copied, however narrow the window is
        self.digest.setAccessibleName(tr("SHA-256 of the file"))
        told = tr(
            "A ZIP with what is known of the person, their cases and files, a schema, and the SHA-256 of each part. It "
            "holds personal data: keep it where nobody else finds it."
        )
        for part in (
            *(label(tr("All data about this person"), "strong"), label(told, "muted", wrap=True)),
            *(spread(self.save, None), self.verdict, self.digest, spread(self.folder, None)),
        ):
            self.box.addWidget(part)
        self.save.clicked.connect(self.ask_where)
        self.folder.clicked.connect(self._open)
        self._clear()

    def about(self, customer: str) -> None:
        """Whose; what was said of somebody else's goes."""
        if customer != self._customer:
            self._customer = customer
            self._clear()

    def _clear(self) -> None:
        self.verdict.clear()
        self.digest.hide()
        self.folder.hide()

    def ask_where(self) -> None:
        """Ask where to, then fetch."""
        if self._busy:
            return
        customer, title = self._customer, tr("Save all data about this person")
        save_file(self, title, f"subject-{customer}.zip", lambda path: self.fetch(customer, path), "zip")

    def fetch(self, customer: str, path: Path) -> None:
        """Have the server put it together, and save it here."""
        self._busy = True
        self.save.setEnabled(False)
        self._clear()
        self.verdict.show_state("accent", tr("The server is putting it together…"))
        self._desk.save(
            f"/api/v1/subjects/{customer}/export",
            path,
            lambda digest, why: self._saved(path, digest, why),
            lambda count: self._came(customer, count),
        )

    def _came(self, customer: str, count: int) -> None:
        if self._busy and customer == self._customer:
            size = QLocale().formattedDataSize(count)
            self.verdict.show_state("accent", tr("On its way: {size} so far", size=size))

    def _saved(self, path: Path, digest: str, why: str) -> None:
        self._busy = False
        self.save.setEnabled(True)
        if why:
            self.verdict.show_state("bad", tr("Nothing was saved."), why)
            return
        self.saved_as = path
        self.verdict.show_state("good", tr("Saved as {path}.", path=path.name))
        self.digest.setText(tr("SHA-256: {digest}", digest=digest))
        self.digest.setCursorPosition(0)
        self.digest.show()
        self.folder.show()

    def _open(self) -> None:
        if self.saved_as is not None and not self.open_folder(self.saved_as):
            self._desk.say(tr("The folder cannot be opened. The file is {path}.", path=str(self.saved_as)))
