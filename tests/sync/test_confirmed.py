"""Truth, frame by frame: what is taken, what is dropped, what is asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.sync.desk import KEY
from tests.sync.samples import case, message, team

from agentdesk.domain.catalogue import RECORDS
from agentdesk.domain.kernel import Record, spec_of
from agentdesk.protocol import BadMessage, encode_rows, row_hash
from agentdesk.protocol.frames import Ack, CaughtUp, Delta, Pull, Reset, Scope, Scopes, Welcome, Who
from agentdesk.sync.confirmed import Confirmed
from agentdesk.sync.files import open_replica
from agentdesk.sync.news import Outcome

A, B, ME = "team:t1:open", "team:t1:past", "user:ann"
WHO = Who(id="ann", name="Ann", role="agent")


def welcome(*scopes: str, epoch: str = "e1", head: int = 1000, **more: Any) -> Welcome:
    base: dict[str, Any] = {"now": 0, "view": "v", "schema": 1, "min_rev": 0, "safe": 0, "done": 0}
    held = [Scope(scope, i) for i, scope in enumerate(scopes)]
    return Welcome(epoch=epoch, head=head, who=WHO, scopes=held, **(base | more))


def delta(scope: str, since: int, to: int, *records: Record, gone: Any = (), more: bool = False) -> Delta:
    put: dict[str, list[Record]] = {}
    for record in records:
        put.setdefault(spec_of(record).kind, []).append(record)
    raw = {kind: msgspec.Raw(encode_rows(kind, some, binary=True)) for kind, some in put.items()}
    return Delta(scope=scope, from_=since, to=to, put=raw, gone=list(gone), more=more)


def at(rev: int, record: Record) -> Record:
    return msgspec.structs.replace(record, rev=rev)


class Tried(Confirmed):
    """With a look inside."""

    def ids(self, kind: str = "case") -> list[str]:
        return [id for (id,) in self.conn.execute(f'SELECT id FROM "{kind}" ORDER BY id')]

    def rev(self, id: str, kind: str = "case") -> int:
        return self.shelf.records.heads(kind, [id])[id][1]

    def right(self) -> None:
        """The running checks are those of the rows, and no mark speaks of a row that is not there."""
        for scope, held in self.book.scopes.items():
            assert (held.count, held.xor) == self.shelf.counted(scope), scope
        for kind in RECORDS:
            assert set(self.book.marked_kind(kind)) <= set(self.ids(kind))


@pytest.fixture
def truth(tmp_path: Path) -> Iterator[Tried]:
    conn = open_replica(tmp_path / "replica.db", KEY)
    truth = Tried(conn)
    truth.apply([welcome("org", ME, A, B)])
    yield truth
    truth.right()
    conn.close()


def enter(truth: Tried, *frames: Any) -> Outcome:
    outcome = truth.apply(frames)
    truth.right()
    return outcome


def test_cursor_and_rows_move_together(truth: Tried) -> None:
    outcome = enter(truth, delta(A, 0, 5, at(5, case())))
    assert truth.cursors[A] == 5
    assert outcome.touched == {"case": ("c1",)}
    assert outcome.applied == truth.book.meta("applied") == 2


def test_an_older_row_never_replaces_a_newer_one(truth: Tried) -> None:
    enter(truth, delta(A, 0, 5, at(5, case(tags=("new",)))))
    enter(truth, delta(ME, 0, 4, at(4, case(tags=("old",)))))
    assert truth.rev("c1") == 5


def test_a_gap_is_pulled_once_and_changes_nothing(truth: Tried) -> None:
    first = enter(truth, delta(A, 3, 5, at(5, case())))
    assert first.pulls == (Pull(scope=A, from_=0),)
    assert A in first.behind
    assert enter(truth, delta(A, 5, 6, at(6, case()))).pulls == ()
    assert truth.ids() == []
    assert truth.cursors[A] == 0
    enter(truth, delta(A, 0, 6, at(6, case())))
    assert enter(truth, delta(A, 8, 9)).pulls == (Pull(scope=A, from_=6),)


def test_what_was_already_taken_is_dropped(truth: Tried) -> None:
    enter(truth, delta(A, 0, 5, at(5, case())))
    enter(truth, delta(A, 5, 7, gone=[("case", "c1", "deleted", 7)]))
    enter(truth, delta(A, 0, 5, at(5, case())))
    enter(truth, delta(A, 0, 5, at(5, case()), more=True))
    assert truth.ids() == []


def test_a_transaction_of_many_pages_keeps_the_cursor_until_its_end(truth: Tried) -> None:
    enter(truth, delta(A, 0, 0, at(5, case("c1")), more=True))
    enter(truth, delta(A, 0, 0, at(5, case("c2")), more=True))
    assert truth.cursors[A] == 0
    enter(truth, delta(A, 0, 5, at(5, case("c3"))))
    assert truth.ids() == ["c1", "c2", "c3"]
    assert truth.cursors[A] == 5


def test_part_of_a_transaction_is_taken_even_if_the_cursor_is_beyond_its_start(truth: Tried) -> None:
    """A server that fills a slow desk anew begins a little before what it has sent."""
    enter(truth, delta(A, 0, 5, at(5, case("c1"))))
    enter(truth, delta(A, 3, 3, at(9, case("c2")), more=True), delta(A, 3, 9, at(9, case("c3"))))
    assert truth.ids() == ["c1", "c2", "c3"]
    assert truth.cursors[A] == 9


def test_a_check_tells_nothing_of_what_another_scope_has_told_already(truth: Tried) -> None:
    enter(truth, delta(A, 0, 4, at(4, case())), delta(ME, 0, 4, at(4, case())))
    enter(truth, delta(ME, 4, 9, gone=[("case", "c1", "deleted", 9)]))
    late = CaughtUp(scope=A, rev=5, count=1, check=row_hash("case", "c1", 4))
    assert enter(truth, late).failed_checks == ()
    enter(truth, delta(A, 4, 9, gone=[("case", "c1", "deleted", 9)]))
    assert enter(truth, CaughtUp(scope=A, rev=9, count=0, check=0)).failed_checks == ()


def test_a_scope_that_is_not_held_is_not_heard(truth: Tried) -> None:
    assert enter(truth, delta("team:t9:open", 0, 5, at(5, case(scope="team:t9:open")))).touched == {}
    assert truth.ids() == []


def test_a_stale_exit_takes_nothing(truth: Tried) -> None:
    """There and back again: the row that came back is newer than the exit."""
    enter(truth, delta(A, 0, 9, at(9, case()), at(9, message())))
    enter(truth, delta(A, 9, 10, gone=[("case", "c1", "left", 7)]))
    assert (truth.ids(), truth.ids("message")) == (["c1"], ["m1"])


def test_a_stale_delete_takes_nothing(truth: Tried) -> None:
    enter(truth, delta(A, 0, 9, at(9, case()), at(9, message())))
    enter(truth, delta(A, 9, 10, gone=[("case", "c1", "deleted", 7)]))
    assert (truth.ids(), truth.ids("message")) == (["c1"], ["m1"])


def test_in_one_delta_what_goes_goes_before_what_comes(truth: Tried) -> None:
    enter(truth, delta(A, 0, 3, at(3, case())))
    enter(truth, delta(A, 3, 9, at(9, case()), at(9, message()), gone=[("case", "c1", "left", 7)]))
    assert (truth.ids(), truth.ids("message")) == (["c1"], ["m1"])


@pytest.mark.parametrize("how", ["left", "deleted", "erased"])
def test_what_hangs_on_it_goes_too(truth: Tried, how: str) -> None:
    enter(truth, delta(A, 0, 3, at(3, case()), at(2, message())))
    enter(truth, delta(A, 3, 9, gone=[("case", "c1", how, 9)]))
    assert (truth.ids(), truth.ids("message")) == ([], [])


def test_a_move_between_held_scopes_in_either_order(truth: Tried) -> None:
    enter(truth, delta(A, 0, 3, at(3, case()), at(3, message())))
    there = delta(B, 0, 9, at(9, case(scope=B)), at(9, message(scope=B)))
    away = delta(A, 3, 9, gone=[("case", "c1", "left", 9)])
    enter(truth, there, away)
    assert (truth.ids(), truth.ids("message")) == (["c1"], ["m1"])
    assert truth.book.scopes[A].count == 0
    back = delta(A, 9, 12, at(12, case()), at(12, message()))
    enter(truth, delta(B, 9, 12, gone=[("case", "c1", "left", 12)]), back)
    assert (truth.ids(), truth.ids("message")) == (["c1"], ["m1"])
    assert truth.book.scopes[B].count == 0


def test_a_row_stays_as_long_as_something_shows_it(truth: Tried) -> None:
    enter(truth, delta(A, 0, 3, at(3, case()), at(3, message())))
    enter(truth, delta(ME, 0, 4, at(3, case()), at(3, message())))
    assert truth.book.scopes[ME].count == 2
    enter(truth, delta(A, 3, 9, gone=[("case", "c1", "left", 9)]))
    assert (truth.ids(), truth.ids("message")) == (["c1"], ["m1"])
    assert truth.book.scopes[A].count == 0
    enter(truth, delta(ME, 4, 10, gone=[("case", "c1", "left", 10)]))
    assert (truth.ids(), truth.ids("message")) == ([], [])


def test_shown_elsewhere_first_it_is_at_home_only_when_its_home_says_so(truth: Tried) -> None:
    enter(truth, delta(ME, 0, 4, at(4, case())))
    assert truth.book.scopes[A].count == 0
    enter(truth, delta(A, 0, 4, at(4, case())))
    assert (truth.book.scopes[A].count, truth.book.scopes[ME].count) == (1, 1)
    enter(truth, Scopes(drop=[ME]))
    assert truth.ids() == ["c1"]


def test_dropping_a_scope_takes_what_nothing_else_shows(truth: Tried) -> None:
    enter(truth, delta(A, 0, 4, at(4, case("c1")), at(4, case("c2"))), delta(ME, 0, 4, at(4, case("c2"))))
    outcome = enter(truth, Scopes(drop=[A]))
    assert truth.ids() == ["c2"]
    assert outcome.scopes == ("org", ME, B)
    assert A not in outcome.behind


def test_a_reset_of_one_scope_starts_it_from_0(truth: Tried) -> None:
    enter(truth, delta(A, 0, 4, at(4, case("c1")), at(4, case("c2"))), delta(ME, 0, 4, at(4, case("c2"))))
    enter(truth, Reset(what=A, why="check"))
    assert truth.ids() == ["c2"]
    assert (truth.cursors[A], truth.cursors[ME]) == (0, 4)
    enter(truth, delta(A, 0, 4, at(4, case("c1")), at(4, case("c2"))))
    assert truth.book.scopes[A].count == 2


def test_a_reset_of_kinds_forgets_them_and_starts_over(truth: Tried) -> None:
    enter(truth, delta(A, 0, 4, at(4, case()), at(4, message())))
    outcome = enter(truth, Reset(what=["message", "unheard-of"], why="view"))
    assert (truth.ids(), truth.ids("message")) == (["c1"], [])
    assert truth.cursors[A] == 0
    assert A in outcome.behind


def test_a_reset_to_another_view_is_remembered(truth: Tried) -> None:
    """The next hello must name the view of what is here now, not that of the last welcome."""
    before = truth.book.meta("view")
    enter(truth, Reset(what="all", why="view", view="agent/eu/7"))
    assert truth.book.meta("view") == "agent/eu/7" != before
    enter(truth, Reset(what=A, why="check"))
    assert truth.book.meta("view") == "agent/eu/7"


def test_nothing_of_one_view_stays_under_another(truth: Tried) -> None:
    """Whatever names the other view, and even where the server's own reset of it all is lost with the line."""
    views = ("agent/eu/7", "agent/us/7", "agent/eu/7")
    frames = (welcome("org", ME, A, B, view=views[0]), Reset(what=A, why="check", view=views[1]))
    for view, frame in zip(views, (*frames, Reset(what=["message"], why="view", view=views[2])), strict=True):
        enter(truth, delta(A, 0, 4, at(4, case()), at(4, message())), delta(ME, 0, 4, at(4, case("c2"))))
        assert truth.ids() == ["c1", "c2"]
        outcome = enter(truth, frame)
        assert truth.book.meta("view") == view
        assert (truth.ids(), truth.ids("message"), set(truth.cursors.values())) == ([], [], {0})
        assert {"org", ME, A, B} <= outcome.behind
    enter(truth, delta(A, 0, 4, at(4, case())))
    enter(truth, welcome("org", ME, A, B, view=views[-1]))
    assert truth.ids() == ["c1"], "the same view keeps what it has"


