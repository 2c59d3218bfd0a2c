"""The desk program as it ships, in a process of its own, worked by what comes in on its standard input.

Each line of input is a list: what to do (`STEPS`) and with what. Each is answered by a line when it is done.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication
from tests.canaries.steps import STEPS, Step, always

from agentdesk.desk.app import command
from agentdesk.desk.app.program import Program
from agentdesk.sync.phases import Phase

LOOK_MS = 10


class Driver(QObject):
    """Does one thing after another on Qt's thread, and waits for each without stopping the program."""

    came = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.programs: list[Program] = []
        self._steps: list[Step] = []
        self._until: Callable[[], Any] = always
        self.came.connect(self._begin)
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._clock.start()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.came.emit(line)

    def _begin(self, line: str) -> None:
        name, *arguments = json.loads(line)
        self._steps.append(STEPS[name](self, *arguments))

    def _look(self) -> None:
        """Go on with the step under way, as far as it comes."""
        while self._steps and (found := self._until()):
            try:
                self._until = self._steps[0].send(None if self._until is always else found)
            except StopIteration as end:
                self._steps.pop(0)
                self._until = always
                print(json.dumps(end.value), flush=True)

    # --- What there is ---

    @property
    def program(self) -> Program:
        return self.programs[-1]

    @property
    def session(self) -> Any:
        session = self.program.session
        assert session is not None
        return session

    @property
    def live(self) -> bool:
        session = self.program.session
        return session is not None and session.live.status.phase is Phase.LIVE


def main(arguments: list[str]) -> int:
    """The program's own start; the one thing that is ours is that somebody listens."""
    made = QApplication(arguments[:1])
    driver = Driver()
    real: Any = command.Program

    def program(*args: Any, **more: Any) -> Program:
        driver.programs.append(real(*args, **more))
        return driver.programs[-1]

    command.Program = program  # type: ignore[misc,assignment]
    assert made is not None
    return command.main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv))
