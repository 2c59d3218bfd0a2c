"""The assist worker: a process of its own, between bars, that speaks with the desk over its standard streams only.

`python -m agentdesk.assist`, or `agentdesk --worker` where the program is its own interpreter: takes frames from its
input until that ends. It gets its key there, and has no other way in or out.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

from .bars import shut
from .frames import Ask, Asked, BadFrame, Begin, Finish, Learn, Open, Said, asked, framed, taken
from .serving import Serving

NICE = 5
CHUNK = 1 << 16
Inbox = queue.SimpleQueue[Asked | None]


def main() -> int:
    """The exit code: 0 when the desk has ended, 2 for frames that are none."""
    pipe_in, pipe_out = _pipes()
    bars = shut()
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICE)  # the desk's own work comes first
    inbox: Inbox = queue.SimpleQueue()
    wrong: list[str] = []
    threading.Thread(target=_listen, args=(pipe_in, inbox, wrong), name="pipe", daemon=True).start()
    first = inbox.get()
    if isinstance(first, Open):
        with contextlib.suppress(BrokenPipeError):
            _serve(Serving(first, bars), inbox, pipe_out)
    return 2 if wrong else 0


def _pipes() -> tuple[int, BinaryIO]:
    """By their numbers: a program without a console has no `sys.stdin`, though its pipes are there."""
    if sys.platform == "win32":
        for number in (0, 1):
            msvcrt.setmode(number, os.O_BINARY)
    return 0, os.fdopen(1, "wb", closefd=False)


def _serve(serving: Serving, inbox: Inbox, out: BinaryIO) -> None:
    _say(out, [serving.state()])
    busy = True
    while True:
        frames = _waiting(inbox, block=not busy)
        for at, frame in enumerate(frames):
            if frame is None:
                return
            overtaken = isinstance(frame, Ask | Finish) and any(type(one) is type(frame) for one in frames[at + 1 :])
            if not overtaken:
                _say(out, serving.hear(frame))
        busy, words = serving.idle()
        _say(out, words)


def _waiting(inbox: Inbox, *, block: bool) -> list[Asked | None]:
    """All that has come; waits for something if `block`. Questions first, for somebody looks at the screen, but none
    before what is to be forgotten.
    """
    found = [inbox.get()] if block else []
    with contextlib.suppress(queue.Empty):
        while True:
            found.append(inbox.get_nowait())
    if any(one is None or isinstance(one, Begin) or (isinstance(one, Learn) and not one.sources) for one in found):
        return found
    return sorted(found, key=lambda one: (not isinstance(one, Finish), not isinstance(one, Ask)))


def _say(out: BinaryIO, words: list[Said]) -> None:
    for frame in words:
        out.write(framed(frame))
    out.flush()


def _listen(pipe: int, inbox: Inbox, wrong: list[str]) -> None:
    """Reads the pipe to its end."""
    data = bytearray()
    try:
        while some := os.read(pipe, CHUNK):
            data += some
            for body in taken(data):
                inbox.put(asked(body))
    except (BadFrame, OSError) as error:
        wrong.append(str(error))
    inbox.put(None)


if __name__ == "__main__":
    sys.exit(main())
