"""The authority: each command its own revision and leaf, nothing lost over a restart, a failure harms only itself."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.oracle.truth import everything, shown
from tests.server.ruling import CHANNEL, SYSTEM, Ruling

from agentdesk.domain.cases import (
    Assign,
    Case,
    Claim,
    FollowCase,
    Link,
    Merge,
    Message,
    Note,
    OpenCase,
    Receive,
    Reopen,
    Reply,
    Solve,
    UnfollowCase,
    UpdateCustomer,
)
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.people import Person, UpdatePerson
from agentdesk.protocol import row_hash
from agentdesk_server.authority.effects import Effects


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    yield made
    made.database.close()


# -- revisions and leaves


def test_a_group_commits_each_with_its_own_revision(rule: Ruling) -> None:
    rule.open_case()
    before = rule.authority.rev
    group = [
        rule.told("ann", Claim(case="c1"), 1),
        rule.told("bob", Claim(case="c1"), 1),
        rule.told("cat", Claim(case="c1"), 1),
        rule.told("ann", Claim(case="c1"), 2),
        rule.told("ann", Note(case="c1", message="n1", text="Mine."), 3),
    ]
    outcomes = rule.authority.commit(group)
    assert [(o.ack.status, o.ack.code, o.ack.rev) for o in outcomes] == [
        ("done", "", before + 1), ("refused", "taken", 0), ("refused", "missing", 0),
        ("done", "", before + 1), ("done", "", before + 2),
    ]  # fmt: skip
    entries = [outcome.entry for outcome in outcomes]
    assert [entry and entry.rev for entry in entries] == [before + 1, None, None, None, before + 2]
    assert rule.authority.rev == before + 2


def test_revisions_have_no_gap(rule: Ruling) -> None:
    for n in range(30):
        rule.open_case(f"c{n}")
        rule.tell("cat", Claim(case=f"c{n}"), n + 1)  # denied: no revision
    revs = sorted({record.rev for record in everything(rule.database.records).values()} | {0})
    assert max(revs) == rule.authority.rev
    assert rule.authority.rev == 6 + 30
    leaves = rule.leaves()
    assert [leaf.index for leaf in leaves] == list(range(6 + 60))
    assert sorted({leaf.rev for leaf in leaves if leaf.outcome == "done"}) == list(range(1, 37))


def test_every_command_leaves_a_leaf_whatever_became_of_it(rule: Ruling, tmp_path: Path) -> None:
    rule.open_case()
    rule.tell("ann", Claim(case="c1"), 1)
    rule.tell("bob", Claim(case="c1"), 1)
    rule.tell("cat", Claim(case="c1"), 1)
    rule.tell("ann", Claim(case="c1"), 2)
    leaves = rule.leaves()[-4:]
    assert [(leaf.command, leaf.outcome) for leaf in leaves] == [
        ("case.claim", "done"), ("case.claim", "refused"), ("case.claim", "denied"), ("case.claim", "done"),
    ]  # fmt: skip
    assert ("case", "c1") in leaves[0].touched
    assert leaves[1].touched == leaves[3].touched == ()
    verdict = rule.verify(tmp_path / "log", size=len(rule.leaves()))
    assert verdict.ok, verdict.problems
    assert verdict.size == len(rule.leaves())


def test_one_changed_leaf_is_found(rule: Ruling, tmp_path: Path) -> None:
    rule.open_case()
    assert rule.verify(tmp_path / "log").ok
    (data,) = rule.conn.execute("SELECT data FROM leaf WHERE number = 3").fetchone()
    rule.conn.execute("UPDATE leaf SET data = ? WHERE number = 3", (data.replace(b"person.add", b"person.odd"),))
    assert not rule.verify(tmp_path / "log2").ok


def test_no_leaf_quotes_anybody(rule: Ruling) -> None:
    rule.open_case(text="my secret word is pomegranate")
    everything_written = b"".join(
        data + sealed for data, sealed in rule.conn.execute("SELECT data, sealed FROM leaf").fetchall()
    )
    for word in (b"pomegranate", b"Customer u1", b"ann@x.example"):
        assert word not in everything_written


# -- across a restart


def test_everything_is_there_after_a_restart(rule: Ruling, tmp_path: Path) -> None:
    rule.open_case()
    rule.tell("ann", Claim(case="c1"), 1)
    epoch, rev, checks = rule.authority.epoch, rule.authority.rev, dict(rule.authority.checks._all)
    public, size = rule.authority.ledger.public_key, rule.authority.ledger.tree.size
    root = rule.authority.ledger.tree.root
    rule.reopen()
    authority = rule.authority
    assert (authority.epoch, authority.rev, authority.checks._all) == (epoch, rev, checks)
    assert (authority.ledger.public_key, authority.ledger.tree.size, authority.ledger.tree.root) == (public, size, root)
    assert rule.tell("ann", Claim(case="c1"), 1).ack.rev == rev, "a repeat is known"
    assert rule.open_case("c2").ack.rev == rev + 1
    assert rule.authority.truth.get(Case, "c2").number == 2  # type: ignore[union-attr]
    assert rule.verify(tmp_path / "log").ok


def test_time_never_runs_backwards(rule: Ruling) -> None:
    rule.open_case("c1")
    rule.time -= 3_600_000
    rule.open_case("c2")
    rule.reopen()
    rule.open_case("c3")
    times = [leaf.time for leaf in rule.leaves()]
    assert times == sorted(times)
    cases = [rule.database.records.of(Case, id) for id in ("c1", "c2", "c3")]
    assert len({case.opened_at for case in cases if case}) == 1


def test_what_is_safe_only_grows(rule: Ruling) -> None:
    rule.authority.mark_safe(5)
    rule.authority.mark_safe(3)
    rule.reopen()
    assert rule.authority.safe == 5


# -- who acts


def test_roles_and_teams_are_never_taken_from_the_session(rule: Ruling) -> None:
    rule.open_case()
    for forged, answer in (
        (Actor("cat", "lead", teams=("t1",), scopes=frozenset(("team:t1:open", "org"))), ("refused", "missing")),
        (Actor("nobody", "admin", scopes=frozenset(("team:t1:open",))), ("denied", "denied")),
    ):
        ack = rule.tell(forged, Claim(case="c1"), 1).ack
        assert (ack.status, ack.code) == answer
    assert rule.database.records.of(Case, "c1").assignee == ""  # type: ignore[union-attr]


def test_a_closed_account_does_nothing_more(rule: Ruling) -> None:
    rule.open_case()
    rule.tell(SYSTEM, UpdatePerson(person="ann", name="Ann", role="agent", teams=("t1",), active=False))
    assert rule.tell("ann", Claim(case="c1"), 1).ack.status == "denied"


def test_an_answer_names_the_scopes_that_will_bring_the_effect(rule: Ruling) -> None:
    rule.open_case()
    ack = rule.tell("ann", Assign(case="c1", team="t2"), 1).ack
    assert ack.scopes == ["team:t1:open"], "t2 is not ann's"
    assert rule.tell("ann", FollowCase(case="c1"), 2).ack.code == "missing"


# -- our own failures


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Carrying out what is done to case c2 fails."""
    good = Effects.apply

    def apply(self: Effects, changes: Any) -> Any:
        changes = list(changes)
        done = good(self, changes)
        if any(key == ("case", "c2") for key in done):
            raise RuntimeError("planted")
        return done

    monkeypatch.setattr(Effects, "apply", apply)
    yield
    monkeypatch.undo()