def test_another_epoch_starts_from_nothing(truth: Tried) -> None:
    enter(truth, delta(A, 0, 4, at(4, case())), Ack(n=7, status="done", rev=9, scopes=[A]))
    outcome = enter(truth, welcome("org", ME, A, B, epoch="e2"))
    assert outcome.epoch_changed
    assert truth.ids() == []
    assert not truth.book.open_acks
    assert set(truth.cursors.values()) == {0}


def test_a_cursor_beyond_the_head_belongs_to_another_history(truth: Tried) -> None:
    enter(truth, delta(A, 0, 500, at(4, case())))
    enter(truth, welcome("org", ME, A, B, head=400))
    assert truth.ids() == []


def test_a_welcome_names_all_that_is_held(truth: Tried) -> None:
    enter(truth, delta(A, 0, 4, at(4, case())))
    outcome = enter(truth, welcome("org", ME, "team:t2:open"))
    assert outcome.scopes is not None
    assert set(outcome.scopes) == {"org", ME, "team:t2:open"}
    assert truth.ids() == []


def test_a_right_check_completes_a_scope(truth: Tried) -> None:
    check = row_hash("case", "c1", 4)
    outcome = enter(truth, delta(A, 0, 4, at(4, case())), CaughtUp(scope=A, rev=6, count=1, check=check))
    assert A not in outcome.behind
    assert outcome.filled == (A,)
    assert truth.cursors[A] == 6


