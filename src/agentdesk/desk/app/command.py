"""`agentdesk desk`: one profile, one window, one loop."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication

from agentdesk import __version__
from agentdesk.desk import logs, texts
from agentdesk.desk.app.program import Program
from agentdesk.desk.bugreport import BugReporter
from agentdesk.desk.choosing import note_nothing
from agentdesk.desk.lastwords import LastWords, keep_memory_off_the_disk
from agentdesk.desk.settings import Settings
from agentdesk.desk.theme import Theme

NAME = "AgentDesk"
SETTLED_MS = 3_000
SWITCH_SECONDS = 0.001
"""How long the window waits at most for the sync thread to let it run: by Python's own measure five times as long, and
that at each reading of the replica.
"""
NO_DISPLAY = """agentdesk desk: There is no display here to show a window on.
Run it in a graphical session, or over ssh -X; if there is a screen, set DISPLAY. `agentdesk demo` works without one."""


def data_folder(profile: str) -> Path:
    """Where a profile keeps its files."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(base) / "agentdesk" / profile


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The command line of `agentdesk desk`."""
    parser = argparse.ArgumentParser(prog="agentdesk desk", description="The desk: a window to work in.")
    parser.add_argument("--server", default="", metavar="URL", help="the server to sign in to")
    parser.add_argument("--profile", default="default", metavar="NAME", help="keep separate data under this name")
    return parser.parse_args(list(argv))


def has_display() -> bool:
    """Whether Qt would find a screen; where it does not, it ends the process without a word of ours."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"))


def main(argv: Sequence[str] = ()) -> int:
    """Run the desk until its window is closed."""
    chosen = arguments(argv)
    if not chosen.profile.replace("-", "").replace("_", "").isalnum():
        print("A profile's name has letters, digits, - and _ only.", file=sys.stderr)
        return 2
    if not has_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    keep_memory_off_the_disk()
    note_nothing()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName(NAME)
    app.setDesktopFileName("agentdesk")
    app.setQuitOnLastWindowClosed(False)
    folder = data_folder(chosen.profile)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = QLockFile(str(folder / "lock"))
    lock.setStaleLockTime(0)
    if not lock.tryLock(100):
        print(f"AgentDesk is already running with the profile “{chosen.profile}”.", file=sys.stderr)
        return 1
    return run(app, folder, chosen.server)


def run(app: QApplication, folder: Path, server: str = "") -> int:
    """Run with this folder."""
    end_logs, last = logs.install(), LastWords(folder)
    ended = last.take()
    last.watch()
    settings = Settings(folder)
    texts.install(app, settings.text("language"))
    theme = Theme(app, settings)
    reporter = BugReporter(__version__)
    reporter.install()
    program = Program(folder, settings, server, leave=app.quit)
    program.start()
    reporter.show_last(ended)
    sys.setswitchinterval(SWITCH_SECONDS)
    # What stands by then stays: to look through it again for garbage would stop the window for 50 ms each time.
    QTimer.singleShot(SETTLED_MS, app, gc.freeze)
    try:
        return loop(app)
    finally:
        program.close()
        reporter.uninstall()
        theme.deleteLater()
        last.close()
        end_logs()


def loop(app: QApplication) -> int:
    """The program's own loop; there is no other."""
    return app.exec()