def test_one_that_fails_is_refused_and_counted_and_harms_no_other(
    rule: Ruling, tmp_path: Path, expect_log: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    rule.open_case("c1")
    rule.open_case("c2")
    request.getfixturevalue("planted")
    expect_log(r"ERROR agentdesk_server\.authority\.core: a command could not be committed: case\.claim")
    before = rule.authority.rev
    outcomes = rule.authority.commit(
        [
            rule.told("ann", Claim(case="c1"), 1),
            rule.told("ann", Claim(case="c2"), 2),
            rule.told("ann", Note(case="c1", message="n1", text="Still here."), 3),
        ]
    )
    assert [(o.ack.n, o.ack.status, o.ack.code) for o in outcomes] == [
        (1, "done", ""), (2, "refused", "error"), (3, "done", ""),
    ]  # fmt: skip
    assert [o.ack.rev for o in outcomes] == [before + 1, 0, before + 2]
    assert rule.database.records.of(Case, "c2").assignee == ""  # type: ignore[union-attr]
    assert rule.tell("ann", Claim(case="c2"), 2).ack.code == "error", "the answer is kept"
    assert [leaf.outcome for leaf in rule.leaves()[-3:]] == ["done", "refused", "done"]
    _check_scopes(rule)
    assert rule.verify(tmp_path / "log").ok


def test_if_nothing_can_be_written_nothing_has_happened(
    rule: Ruling, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    rule.open_case()
    before, leaves = rule.authority.rev, len(rule.leaves())
    expect_log("ERROR .*could not be committed")

    def full(self: Any) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(rule.authority.devices), "flush", full)
        with pytest.raises(OSError, match="no space"):
            rule.tell("ann", Claim(case="c1"), 1)
    assert (rule.authority.rev, len(rule.leaves())) == (before, leaves)
    ack = rule.tell("ann", Claim(case="c1"), 1).ack
    assert (ack.status, ack.rev) == ("done", before + 1)
    _check_scopes(rule)


# -- checks of scopes


def _check_scopes(rule: Ruling) -> None:
    naive = shown(everything(rule.database.records))
    for scope in {*naive, *rule.authority.checks._all}:
        there = naive.get(scope, {})
        value = 0
        for (kind, id), record in there.items():
            value ^= row_hash(kind, id, record.rev)
        assert rule.authority.checks.of(scope) == (len(there), value), scope


def _random(chance: random.Random, n: int) -> tuple[str | Actor, Command]:
    case, other = f"c{chance.randrange(6)}", f"c{chance.randrange(6)}"
    who = chance.choice(("ann", "bob", "cat", "lou"))
    mention = f"@[{chance.choice(('ann', 'bob', 'cat'))}]"
    return chance.choice(
        [
            (CHANNEL, OpenCase(case=case, conversation=f"{case}-v", message=f"{case}-m",
                               customer=f"u{chance.randrange(3)}", team=chance.choice(("t1", "t2")), text="?")),
            (CHANNEL, Receive(case=case, conversation=f"{case}-v", message=f"m{n}", text="And?")),
            (who, Note(case=case, message=f"m{n}", text=f"Look {mention}")),
            (who, Reply(case=case, message=f"m{n}", text="Yes", seen=1_000)),
            (who, Assign(case=case, team=chance.choice(("t1", "t2")))),
            (who, Solve(case=case, seen=1_000)),
            (who, Reopen(case=case)),
            (who, Merge(case=case, into=other)),
            (who, Link(case=case, to=other)),
            (who, FollowCase(case=case)),
            (who, UnfollowCase(case=case)),
            (who, UpdateCustomer(customer=f"u{chance.randrange(3)}", name=f"N{n}")),
        ]
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_checks_equal_what_looking_at_everything_gives(rule: Ruling, seed: int, tmp_path: Path) -> None:
    chance, numbers = random.Random(seed), dict.fromkeys(("ann", "bob", "cat", "lou"), 0)
    for n in range(0, 240, 8):
        group = []
        for k in range(8):
            who, command = _random(chance, n + k)
            if isinstance(who, str):
                numbers[who] += 1
            group.append(rule.told(who, command, numbers[who] if isinstance(who, str) else 0))
        rule.authority.commit(group)
        rule.time += chance.randrange(5_000)
        _check_scopes(rule)
        if n == 120:
            rule.reopen()
    kept = shown(everything(rule.database.records))
    counted = {scope: count for scope, (count, _) in rule.authority.checks._all.items() if count}
    assert counted == {scope: len(there) for scope, there in kept.items() if there}
    assert rule.authority.rev > 50
    assert rule.database.records.of(Person, "ann") is not None
    assert rule.conn.execute("SELECT count(*) FROM message").fetchone()[0] > 20
    assert isinstance(rule.authority.truth.get(Message, "nothing"), type(None))
    assert rule.verify(tmp_path / "log").ok
