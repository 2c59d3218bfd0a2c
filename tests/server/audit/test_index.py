"""The index gives what a look at every leaf would, proves what is there, and is made anew where it does not fit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from tests.server.ruling import MASTER, NOW, SYSTEM, Ruling

from agentdesk.domain.audit import CompareHeads, ListHeads, SearchAudit
from agentdesk.domain.audit.evidence import doubt_consistency, doubt_inclusion
from agentdesk.domain.audit.leaf import Leaf, decode
from agentdesk.domain.audit.merkle import Tree, leaf_hash
from agentdesk.domain.audit.proofs import nodes_of
from agentdesk.domain.cases import Case, Claim, Note, Solve
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.people import AddTeam
from agentdesk.store.signature import is_signed
from agentdesk_server.audit import index as index_
from agentdesk_server.audit.index import FILE, AuditIndex, Wanted
from agentdesk_server.audit.reading import Reading


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    for number in range(12):
        made.time += 1_000
        made.open_case(f"c{number}", customer=f"u{number}")
        made.tell("ann", Note(case=f"c{number % 3}", message=f"n{number}", text="x"))
        made.tell("cat", Claim(case=f"c{number}"), device="phone")
        made.tell("bob", Solve(case=f"c{number}", seen=99))
        if number % 4 == 0:
            made.authority.sign_head()
    yield made
    made.database.close()


@pytest.fixture
def reading(rule: Ruling) -> Iterator[Reading]:
    made = opened(rule)
    while made.step():
        pass
    yield made
    made.close()


def opened(rule: Ruling) -> Reading:
    ledger = rule.authority.ledger
    return Reading(rule.folder, None, rule.authority.epoch, ledger.public_key, ledger.pseudonym)


def names(rule: Ruling) -> dict[bytes, str]:
    return {rule.authority.ledger.pseudonym("actor", id): id for id in ("ann", "bob", "cat", "system", "webchat")}


def found(reading: Reading, **asked: Any) -> list[Leaf]:
    """All pages."""
    leaves: list[Leaf] = []
    before = 0
    while True:
        page = reading.search(SearchAudit(**{"limit": 7, **asked}, before=before))
        leaves += map(decode, page["entries"])
        before = page["before"]
        if not before:
            return leaves


@pytest.mark.parametrize("seed", range(60))
def test_it_finds_what_a_look_at_every_leaf_finds(rule: Ruling, reading: Reading, seed: int) -> None:
    chance, who = random.Random(seed), names(rule)
    asked: dict[str, Any] = {}
    for field, values in {
        "since": (NOW, NOW + 3_000, NOW + 99_000),
        "until": (NOW + 1, NOW + 7_500, NOW + 99_000),
        "person": ("ann", "cat", "nobody"),
        "device": ("laptop", "phone"),
        "command": ("case.note", "case.solve", "case.claim"),
        "outcome": ("done", "refused", "denied"),
        "record": ("c1", "n4", "none"),
        "limit": (1, 3, 200),
    }.items():
        if chance.random() < 0.35:
            asked[field] = chance.choice(values)
    device = rule.authority.ledger.pseudonym("device", asked.get("device", ""))
    wanted = [
        leaf
        for leaf in reversed(rule.leaves())
        if asked.get("since", 0) <= leaf.time < asked.get("until", 1 << 60)
        and asked.get("person") in (None, who.get(leaf.actor))
        and ("device" not in asked or leaf.device == device)
        and asked.get("command") in (None, leaf.command)
        and asked.get("outcome") in (None, leaf.outcome)
        and ("record" not in asked or any(id == asked["record"] for _, id in leaf.touched))
    ]
    assert found(reading, **asked) == wanted


def test_a_case_is_found_by_its_number(rule: Ruling, reading: Reading) -> None:
    case = rule.database.records.of(Case, "c3")
    assert case is not None
    assert found(reading, record=f"#{case.number}") == found(reading, record="c3") != []
    for wrong in ("#", "#x", "#²", "#99999", "#" + "9" * 40):
        assert found(reading, record=wrong) == []


def test_it_uses_an_index_whatever_is_asked(rule: Ruling, reading: Reading) -> None:
    """Among a million, a full look would be felt by everybody who waits behind it."""
    plans: list[str] = []
    conn = reading.index._conn
    conn.set_trace_callback(plans.append)
    ledger = rule.authority.ledger
    there = {"actor": ledger.pseudonym("actor", "ann"), "device": ledger.pseudonym("device", ""),
             "command": "case.note", "outcome": "done"}  # fmt: skip
    asked = [some for count in range(5) for some in combinations(there, count)]
    for names in asked:
        reading.index.find(Wanted(1, 2, {name: there[name] for name in names}), 10, 5)
    reading.index.find(Wanted(record="c1", equal={"outcome": "done"}), 10, 5)
    conn.set_trace_callback(None)
    assert sum("FROM entry" in query and "ORDER BY" in query for query in plans) == len(asked) + 1
    for query in plans:
        for row in conn.execute(f"EXPLAIN QUERY PLAN {query}"):
            assert not row[3].startswith(("SCAN entry", "SCAN touched")), query


def test_every_entry_is_proved_under_every_head_that_covers_it(rule: Ruling, reading: Reading) -> None:
    rule.authority.sign_head()
    reading.step()
    key, leaves = rule.authority.ledger.public_key, rule.leaves()
    heads = reading.heads(ListHeads())["heads"]
    assert len(heads) == 4
    for number in range(len(leaves)):
        head = reading.oldest_over(number)
        assert head is not None
        assert doubt_inclusion(reading.prove(number, head), is_signed, key) == ""
        assert doubt_inclusion(reading.prove(number, heads[0]), is_signed, key) == ""
    sizes = [row[0] for row in rule.conn.execute("SELECT size FROM signed_head")]
    for first in sizes:
        for second in sizes:
            told = reading.compare(CompareHeads(first=first, second=second))
            assert doubt_consistency(told, is_signed, key) == ""


def test_its_nodes_are_those_of_the_tree(rule: Ruling, tmp_path: Path) -> None:
    for number in range(150):
        rule.tell(SYSTEM, AddTeam(team=f"x{number}", name=f"x{number}"))
    reading = opened(rule)
    while reading.step():
        pass
    hashes = [leaf_hash(row[0]) for row in rule.conn.execute("SELECT data FROM leaf ORDER BY number")]
    node = nodes_of(hashes)
    for level in range(8):
        for number in range(len(hashes) >> level):
            assert reading.index.nodes.at(level, number) == node(level, number)
    assert reading.index.tree == Tree().grow(hashes)[0]
    for place in ((7, 9), (0, len(hashes)), (3, len(hashes) >> 3)):
        with pytest.raises(KeyError):
            reading.index.nodes.at(*place)
    reading.close()


def test_what_is_not_there_is_a_sentence(rule: Ruling, reading: Reading) -> None:
    head = reading.oldest_over(0)
    assert head is not None
    for wrong in (
        lambda: reading.leaf(10**6),
        lambda: reading.prove(10**6, head),
        lambda: reading.prove(reading.size() - 1, head),
        lambda: reading.compare(CompareHeads(first=1, second=2)),
        lambda: rule.authority.ledger.unseal(10**6),
    ):
        with pytest.raises(Refusal):
            wrong()


def test_it_goes_on_where_it_was(rule: Ruling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_, "STEP", 20)
    first = opened(rule)
    assert first.step() == 20
    assert first.search(SearchAudit())["indexed"] == 20
    first.close()
    again = opened(rule)
    assert again.index.size == 20
    while again.step():
        pass
    assert again.index.size == again.size() == len(rule.leaves())
    again.close()


def test_a_step_that_fails_leaves_no_number_behind(rule: Ruling, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers of words go with the transaction that gave them."""
    first, write = opened(rule), AuditIndex._write

    def fails(index: AuditIndex, *told: Any) -> None:
        write(index, *told)
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(AuditIndex, "_write", fails)
        with pytest.raises(OSError, match="full"):
            first.step()
    while first.step():
        pass
    assert len(found(first, command="case.note")) == sum(one.command == "case.note" for one in rule.leaves())
    first.close()


