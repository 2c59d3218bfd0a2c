"""What a line to a mailbox asks of its server, where a real one would need luck to show it (see `test_loop`)."""

from __future__ import annotations

import ssl
from typing import Any, cast

from agentdesk_server.channels.email.imap import Line
from agentdesk_server.channels.email.mailboxes import Mailbox, Way


class Client:
    """A server that gets another mail while it is asked for each of the first ones."""

    def __init__(self, last: int) -> None:
        self.uids, self._last = [1], last

    def search(self, asked: list[str]) -> list[int]:
        begin = int(asked[1].partition(":")[0])
        return [uid for uid in self.uids if uid >= begin] or self.uids[-1:]

    def fetch(self, uids: list[int], _: list[str]) -> dict[int, dict[bytes, Any]]:
        if len(self.uids) < self._last:
            self.uids.append(self.uids[-1] + 1)
        return {uid: {b"BODY[]<0>": b"mail %d" % uid} for uid in uids}


class Hands:
    def __init__(self) -> None:
        self.taken: list[tuple[bytes, int, int]] = []

    def secret(self, fresh: bool) -> str:
        return ""

    def place(self) -> tuple[int, int]:
        return 0, 0

    def reach(self, validity: int, uid: int) -> None: ...

    def take(self, raw: bytes, received: int, validity: int, uid: int) -> None:
        self.taken.append((raw, validity, uid))

    def told(self, sentence: str) -> None: ...


def test_what_comes_while_mails_are_fetched_is_taken_before_it_waits() -> None:
    hands = Hands()
    box = Mailbox(address="help@x.example", team="t1", user="help", imap=Way("127.0.0.1", 143, "none"))
    line = Line(box, hands, ssl.create_default_context())
    assert line._take_new(cast(Any, Client(3)), 7, 0) == 3
    assert hands.taken == [(b"mail 1", 7, 1), (b"mail 2", 7, 2), (b"mail 3", 7, 3)]
