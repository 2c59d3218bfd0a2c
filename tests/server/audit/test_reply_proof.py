"""The proof for one reply: what it says is so, it holds no word of a customer, and nothing in it can be changed."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from tests.server.running import PATIENCE, Company, Running
from tests.server.signing import Caller

from agentdesk.domain.cases import MESSAGES, Reply, Unsend
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.later import PlanReply, SendNow
from agentdesk.domain.queue import ALL
from agentdesk.domain.suggestions import ActOnSuggestion, Considered, NoteSent, Offer
from agentdesk_server.audit.command import TOUCHED, UNTOUCHED, run
from agentdesk_server.audit.verify import Verdict, verify_file
from agentdesk_server.authority import Submission
from agentdesk_server.state import Settings

TEXT = "Your refund left us on Monday, dear Mr Wolff."

SEEN = Considered("macro:m1", "macro", 3, 0, 0.7, 0.2, 0.1, 0.6)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Replies: r1 came from a suggestion, r2 was written beside silence, r3 with no suggestion at all; p5 was planned
    in place of one that was taken back.
    """
    company = Company(Running(Settings(folder=tmp_path_factory.mktemp("server"), port=0)))
    company.hire("Lou Lead", "lou@example.com", "supervisor")
    ann = Actor(company.hire("Ann", "ann@example.com"), "nobody", device="desk")
    with company.visitor().line() as line:
        line.message("Where is my refund?")
    case = company.state.core.reader.records.page(ALL(), limit=1)[0].id

    def offer(id: str, **more: Any) -> Offer:
        told = {"suggestion": id, "case": case, "turn": 1, "level": 3, "rules": 2, "threshold": 0.7,
                "input_sha256": "ab", "candidates": (SEEN,), "shown": (), "model": "c0ffee", **more}  # fmt: skip
        return msgspec.convert(told, Offer)

    def sent(id: str, message: str, edits: int) -> NoteSent:
        digest = hashlib.sha256(TEXT.encode()).hexdigest()
        return NoteSent(suggestion=id, case=case, message=message, edits=edits, final_sha256=digest)

    later = company.state.clock() + 3_600_000
    accepted = ActOnSuggestion(suggestion="sg1", case=case, source="macro:m1", action="accepted", chars=40)
    for wish in (
        offer("sg1", shown=("macro:m1",)), accepted, Reply(case=case, message="r1", text=TEXT, seen=99),
        sent("sg1", "r1", 4), offer("sg2"), Reply(case=case, message="r2", text=TEXT, seen=99), sent("sg2", "r2", 0),
        Reply(case=case, message="r3", text=TEXT, seen=99),
        offer("sg4", shown=("macro:m1",)), Reply(case=case, message="r4", text=TEXT, seen=99, hold=600),
        sent("sg4", "r4", 0), Unsend(message="r4"), PlanReply(case=case, planned="p5", text=TEXT, due=later, seen=99),
        sent("sg4", "p5", 7), SendNow(planned="p5", seen=99),
    ):  # fmt: skip
        tell(company, ann, wish)
    yield company
    company.running.stop()


def tell(company: Company, who: Actor, command: Command) -> None:
    told = Submission(who, command_spec(command).name, command, msgspec.msgpack.encode(command), fresh=True)
    outcome = company.running.do(company.state.writer.submit(told))
    assert outcome.ack.status == "done", outcome.ack


@pytest.fixture(scope="module")
def lou(own: Company) -> Caller:
    made = Caller(own, "lou@example.com", "desk")
    made.sign_in()
    return made


def proof(lou: Caller, message: str) -> bytes:
    answer = lou.ask("GET", f"/api/v1/suggestions/replies/{message}/proof")
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def checked(own: Company, folder: Path, data: bytes) -> Verdict:
    file = folder / "proof.jsonl"
    file.write_bytes(data)
    return verify_file(file, own.state.writer.authority.ledger.public_key)


def test_it_says_from_what_a_reply_came(own: Company, lou: Caller, tmp_path: Path, capsys: Any) -> None:
    data = proof(lou, "r1")
    verdict = checked(own, tmp_path, data)
    assert verdict.ok, verdict.problems
    story = "\n".join(verdict.story)
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    for one in ("sg1 was shown before: macro:m1", "version 3", "the model c0ffee", "level 3",
                "rules 2", "40 characters; 4 of them were changed", "10 %", digest):  # fmt: skip
        assert one in story, story
    for word in (b"Wolff", b"refund"):
        assert word not in data
        assert not any(word in base64.b64decode(said) for said in texts(data))
    key = own.state.writer.authority.ledger.public_key.hex()
    assert run([str(tmp_path / "proof.jsonl"), "--key", key]) == UNTOUCHED
    assert "4 of them were changed" in capsys.readouterr().out


