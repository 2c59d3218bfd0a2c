"""Each device's commands: once, in order, without a gap; and what was refused is referred to in vain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.ruling import Ruling

from agentdesk.domain.cases import Case, Claim, Note, OpenCase
from agentdesk.domain.kernel import Command
from agentdesk_server.authority import devices
from agentdesk_server.authority.devices import Devices


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    made.open_case()
    yield made
    made.database.close()


def note(text: str = "Note", id: str = "n1", case: str = "c1") -> Command:
    return Note(case=case, message=id, text=text)


def test_a_repeat_gets_the_stored_answer(rule: Ruling) -> None:
    first = rule.tell("ann", note(), 1)
    leaves = len(rule.leaves())
    again = rule.tell("ann", note("Something else", "n9"), 1)
    assert again.ack == first.ack
    assert again.entry is None
    assert len(rule.leaves()) == leaves
    assert rule.database.records.get("message", "n9") is None
    rule.reopen()
    assert rule.tell("ann", note(), 1).ack == first.ack


def test_a_repeat_within_one_group(rule: Ruling) -> None:
    one, other = rule.authority.commit([rule.told("ann", note(), 1), rule.told("ann", note(), 1)])
    assert one.ack == other.ack
    assert other.entry is None


def test_a_refusal_is_stored_too(rule: Ruling) -> None:
    first = rule.tell("ann", note(" "), 1).ack
    assert (first.status, first.code) == ("refused", "empty")
    assert rule.tell("ann", note("Now with words"), 1).ack == first


def test_a_gap_is_refused_and_counts_nothing(rule: Ruling) -> None:
    ack = rule.tell("ann", note(), 3).ack
    assert (ack.status, ack.code, ack.data) == ("refused", "gap", {"n": 3, "expected": 1})
    assert rule.authority.devices.done(Devices.key("ann", "laptop")) == 0
    assert rule.tell("ann", note(), 1).ack.status == "done"
    assert rule.tell("ann", note("", "n2"), 3).ack.data["expected"] == 2


def test_devices_and_people_count_apart(rule: Ruling) -> None:
    for number, (person, device) in enumerate((("ann", "laptop"), ("ann", "phone"), ("bob", "laptop"))):
        assert rule.tell(person, note(id=f"n{number}"), 1, device).ack.status == "done"
        assert rule.authority.devices.done(Devices.key(person, device)) == 1


def opening(case: str, team: str) -> Command:
    return OpenCase(
        case=case, conversation=f"{case}-v", message=f"{case}-m", customer="u7", team=team, text="Call back"
    )


def test_what_depends_on_something_refused_is_refused(rule: Ruling) -> None:
    assert rule.tell("ann", opening("c7", "t7"), 1).ack.status == "refused"
    ack = rule.tell("ann", note(case="c7"), 2).ack
    assert (ack.status, ack.code) == ("refused", "depends")
    rule.reopen()
    assert rule.tell("ann", Claim(case="c7"), 3).ack.code == "depends", "known after a restart"
    assert rule.tell("bob", Claim(case="c7"), 1).ack.code == "missing", "to others it is only not there"


def test_a_second_try_that_succeeds_makes_it_good(rule: Ruling) -> None:
    rule.tell("ann", opening("c7", "t7"), 1)
    assert rule.tell("ann", opening("c7", "t1"), 2).ack.status == "done"
    assert rule.tell("ann", Claim(case="c7"), 3).ack.status == "done"
    assert rule.database.records.of(Case, "c7").assignee == "ann"  # type: ignore[union-attr]


def test_only_so_many_answers_are_kept(rule: Ruling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "KEPT", 50)
    rule.authority.commit([rule.told("ann", note(id=f"n{n}"), n) for n in range(1, 101)])
    kept = [n for (n,) in rule.conn.execute("SELECT n FROM result ORDER BY n")]
    assert kept == list(range(51, 101))
    old = rule.tell("ann", note(), 7).ack
    assert (old.status, old.code) == ("done", "repeat")