@pytest.mark.parametrize(("count", "check"), [(2, row_hash("case", "c1", 4)), (1, 17)])
def test_a_false_check_starts_a_scope_over(truth: Tried, count: int, check: int) -> None:
    outcome = enter(truth, delta(A, 0, 4, at(4, case())), CaughtUp(scope=A, rev=4, count=count, check=check))
    assert outcome.failed_checks == (A,)
    assert outcome.pulls == (Pull(scope=A, from_=0),)
    assert truth.ids() == []
    assert A in outcome.behind


def test_a_check_of_the_past_tells_nothing(truth: Tried) -> None:
    enter(truth, delta(A, 0, 4, at(4, case())), delta(A, 4, 9, at(9, case())))
    assert enter(truth, CaughtUp(scope=A, rev=4, count=1, check=row_hash("case", "c1", 4))).failed_checks == ()


def test_acks_settle_with_their_scopes(truth: Tried) -> None:
    acks = [
        Ack(n=1, status="done", rev=5, scopes=[A]),
        Ack(n=2, status="done", rev=5, scopes=["team:t9:open"]),
        Ack(n=3, status="refused", sentence="No."),
        Ack(n=4, status="denied"),
        Ack(n=5, status="done"),
        Ack(n=6, status="done", rev=5, scopes=[A, B]),
    ]
    assert [ack.n for ack in enter(truth, *acks).settled] == [2, 3, 4, 5]
    assert [ack.n for ack in enter(truth, delta(A, 0, 5)).settled] == [1]
    assert [ack.n for ack in enter(truth, Scopes(drop=[B])).settled] == [6]


