"""What came of an import: new drafts, new versions, what was known, and everything that was not understood."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.choosing import open_files, save_file, write
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.knowledge.carrying import Taken, archive, taking
from agentdesk.desk.pages.knowledge.words import title_of
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.frames import Header, Pane
from agentdesk.desk.widgets.page_view import PageView
from agentdesk.domain.governed import Document
from agentdesk.text.bundles import Form

MOST = 500
"""Lines of each part that are shown."""
SLICE_S, PAUSE_MS = 0.008, 1


class Carried(Pane):
    """`ask_import` and `ask_export` let the person choose files; `chosen` tells the article they want to see."""

    filled = Signal()
    chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self.page = PageView(tr("What was imported"))
        self.box.addWidget(Header(tr("What was imported")))
        self.box.addWidget(self.page, 1)
        self._waiting: deque[Generator[None, None, Taken]] = deque()
        self._next = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._next.timeout.connect(self._step)
        self.page.followed.connect(lambda address: self.chosen.emit(address.partition(":")[2]))

    def ask_import(self) -> None:
        """Let the person choose Markdown, web pages or archives of them."""
        open_files(self, tr("Import articles from files"), self.take)

    def ask_export(self, form: Form) -> None:
        """Let the person say where to."""

        def chosen(path: Path) -> None:
            self.save_to(path, form)

        save_file(self, tr("Export what is published"), "articles.zip", chosen, "zip")

    def save_to(self, path: Path, form: Form = "markdown") -> None:
        """Write what is published into an archive."""

        def save(data: bytes, missed: int) -> None:
            told = tr("Saved as {name}", name=path.name)
            if missed:
                told = tr("Saved as {name}, without {n} pictures that could not be fetched", name=path.name, n=missed)
            self._desk.say(write(path, data) or told)

        archive(self._desk, form, save)

    def take(self, paths: Sequence[Path]) -> None:
        """Make drafts of what is in these files, in slices between which the window lives, and show what came of it."""
        self._waiting.append(taking(self._desk, paths))
        self.page.show_html(f"<p>{escape(tr('Articles are being read…'))}</p>")
        self.filled.emit()
        self._next.start()

    def stop(self) -> None:
        """Go no further: what was not taken yet comes with the same files again."""
        self._next.stop()
        self._waiting.clear()

    @property
    def busy(self) -> bool:
        """Whether something is still being taken."""
        return bool(self._waiting)

    def _step(self) -> None:
        """The first import goes on for a slice, the next ones after it."""
        ends = time.perf_counter() + SLICE_S
        try:
            next(self._waiting[0])
            while time.perf_counter() < ends:
                next(self._waiting[0])
        except StopIteration as end:
            self._waiting.popleft()
            self._show(end.value)
        except Exception:
            self._waiting.popleft()
            raise
        if self._waiting:
            self._next.start()

    def _show(self, taken: Taken) -> None:
        told = tr("{made} drafts were made, {changed} articles have a new version in work, {known} were known already.",
                  made=len(taken.made), changed=len(taken.changed), known=taken.known)  # fmt: skip
        parts = [f"<p>{escape(told)}</p>"]
        if taken.wrong:
            lines = "".join(f"<li>{escape(one)}</li>" for one in taken.wrong[:MOST])
            parts.append(f"<h3>{escape(tr('Not taken'))}</h3><ul>{lines}</ul>{_more(len(taken.wrong))}")
        new = [*taken.made, *taken.changed]
        if new:
            lines = "".join(map(self._line, new[:MOST]))
            parts.append(f"<h3>{escape(tr('New drafts'))}</h3><ul>{lines}</ul>{_more(len(new))}")
        self.page.show_html("".join(parts))
        said = tr("{n} files or parts were not taken: see the report", n=len(taken.wrong)) if taken.wrong else told
        self._desk.say(said, "" if self.isVisible() else tr("Show"), self.filled.emit)

    def _line(self, id: str) -> str:
        document = self._desk.view.get(Document, id)
        title = title_of(document) if document is not None else id
        return f'<li><a href="document:{escape(id)}">{escape(title)}</a></li>'


def _more(count: int) -> str:
    return f"<p>{escape(tr('and {n} more', n=count - MOST))}</p>" if count > MOST else ""
