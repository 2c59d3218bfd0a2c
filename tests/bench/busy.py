"""The desk program at work: how late its event loop was. Told by the word after how long it is watched: while much
comes in and then its longest list is scrolled, or (`suggesting`) while its worker of suggestions is told all there is.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer
from tests.bench.company import TEAM
from tests.bench.program import desk

from agentdesk.domain.cases.thread import open_scope

BEAT_MS = 4
SETTLE_MS = 4_500
"""Until the feed has begun for certain."""
WHEEL, WHEELS, DRAGS = 240, 400, 40
LOOK_MS = 500


class Found(msgspec.Struct):
    """What is told to whoever started this; milliseconds."""

    late: list[float]
    records: int
    seconds: float
    cpu: float
    """Of the whole process while records streamed in (s)."""
    own_cpu: float
    """Of Qt's thread alone."""
    scrolled: list[float]
    rows: int


class Learned(msgspec.Struct):
    """The same of a desk whose worker of suggestions is told all there is, and then reads what it means."""

    late: list[float]
    """Milliseconds: while it was told, and while it read after that."""
    seconds: float
    own_cpu: float
    """Of Qt's thread (s)."""
    texts: int
    """So many the worker has now."""
    read: int
    """So many of them it has read for their meaning."""


class Watch(QObject):
    """Beats; whatever keeps a beat from its time is the loop's lateness."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.late: list[float] = []
        self._due = 0.0
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.late = []
        self._due = time.perf_counter() + BEAT_MS / 1000
        self._timer.start()

    def take(self) -> list[float]:
        """All beats since the start."""
        self._timer.stop()
        return self.late

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, (now - self._due) * 1000))
        self._due = now + BEAT_MS / 1000


class Plan(QObject):
    """First the stream, then the scrolling, then the end."""

    def __init__(self, program: Any, seconds: float) -> None:
        super().__init__()
        self._session, self._seconds = program.session, seconds
        self._records, self._watch = 0, Watch(self)
        self._scrolled: list[float] = []
        self._panel = self._session.queue.list
        self._session.live.listen(("case", "message"), self._count)
        QTimer.singleShot(SETTLE_MS, self, self._begin)

    def _count(self, some: Sequence[object] | None) -> None:
        self._records += len(some or ())

    def _begin(self) -> None:
        live = self._session.live
        assert open_scope(TEAM) in live.replica.reader.filled, "the desk is not in step with the feed"
        self._records, self._cpu = 0, (time.process_time(), time.thread_time())
        self._watch.start()
        QTimer.singleShot(round(self._seconds * 1000), self, self._streamed)

    def _streamed(self) -> None:
        self._late = list(self._watch.take())
        self._streamed_records = self._records
        self._used = (time.process_time() - self._cpu[0], time.thread_time() - self._cpu[1])
        QTimer.singleShot(3_000, self, self._show_all)

    def _show_all(self) -> None:
        self._panel.show_view("all")
        self._step = 0
        QTimer.singleShot(1_000, self, self._scroll)

    def _scroll(self) -> None:
        """First the wheel; then the handle is dragged, to anywhere."""
        self._watch.start()
        self._moving = QTimer(self, interval=16)
        self._moving.timeout.connect(self._move)
        self._moving.start()

    def _move(self) -> None:
        self._step += 1
        bar = self._panel.list.verticalScrollBar()
        if self._step <= WHEELS:
            bar.setValue(bar.value() + WHEEL)
        elif self._step <= WHEELS + DRAGS:
            bar.setValue(bar.maximum() * ((self._step * 37) % 100) // 100)
        else:
            self._moving.stop()
            self._end()

    def _end(self) -> None:
        rows = self._panel.model.rowCount()
        found = Found(self._late, self._streamed_records, self._seconds, *self._used, list(self._watch.take()), rows)
        print(msgspec.json.encode(found).decode(), flush=True)


class Suggesting(QObject):
    """From the first word of the worker until all is told, and then as long as is asked while it reads."""

    def __init__(self, program: Any, seconds: float) -> None:
        super().__init__()
        self._assist, self._seconds, self._watch = program.session.live.assist, seconds, Watch(self)
        assert not self._assist.serves, "suggestions began before anybody looked"
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._looked)
        self._began = self._assist.changed.connect(self._begin)

    def _begin(self) -> None:
        if not self._assist.serves:
            return
        self._assist.changed.disconnect(self._began)
        assert not self._assist.state.texts, "something was told before"
        self._at, self._cpu = time.perf_counter(), time.thread_time()
        self._watch.start()
        self._look.start()

    def _looked(self) -> None:
        if self._assist.whole:
            self._look.stop()
            QTimer.singleShot(round(self._seconds * 1000), self, self._end)

    def _end(self) -> None:
        state, seconds = self._assist.state, time.perf_counter() - self._at
        used = time.thread_time() - self._cpu
        found = Learned(list(self._watch.take()), seconds, used, state.texts, state.texts - state.unread)
        print(msgspec.json.encode(found).decode(), flush=True)


if __name__ == "__main__":
    folder, lasts, *more = sys.argv[1:]

    def begin(program: Any) -> QObject:
        if "suggesting" in more:
            return Suggesting(program, float(lasts))
        if "unassisted" in more:
            program.session.live.assist.close()
        return Plan(program, float(lasts))

    sys.exit(desk(Path(folder), begin))
