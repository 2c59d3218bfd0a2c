"""Pictures of the desk, without a screen: a real desk at a real server goes through its pages by itself."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSize, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from agentdesk.desk import texts
from agentdesk.desk.app import Program, loop
from agentdesk.desk.session import Session
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import Shell
from agentdesk.desk.startup import session_only
from agentdesk.desk.theme import Theme
from agentdesk.domain.cases import MESSAGES, Case, Note, Reply
from agentdesk.domain.queue import UNASSIGNED_NEWEST
from agentdesk.sync.phases import Phase

SIZES = (QSize(1440, 900), QSize(1100, 680))
PATIENCE_S = 30.0
STEP_MS = 30
STAYS_MS = 40_000
LOOKED_AT = 10
ANSWERS_S, CUSTOMERS = 16.0, 5
"""Most customers of the sample company who were answered have written again by then; of so many, surely one."""
log = logging.getLogger(__name__)

Until = Callable[[], bool]
Script = Iterator[float | Until]
"""Yields how many seconds to wait, or for what."""


class Director(QObject):
    """Steps through a script while the program's loop runs; ends the program with it."""

    def __init__(self, script: Script, app: QApplication) -> None:
        super().__init__(app)
        self._script, self._app = script, app
        self._until: Until = lambda: True
        self._left = 0.0
        self.failed = ""
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self._step)
        self._timer.start()

    def _step(self) -> None:
        self._left -= STEP_MS / 1000
        if not self._until() and self._left > 0:
            return
        if self._left <= 0 and not self._until():
            log.warning("shots: waited in vain")
        try:
            wanted = next(self._script)
        except StopIteration:
            self._end("")
        except Exception as error:
            log.exception("shots")
            self._end(type(error).__name__)
        else:
            self._wait(wanted)

    def _wait(self, wanted: float | Until) -> None:
        if isinstance(wanted, float | int):
            self._left, self._until = float(wanted), lambda: self._left <= 0
        else:
            self._left, self._until = PATIENCE_S, wanted

    def _end(self, failed: str) -> None:
        self.failed = failed
        self._timer.stop()
        self._app.quit()


