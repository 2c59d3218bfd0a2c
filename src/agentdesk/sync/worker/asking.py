"""Questions on their way to the server, each with the future that waits for it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from agentdesk.protocol.frames import Answer


class Offline(Exception):
    """A question could not be put, or was not answered; the text is a sentence for people, `data` fills its places.

    `code` is step_up if a fresh proof is all that it takes.
    """

    def __init__(self, sentence: str, data: dict[str, Any] | None = None, code: str = "") -> None:
        super().__init__(sentence)
        self.data, self.code = data or {}, code


class Asks:
    """Open questions by their number. Used on the worker's thread alone."""

    def __init__(self) -> None:
        self._open: dict[int, Future[Any]] = {}

    def add(self, id: int, future: Future[Any]) -> None:
        """Wait for the answer with this number."""
        self._open[id] = future

    def answer(self, id: int, answer: Answer | None) -> None:
        """Here it is; None if the question could not be put."""
        future = self._open.pop(id, None)
        if future is None or not future.set_running_or_notify_cancel():
            return
        if answer is None:
            future.set_exception(Offline("This can only be asked while the desk is connected."))
        elif answer.sentence:
            future.set_exception(Offline(answer.sentence, answer.data, answer.code))
        else:
            future.set_result(answer.result)

    def end(self) -> None:
        """The line is gone: none of these will be answered."""
        for id in list(self._open):
            self.answer(id, None)