def test_settled_acks_are_kept_until_the_outbox_knows(truth: Tried) -> None:
    enter(truth, Ack(n=3, status="refused", sentence="No."))
    assert [ack.sentence for ack in Confirmed(truth.conn).book.settled()] == ["No."]
    truth.forget([3])
    assert Confirmed(truth.conn).book.settled() == []


def test_a_message_enters_whole_or_not_at_all(truth: Tried) -> None:
    bad = Delta(scope=A, from_=5, to=6, put={"case": msgspec.Raw(b"\x91\x91\xc0")})
    before = (dict(truth.cursors), set(truth.behind), truth.applied)
    with pytest.raises(BadMessage):
        truth.apply([Ack(n=1, status="done", rev=9, scopes=[A]), delta(A, 0, 5, at(5, case())), bad])
    assert (dict(truth.cursors), set(truth.behind), truth.applied) == before
    assert truth.ids() == []
    assert not truth.book.open_acks


def test_unknown_kinds_are_passed_over(truth: Tried) -> None:
    frame = Delta(scope=A, from_=0, to=5, put={"hologram": msgspec.Raw(b"\x90")}, gone=[("hologram", "h", "left", 5)])
    enter(truth, frame)
    assert truth.cursors[A] == 5


def test_the_same_row_twice_counts_once(truth: Tried) -> None:
    enter(truth, delta(A, 0, 5, at(4, case()), at(5, case()), at(3, case())))
    assert truth.rev("c1") == 5
    assert truth.book.scopes[A].count == 1


