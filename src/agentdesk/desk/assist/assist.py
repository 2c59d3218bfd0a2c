"""Suggestions for whoever works here: begins the worker when there is time, tells how it stands, passes answers on."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from agentdesk.assist import packs
from agentdesk.assist.frames import Answer, Learned, Open, Said, State
from agentdesk.desk.assist.asking import allowed, ask_of
from agentdesk.desk.assist.drilling import Drilling
from agentdesk.desk.assist.feeding import Feeding, Looking
from agentdesk.desk.assist.worker import AssistWorker
from agentdesk.desk.holding import drop_index
from agentdesk.desk.resources import resource_or_none
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.cases import Case
from agentdesk.domain.suggestions.steering import BY_MEANING, BY_WORDS

OFF, STARTING, STOPPED, WORDS, FULL, DRILLED = range(6)
"""How suggestions stand: switched off; not there yet; ended; by words alone; by meaning too; held down by a drill."""
WORDS_OF = {
    OFF: mark("Suggestions are off"),
    STARTING: mark("Suggestions start"),
    STOPPED: mark("No suggestions: they stopped"),
    WORDS: mark("Suggestions by words only"),
    FULL: mark("Suggestions on this laptop"),
    DRILLED: mark("No suggestions: a drill"),
}


class Assist(QObject):
    """Owned by Qt's thread. `changed`: it stands otherwise; `answered`: an `Answer`, for the case last asked about."""

    changed, answered = Signal(), Signal(object)

    def __init__(self, desk: Looking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._worker: AssistWorker | None = None
        self._feeding: Feeding | None = None
        self._first: Open | None = None
        self._number, self._case, self._closed = 0, "", False
        self.standing, self.state = OFF, State(0)
        self._drill = Drilling(desk, self)
        self._drill.changed.connect(lambda _: self.again())
        self._drill.retold.connect(self.changed)

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
        first = self._first
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

    def word(self) -> str:
        """How it stands, for the status line."""
        state = self.state
        if self.standing == FULL and state.unread:
            return tr("Suggestions: {n} texts are still being read", n=state.unread)
        return tr(WORDS_OF[self.standing])

    def why(self) -> str:
        """What there is to know about it, in a sentence or two."""
        said = [tr("A drill: {reason}", reason=self._drill.reason)] if self._drill.reason else []
        if self.standing in (STOPPED, DRILLED):
            said.append(tr("Macros and articles can be searched as always."))
        elif self.standing in (WORDS, FULL):
            said.append(tr("{n} texts are known here. Nothing leaves this laptop.", n=self.state.texts))
        state = self.state
        if state.head:
            said.append(tr(
                "Learned from {n} answered cases. Of {kept} kept aside {right} are right now, {before} before.",
                n=state.learned_from, kept=state.kept, right=state.right, before=state.before,
            ))  # fmt: skip
        if "pack" in self.state.why and self._drill.level >= BY_MEANING:
            said.append(tr("The language model is missing or damaged. Install AgentDesk again to have it back."))
        if "damaged" in self.state.why:
            said.append(tr("The index was damaged and is made anew."))
        if "memory" in self.state.why:
            said.append(tr("The index cannot be written to this laptop, so it is kept in memory."))
        return " ".join(said)

    def _stand(self, standing: int) -> None:
        if standing not in (WORDS, FULL):
            self.state = State(0)
        self.standing = standing
        self.changed.emit()

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
        elif isinstance(frame, Answer) and frame.number == self._number:
            self.answered.emit(allowed(self._desk.view, frame, self._desk.now()))

    def _see(self, state: State) -> None:
        self.state = msgspec.structs.replace(state, again=False)
        self._stand(FULL if state.level >= 3 else WORDS)
        if state.again and self._feeding is not None:
            self._feeding.begin()