@pytest.mark.parametrize("harm", ["epoch", "other log", "bytes", "half a file", "frontier", "an older form"])
def test_one_that_does_not_fit_is_made_anew(rule: Ruling, reading: Reading, harm: str) -> None:
    reading.close()
    file = rule.folder / FILE
    match harm:
        case "epoch":
            rule.authority.epoch = "another"
        case "other log":
            rule.conn.execute("UPDATE leaf SET data=x'00' WHERE number=(SELECT max(number) FROM leaf)")
            rule.conn.execute("DELETE FROM leaf WHERE number=(SELECT max(number) FROM leaf)")
        case "bytes":
            file.write_bytes(b"no database" * 1000)
        case "half a file":
            file.write_bytes(file.read_bytes()[:5000])
        case "frontier":
            broken = AuditIndex(rule.folder, None, rule.conn, rule.authority.epoch)
            broken._conn.execute("UPDATE state SET tree=x'0102'")
            broken.close()
        case "an older form":
            older = AuditIndex(rule.folder, None, rule.conn, rule.authority.epoch)
            older._conn.execute("PRAGMA user_version = 0")
            older.close()
    again = opened(rule)
    assert again.index.size == 0
    while again.step():
        pass
    assert again.index.size == len(rule.leaves())
    assert len(found(again)) == len(rule.leaves())
    again.close()


def test_pseudonyms_are_traced_back(rule: Ruling, reading: Reading) -> None:
    numbers = {leaf.command: leaf.index for leaf in rule.leaves()}
    assert reading.names(numbers["case.note"]) == {"actor": "ann", "device": ""}, "it never signed in here"
    assert reading.names(numbers["case.open"])["actor"] == "webchat"
    assert reading.names(numbers["team.add"])["actor"] == "system"


def test_what_was_sealed_is_told_while_the_persons_key_lives(rule: Ruling) -> None:
    ledger = rule.authority.ledger
    number = next(leaf.index for leaf in rule.leaves() if leaf.command == "case.note")
    told = ledger.unseal(number)
    assert (told["subject"], told["arguments"]["text"], told["genuine"]) == ("u0", "x", True)
    ledger.keys.destroy("u0")
    assert ledger.unseal(number) == {"subject": "", "arguments": None, "genuine": False}
    assert MASTER not in str(told).encode()