def test_deltas_that_come_together_end_as_one_by_one(truth: Tried, tmp_path: Path) -> None:
    moved = msgspec.structs.replace(case(), scope=B)
    frames = [
        delta(A, 0, 1, at(1, case()), at(1, case("c2"))),
        delta(A, 1, 2, at(2, case()), at(2, message("m1"))),
        delta(B, 0, 2, at(2, case("c3"))),
        delta(A, 2, 3, at(3, moved), at(3, case("c4"))),
        delta(B, 2, 3, at(3, moved)),
        delta(A, 3, 4, at(4, case("c2")), gone=[("case", "c4", "left", 4), ("case", "c1", "left", 4)]),
        delta(A, 4, 5, at(5, case("c4")), at(5, case("c2"))),
        delta(A, 5, 6, at(6, case("c4")), gone=[("case", "c2", "erased", 6)]),
    ]
    single = Tried(open_replica(tmp_path / "single.db", KEY))
    for one in (truth, single):
        enter(one, welcome(A, B))
    enter(truth, *frames)
    for frame in frames:
        enter(single, frame)
    assert _all_of(truth) == _all_of(single)
    single.conn.close()


def _all_of(truth: Tried) -> list[Any]:
    records = [(id, truth.rev(id, kind)) for kind in ("case", "message") for id in truth.ids(kind)]
    held = [(id, one.cursor, one.count, one.xor) for id, one in truth.book.scopes.items()]
    return [records, held, sorted(truth.conn.execute("SELECT kind, id, scope FROM sync_mark"))]


def test_many_rows_are_told_in_bulk(truth: Tried) -> None:
    outcome = enter(truth, delta("org", 0, 5, *(at(5, team(f"t{i}", f"Team {i}")) for i in range(2001))))
    assert outcome.bulk
    assert outcome.touched == {"team": ()}


def test_what_is_on_disk_is_all_there_is(truth: Tried) -> None:
    """A second look at the same file goes on where the first stood."""
    enter(truth, delta(A, 0, 5, at(5, case())), Ack(n=1, status="done", rev=9, scopes=[A]))
    again = Tried(truth.conn)
    assert again.cursors == truth.cursors
    assert again.book.open_acks == truth.book.open_acks
    assert again.applied == truth.applied
    again.right()
