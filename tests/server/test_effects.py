"""What a decision means: who gains and loses what, and that a scope is told all of it once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.oracle.truth import everything, shown
from tests.server.ruling import CHANNEL, Ruling

from agentdesk.domain.cases import Assign, FollowCase, Merge, Note, Receive, Solve, UnfollowCase, Unsend
from agentdesk.domain.cases.writing import Reply
from agentdesk.domain.kernel import Command
from agentdesk_server.authority import Entry


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    made.open_case()
    yield made
    made.database.close()


def told(rule: Ruling, who: str, command: Command) -> Entry:
    entry = rule.tell(who, command).entry
    assert entry is not None
    return entry


def put(entry: Entry, scope: str) -> set[str]:
    return {f"{kind}:{id}" for kind, id in entry.parts[scope].put}


def gone(entry: Entry, scope: str) -> set[tuple[str, str]]:
    return {(f"{kind}:{id}", how) for kind, id, how, _ in entry.parts[scope].gone.values()}


def test_a_new_case_brings_its_customer_along(rule: Ruling) -> None:
    entry = rule.open_case("c2", "u2").entry
    assert entry is not None
    assert put(entry, "team:t1:open") == {"case:c2", "conversation:c2-v", "message:c2-m", "customer:u2"}
    assert set(entry.parts) == {"team:t1:open", "customers", "server"}
    again = rule.open_case("c3", "u2").entry
    assert again is not None
    assert "customer:u2" not in put(again, "team:t1:open"), "the scope has it"


def test_moving_to_another_team_moves_the_whole_tree(rule: Ruling) -> None:
    entry = told(rule, "ann", Assign(case="c1", team="t2"))
    tree = {"case:c1", "conversation:c1-v", "message:c1-m", "message:c1:2", "customer:u1"}
    assert put(entry, "team:t2:open") == tree
    assert gone(entry, "team:t1:open") == {("case:c1", "left"), ("customer:u1", "left")}
    assert {r.scope for r in entry.parts["team:t2:open"].put.values()} == {"team:t2:open", "customers"}
    assert {r.rev for key, r in entry.parts["team:t2:open"].put.items() if key[0] != "customer"} == {entry.rev}


def test_a_customer_stays_while_another_case_is_there(rule: Ruling) -> None:
    rule.open_case("c2", "u1")
    entry = told(rule, "ann", Assign(case="c1", team="t2"))
    assert gone(entry, "team:t1:open") == {("case:c1", "left")}
    entry = told(rule, "ann", Solve(case="c2", seen=1))
    assert gone(entry, "team:t1:open") == {("case:c2", "left"), ("customer:u1", "left")}
    assert put(entry, "team:t1:past") >= {"case:c2", "customer:u1"}


def test_a_share_shows_the_whole_tree_and_takes_it_away_again(rule: Ruling) -> None:
    entry = told(rule, "ann", Note(case="c1", message="n1", text="@[cat]"))
    assert put(entry, "user:cat") == {
        "case:c1", "conversation:c1-v", "message:c1-m", "message:n1", "customer:u1", "mention:n1@cat",
        "share:case:c1@user:cat",
    }  # fmt: skip
    entry = told(rule, "ann", FollowCase(case="c1"))
    assert {"follow:ann:c1", "share:case:c1@user:ann", "case:c1"} <= put(entry, "user:ann")
    entry = told(rule, "ann", UnfollowCase(case="c1"))
    assert gone(entry, "user:ann") >= {("follow:ann:c1", "deleted"), ("case:c1", "left")}
    entry = told(rule, "ann", Note(case="c1", message="n2", text="More"))
    assert put(entry, "user:cat") == put(entry, "team:t1:open") == {"case:c1", "message:n2"}
    assert "user:ann" not in entry.parts


def test_what_is_deleted_is_deleted_everywhere_it_was_shown(rule: Ruling) -> None:
    told(rule, "ann", Note(case="c1", message="n1", text="@[cat]"))
    told(rule, "ann", Reply(case="c1", message="r1", text="Oops", seen=9, hold=60))
    entry = told(rule, "ann", Unsend(message="r1"))
    for scope in ("team:t1:open", "user:cat"):
        assert gone(entry, scope) == {("message:r1", "deleted")}


def test_each_part_says_when_its_scope_changed_before(rule: Ruling) -> None:
    last: dict[str, int] = {}
    chance = random.Random(1)
    for n in range(40):
        rule.open_case(f"d{n}", team=chance.choice(("t1", "t2")))
        entry = told(rule, "lou", Note(case="c1", message=f"n{n}", text=f"@[{chance.choice(('ann', 'cat'))}]"))
        for scope, part in entry.parts.items():
            assert part.previous >= last.get(scope, 0)
            assert part.previous < entry.rev
            last[scope] = entry.rev


def test_told_entries_add_up_to_what_is_shown(rule: Ruling) -> None:
    """Somebody who keeps what each scope is told, and no more, has what looking at everything gives."""
    held: dict[str, dict[tuple[str, str], object]] = {
        s: dict(t) for s, t in shown(everything(rule.database.records)).items()
    }
    chance = random.Random(5)
    for n in range(120):
        case, other = f"c{chance.randrange(1, 5)}", f"c{chance.randrange(1, 5)}"
        outcome = chance.choice(
            [
                lambda c=case: rule.open_case(c, f"u{chance.randrange(2)}"),
                lambda c=case, n=n: rule.tell(CHANNEL, Receive(case=c, conversation="v", message=f"m{n}", text="?")),
                lambda c=case: rule.tell("ann", Assign(case=c, team=chance.choice(("t1", "t2")))),
                lambda c=case: rule.tell("cat", Assign(case=c, team="t1")),
                lambda c=case: rule.tell("lou", Solve(case=c, seen=999)),
                lambda c=case: rule.tell("ann", FollowCase(case=c)),
                lambda c=case: rule.tell("ann", UnfollowCase(case=c)),
                lambda c=case, n=n: rule.tell("bob", Note(case=c, message=f"m{n}", text="@[cat]")),
                lambda c=case, o=other: rule.tell("bob", Merge(case=c, into=o)),
            ]
        )()
        if outcome.entry is not None:
            _apply(held, outcome.entry)
        naive = shown(everything(rule.database.records))
        for scope in {*naive, *held}:
            assert held.get(scope, {}) == naive.get(scope, {}), (n, scope)


def _apply(held: dict[str, dict[tuple[str, str], object]], entry: Entry) -> None:
    for scope, part in entry.parts.items():
        have = held.setdefault(scope, {})
        for kind, id, _, _ in part.gone.values():
            have.pop((kind, id), None)
            if kind == "case":  # what hangs on it goes with it, if it is not told to stay
                for key in [k for k, record in have.items() if getattr(record, "case", "") == id and _hangs(k)]:
                    del have[key]
        have.update(part.put)


def _hangs(key: tuple[str, str]) -> bool:
    return key[0] in ("message", "conversation", "attachment")
