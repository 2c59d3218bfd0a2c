"""Replies in the team's own words: found by how a conversation went, learned when idle, gone with what is erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.assist.words import Words

from agentdesk.assist import replies, replying, serving
from agentdesk.assist.embedder import WIDTH
from agentdesk.assist.frames import Answer, Ask, Begin, Learn, Open, Source, State, Swept, Turn
from agentdesk.assist.packs import EMBEDDER_SHA256
from agentdesk.assist.replies import MIX, polled
from agentdesk.assist.replying import fit
from agentdesk.assist.serving import Serving
from agentdesk.assist.situations import SIZE, Situations, kept, numbers, texts
from agentdesk.store.crypt import open_database

KEY = b"k" * 32
CANARY = "zyxwolf"
TALK = {
    "refund money": ("which order is it", "your money comes back within days"),
    "parcel lost": ("where does it go", "we send another parcel at once"),
    "password locked": ("which address is yours", "a new link is on its way"),
    "invoice copy": ("from which month", "the copy lies in your inbox"),
}
"""What is about each: the agent's question, then what was answered once the customer had told."""


@pytest.fixture(autouse=True)
def _reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_embedder", lambda _: (Words(), EMBEDDER_SHA256, ""))
    monkeypatch.setattr(replying, "FEWEST", 150)
    monkeypatch.setattr(replying, "FEWEST_STEPS", 12)
    monkeypatch.setattr(replying, "EPOCHS", 3)


def talk(number: int) -> tuple[Turn, ...]:
    """The customer's last words are the same whatever it is about: only what was said before tells."""
    about = list(TALK)[number % len(TALK)]
    told = (Turn("customer", f"hello my {about} {number % 7}"), Turn("agent", TALK[about][0]))
    return (*told, Turn("customer", f"it is {number % 13} as said"))


def cases(count: int) -> Iterator[tuple[str, tuple[Source, ...]]]:
    for number in range(count):
        answer = list(TALK.values())[number % len(TALK)][1]
        yield (
            f"case:{number}",
            tuple(
                Source(id=f"case:{number}:{at}", kind="case", title="", asked=turns[-1].text, said=turns, text=text)
                for at, (turns, text) in enumerate(((talk(number)[:1], "one moment please"), (talk(number), answer)))
            ),
        )


def told(worker: Serving, some: Iterator[tuple[str, tuple[Source, ...]]]) -> State:
    for frame in (Begin(), *(Learn(owner, sources) for owner, sources in some), Swept()):
        worker.hear(frame)
    return idle(worker)


def idle(worker: Serving) -> State:
    while worker.idle()[0]:
        pass
    return worker.state()


def asked(worker: Serving, turns: tuple[Turn, ...]) -> Answer:
    (found,) = worker.hear(Ask(number=1, case="new", turns=turns))
    assert isinstance(found, Answer)
    return found


def test_what_was_said_before_decides_what_is_suggested_and_erasure_takes_it(tmp_path: Path) -> None:
    opened = Open(KEY, str(tmp_path / "assist.db"), "pack")
    worker = Serving(opened, ())
    canary = Source(id="case:canary:1", kind="case", title="", asked=CANARY, text=CANARY, said=(Turn("agent", CANARY),))
    state = told(worker, iter([*cases(100), ("case:canary", (canary,))]))
    assert (state.replies, state.replies_from + state.replies_kept) == (1, 201)
    assert state.replies_right >= state.replies_before > 0
    for number, (_, answer) in enumerate(TALK.values()):
        assert asked(worker, talk(number)).cards[0].text == answer
    assert asked(worker, talk(0)).ranker == 1
    assert asked(worker, talk(0)[:1]).cards[0].text == "one moment please"
    worker.close()
    worker = Serving(opened, ())
    assert (worker.state().replies, told(worker, iter([*cases(100), ("case:canary", (canary,))])).replies) == (1, 1)
    assert asked(worker, talk(2)).cards[0].text == list(TALK.values())[2][1]
    worker.hear(Learn("case:canary", (), gone=True))
    assert (worker.state().replies, worker._index.replies) == (0, None)
    assert lies(tmp_path, "SELECT length(body) FROM head WHERE name = 'replies'") == 0
    assert lies(tmp_path, "SELECT count(*) FROM situation WHERE source NOT IN (SELECT id FROM source)") == 0
    assert lies(tmp_path, PARTS) == 0
    again = idle(worker)
    assert (again.replies, again.replies_from + again.replies_kept) == (2, 200)
    last = max(worker._index.kept)
    worker.hear(Learn("case:99", ()))
    worker.hear(Learn("case:other", (canary,)))
    assert min(worker._index.kept.of("case:other")) > last  # no number of what went, by which it was learned from
    worker.close()


PARTS = "SELECT count(*) FROM part"


