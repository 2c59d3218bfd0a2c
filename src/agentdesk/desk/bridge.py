"""The one bridge between threads: what other threads have done or found is told on Qt's own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

FRAME_MS = 16
"""News are taken once a frame: a thousand small ones a second cost no more than sixty."""


class Bridge(QObject):
    """Lives on Qt's thread; only `wake` may be called from any.

    `take` is called within a frame of `wake`, once for all that has come meanwhile.
    """

    _woken = Signal()
    _ended = Signal(object)

    def __init__(self, take: Callable[[], None] = lambda: None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._take = take
        self._flag = threading.Event()
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._now)
        self._woken.connect(self._soon, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._open = True

    def follow(self, take: Callable[[], None]) -> None:
        """Call this from now on."""
        self._take = take
        self.wake()

    def wake(self) -> None:
        """There is something to take. From any thread; cheap when it was said already."""
        if not self._flag.is_set() and self._open:
            self._flag.set()
            self._woken.emit()

    def close(self) -> None:
        """Tell nothing any more."""
        self._open = False
        self._frame.stop()

    def _tell(self, done: Callable[[], None]) -> None:
        """What had ended when this was closed may still be under way."""
        if self._open:
            done()

    def _soon(self) -> None:
        if not self._frame.isActive() and self._open:
            self._frame.start()

    def _now(self) -> None:
        self._flag.clear()
        self._take()

    # --- Errands ---

    def tell(self, what: Callable[[], None]) -> None:
        """Have this done on Qt's thread. From any; not once closed."""
        if self._open:
            self._ended.emit(what)

    def run(self, work: Callable[[], Any], then: Callable[[Any, BaseException | None], None]) -> None:
        """Do something on a thread of its own that may wait; `then` gets the result or the error, on Qt's thread."""
        threading.Thread(target=self._work, args=(work, then), name="errand", daemon=True).start()

    def _work(self, work: Callable[[], Any], then: Callable[[Any, BaseException | None], None]) -> None:
        result, wrong = None, None
        try:
            result = work()
        except BaseException as error:  # told where a person can be told of it
            wrong = error
        if self._open:
            self._ended.emit(lambda: then(result, wrong))

    def wait_for(self, future: Future[Any], then: Callable[[Any, BaseException | None], None]) -> None:
        """As `run`, for something that is under way already."""

        def done(ended: Future[Any]) -> None:
            if ended.cancelled() or not self._open:
                return
            error = ended.exception()
            result = None if error else ended.result()
            self._ended.emit(lambda: then(result, error))

        future.add_done_callback(done)
