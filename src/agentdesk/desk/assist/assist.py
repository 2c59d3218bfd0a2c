"""Suggestions for whoever works here: begins the worker when there is time, tells how it stands, passes answers on."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from agentdesk.assist import packs
from agentdesk.assist.frames import Answer, Finish, Finished, Learned, Open, Said, State
from agentdesk.desk.assist.asking import allowed, ask_of
from agentdesk.desk.assist.drilling import Drilling
from agentdesk.desk.assist.feeding import Feeding, Looking
from agentdesk.desk.assist.levels import FAILED, MODEL, explained, named
from agentdesk.desk.assist.models import Models
from agentdesk.desk.assist.worker import AssistWorker
from agentdesk.desk.holding import drop_index
from agentdesk.desk.resources import resource_or_none
from agentdesk.domain.cases import Case
from agentdesk.domain.suggestions.steering import BY_HAND, BY_MEANING, BY_WORDS, DRAFTED, SEARCH

log = logging.getLogger(__name__)
OFF, STARTING, STOPPED, WORDS, FULL, DRILLED, MENDING = range(7)
"""How suggestions stand: switched off; not there yet; ended; by words alone; by meaning too; held down by a drill; an
index that was damaged is made anew."""
LEVELS = {
    OFF: (SEARCH, "off"),
    STARTING: (SEARCH, "starting"),
    STOPPED: (SEARCH, "worker"),
    MENDING: (BY_HAND, "index"),
    FULL: (BY_MEANING, ""),
}


class Assist(QObject):
    """Owned by Qt's thread. `changed`: it stands otherwise; `answered`: an `Answer`, for the case last asked about;
    `finished`: a `Finished`, how a line goes on.
    """

    changed, answered, finished = Signal(), Signal(object), Signal(object)

    def __init__(self, desk: Looking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._worker: AssistWorker | None = None
        self._feeding: Feeding | None = None
        self._first: Open | None = None
        self._number, self._case, self._closed, self._line = 0, "", False, 0
        self.standing, self.state = STARTING, State(0)
        self._named = LEVELS[STARTING]
        self._drill = Drilling(desk, self)
        self._drill.changed.connect(lambda _: self.again())
        self._drill.retold.connect(self._retold)
        self._models = Models(desk, self)
        self._models.changed.connect(self.again)

    # --- How it stands ---

    def start(self, key: bytes, index: str) -> None:
        """Begin. `index` is the path of its file; none: in memory."""
        if not self._closed:
            self._drill.look()
            self._first = Open(key, index, resource_or_none(packs.EMBEDDER), resource_or_none(packs.MOOD),
                               self._desk.me.id)  # fmt: skip
            self._run()

    def again(self) -> None:
        """Begin once more, after it has stopped."""
        if self._first is not None:
            self._run()

    def _run(self) -> None:
        assert self._first is not None
        self._end()
        self._models.look()
        first = msgspec.structs.replace(self._first, listed=self._models.listed, withdrawn=self._models.withdrawn)
        if self._drill.level < BY_MEANING:
            self._drop_index()
            first = msgspec.structs.replace(first, index="", pack="")
        if self._drill.level < BY_WORDS:
            self._stand(DRILLED)
            return
        self._begin(first)

    def _drop_index(self) -> None:
        """Nobody tells it now what is erased. It is a copy: later it is told anew."""
        if self._first is not None and self._first.index:
            drop_index(Path(self._first.index).parent)

    def _begin(self, first: Open) -> None:
        worker = AssistWorker(first, self)
        worker.began.connect(self._began)
        worker.ended.connect(self._ended)
        worker.heard.connect(self._heard)
        self._worker = worker
        self._stand(STARTING)
        worker.start()

    def stop(self) -> None:
        """Suggest nothing any more."""
        self._end()
        self._first = None
        self._stand(OFF)

    def close(self) -> None:
        """The desk is about to go."""
        self._closed = True
        self._drill.close()
        self._models.close()
        self._end()

    def _end(self) -> None:
        self._drop_feeding()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()
            worker.deleteLater()

    def _drop_feeding(self) -> None:
        feeding, self._feeding = self._feeding, None
        if feeding is not None:
            feeding.close()
            feeding.deleteLater()

    @property
    def level(self) -> int:
        """At which of the five levels suggestions serve now."""
        return self._level()[0]

    @property
    def because(self) -> str:
        """The word for why it is no higher one; empty where nothing is missing."""
        return self._level()[1]

    def _level(self) -> tuple[int, str]:
        if self.standing == WORDS:
            told = next((one for one in self.state.why.split() if one in MODEL), "pack")
            return BY_WORDS, "drill" if self._drill.level < BY_MEANING else told
        if self.standing == FULL and self._drill.service:
            service = self._drill.service == "on" and self._drill.level == DRAFTED
            return (DRAFTED, "") if service else (BY_MEANING, "service" if self._drill.level == DRAFTED else "drill")
        return (self._drill.level, "drill") if self.standing == DRILLED else LEVELS[self.standing]

    def word(self) -> str:
        """How it stands, for the status line."""
        return named(*self._level(), self.state.unread)

    def why(self) -> str:
        """What there is to know about it, in a sentence or two."""
        trial = self.standing == FULL and self._models.on_trial(self.state.model)
        state = self.state if self.serves else None
        return explained(self.because, self._drill.reason, state, trial=trial, drafts=self._drill.service != "")

    def _stand(self, standing: int) -> None:
        if standing not in (WORDS, FULL):
            self.state = State(0)
        self.standing = standing
        self._log()
        self.changed.emit()

    def _retold(self) -> None:
        self._log()
        self.changed.emit()

    def _log(self) -> None:
        """A line for each change of the level: what nobody wanted is a warning."""
        now = self._level()
        if now != self._named:
            self._named = now
            bad = logging.WARNING if now[1] in FAILED else logging.INFO
            log.log(bad, "suggestions serve at level %d of 4 (%s)", now[0], now[1] or "nothing is missing")

    # --- Asking ---

    @property
    def serves(self) -> bool:
        """Whether there is somebody to ask."""
        return self.standing in (WORDS, FULL)

    @property
    def whole(self) -> bool:
        """Whether the worker was told all that there is."""
        return self.state.whole

    def ask(self, case: Case) -> bool:
        """Have `answered` told what fits; whether anybody was asked. A question that is overtaken has no answer."""
        if not self.serves or self._worker is None:
            return False
        self._number, self._case = self._number + 1, case.id
        self._worker.say(ask_of(self._desk, case, self._number))
        return True

    def finish(self, typed: str) -> int:
        """Have `finished` told how a line goes on; the number of the question, 0 if nobody was asked."""
        if not self.serves or self._worker is None:
            return 0
        self._line += 1
        self._worker.say(Finish(self._line, typed))
        return self._line

    # --- The worker ---

    def _began(self) -> None:
        self._drop_feeding()
        assert self._worker is not None
        self._feeding = Feeding(self._desk, self._worker.say, self)
        self._feeding.begin()

    def _ended(self, again: bool) -> None:
        self._drop_feeding()
        if not again:
            self._drop_index()
        self._stand(STARTING if again else STOPPED)

    def _heard(self, frame: Said) -> None:
        if isinstance(frame, Learned) and self._feeding is not None:
            self._feeding.learned(frame.count)
        elif isinstance(frame, State):
            self._see(frame)
        elif isinstance(frame, Finished):
            self.finished.emit(frame)
        elif isinstance(frame, Answer) and frame.number == self._number:
            self.answered.emit(allowed(self._desk.view, frame, self._desk.now()))

    def _see(self, state: State) -> None:
        self.state = msgspec.structs.replace(state, again=False)
        if "damaged" in state.why and not state.whole:
            self._stand(MENDING)
        else:
            self._stand(FULL if state.level >= 3 else WORDS)
        if state.again and self._feeding is not None:
            self._feeding.begin()
