"""Truth within a group: what earlier commands did is seen by later ones, in every way of asking."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.domain.world import answer
from tests.server.ruling import CHANNEL, Ruling
from tests.store.company import arguments, some

from agentdesk.domain.cases import Case, Message, Note
from agentdesk.domain.catalogue import QUESTIONS
from agentdesk.domain.kernel import File, Share, spec_of
from agentdesk.domain.mail import TakeMail
from agentdesk_server.authority.truth import Truth, root_of


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    made.open_case()
    yield made
    made.database.close()


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_waiting_writes_are_part_of_every_answer(rule: Ruling, name: str) -> None:
    question, chance = QUESTIONS[name], random.Random(name)
    kind = spec_of(question.cls).kind
    truth: Truth = rule.authority.truth
    rule.conn.execute(f'DELETE FROM "{kind}"')
    truth.forget(always=True)
    kept = some(kind, 20, chance)
    for record in kept.values():
        truth.put(record)
    truth.flush()
    for id, record in some(kind, 30, chance).items():
        if chance.random() < 0.6:
            truth.put(record)
            kept[id] = record
    for id in chance.sample(sorted(kept), 5):
        truth.remove(kind, id)
        del kept[id]
    asks = [question(**arguments(question, chance)) for _ in range(5)]
    for step in range(15):
        if step > 9:  # what was answered once is remembered until a record of the kind changes
            record = chance.choice(list(kept.values()))
            truth.remove(kind, record.id)
            del kept[record.id]
        asked = asks[step % 5]
        want = answer(kept.values(), asked, None, 10**6)
        assert list(truth.page(asked, None, 1000)) == want
        assert list(truth.page(asked, None, 3)) == want[:3]
        if len(want) > 2:
            assert list(truth.page(asked, asked.key(want[1]), 4)) == want[2:6]
    assert truth.count(asked) == len(want)
    truth.forget(always=True)


def test_nothing_is_unknown_to_it(rule: Ruling) -> None:
    truth = rule.authority.truth
    assert truth.knows(Case, "never was")
    assert truth.get(Case, "never was") is None
    assert truth.scopes("case", "never was") == frozenset()


def test_a_removed_record_is_gone_before_it_is_written(rule: Ruling) -> None:
    truth = rule.authority.truth
    truth.remove("message", "c1-m")
    assert truth.get(Message, "c1-m") is None
    assert [record.id for record in truth.children("case", "c1")] == ["c1-v"]
    truth.forget(always=True)


def test_what_a_group_names_is_looked_up_at_once(rule: Ruling) -> None:
    truth, seen = rule.authority.truth, []
    truth.forget(always=True)
    rule.conn.set_trace_callback(seen.append)
    truth.expect([Note("c1", "n1", "One"), Note("c1", "n2", "Two"), Note("never", "c1-m", "Three")])
    rule.conn.set_trace_callback(None)
    assert len(seen) == 3  # cases, messages, and where the cases are shown
    assert truth.get(Case, "c1") is not None
    assert truth.get(Message, "c1-m") is not None
    assert truth.get(Message, "n1") is None
    assert rule.tell("ann", Note("c1", "n1", "One")).ack.status == "done"
    assert truth.get(Message, "n1") is not None


def test_mails_that_come_together_look_up_at_once_what_they_may_make(rule: Ruling) -> None:
    mails = []
    for n in range(9):
        ids = {"message": f"m{n}", "case": f"k{n}", "conversation": f"v{n}", "customer": f"w{n}", "team": "t1"}
        files = (File(f"f{n}", "0" * 64, "a.txt", 3, "text/plain"),)
        mails.append(TakeMail(**ids, mailbox="", text="Hello", sender="jo@x.example", senders=(), files=files))
    seen: list[str] = []
    rule.authority.truth.expect(mails)
    rule.conn.set_trace_callback(seen.append)
    outcomes = rule.authority.commit([rule.told(CHANNEL, mail) for mail in mails])
    rule.conn.set_trace_callback(None)
    assert [outcome.ack.status for outcome in outcomes] == ["done"] * 9
    assert not [one for one in seen if re.search(r"FROM \S+ WHERE (id|kind)=", one)]


def test_roots() -> None:
    assert root_of(Share("x", "user:ann", 0, "case", "c1")) == ("share", "x")
    message = next(iter(some("message", 1, random.Random(1)).values()))
    assert root_of(message) == ("case", message.case)  # type: ignore[attr-defined]
