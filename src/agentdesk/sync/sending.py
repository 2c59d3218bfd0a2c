"""Commands on their way: in order, each after the blobs that it needs, in messages of moderate size."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from agentdesk.protocol.frames import CommandFrame, Frame

from .outgoing import Outgoing, frame_of

PART_BYTES = 256 << 10
"""Commands travel in messages of about this size."""
UPLOAD_AGAIN_MS = 5_000


class Sending:
    """The queue between the session, which says what may go, and the socket."""

    def __init__(
        self, outgoing: Outgoing, upload: Callable[[str], None], send: Callable[[Sequence[Frame]], None]
    ) -> None:
        self._outgoing = outgoing
        self._upload = upload
        self._send = send
        self._queue: deque[int] = deque()
        self._uploads: set[str] = set()
        self._upload_after = 0

    def clear(self) -> None:
        """Without a connection nothing is on its way."""
        self._queue.clear()

    def queue(self, first: int, last: int, now: int) -> None:
        """These may go."""
        self._queue.extend(range(first, last + 1))
        self.flush(now)

    def flush(self, now: int) -> None:
        """Send what is queued, in order, up to the first command whose blobs are not there yet."""
        self._outgoing.withdraw()
        part: list[CommandFrame] = []
        size = 0
        while self._queue:
            entry = self._outgoing.entry(self._queue[0])
            if entry is not None and entry.needs:
                self._fetch(entry.needs, now)
                break
            if entry is not None and not self._outgoing.may_go(entry.n):
                break  # taken back this very moment: what replaces it goes in the next
            self._queue.popleft()
            if entry is None:
                continue
            if part and size + len(entry.args) > PART_BYTES:
                self._send(part)
                part, size = [], 0
            part.append(frame_of(entry))
            size += len(entry.args)
        if part:
            self._send(part)

    def uploaded(self, digest: str, now: int) -> None:
        """This blob is at the server, or never will be."""
        self._uploads.discard(digest)
        self._outgoing.supplied(digest)
        self.flush(now)

    def not_uploaded(self, digest: str, now: int) -> None:
        """It did not work this time."""
        self._uploads.discard(digest)
        self._upload_after = now + UPLOAD_AGAIN_MS

    def _fetch(self, needs: Iterable[str], now: int) -> None:
        for digest in needs:
            if digest not in self._uploads and now >= self._upload_after:
                self._uploads.add(digest)
                self._upload(digest)
