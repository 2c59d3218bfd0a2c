"""The desk program with a stopwatch, and the floor beside it: tells when its window was painted and could be used."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMainWindow, QTableView, QWidget

LINGER_MS = 1_500
"""Memory is looked at when the first rush is over."""


def tell(what: str) -> None:
    """One line to whoever started this: what, and when (the machine's monotonic clock)."""
    print(what, time.monotonic(), flush=True)


class Seen(QObject):
    """Sees all events of a program, and tells of the first painting of its window, and of a list with rows in it."""

    def __init__(self, app: QApplication, *, then: Callable[[], object] = lambda: None, last: str) -> None:
        super().__init__(app)
        self._then, self._last, self._told = then, last, set[str]()
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            if watched.isWindow():
                self._tell("painted")
            elif isinstance(view := watched.parent(), QAbstractItemView) and view.model() and view.model().rowCount():
                self._tell("usable")
        return False

    def _tell(self, what: str) -> None:
        """Once what is being painted now is on the screen."""
        if what in self._told:
            return
        self._told.add(what)
        QTimer.singleShot(0, self, lambda: tell(what))
        if what == self._last:
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
            QTimer.singleShot(LINGER_MS, self, lambda: tell("rested"))
            self._then()


def bare() -> int:
    """The floor: as little as one can show."""
    app = QApplication([])
    Seen(app, last="painted")
    window, table = QMainWindow(), QTableView()
    table.setModel(QStandardItemModel(0, 5, table))
    window.setCentralWidget(table)
    window.resize(1440, 900)
    window.show()
    return app.exec()


def desk(folder: Path, then: Callable[[Any], object] = lambda program: None) -> int:
    """The whole program, as `agentdesk desk` runs it. `then` is called once, when all of its queue is loaded."""
    from tests.bench.laptop import Vault, sign_in

    from agentdesk.desk.app import command as found
    from agentdesk.desk.app.entrance import Entrance

    command: Any = found
    entrance: Any = Entrance
    follow = entrance.follow
    real, running, kept = command.Program, [], []

    def signed_in(self: Any, *args: Any) -> None:
        """When the queue stands, and not before."""
        self.bridge.run(sign_in, lambda _result, _error: follow(self, *args))

    def program(*args: Any, **more: Any) -> Any:
        running.append(real(*args, vault=Vault(), **more))
        return running[0]

    entrance.follow = signed_in
    command.Program, command.data_folder = program, lambda profile: folder
    app = QApplication([])

    def ready() -> None:
        if running[0].session is None:
            QTimer.singleShot(10, ready)
        else:
            kept.append(then(running[0]))

    kept.append(Seen(app, then=ready, last="usable"))
    return int(command.main(["--profile", "bench"]))


if __name__ == "__main__":
    sys.exit(bare() if sys.argv[1] == "bare" else desk(Path(sys.argv[2])))
