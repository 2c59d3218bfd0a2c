"""The assist worker as a process: what bars hold it, what it keeps and forgets, and what it does when things break."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from agentdesk.assist.frames import (
    Answer,
    Ask,
    Asked,
    BadFrame,
    Begin,
    Learn,
    Learned,
    Open,
    Said,
    Source,
    State,
    Swept,
    Turn,
    framed,
    said,
    taken,
)
from agentdesk.assist.pack import write
from agentdesk.assist.serving import Serving
from agentdesk.assist.shelf import open_shelf
from agentdesk.desk.resources import resource
from agentdesk.domain.models import OWN
from agentdesk.store.crypt import open_database

KEY = b"k" * 32
CANARY = "Zyxwolf"
TRIES = """
import ctypes, os, socket, subprocess, sys
from agentdesk.assist.bars import shut
libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None
bars = shut()
def barred(what):
    try:
        what()
    except PermissionError:
        return True
    return False
assert barred(socket.socket), "socket"
assert barred(lambda: socket.create_connection(("127.0.0.1", 9))), "connect"
assert barred(lambda: subprocess.run(["true"])), "subprocess"
assert barred(lambda: os.system("true")), "system"
if libc is not None:
    assert "kernel" in bars, bars
    assert libc.socket(2, 1, 0) == -1 and ctypes.get_errno() == 1, "the kernel lets a socket through"
    assert libc.execv(b"/bin/true", None) == -1 and ctypes.get_errno() == 1, "the kernel lets a program through"