def lies(folder: Path, what: str) -> int:
    """A number of what is in the file of the index."""
    db = open_database(folder / "assist.db", KEY, durable=False, readonly=True)
    found = int(db.execute(what).fetchone()[0])
    db.close()
    return found


def keeping(worker: Serving, folder: Path) -> None:
    """Until a part of what is learned lies on the disk, and not all of it."""
    while not lies(folder, PARTS):
        assert worker.idle()[0], "nothing was kept"
    assert (worker.state().replies, lies(folder, PARTS)) == (0, 1)


def test_what_was_learned_is_kept_in_parts_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "PART", 64)
    opened = Open(KEY, str(tmp_path / "assist.db"), "pack")
    worker = Serving(opened, ())
    assert told(worker, cases(100)).replies == 1
    before = worker._index.replies
    worker.close()
    assert lies(tmp_path, PARTS) == 4
    worker = Serving(opened, ())
    after = worker._index.replies
    assert before is not None
    assert after is not None
    for one, other in zip(before.past._columns(), after.past._columns(), strict=True):
        assert np.array_equal(one, other)
    assert all(after.knows(int(id)) for id in after.ids)
    assert not after.knows(int(after.ids.max()) + 1)
    assert np.array_equal(after.answer(int(after.ids[70])), before.answer(int(before.ids[70])))
    worker.close()
    db = open_database(tmp_path / "assist.db", KEY, durable=False)
    db.execute("DELETE FROM part WHERE at = 2")
    db.close()
    worker = Serving(opened, ())
    assert worker._index.replies is None  # one with a hole is none: it is learned anew
    assert told(worker, cases(100)).replies == 2
    worker.close()


def test_who_is_erased_while_it_is_kept_is_in_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "PART", 64)
    worker = Serving(Open(KEY, str(tmp_path / "assist.db"), "pack"), ())
    for frame in (Begin(), *(Learn(owner, sources) for owner, sources in cases(100)), Swept()):
        worker.hear(frame)
    keeping(worker, tmp_path)
    worker.hear(Learn("case:7", (), gone=True))
    assert lies(tmp_path, PARTS) == 0
    assert idle(worker).replies == 1
    assert lies(tmp_path, PARTS) == 4
    worker.close()


def test_what_a_process_left_that_ended_in_the_middle_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "PART", 64)
    opened = Open(KEY, str(tmp_path / "assist.db"), "pack")
    worker = Serving(opened, ())
    for frame in (Begin(), *(Learn(owner, sources) for owner, sources in cases(100)), Swept()):
        worker.hear(frame)
    keeping(worker, tmp_path)
    worker.close()
    worker = Serving(opened, ())
    assert lies(tmp_path, PARTS) == 0
    assert told(worker, cases(100)).replies == 1
    worker.close()


def test_a_situation_comes_back_as_it_was_kept() -> None:
    reads, turns = Words(), (*talk(3), Turn("agent", "one moment"), *talk(5))
    wanted = texts(turns)
    read = dict(zip(wanted, reads.embed_all(wanted), strict=True))
    answer = reads.embed("done")
    bodies = {7: kept(turns, read, answer), 9: kept((), {}, answer)}
    some = Situations(5, lambda _: bodies)
    some.add((id, f"case:{at}", body) for at, (id, body) in enumerate(bodies.items(), 1))
    assert len(wanted) == 6
    assert some.asked(np.array([0]))[0] == pytest.approx(numbers(turns, read), abs=0.01)
    assert some.asked(np.array([1])).shape == (1, SIZE)
    del bodies[7]  # erased while it is learned from
    assert not some.asked(np.array([0]))[0][:-1].any()
    assert some.answers(np.array([0]))[0] == pytest.approx(answer, abs=0.01)
    assert (some.ids.tolist(), len(set(some.same)), some.owners) == ([7, 9], 1, ["case:1", "case:2"])


def test_votes_are_for_replies_like_those_that_were_given() -> None:
    replies = np.eye(3, WIDTH, dtype=np.float32)
    votes, nearest = polled(np.array([0.9, 0.8, 0.1], np.float32), replies[[1, 1, 2]], replies)
    assert (int(votes.argmax()), int(nearest.argmax())) == (1, 1)
    none, far = polled(np.zeros(0, np.float32), np.zeros((0, WIDTH), np.float32), replies)
    assert len(set(none.tolist())) == 1
    assert not far.any()


def test_what_counts_is_fitted_to_what_was_right() -> None:
    draw = np.random.default_rng(4)
    rows = draw.normal(size=(600, 20, 3))
    true = np.array([0.2, 1.5, 0.0])
    best = (rows @ true + draw.gumbel(size=(600, 20))).argmax(axis=1)
    for row, at in zip(rows, best, strict=True):
        row[[0, at]] = row[[at, 0]]
    assert fit(rows) == pytest.approx(true, abs=0.25)
    assert fit(rows[:1] * 0) == pytest.approx(np.array(MIX))
