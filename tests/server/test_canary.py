"""Canaries: personal data planted in every field of every record; none may leave for a view that hides it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest
import requests
from tests.server.running import PATIENCE, Company, company
from websockets.sync.client import ClientConnection, connect

from agentdesk.domain import masking
from agentdesk.domain.catalogue import RECORDS
from agentdesk.domain.kernel import Actor, Command, Put, Record, commands
from agentdesk.domain.kernel.records import CLASSES, plain
from agentdesk.protocol import SUBPROTOCOLS, desk_codec
from agentdesk.protocol.frames import Ack, Answer, CaughtUp
from agentdesk_server.app import DOORS
from agentdesk_server.authority import Submission
from agentdesk_server.blobs import path_of

SYSTEM = Actor("system", "system")
BYTES = b"a photo of a passport"
CANARIES: dict[str, tuple[str, ...]] = {
    "name": ("Quastenberger",),
    "contact": ("zeb.canary@quasten.example", "+49 30 90182077", "203.0.113.77"),
    "payment": ("4929360003811724", "DE02120300000000202051"),
    "identity": ("131052-308T", "29 February 1952"),
    "health": ("A123456780",),
    "file": (sha256(BYTES).hexdigest(),),
    "free": ("xylophonist",),
}
"""Class → what is planted. What stands for free text is a word that no detector knows."""
LETTER = (
    "Zebulon Quastenberger, a xylophonist, born 29 February 1952, zeb.canary@quasten.example, tel +49 30 90182077, "
    "from 203.0.113.77: card 4929360003811724, account DE02120300000000202051, hetu 131052-308T, KVNR A123456780."
)
NOTE = "Quastenberger xylophonist 4929360003811724 A123456780"
WHOLE = {"name": "Zebulon Quastenberger", "contact": "zeb.canary@quasten.example", "file": CANARIES["file"][0]}
SHORT = ("4929360003811724", "A123456780", "Quastenberger xylophonist")
EVERYTHING, NOTHING = masking.EVERYWHERE, masking.NOWHERE


class Plant(Command, frozen=True):
    """Writes one record of each kind, as no rule would let anybody."""

    rows: tuple[Any, ...] = ()

    def decide(self, view: Any, who: Actor, now: int) -> Iterable[Any]:
        return [Put(row) for row in self.rows]


class Crash(Command, frozen=True):
    """A command that breaks in the middle, with personal data in its hands."""

    def decide(self, view: Any, who: Actor, now: int) -> Iterable[Any]:
        letter = view.get(RECORDS["message"].cls, "x-message").text
        raise ZeroDivisionError(len(letter))


def planted() -> list[Record]:
    """One record of each kind, with canaries in each field that may hold personal data."""
    return [_planted(kind) for kind, spec in RECORDS.items() if kind not in ("share", "counter")]


def _planted(kind: str) -> Record:
    spec, hints = RECORDS[kind], get_type_hints(RECORDS[kind].cls, include_extras=True)
    values: dict[str, Any] = {name: _blank(hint) for name, hint in hints.items()}
    values |= {name: f"x-{other}" for name, other in (*spec.about, *spec.carries)}
    values |= {"home": ""} if "home" in hints else {}  # what is kept elsewhere is not written here
    for name, data_class in spec.classes.items():
        assert data_class in CANARIES, f"{kind}.{name}: no canary for the class {data_class}"
        whole = WHOLE.get(data_class, LETTER if spec.limits[name] > 2 * len(LETTER) else NOTE)
        short = SHORT if data_class == "free" else (whole,)  # a list of addresses holds addresses
        values[name] = whole if plain(hints[name]) is str else short
    values |= {"id": f"x-{kind}", "scope": "org", "rev": 0, "stamp": ""} if spec.stamped else {
        "id": f"x-{kind}", "scope": "org", "rev": 0}  # fmt: skip
    return spec.cls(**values)


def _blank(hint: Any) -> Any:
    return {str: "x", int: 1, bool: True, float: 1.0}.get(plain(hint), ())


class Listener:
    """A desk that keeps every byte it is sent, unpacked."""

    def __init__(self, shop: Company, token: str, device: str, subprotocol: str) -> None:
        where, headers = f"{shop.url.replace('http', 'ws')}/sync", {"Authorization": f"Bearer {token}"}
        names: Any = [subprotocol]
        self._open = ExitStack()
        more: Any = {"open_timeout": PATIENCE, "max_size": None, "compression": None}
        dialled = connect(where, subprotocols=names, additional_headers=headers, **more)
        self.socket: ClientConnection = self._open.enter_context(dialled)
        self.codec, self.number = desk_codec(subprotocol), 0
        self.raw: list[bytes] = []
        self.say({"t": "hello", "device": device, "schema": 2})

    def say(self, *frames: dict[str, Any]) -> None:
        encode = msgspec.msgpack.encode if self.codec.binary else msgspec.json.encode
        data = encode(frames)
        self.socket.send(b"\x00" + data if self.codec.binary else data.decode())

    def hear(self, kind: type, count: int = 1) -> None:
        """Until so many frames of a kind have come."""
        while count > 0:
            message = self.socket.recv(timeout=PATIENCE)
            body = self.codec._body(message)
            self.raw.append(body if isinstance(body, bytes) else body.encode())
            count -= sum(isinstance(frame, kind) for frame in self.codec.read(message))

    def close(self) -> None:
        self._open.close()

    def ask(self, question: str, /, **args: Any) -> None:
        self.number += 1
        self.say({"t": "ask", "id": self.number, "question": question, "args": args})
        self.hear(Answer)

    def do(self, name: str, /, **args: Any) -> None:
        self.number += 1
        self.say({"t": "command", "n": self.number, "name": name, "args": args})
        self.hear(Ack)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "server") as found:
        yield found


def _plant(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the authority, so that all is stamped as ever."""
    for cls, name in ((Plant, "test.plant"), (Crash, "test.crash")):
        spec = msgspec.structs.replace(commands.COMMANDS["case.deliver"], name=name, cls=cls, refs=(), creates=())
        monkeypatch.setitem(commands._BY_CLASS, cls, spec)
    ack = shop.running.do(
        shop.state.writer.submit(Submission(SYSTEM, "test.plant", Plant(rows=tuple(planted())), b""))
    ).ack
    assert ack.status == "done", ack
    path = path_of(shop.state.folder, CANARIES["file"][0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(BYTES)


def _policy(monkeypatch: pytest.MonkeyPatch, **where: str) -> None:
    """Agents see these classes as it says, and all others everywhere."""
    row = tuple(where.get(column, EVERYTHING) for column in masking.COLUMNS)
    monkeypatch.setitem(masking.POLICY, "agent", row)
    masking.view_of.cache_clear()


@pytest.fixture(autouse=True)
def _forget_views() -> Iterator[None]:
    yield
    masking.view_of.cache_clear()


def _heard(shop: Company, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """All that an agent can get out of the server: what is there, what comes, what is asked, refused and fetched."""
    token = shop.sign_in(device="old")
    sync = [Listener(shop, token, "old", SUBPROTOCOLS[0])]
    sync[0].hear(CaughtUp, 3)
    _plant(shop, monkeypatch)
    sync.append(Listener(shop, shop.sign_in(device="new"), "new", SUBPROTOCOLS[1]))
    sync[1].hear(CaughtUp, 3)
    for desk in sync:
        desk.ask("case", case="x-case")
        for canary in (word for words in CANARIES.values() for word in words):
            desk.ask("search", text=canary)
        desk.ask("search", text="account")
        desk.ask("nothing", text="account")
        desk.ask("reveal", kind="customer", record="x-customer", field="name", purpose="law", reason="I am curious.")
        desk.number = 0
        desk.do("case.reply", case="x-case", message=f"m-{desk.codec.binary}", text="Hello", seen=0)
        desk.do("case.solve", case="x-case", seen=0)
        desk.do("case.claim", case="x-case")
        desk.do("customer.update", customer="x-customer", name="\x00masked:name\x00")
    heard = b"".join(piece for desk in sync for piece in desk.raw)
    for desk in sync:
        desk.close()
    return heard + _doors(shop, token)


def _doors(shop: Company, token: str) -> bytes:
    """What the doors give, and how they refuse."""
    heard = b""
    paths = [*{door.path for door in DOORS}, "/nothing"]
    for path in paths:
        for kind, id in (("{digest}", CANARIES["file"][0]), ("{path:path}", "x"), ("{id}", "x-case")):
            path = path.replace(kind, id)
        for method in ("GET", "POST", "PUT", "DELETE"):
            if path.endswith("/session") and method == "DELETE":
                continue  # it would end the session
            answer = requests.request(
                method, shop.url + path, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE
            )
            echoed = answer.content.replace(path.encode(), b"")  # an error may name what was asked for
            heard += echoed + repr(dict(answer.headers)).encode().replace(f'"{CANARIES["file"][0]}"'.encode(), b"")
    return heard


HIDING = [dict.fromkeys(masking.COLUMNS, NOTHING), *({data_class: NOTHING} for data_class in CLASSES)]


@pytest.mark.parametrize("hidden", HIDING, ids=lambda hidden: "all" if len(hidden) > 1 else next(iter(hidden)))
def test_what_a_view_hides_never_leaves_the_server(
    hidden: dict[str, str], shop: Company, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    _policy(monkeypatch, **hidden)
    heard = _heard(shop, monkeypatch)
    for data_class in hidden:
        for canary in CANARIES[data_class]:
            assert canary.encode() not in heard, f"{data_class}: {canary}"
        if "free" not in hidden or data_class in ("name", "contact", "file", "free"):
            assert f"masked:{data_class}".encode() in heard
    if "file" in hidden:
        assert BYTES not in heard
    said = caplog.text.encode()
    planted = [canary for data_class, words in CANARIES.items() for canary in words if data_class != "file"]
    assert not [canary for canary in planted if canary.encode() in said], "an address that was asked for is no leak"


def test_the_canaries_sing_where_nothing_is_hidden(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would prove nothing: to a view that hides nothing all of it leaves, in every field."""
    _policy(monkeypatch)
    heard = _heard(shop, monkeypatch)
    for data_class, words in CANARIES.items():
        assert [word for word in words if word.encode() not in heard] == [], data_class
    assert BYTES in heard
    assert heard.count(b"xylophonist") > sum(list(spec.classes.values()).count("free") for spec in RECORDS.values())


def test_each_field_is_stamped_or_hidden_whole(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record by record: what the real policy of agents hides is in none of what they get."""
    _plant(shop, monkeypatch)
    view = masking.view_of("agent", "")
    for kind, spec in RECORDS.items():
        record = shop.state.reader.records.get(kind, f"x-{kind}")
        if record is None:
            assert kind in ("share", "counter")
            continue
        seen = msgspec.json.encode(masking.masked(record, view))
        for data_class in view.hidden:
            for canary in CANARIES[data_class]:
                assert canary.encode() not in seen, f"{kind}: {canary}"
        if "free" in spec.classes.values() and spec.stamped:
            assert b"xylophonist" in seen, "free text itself is shown to agents"
            old = msgspec.structs.replace(record, stamp="")
            assert b"xylophonist" not in msgspec.json.encode(masking.masked(old, view)), "but not without a stamp"


def test_what_breaks_tells_the_log_nothing(
    shop: Company, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, expect_log: Any
) -> None:
    _plant(shop, monkeypatch)
    expect_log("could not be committed")
    ack = shop.running.do(shop.state.writer.submit(Submission(SYSTEM, "test.crash", Crash(), b""))).ack
    assert ack.status == "refused"
    said = (caplog.text + ack.sentence + repr(ack.data)).encode()
    assert "ZeroDivisionError" in caplog.text
    assert not [canary for words in CANARIES.values() for canary in words if canary.encode() in said]