def texts(data: bytes) -> list[str]:
    return [json.loads(line).get("arguments", "") for line in data.splitlines()]


def test_it_says_that_nothing_was_shown(own: Company, lou: Caller, tmp_path: Path) -> None:
    quiet = checked(own, tmp_path, proof(lou, "r2"))
    assert quiet.ok, quiet.problems
    assert "Nothing was shown: suggestion sg2 kept quiet" in "\n".join(quiet.story)
    nothing = checked(own, tmp_path, proof(lou, "r3"))
    assert nothing.ok, nothing.problems
    assert "No suggestion belongs to it" in nothing.story[-1]


def test_what_was_taken_back_and_planned_anew_is_proved(own: Company, lou: Caller, tmp_path: Path) -> None:
    data = proof(lou, "p5")
    found = checked(own, tmp_path, data)
    assert found.ok, found.problems
    assert "sg4 was shown before: macro:m1" in "\n".join(found.story)
    assert not any(b"Wolff" in base64.b64decode(said) for said in texts(data))


def test_a_byte_that_is_another_is_found(own: Company, lou: Caller, tmp_path: Path) -> None:
    data = bytearray(proof(lou, "r1"))
    for place in range(0, len(data), max(1, len(data) // 250)):
        data[place] ^= 1
        assert not checked(own, tmp_path, bytes(data)).ok, place
        data[place] ^= 1
    assert checked(own, tmp_path, bytes(data)).ok
    (tmp_path / "proof.jsonl").write_bytes(data[:-9])
    assert run([str(tmp_path / "proof.jsonl")]) == TOUCHED


def forged(data: bytes, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> bytes:
    """The lines as somebody changed them, closed anew as they would be."""
    lines = change([json.loads(line) for line in data.splitlines()][:-1])
    body = b"".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" for line in lines)
    counts = {kind: sum(line["line"] == kind for line in lines) for kind in ("proof", "opened", "head")}
    end = {"line": "end", "leaves": counts["proof"], "sealed": counts["opened"], "heads": counts["head"],
           "sha256": base64.b64encode(hashlib.sha256(body).digest()).decode()}  # fmt: skip
    return body + json.dumps(end, separators=(",", ":")).encode() + b"\n"


def test_nothing_can_be_left_out_or_put_in(own: Company, lou: Caller, tmp_path: Path) -> None:
    data = proof(lou, "r1")
    assert checked(own, tmp_path, forged(data, lambda lines: lines)).ok, "the forger closes files as the server does"
    kinds = [json.loads(line)["line"] for line in data.splitlines()][:-1]
    for place, kind in enumerate(kinds):
        less = forged(data, lambda lines, place=place: [*lines[:place], *lines[place + 1 :]])
        found = checked(own, tmp_path, less)
        assert not found.ok or not found.story, (place, kind)
    opened = [place for place, kind in enumerate(kinds) if kind == "opened"]

    def lie(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        said = msgspec.msgpack.decode(base64.b64decode(lines[opened[1]]["arguments"]))
        told = msgspec.msgpack.encode({**said, "action": "dismissed", "chars": 0})
        lines[opened[1]]["arguments"] = base64.b64encode(told).decode()
        return lines

    assert "other arguments" in " ".join(checked(own, tmp_path, forged(data, lie)).problems)
    other = [json.loads(line) for line in proof(lou, "r2").splitlines()]
    mixed = forged(data, lambda lines: [*lines, *[one for one in other if one["line"] in ("proof", "opened")]])
    assert not checked(own, tmp_path, mixed).ok


def test_only_who_may_and_only_of_what_they_see(own: Company, lou: Caller) -> None:
    path = "/api/v1/suggestions/replies/{}/proof"
    ann = {"Authorization": f"Bearer {own.sign_in()}"}
    assert requests.get(own.url + path.format("r1"), headers=ann, timeout=PATIENCE).status_code == 403
    assert requests.get(own.url + path.format("r1"), timeout=PATIENCE).status_code == 401
    assert lou.ask("GET", path.format("nothing")).status_code == 404
    records = own.state.core.reader.records
    case = records.page(ALL(), limit=1)[0].id
    customers = next(one for one in records.page(MESSAGES(case=case), limit=9) if one.kind != "reply")
    assert lou.ask("GET", path.format(customers.id)).status_code == 409
