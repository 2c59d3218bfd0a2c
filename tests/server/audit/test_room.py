"""The audit log through a working server: who may look, that every look is written down, and the bundle."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from tests.server.running import PATIENCE, Company, Desk, close_code, company

from agentdesk.domain.audit.evidence import Consistency, Inclusion, doubt_consistency, doubt_inclusion
from agentdesk.domain.audit.leaf import Leaf, decode
from agentdesk.domain.audit.published import HEADS, AuditHead, witness
from agentdesk.domain.kernel import COMMANDS
from agentdesk.protocol import Close
from agentdesk.store.signature import is_signed
from agentdesk.store.staging import Staging
from agentdesk.sync.errands import Account, Errands
from agentdesk.sync.http import Problem
from agentdesk_server.audit import bundle
from agentdesk_server.audit.verify import verify_file

AUDITOR = "auditor"
QUESTIONS: dict[str, dict[str, Any]] = {
    "audit.search": {},
    "audit.heads": {},
    "audit.prove": {"entry": 0},
    "audit.compare": {"first": 1, "second": 1},
    "audit.unseal": {"entry": 0, "reason": "A test asks."},
}


class House:
    """A company with an auditor."""

    def __init__(self, shop: Company) -> None:
        self.state, self.url, self.running, self.agent = shop.state, shop.url, shop.running, shop.agent
        self.sign_in = shop.sign_in
        self.auditor = shop.hire("Ada Orr", "ada@example.com", AUDITOR, ())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with company(tmp_path_factory.mktemp("data") / "server") as found:
        yield House(found)


@pytest.fixture
def mina(house: House) -> Iterator[Desk]:
    desk = Desk(house.url, house.sign_in())
    yield desk
    desk.close()


@pytest.fixture
def ada(house: House) -> Iterator[Desk]:
    desk = Desk(house.url, house.sign_in("ada@example.com"))
    yield desk
    desk.close()


def ask(desk: Desk, question: str, **args: Any) -> dict[str, Any]:
    desk.say({"t": "ask", "id": 7, "question": question, "args": args})
    return desk.until("answer", id=7)


def leaves(house: House) -> list[Leaf]:
    rows = house.running.do(_all(house))
    return [decode(row[0]) for row in rows]


async def _all(house: House) -> Any:
    query = "SELECT data FROM leaf ORDER BY number"
    return await house.state.writer.call(lambda a: a.ledger._conn.execute(query).fetchall())


def read(answer: dict[str, Any]) -> list[Leaf]:
    return [decode(msgspec.convert(one, bytes)) for one in answer["result"]["entries"]]


def key(house: House) -> bytes:
    return house.state.writer.authority.ledger.public_key


def test_all_questions_are_tried(house: House) -> None:
    assert set(QUESTIONS) == {name for name in house.state.hub.answerers if name.startswith("audit.")}
    others = {"audit.export", "audit.publish", "audit.accept", "audit.follow"}
    assert {*QUESTIONS, *others} == {name for name in COMMANDS if name.startswith("audit.")}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("args", ["right", "wrong"])
def test_who_may_not_ask_hears_what_is_said_of_what_does_not_exist(
    house: House, mina: Desk, question: str, args: str
) -> None:
    """Byte for byte, whatever the arguments; and it is written down."""
    told = QUESTIONS[question] if args == "right" else {"entry": "x", "limit": -1, "first": [], "before": "y"}
    nothing, before = ask(mina, "audit.fly", **told), len(leaves(house))
    assert ask(mina, question, **told) == nothing == {
        "t": "answer", "id": 7, "sentence": "The server does not know this question."
    }  # fmt: skip
    new = leaves(house)[before:]
    assert [(leaf.command, leaf.outcome) for leaf in new] == [(question, "denied" if args == "right" else "refused")]
    assert new[0].actor == house.state.writer.authority.ledger.pseudonym("actor", house.agent)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_look_is_an_entry(house: House, ada: Desk, question: str) -> None:
    if question == "audit.compare":
        size = head_size(house)
        args = {"first": size, "second": size}
    else:
        args = QUESTIONS[question]
    before = len(leaves(house))
    assert "result" in ask(ada, question, **args)
    (new,) = leaves(house)[before:]
    assert (new.command, new.outcome, len(new.sealed)) == (question, "done", 1)


def head_size(house: House) -> int:
    async def sign() -> int:
        signed = await house.state.writer.call(lambda authority: authority.sign_head())
        found: int = msgspec.msgpack.decode(signed.data[len(b"AgentDesk audit head\0") :])[2]
        return found

    return house.running.do(sign())


def test_a_search_finds_and_finds_itself(house: House, ada: Desk, mina: Desk) -> None:
    assert mina.do("availability.set", state="away")["status"] == "done"
    found = read(ask(ada, "audit.search", person=house.agent, command="availability.set"))
    assert [leaf.outcome for leaf in found] == ["done"]
    assert read(ask(ada, "audit.search", limit=1))[0].command == "audit.search"
    denied = read(ask(ada, "audit.search", outcome="denied"))
    assert {leaf.outcome for leaf in denied} <= {"denied"}


@pytest.mark.parametrize(
    "args", [{"limit": 0}, {"limit": 10**6}, {"before": -1}, {"since": "x"}, {"outcome": "maybe"}, {"person": None}]
)
def test_what_cannot_be_read_is_said_to_those_who_may_ask(ada: Desk, args: dict[str, Any]) -> None:
    assert ask(ada, "audit.search", **args)["sentence"] == "The server could not read this question."


def test_an_entry_newer_than_every_head_is_proved_under_a_fresh_one(house: House, ada: Desk) -> None:
    newest = read(ask(ada, "audit.search", limit=1))[0].index
    proof = msgspec.convert(ask(ada, "audit.prove", entry=newest)["result"], Inclusion)
    assert proof.index == newest
    assert doubt_inclusion(proof, is_signed, key(house)) == ""
    assert ask(ada, "audit.prove", entry=10**9)["data"] == {"number": 10**9}


def test_heads_are_compared(house: House, ada: Desk) -> None:
    first = head_size(house)
    ask(ada, "audit.search")
    second = head_size(house)
    told = msgspec.convert(ask(ada, "audit.compare", first=second, second=first)["result"], Consistency)
    assert doubt_consistency(told, is_signed, key(house)) == ""
    assert ask(ada, "audit.compare", first=first, second=10**9)["data"] == {"size": 10**9}


def test_who_stands_behind_an_entry_is_told_for_a_reason(house: House, ada: Desk, mina: Desk) -> None:
    mina.do("availability.set", state="break")
    (leaf,) = read(ask(ada, "audit.search", command="availability.set", limit=1))
    assert ask(ada, "audit.unseal", entry=leaf.index, reason=" \n")["sentence"].startswith("Say why")
    told = ask(ada, "audit.unseal", entry=leaf.index, reason="Who was away?")["result"]
    assert told == {
        "actor": house.agent, "device": "laptop", "subject": house.agent, "arguments": {"state": "break"},
        "genuine": True,
    }  # fmt: skip
    (own,) = read(ask(ada, "audit.search", command="audit.unseal", limit=1))
    told = ask(ada, "audit.unseal", entry=own.index, reason="Who asked?")["result"]
    assert (told["actor"], told["arguments"]) == (house.auditor, {"entry": leaf.index, "reason": "Who was away?"})


def test_what_broke_is_said_and_logged(
    house: House, ada: Desk, monkeypatch: pytest.MonkeyPatch, expect_log: Any
) -> None:
    async def broken(*_: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(house.state.audit, "catch_up", broken)
    expect_log("ERROR agentdesk_server.hub.passing: a question could not be answered")
    assert ask(ada, "audit.heads")["sentence"].startswith("The server could not do this.")


def test_more_questions_than_agreed_end_the_connection(house: House, ada: Desk) -> None:
    ada.say(*({"t": "ask", "id": n, "question": "audit.heads", "args": {}} for n in range(40)))
    assert close_code(ada.socket) == Close.BAD_FRAME


# --- The bundle ---


def fetch(house: House, email: str, span: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {house.sign_in(email, 'downloader')}"}
    return requests.get(f"{house.url}/api/v1/audit/bundle/{span}", headers=headers, timeout=PATIENCE)


@pytest.mark.parametrize("span", ["all", "2-5", "0-0"])
def test_a_bundle_is_verified_offline(house: House, tmp_path: Path, span: str) -> None:
    head_size(house)
    answer = fetch(house, "ada@example.com", span)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    file = tmp_path / "audit.zip"
    file.write_bytes(answer.content)
    verdict = verify_file(file, key(house))
    assert verdict.ok, verdict.problems
    assert verdict.leaves == {"all": 0, "2-5": 4, "0-0": 1}[span]
    assert leaves(house)[verdict.size - 1].command == "audit.export", "the newest leaf is the export itself"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert b"mina@example.com" not in text
    assert bundle.HEADS in archive.namelist()
    assert not list(house.running.settings.folder.glob("*.part"))


def test_for_who_may_not_have_it_there_is_no_such_door(house: House) -> None:
    before = len(leaves(house))
    denied, nothing = fetch(house, "mina@example.com", "all"), fetch(house, "mina@example.com", "all/of/it")
    assert (denied.status_code, denied.content) == (nothing.status_code, nothing.content)
    assert dict(denied.headers) == dict(nothing.headers) | {"date": denied.headers["date"]}
    new = leaves(house)[before:]
    told = [(leaf.command, leaf.outcome) for leaf in new if leaf.command != "session.begin"]
    assert told == [("audit.export", "denied")]
    assert requests.get(f"{house.url}/api/v1/audit/bundle/all", timeout=PATIENCE).status_code == 401


def test_a_laptop_saves_a_bundle_whole_or_not_at_all(house: House, tmp_path: Path) -> None:
    account = Account(house.url, "downloader", token=house.sign_in("ada@example.com", "downloader"))
    errands, file = Errands(account, Staging(tmp_path / "staging", bytes(32))), tmp_path / "audit.zip"
    errands.save("/api/v1/audit/bundle/0-3", file)
    assert verify_file(file, key(house)).leaves == 4
    for where, into in (("/api/v1/audit/bundle/5-2", file), ("/api/v1/audit/bundle/0-3", tmp_path / "no" / "x.zip")):
        with pytest.raises(Problem):
            errands.save(where, into)
    assert verify_file(file, key(house)).leaves == 4, "what was saved before stays"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["audit.zip"]


def test_it_needs_a_fresh_proof(house: House, ada: Desk) -> None:
    token = house.sign_in("ada@example.com", "downloader")
    house.state.gate.fresh.forget(house.auditor)
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{house.url}/api/v1/audit/bundle/all", headers=headers, timeout=PATIENCE)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:agentdesk:problem:step_up")
    assert ask(ada, "audit.unseal", entry=0, reason="Why not?")["sentence"].startswith("Confirm that it is you")
    assert "result" in ask(ada, "audit.search"), "to look is no act"


@pytest.mark.parametrize(("span", "status"), [("5-2", 416), ("0-99999999", 416), ("x", 404), ("1-", 404), ("-1", 404)])
def test_a_span_that_is_none(house: House, span: str, status: int) -> None:
    assert fetch(house, "ada@example.com", span).status_code == status


def test_only_one_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.state.audit, "_exporting", True)
    answer = fetch(house, "ada@example.com", "all")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_the_head_is_shown_to_everybody_once_a_day(house: House, mina: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    room, time = house.state.audit, [house.state.clock()]

    def shown() -> list[AuditHead]:
        return house.running.do(house.state.writer.call(lambda a: list(a.truth.page(HEADS(), limit=99))))

    class Core:
        """The same core at another time."""

        def __getattr__(self, name: str) -> Any:
            return (lambda: time[0]) if name == "clock" else getattr(house.state.core, name)

    monkeypatch.setattr(room, "core", Core())
    for _ in range(3):
        house.running.do(room.publish())
    assert len(shown()) == 1
    pin, doubt = witness(None, shown(), is_signed)
    assert doubt == ""
    time[0] += 25 * 3_600_000
    mina.do("availability.set", state="online")
    house.running.do(room.publish())
    (_, newest) = shown()
    after, doubt = witness(pin, shown(), is_signed)
    assert after is not None
    assert (after.size, doubt) == (newest.size, "")
    put = mina.until("delta", scope="org")
    assert put["t"] == "delta"
