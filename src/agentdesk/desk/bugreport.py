"""When something breaks: one window with a report to copy, which names code and never a customer's words."""

from __future__ import annotations

import logging
import platform
import sys
import threading
from collections.abc import Iterator
from pathlib import PurePath
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label

_LOG = logging.getLogger(__name__)
_MOST = 40


def short(path: str) -> str:
    """A file without the folders that lead to it: they carry the person's name."""
    parts = PurePath(path.replace("\\", "/")).parts
    ours = [at for at, part in enumerate(parts) if part in ("agentdesk", "agentdesk_server", "site-packages")]
    return "/".join(parts[ours[-1] :]) if ours else parts[-1] if parts else "?"


def frames(traceback: TracebackType | None) -> Iterator[str]:
    """Where it happened, outermost first; no values, no source text."""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield f"  {short(code.co_filename)}:{traceback.tb_lineno} {code.co_qualname}"
        traceback = traceback.tb_next


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, then what caused it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _versions(version: str) -> str:
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return f"AgentDesk {version}, Qt {qVersion()}, Python {platform.python_version()}, {system}"


def report(error: BaseException, version: str) -> str:
    """The report: versions, types of exceptions and frames. Messages are left out: they may quote a customer."""
    lines = [_versions(version)]
    for at, link in enumerate(_chain(error)):
        kind = type(link)
        lines += ["", f"{'caused by ' if at else ''}{kind.__module__}.{kind.__qualname__}"]
        lines += list(frames(link.__traceback__))[-_MOST:]
    return "\n".join(lines)


class BugReporter(QObject):
    """Catches what nobody caught, on any thread, and shows one window at a time."""

    caught = Signal(str)

    def __init__(self, version: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._version = version
        self.dialog: BugDialog | None = None
        self.caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """From now on, for the whole program."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def uninstall(self) -> None:
        """Back to Python's own hooks."""
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__

    def _hook(self, _kind: type[BaseException], error: BaseException | None, _frames: TracebackType | None) -> None:
        if error is None or isinstance(error, KeyboardInterrupt | SystemExit):
            return
        text = report(error, self._version)
        _LOG.error("unexpected: %s", text)
        self.caught.emit(text)

    def show_last(self, text: str) -> None:
        """How the last run ended, if it did so by a fault."""
        if text:
            ended = tr("AgentDesk ended suddenly the last time")
            self._show(f"{_versions(self._version)}\n\n{text}", ended)

    def _show(self, text: str, title: str = "") -> None:
        if self.dialog is not None:
            self.dialog.add_one()
            return
        window = QGuiApplication.focusWindow()
        self.dialog = BugDialog(text, title=title)
        if window is not None:
            self.dialog.winId()
            self.dialog.windowHandle().setTransientParent(window)
        self.dialog.finished.connect(self._forget)
        self.dialog.open()

    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None


class BugDialog(QDialog):
    """What happened, what it means, and a report to hand on."""

    def __init__(self, text: str, parent: QWidget | None = None, title: str = "") -> None:
        super().__init__(parent)
        self._more, title = 0, title or tr("Something went wrong")
        self.setWindowTitle(title)
        self.resize(620, 420)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        box.addWidget(spread(Icon("ph.bug", "bad", 20), label(title, "title"), None))
        saved = tr("Your work is safe: what you wrote is kept, and what was not sent will be sent.")
        ask = tr("Please copy this report and hand it on. It names places in the program, never a customer's words.")
        for sentence in (saved, ask):
            box.addWidget(label(sentence, "muted", wrap=True))
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Report"))
        box.addWidget(self.text, 1)
        self._count = label(role="small")
        copy, close = Button(tr("Copy report"), "primary", "ph.copy"), Button(tr("Go on working"))
        copy.clicked.connect(self.copy)
        close.clicked.connect(self.accept)
        box.addWidget(spread(self._count, None, close, copy))
        copy.setFocus()

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._count.setText(tr("Copied."))

    def add_one(self) -> None:
        """It happened again while this was open."""
        self._more += 1
        self._count.setText(tr("Happened again: {n}", n=self._more))
