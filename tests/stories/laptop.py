"""A desk as a process of its own that writes without rest and says what it did, until it is killed.

Its first line of input says where and as whom (with `reply`: to send this one answer).
Then it speaks, a line for each thing done:
`live`, `given M`, `done M`, `refused M`, `draft CASE NUMBER`, and `beat` whenever its clock has gone on by 50 ms.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.stories.acts import any_command
from tests.stories.rig import Desk

from agentdesk.domain.cases import Case, Reply
from agentdesk.domain.kernel import Refusal
from agentdesk.store.drafts import Draft

BEAT = 0.05
DRAFTS = 3


def say(*words: object) -> None:
    """In one piece, at once: what was said is with the reader even if we die now."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


class Writing:
    """One life of a laptop at work."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.chance = random.Random(asked["seed"])
        self.number: int = asked["number"]
        where = (Path(asked["folder"]), asked["url"], asked["email"], asked["device"])
        self.desk = Desk(*where, token=asked["token"])
        self.messages = {one.key: getattr(one.command, "message", "") for one in self.desk.replica.pending}
        self.seen = [0, 0]

    def reply_once(self, case: str, text: str) -> None:
        """Send one answer, then sit there until somebody kills us."""
        self.desk.until(lambda: self.desk.is_live and self.desk.replica.get(Case, case))
        found = self.desk.replica.get(Case, case)
        assert found is not None
        say("ready")
        sys.stdin.readline()
        message = self.desk.new_id()
        self.desk.do(Reply(case, message, text, found.seq))
        while True:
            self.desk.look()
            if self.desk.status.waiting:
                say("waiting")  # it is in the outbox, on the disk
            time.sleep(BEAT)

    def live(self) -> None:
        """Until somebody kills us."""
        said_live = False
        while True:
            self.desk.look()
            self.tell()
            if self.desk.is_live and not said_live:
                said_live = True
                say("live")
            if said_live or self.messages or self.chance.random() < 0.3:
                self.work()
            time.sleep(self.chance.random() * 0.02)

    def tell(self) -> None:
        """What the server has said."""
        settled, refused = self.desk.settled, self.desk.refused
        no = {one.key for one in refused[self.seen[1] :]}
        for key in settled[self.seen[0] :]:
            say("refused" if key in no else "done", self.messages.get(key) or "-")
        self.seen = [len(settled), len(refused)]

    def work(self) -> None:
        if self.chance.random() < 0.3:
            self.number += 1
            case = f"d{self.chance.randrange(DRAFTS)}"
            self.desk.worker.note(Draft(case, "reply", f"{self.number} {'words ' * 8}", 0, self.desk.worker.now()))
            say("draft", case, self.number)
            return
        command = any_command(self.desk, self.chance)
        try:
            key = self.desk.do(command)
        except Refusal:
            return
        self.messages[key] = getattr(command, "message", "")
        say("given", self.messages[key] or "-")


def _beat() -> None:
    """A laptop's time: where the machine gave us none, none has passed."""
    while True:
        time.sleep(BEAT)
        say("beat")


def main() -> None:
    """Begin."""
    asked = json.loads(sys.stdin.readline())
    writing = Writing(asked)
    if asked.get("reply"):
        writing.reply_once(*asked["reply"])
    threading.Thread(target=_beat, daemon=True).start()
    writing.live()


if __name__ == "__main__":
    main()