print("held")
"""


class Worker:
    """What the process does, done here: a process of its own takes its time to start."""

    def __init__(self, index: Path | str, pack: str = "", key: bytes = KEY, listed: tuple[str, ...] = (OWN,)) -> None:
        self.serving = Serving(Open(key, str(index), pack, listed=listed), ())
        self.state = self.serving.state()

    def say(self, *frames: Asked) -> list[Said]:
        return [word for frame in frames for word in self.serving.hear(frame)]

    def learn(self, *sources: Source) -> None:
        """All there is: these. Told again where that is asked for."""
        for _ in range(2):
            said = self.say(Begin(), *(Learn(one.id, (one,)) for one in sources), Swept())
            said += self.read()
            if not any(isinstance(one, State) and one.again for one in said):
                return

    def read(self) -> list[Said]:
        said: list[Said] = []
        busy = True
        while busy:
            busy, words = self.serving.idle()
            said += words
        self.state = self.serving.state()
        return said

    def ask(self, text: str) -> Answer:
        (found,) = self.say(Ask(number=1, case="c1", turns=(Turn("customer", text),), language="en"))
        assert isinstance(found, Answer)
        return found

    def shown(self, text: str) -> list[str]:
        return [card.source for card in self.ask(text).cards]

    def end(self) -> None:
        self.serving.close()


@pytest.fixture
def start() -> Iterator[Callable[..., Worker]]:
    made: list[Worker] = []

    def begin(*args: Any, **named: Any) -> Worker:
        made.append(Worker(*args, **named))
        return made[-1]

    yield begin
    for one in made:
        one.end()


Start = Callable[..., Worker]


def macro(id: str, title: str, text: str) -> Source:
    return Source(id=f"macro:{id}", kind="macro", title=title, text=text, language="en", version=1)


REFUND = macro("m1", "Late refund", f"The refund left us on {{{{date}}}}. {CANARY} will trace it at the bank.")
ADDRESS = macro("m2", "Change the address", "You can change the delivery address until the parcel is packed.")


def test_no_network_and_no_other_program() -> None:
    done = subprocess.run([sys.executable, "-c", TRIES], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("held", "")


def test_the_worker_has_nothing_to_send_with() -> None:
    """Neither what speaks to a server, nor any command, is loaded in it; and what it can say is only these."""
    tell = "import sys, agentdesk.assist.serving as s; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", tell], capture_output=True, text=True, timeout=60, check=True)
    loaded = done.stdout.split()
    ours = {name for name in loaded if name.startswith("agentdesk.")}
    assert not [name for name in ours if name.startswith(("agentdesk.sync", "agentdesk.protocol", "agentdesk.desk"))]
    assert not [name for name in ours if name.startswith("agentdesk.domain")]
    assert {"requests", "websockets", "ssl", "smtplib", "http.client"}.isdisjoint(loaded)
    assert {kind.__name__ for kind in get_args(Said)} == {"State", "Learned", "Answer", "Finished"}


def test_it_keeps_what_it_was_told_and_shows_only_what_is_named_again(start: Start, tmp_path: Path) -> None:
    index = tmp_path / "assist.db"
    one = start(index)
    assert (one.state.level, one.state.why, one.state.texts) == (2, "pack", 0)
    one.learn(REFUND, ADDRESS)
    assert one.shown("where is my refund, the bank has no trace of it") == ["macro:m1"]
    one.end()
    assert CANARY.encode() not in index.read_bytes()
    two = start(index)
    assert two.state.texts == 2
    assert two.shown("where is my refund at the bank") == []  # this desk has not named it yet
    assert (two.state.whole, two.ask("where is my refund").whole) == (False, False)
    two.learn(ADDRESS)
    assert (two.state.whole, two.ask("where is my refund").whole) == (True, True)
    assert two.shown("where is my refund at the bank") == []
    two.end()
    assert owners(index) == ["macro:m2"]


def owners(index: Path) -> list[str]:
    shelf, wrong = open_shelf(str(index), KEY, "")
    found = [kept.owner for kept in shelf.all()]
    shelf.close()
    assert wrong == ""
    return found


def test_what_is_erased_leaves_the_file_before_it_is_answered(start: Start, tmp_path: Path) -> None:
    index = tmp_path / "assist.db"
    worker = start(index)
    past = Source(id="case:c7:3", kind="case", title=f"From {CANARY}", asked=f"{CANARY} here, my refund is late",
                  text=f"Dear {CANARY}, we sent €12.50 on 3 May with reference AB-77812.")  # fmt: skip
    worker.learn(REFUND, past)
    assert worker.say(Learn("macro:m1", (), gone=True), Learn(past.id, (), gone=True)) == [Learned(1)] * 2
    db = open_database(index, KEY, durable=False, readonly=True)
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert "words_data" in tables
    held = [(name, row) for name in tables for row in db.execute(f"SELECT * FROM {name}")]
    db.close()
    found = [name for name, row in held for part in row if CANARY.lower().encode() in _bytes(part).lower()]
    assert found == []
    assert not any("refund" in str(row) for _, row in held)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def test_of_another_customers_answer_no_name_and_no_fact_is_kept(start: Start, tmp_path: Path) -> None:
    worker = start(tmp_path / "assist.db")
    past = Source(id="case:c7:3", kind="case", title="Refund", asked="Quirin here: my refund for order 4711332 is late",
                  text="Dear Quirin, we sent €12.50 on 3 May with reference AB-77812 to q@example.org.",
                  names=("Quirin Maas",), language="en")  # fmt: skip
    worker.learn(past)
    worker.end()
    shelf, _ = open_shelf(str(tmp_path / "assist.db"), KEY, "")
    (kept,) = shelf.all()
    source = shelf.source(kept.id)
    shelf.close()
    assert source.names == ()
    for secret in ("Quirin", "12.50", "3 May", "77812", "q@example.org"):
        assert secret not in f"{source.title} {source.asked} {source.text}"
    assert source.text.count("{{") == 5


@pytest.mark.parametrize("breaks", ["cut", "bytes", "key", "folder"])
def test_a_broken_index_is_made_anew(start: Start, tmp_path: Path, breaks: str) -> None:
    index = tmp_path / "assist.db"
    one = start(index)
    one.learn(REFUND, *(macro(f"x{n}", f"Thing {n}", f"words {n} " * 40) for n in range(30)))
    one.end()
    data = bytearray(index.read_bytes())
    if breaks == "cut":
        index.write_bytes(data[: len(data) // 2])
    elif breaks == "bytes":
        data[8192 * 3 : 8192 * 5] = b"x" * 8192 * 2
        index.write_bytes(data)
    elif breaks == "folder":
        index.unlink()
        index.mkdir()
    two = start(index, key=KEY if breaks != "key" else b"j" * 32)
    two.learn(REFUND)
    assert two.shown("where is my refund, the bank has no trace") == ["macro:m1"]
    assert ("memory" in two.state.why) == (breaks == "folder")


ENTRY = """
import sys
sys.stdin = sys.stdout = None  # as in a program without a console
from agentdesk.cli import main
code = main(["--worker"])
assert {"PySide6", "sqlalchemy", "requests", "agentdesk.desk", "agentdesk_server"}.isdisjoint(sys.modules)
sys.exit(code)
"""


@pytest.mark.parametrize("entry", [["-m", "agentdesk.assist"], ["-c", ENTRY]], ids=["module", "program"])
def test_a_process_answers_and_ends_with_its_pipe_or_by_what_is_no_frame(entry: list[str]) -> None:
    """Started as a module, and through the program's own entry, as in an installer."""
    command = [sys.executable, "-s", "-B", *entry]
    told = (Open(KEY, ""), Begin(), Learn("macro:m1", (REFUND,)), Swept(),
            Ask(number=7, case="c1", turns=(Turn("customer", "is my refund at the bank?"),)))  # fmt: skip
    spoken = b"".join(map(framed, told))
    done = subprocess.run(command, input=spoken, stdout=subprocess.PIPE, timeout=60, check=True)
    heard = [said(body) for body in taken(bytearray(done.stdout))]
    (state,) = [one for one in heard[:1] if isinstance(one, State)]
    assert "hook" in state.bars
    (answer,) = [one for one in heard if isinstance(one, Answer)]
    assert (answer.number, answer.level) == (7, 2)
    done = subprocess.run(command, input=b"\xff" * 64, stdout=subprocess.PIPE, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    with pytest.raises(BadFrame):
        list(taken(bytearray(b"\xff\xff\xff\xff")))


def test_a_pack_that_is_not_registered_or_was_withdrawn_is_not_read(tmp_path: Path) -> None:
    pack = tmp_path / "other.pack"
    digest = write(pack, "Other", "nowhere", "MIT", {})
    for listed, withdrawn, why in (((OWN,), (), "unlisted"), ((OWN,), (digest,), "withdrawn"), ((digest,), (), "pack")):
        serving = Serving(Open(KEY, "", str(pack), listed=listed, withdrawn=withdrawn), ())
        state = serving.state()
        assert (state.level, state.why, state.model) == (2, why, "")
        serving.close()


def test_by_meaning_what_shares_no_word_is_found(start: Start, tmp_path: Path) -> None:
    try:
        pack = str(resource("assist/minilm.pack"))
    except FileNotFoundError:
        pytest.skip("the model's pack was not made: scripts/make_pack.py")
    worker = start(tmp_path / "assist.db", pack)
    worker.learn(REFUND, ADDRESS)
    assert (worker.state.level, worker.state.unread) == (3, 0)
    answer = worker.ask("I have moved. Is it too late for another delivery address for my package?")
    assert [card.source for card in answer.cards] == ["macro:m2"]
    assert (answer.level, len(answer.input_sha256)) == (3, 64)
    assert worker.shown("What is the capital of France?") == []