class Tour:
    """One language: the pictures in order. `name` is put before each file's name."""

    def __init__(self, program: Program, settings: Settings, to: Path, name: str, who: tuple[str, str, str]) -> None:
        self.program, self.settings, self.to, self.name, self.who = program, settings, to, name, who

    def script(self) -> Script:
        """All of it."""
        yield from self.sign_in()
        yield from self.queue()
        yield from self.panels()
        yield from self.offline()
        yield from self.guarded()

    def take(self, widget: QWidget, name: str) -> None:
        """One picture."""
        path = self.to / f"{name}-{self.name}.png"
        widget.grab().save(str(path))
        print(path.name, flush=True)

    @property
    def shell(self) -> Shell:
        assert self.program.shell is not None
        return self.program.shell

    @property
    def session(self) -> Session:
        assert self.program.session is not None
        return self.program.session

    def sign_in(self) -> Script:
        """The first page, a refusal beside its field, and in."""
        self.program.start()
        page = self.program.front.page
        yield 0.3
        self.take(self.program.front, "sign-in")
        server, email, password = self.who
        page.server.line.setText(server)  # type: ignore[union-attr]
        page.email.line.setText(email)  # type: ignore[union-attr]
        page.submit()  # type: ignore[union-attr]
        yield 0.2
        self.take(self.program.front, "sign-in-refused")
        page.password.line.setText(password)  # type: ignore[union-attr]
        page.submit()  # type: ignore[union-attr]
        yield lambda: self.program.session is not None
        live = self.session.live
        yield lambda: live.status.phase is Phase.LIVE and not live.status.behind

    def queue(self) -> Script:
        """The queue in all its looks."""
        queue = self.session.queue
        queue.list.show_view("all")
        yield lambda: queue.list.model.rowCount() > 0
        queue.list.show_view("mine")
        yield 0.5
        if not queue.list.model.rowCount():
            queue.list.show_view("all")
            yield 0.5
        queue.list.list.step(1)
        yield self._ready
        yield from self._find_suggestion()
        for size in SIZES:
            self.shell.resize(size)
            yield 0.4
            self.take(self.shell, f"queue-{size.width()}")
            self.settings.put("look.theme", "dark")
            yield 0.3
            self.take(self.shell, f"queue-dark-{size.width()}")
            self.settings.put("look.theme", "light")
            yield 0.2
        self.shell.resize(SIZES[0])

    def _find_suggestion(self) -> Script:
        """Open the first case for which there is something to suggest; without any, the first one again."""
        queue = self.session.queue
        for _ in range(LOOKED_AT):
            yield 0.6
            offered = queue.context.body.suggestions.now
            if offered is not None and offered.cards:
                return
            queue.list.list.step(1)
        queue.list.list.step(-LOOKED_AT)
        yield 0.6

    def _ready(self) -> bool:
        """Whether suggestions have read all that there is, or will not serve."""
        assist = self.session.live.assist
        if assist.serves:
            return assist.whole and not assist.state.unread
        return assist.because != "starting"

    def panels(self) -> Script:
        """What opens over it, and the settings."""
        self.shell.open_palette()
        self.shell.palette_panel.overlay.show()
        yield 0.2
        self.take(self.shell, "palette")
        self.shell.palette_panel.close()
        self.shell.open_sheet()
        yield 0.2
        self.take(self.shell, "cheat-sheet")
        self.shell._sheet.overlay.close_panel()  # type: ignore[union-attr]
        self.shell.open_page("settings")
        yield 0.3
        self.take(self.shell, "settings")
        self.shell.open_page("queue")
        actions = self.session.queue.case_actions
        for name, run in (("snooze", actions.snooze), ("assign", actions.assign)):
            run()
            yield 0.2
            self.take(self.shell, name)
            actions.picker.overlay.close_panel()

    def offline(self) -> Script:
        """The plug is pulled; what is written waits; back again."""
        session, live = self.session, self.session.live
        session.work_online(False)
        yield lambda: live.status.phase is Phase.OFFLINE
        yield 3.5
        case = live.view.get(Case, session.queue.list.open_case)
        if case is not None:
            self._write(case)
        yield 1.2
        self.take(self.shell, "offline")
        session.work_online(True)
        yield lambda: live.status.phase is Phase.LIVE and not live.status.waiting
        yield 1.0
        self.take(self.shell, "back-online")

    def guarded(self) -> Script:
        """Replies are written offline until one is held back, because its customer wrote again meanwhile."""
        for _ in range(CUSTOMERS):
            yield from self._meanwhile()
            if self.session.queue.conversation.card.isVisible():
                self.take(self.shell, "send-guard")
                return
        log.warning("shots: no customer has written again, so there is no picture of it")

    def _meanwhile(self) -> Script:
        """A customer is answered, then the line is gone for as long as most of them take to write again."""
        session, live, panel = self.session, self.session.live, self.session.queue.conversation
        yield lambda: self._newcomer() is not None
        case = self._newcomer()
        if case is None:
            return
        session.queue.show_case(case.id)
        yield 0.5
        live.do(Reply(case=case.id, message=live.new_id(), text="Let me look into this for you.", seen=case.seq))
        yield lambda: not live.waiting()
        session.work_online(False)
        yield lambda: live.status.phase is Phase.OFFLINE
        panel.composer.put_text("Thank you for waiting. I have asked our warehouse and will write to you today.")
        panel.sending.send()
        yield ANSWERS_S
        session.work_online(True)
        yield lambda: live.status.phase is Phase.LIVE and not live.waiting()
        yield 1.0

    def _newcomer(self) -> Case | None:
        """Somebody who has just come and is still there; rather one who speaks the language of the pictures."""
        live = self.session.live
        since = live.now() - STAYS_MS
        found = live.view.page(UNASSIGNED_NEWEST(), limit=20)
        found = [one for one in found if one.channel == "chat" and one.opened_at > since and not one.answered_at]
        return next((one for one in found if one.language == self.name), found[0] if found else None)

    def _write(self, case: Case) -> None:
        live = self.session.live
        newest = live.view.page(MESSAGES(case=case.id), limit=1)
        live.do(Note(case=case.id, message=live.new_id(), text="Asked the warehouse for the tracking number."))
        seen = newest[0].seq + 1 if newest else 0
        words = "Thank you for waiting. I have asked our warehouse and will write as soon as I know more."
        live.do(Reply(case=case.id, message=live.new_id(), text=words, seen=seen, hold=10))


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="agentdesk shots", description=__doc__)
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="where the pictures go")
    parser.add_argument("--server", required=True, metavar="URL")
    parser.add_argument("--email", required=True, metavar="ADDRESS")
    parser.add_argument("--password-stdin", action="store_true", required=True, help="read the password from there")
    parser.add_argument("--language", choices=texts.LANGUAGES, default="en")
    return parser.parse_args(list(argv))


def main(argv: Sequence[str] = ()) -> int:
    """Take the pictures. 1 if the tour did not come to its end."""
    chosen = arguments(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    password = sys.stdin.readline().rstrip("\n")
    chosen.to.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory(prefix="agentdesk-shots-") as folder:
        settings = Settings(Path(folder))
        settings.put("look.theme", "light")
        settings.put("language", chosen.language)
        texts.install(app, chosen.language)
        theme = Theme(app, settings)
        program = Program(Path(folder), settings, vault=session_only())
        tour = Tour(program, settings, chosen.to, chosen.language, (chosen.server, chosen.email, password))
        director = Director(tour.script(), app)
        loop(app)
        program.close()
        theme.deleteLater()
    return 1 if director.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
