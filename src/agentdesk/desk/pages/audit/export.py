"""Taking the log, or a part of it, out of the house as a bundle that anyone can check offline."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from agentdesk.desk.choosing import save_file
from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import show_wrong
from agentdesk.desk.widgets.frames import spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.desk.widgets.verdict import Verdict

WHOLE, PART = "whole", "part"


class ExportPanel(QWidget):
    """The whole log, or entries from one number to another, saved where the person says."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.what = Tabs([(WHOLE, tr("The whole log")), (PART, tr("Some entries"))], "pill", all_shown=True)
        self.first, self.last = self._line(tr("First entry")), self._line(tr("Last entry"))
        self.save, self.verdict = Button(tr("Save as…"), "primary", "ph.download-simple"), Verdict()
        self._span = spread(self.first, self.last, None)
        self._how = label(wrap=True, selectable=True)
        self.what.chosen.connect(lambda what: self._span.setVisible(what == PART))
        self.save.clicked.connect(self.ask_where)
        self._span.hide()
        self._lay_out()

    def _line(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(name)
        made.setAccessibleName(name)
        made.setMaxLength(15)
        made.textChanged.connect(lambda _: show_wrong(made, ""))
        made.returnPressed.connect(self.ask_where)
        return made

    def _lay_out(self) -> None:
        words = tr(
            "A bundle holds the entries, all signed heads, what proves them, the public key, and how to check it all "
            "without the server. It holds pseudonyms and fingerprints, no names and no words of customers."
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 18)
        box.setSpacing(12)
        box.addWidget(label(tr("Export"), "title"))
        box.addWidget(label(words, "muted", wrap=True))
        box.addWidget(spread(self.what, None))
        box.addWidget(self._span)
        box.addWidget(spread(self.save, None))
        box.addWidget(self.verdict)
        box.addWidget(self._how)
        box.addStretch(1)

    def span(self) -> str | None:
        """What is asked for, as the door takes it; None if a field is wrong."""
        if self.what.current() == WHOLE:
            return "all"
        ends = []
        for line in (self.first, self.last):
            typed = "".join(sign for sign in line.text() if sign not in " .,#\u00a0\u202f")
            if not (typed.isascii() and typed.isdecimal()):
                show_wrong(line, tr("Write the number of an entry."))
                line.setFocus()
                return None
            ends.append(int(typed))
        if ends[1] < ends[0]:
            show_wrong(self.last, tr("The last entry comes before the first one."))
            self.last.setFocus()
            return None
        return f"{ends[0]}-{ends[1]}"

    def ask_where(self) -> None:
        """Ask where to, then fetch."""
        span = self.span()
        if span is None:
            return
        save_file(self, tr("Save the bundle"), f"audit-{span}.zip", lambda path: self.fetch(span, path), "zip")

    def fetch(self, span: str, path: Path) -> None:
        """Have the server make the bundle, and save it here."""
        self.save.setEnabled(False)
        self._how.clear()
        self.verdict.show_state("accent", tr("The server is making the bundle…"))
        self._desk.save(f"/api/v1/audit/bundle/{span}", path, lambda digest, why: self._saved(path, digest, why))

    def _saved(self, path: Path, digest: str, why: str) -> None:
        self.save.setEnabled(True)
        if why:
            self.verdict.show_state("bad", tr("Nothing was saved."), why)
            return
        self.verdict.show_state("good", tr("Saved as {path}.", path=path.name), tr("SHA-256: {digest}", digest=digest))
        self._how.setText(tr("Check it with: {command}", command=f'agentdesk verify-audit "{path}"'))
