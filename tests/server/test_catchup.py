"""Catch-up: page by page, whatever has changed since a revision, and in the end just what the scope shows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.oracle.truth import Key, everything, shown
from tests.server.ruling import CHANNEL, Ruling

from agentdesk.domain.cases import Assign, FollowCase, Note, Receive, Solve, UnfollowCase
from agentdesk.domain.kernel import Record, spec_of
from agentdesk.protocol import row_hash
from agentdesk_server.hub.catchup import read_page

SCOPES = ("org", "team:t1:open", "team:t1:past", "team:t2:open", "user:ann", "user:cat")


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    yield made
    made.database.close()


def happen(rule: Ruling, chance: random.Random, n: int) -> None:
    """Something at random."""
    case = f"c{chance.randrange(8)}"
    chance.choice(
        [
            lambda: rule.open_case(case, f"u{chance.randrange(3)}", chance.choice(("t1", "t2"))),
            lambda: rule.tell(CHANNEL, Receive(case=case, conversation="v", message=f"m{n}", text="?")),
            lambda: rule.tell("ann", Assign(case=case, team=chance.choice(("t1", "t2")))),
            lambda: rule.tell("cat", Assign(case=case, team="t1")),
            lambda: rule.tell("lou", Solve(case=case, seen=999)),
            lambda: rule.tell("ann", FollowCase(case=case)),
            lambda: rule.tell("ann", UnfollowCase(case=case)),
            lambda: rule.tell("bob", Note(case=case, message=f"m{n}", text="@[cat]")),
        ]
    )()


class Held:
    """What one holds of a scope, by what its pages say."""

    def __init__(self) -> None:
        self.rows: dict[Key, Record] = {}
        self.cursor = 0

    def fill(self, rule: Ruling, scope: str, limit: int) -> int:
        """Read to the end; returns how many pages it took."""
        for count in range(1, 10_000):
            page = read_page(rule.database, scope, self.cursor, limit)
            assert page.start == self.cursor
            assert page.to > self.cursor or page.last
            for kind, id, how, _ in page.gone:
                assert how in ("left", "deleted")
                self._forget(scope, kind, id)
            self.rows.update(((spec_of(record).kind, record.id), record) for record in page.records)
            self.cursor = page.to
            if page.last:
                self._check(page.count, page.check)
                return count
        raise AssertionError("it never ends")

    def _forget(self, scope: str, kind: str, id: str) -> None:
        self.rows.pop((kind, id), None)
        for key in [k for k, r in self.rows.items() if kind == "case" and getattr(r, "case", "") == id]:
            if spec_of(self.rows[key]).parent:
                del self.rows[key]

    def _check(self, count: int, check: int) -> None:
        value = 0
        for (kind, id), record in self.rows.items():
            value ^= row_hash(kind, id, record.rev)
        assert (len(self.rows), value) == (count, check)


@pytest.mark.parametrize("limit", [1, 3, 10, 2_000])
def test_from_nothing_to_all_that_is_shown(rule: Ruling, limit: int) -> None:
    chance = random.Random(limit)
    for n in range(120):
        happen(rule, chance, n)
    naive = shown(everything(rule.database.records))
    for scope in SCOPES:
        held = Held()
        pages = held.fill(rule, scope, limit)
        assert held.rows == naive.get(scope, {}), scope
        assert held.cursor == rule.authority.rev
        assert pages == 1 or limit < 2_000


@pytest.mark.parametrize("seed", range(3))
def test_from_anywhere_to_the_present(rule: Ruling, seed: int) -> None:
    """Whoever reads now and then, at any moment, always ends with what is shown."""
    chance = random.Random(seed)
    held = {scope: Held() for scope in SCOPES}
    for n in range(160):
        happen(rule, chance, n)
        for scope in SCOPES:
            if chance.random() < 0.15:
                held[scope].fill(rule, scope, chance.choice((1, 4, 2_000)))
                assert held[scope].rows == shown(everything(rule.database.records)).get(scope, {}), (n, scope)


def test_a_page_ends_with_a_whole_transaction(rule: Ruling) -> None:
    for n in range(10):
        rule.open_case(f"c{n}")
    after = 0
    while True:
        page = read_page(rule.database, "team:t1:open", after, 2)
        revs = {record.rev for record in page.records if spec_of(record).kind == "case"}
        assert all(after < rev <= page.to for rev in revs)
        for rev in revs:
            kinds = [spec_of(record).kind for record in page.records if record.rev == rev]
            assert sorted(kinds)[:3] == ["case", "conversation", "customer"] or len(kinds) >= 3
        after = page.to
        if page.last:
            break
    assert after == rule.authority.rev


def test_nothing_new_is_one_empty_page(rule: Ruling) -> None:
    page = read_page(rule.database, "org", rule.authority.rev)
    assert (page.records, page.gone, page.last) == ([], [], True)
    empty = read_page(rule.database, "team:nobody", 0)
    assert (empty.count, empty.check, empty.last) == (0, 0, True)


def test_a_database_from_before_scopes_knew_their_kinds(rule: Ruling) -> None:
    chance = random.Random(7)
    for n in range(60):
        happen(rule, chance, n)
    rule.conn.execute("ALTER TABLE scope_check DROP COLUMN kinds")
    rule.reopen()
    rule.tell("ann", Note(case="c1", message="later", text="?"))
    naive = shown(everything(rule.database.records))
    for scope in SCOPES:
        held = Held()
        held.fill(rule, scope, 2_000)
        assert held.rows == naive.get(scope, {}), scope
