"""A desk that keeps nothing, with somebody signed in from the start: what `agentdesk demo` opens."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from agentdesk import __version__
from agentdesk.desk import texts
from agentdesk.desk.app import NAME, Program, loop
from agentdesk.desk.bugreport import BugReporter
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.desk.settings import Settings
from agentdesk.desk.startup import session_only
from agentdesk.desk.theme import Theme


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m agentdesk.desk.guest", description=__doc__)
    parser.add_argument("--server", required=True, metavar="URL")
    parser.add_argument("--email", required=True, metavar="ADDRESS")
    parser.add_argument("--password-stdin", action="store_true", required=True, help="the first line of the input")
    return parser.parse_args(list(argv))


def sign_in(page: SignInPage, server: str, email: str, password: str) -> None:
    """Type for the person. What is wrong shows beside its field, as if they had typed it themselves."""
    page.server.line.setText(server)
    page.email.line.setText(email)
    page.password.line.setText(password)
    page.submit()


def main(argv: Sequence[str] = ()) -> int:
    """Run the desk until its window is closed; then nothing of it is left on this computer."""
    chosen = arguments(argv)
    password = sys.stdin.readline().rstrip("\r\n")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName(NAME)
    app.setDesktopFileName("agentdesk")
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory(prefix="agentdesk-guest-") as folder:
        return _run(app, Path(folder), chosen, password)


def _run(app: QApplication, folder: Path, chosen: argparse.Namespace, password: str) -> int:
    settings = Settings(folder)
    texts.install(app, settings.text("language"))
    theme = Theme(app, settings)
    reporter = BugReporter(__version__)
    reporter.install()
    program = Program(folder, settings, chosen.server, vault=session_only(), leave=app.quit)
    program.start()
    if isinstance(program.front.page, SignInPage):
        sign_in(program.front.page, chosen.server, chosen.email, password)
    try:
        return loop(app)
    finally:
        program.close()
        reporter.uninstall()
        theme.deleteLater()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
