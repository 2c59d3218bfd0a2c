"""What is learned in idle time from a team's own cases: taken if no worse, versioned, gone with what is erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec import msgpack
from tests.assist.words import Words

from agentdesk.assist import serving
from agentdesk.assist.embedder import WIDTH
from agentdesk.assist.frames import Answer, Ask, Begin, Learn, Open, Source, State, Swept, Turn
from agentdesk.assist.heads import USUAL, ahead, cut_for, fitted, signs, sure
from agentdesk.assist.learning import KEPT_ASIDE, _byte, answered
from agentdesk.assist.serving import Serving
from agentdesk.assist.softmax import learn
from agentdesk.assist.vectors import Rows, packed
from agentdesk.domain.models import OWN
from agentdesk.store.crypt import open_database

KEY = b"k" * 32
CANARY = "zyxwolf"
ABOUT = {
    "refund": "refund money back card bank amount",
    "address": "address street moved house delivery parcel",
    "password": "password login account locked sign reset",
    "invoice": "invoice bill tax number copy company",
}


@pytest.fixture(autouse=True)
def _reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_embedder", lambda _: (Words(), OWN, ""))


def macros() -> list[Source]:
    return [Source(id=f"macro:{name}", kind="macro", title=name, text=f"About your {name}: we see to it.", macro=name)
            for name in ABOUT]  # fmt: skip


def cases(count: int, wrong: bool = False) -> Iterator[Source]:
    """Each about one thing, in three of its words; `wrong`: those that are learned from name another macro."""
    draw, names = np.random.default_rng(5), list(ABOUT)
    for number in range(count):
        place = number % len(names)
        said = " ".join(draw.choice(ABOUT[names[place]].split(), 3, replace=False))
        aside = _byte(f"case:{number}") < KEPT_ASIDE
        macro = names[(place + 1) % len(names)] if wrong and not aside else names[place]
        yield Source(
            id=f"case:{number}:2", kind="case", title="", asked=f"my {said} {number}", text="Done.", macro=macro
        )


def told(worker: Serving, some: Iterator[Source]) -> State:
    """All there is, read and learned from."""
    for frame in (Begin(), *(Learn(one.id, (one,)) for one in macros()),
                  *(Learn(one.id.rpartition(":")[0], (one,)) for one in some), Swept()):  # fmt: skip
        worker.hear(frame)
    return idle(worker)


def idle(worker: Serving) -> State:
    while worker.idle()[0]:
        pass
    return worker.state()


def asked(worker: Serving, text: str) -> Answer:
    (found,) = worker.hear(Ask(number=1, case="new", turns=(Turn("customer", text),)))
    assert isinstance(found, Answer)
    return found


def test_it_learns_when_idle_keeps_what_it_learned_and_says_so(tmp_path: Path) -> None:
    opened = Open(KEY, str(tmp_path / "assist.db"), "pack")
    worker = Serving(opened, ())
    state = told(worker, cases(120))
    assert (state.head, state.learned_from + state.kept) == (1, 120)
    assert state.kept > 5
    assert state.right >= state.before
    found = asked(worker, "the bank has no refund of my money")
    assert (found.cards[0].source, found.head) == ("macro:refund", 1)
    assert asked(worker, "qwertz uiopa sdfgh").cards == ()
    worker.close()
    again = Serving(opened, ())
    assert (again.state().head, told(again, cases(120)).head) == (1, 1)  # nothing new: nothing is learned
    assert told(again, cases(200)).head == 2
    again.close()


def test_a_worse_head_is_never_taken(tmp_path: Path) -> None:
    worker = Serving(Open(KEY, "", "pack"), ())
    first = told(worker, cases(160))
    assert first.head == 1
    after = told(worker, cases(240, wrong=True))
    assert (after.head, after.learned_from) == (1, first.learned_from)
    worker.close()


def test_what_is_erased_leaves_what_is_learned_from_it(tmp_path: Path) -> None:
    index = tmp_path / "assist.db"
    worker = Serving(Open(KEY, str(index), "pack"), ())
    erased = Source(id="case:canary:2", kind="case", title=CANARY, asked=f"{CANARY} {CANARY} parcel", text=CANARY,
                    macro="invoice")  # fmt: skip
    told(worker, iter([*cases(120), erased]))
    assert any(owner == "case:canary" for owner, _, _ in answered(worker._index))
    before = asked(worker, f"{CANARY} parcel").considered[0].source
    worker.hear(Learn("case:canary", (), gone=True))
    assert (worker.state().head, worker._index.wise) == (0, None)
    db = open_database(index, KEY, durable=False, readonly=True)
    assert db.execute("SELECT version, length(body) FROM head").fetchall() == [(1, 0)]
    db.close()
    assert not any(owner == "case:canary" for owner, _, _ in answered(worker._index))
    assert (idle(worker).head, worker.state().learned_from + worker.state().kept) == (2, 120)  # anew, without it
    after = asked(worker, f"{CANARY} parcel")
    assert (before, after.considered[0].source) == ("case:canary", "macro:address")
    assert not any("invoice" in card.source for card in after.cards)
    worker.close()


def test_what_was_erased_while_nothing_ran_is_not_learned_from_any_more(tmp_path: Path) -> None:
    opened, often = Open(KEY, str(tmp_path / "assist.db"), "pack"), list(cases(120))
    rare = [Source(id=f"case:r{n}:2", kind="case", title="", asked="my lost key", text="Done.", macro=f"r{n}")
            for n in range(20)]  # fmt: skip
    worker = Serving(opened, ())
    assert told(worker, iter([*often, *rare])).head == 1
    worker.close()
    for _ in range(2):  # the second time there is nothing new: what is too rare to be learned from counts as looked at
        worker = Serving(opened, ())
        after = told(worker, iter([*often[1:], *rare]))
        assert (after.head, after.learned_from + after.kept) == (2, 119)
        worker.close()


def test_how_sure_one_may_be_is_fitted_and_cut() -> None:
    draw = np.random.default_rng(2)
    rows = np.array(
        [signs(share, lead, near) for share, lead, near in draw.uniform((0.01, 0, 0), (1, 6, 1), (4_000, 3))]
    )
    true = (2.0, 0.4, 3.0, -1.0)
    chances = 1 / (1 + np.exp(-(rows @ np.array(true[:3]) + true[3])))
    right = (draw.uniform(size=len(rows)) < chances).astype(np.float64)
    usual = (0.5, 0.5, 5.0, -3.0)
    curve = fitted(rows, right, 1.0, usual)
    assert curve == pytest.approx(true, abs=0.35)
    assert fitted(rows[:0], right[:0], 1.0, usual) == pytest.approx(usual)
    cut = cut_for(chances, right, 0.9)
    assert right[chances >= cut].mean() >= 0.9
    assert cut_for(chances, np.zeros(len(right)), 0.9) == 1.0
    assert sure(USUAL, (*signs(0.9, 6.0, 0.9), 2.0)) > 0.8 > 0.3 > sure(USUAL, (*signs(0.01, -8.0, 0.2), -2.0))


def test_how_far_each_is_ahead() -> None:
    assert ahead(np.array([1.0, 4.0, 2.5], np.float32)).tolist() == [-3.0, 1.5, -1.5]
    assert ahead(np.array([2.0, 2.0, 0.0], np.float32)).tolist() == [0.0, 0.0, -2.0]
    assert ahead(np.array([-np.inf, 3.0], np.float32)).tolist() == [-np.inf, np.inf]


def test_a_head_tells_apart_what_no_plane_parts() -> None:
    draw = np.random.default_rng(4)
    vectors = np.zeros((400, WIDTH), np.float32)
    vectors[:, :2] = draw.uniform(0.3, 1.0, (400, 2)) * draw.choice((-1, 1), (400, 2))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = (vectors[:, 0] * vectors[:, 1] > 0).astype(np.int64)
    small, scales = zip(*(packed(row) for row in vectors), strict=True)
    rows = Rows(np.frombuffer(b"".join(small), np.int8).reshape(-1, WIDTH), np.array(scales, np.float32))
    steps, found = learn(rows, np.arange(300), labels[:300], 2), None
    while found is None:
        try:
            next(steps)
        except StopIteration as end:
            found = end.value
    chances = found.chances(vectors[300:])
    assert chances.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (chances.argmax(axis=1) == labels[300:]).mean() > 0.95


def test_a_head_of_an_older_form_is_learned_anew(tmp_path: Path) -> None:
    opened = Open(KEY, str(tmp_path / "assist.db"), "pack")
    worker = Serving(opened, ())
    assert told(worker, cases(120)).head == 1
    worker._index.shelf.lessons.keep_head(
        "macros",
        1,
        msgpack.encode({"version": 1, "model": OWN, "macros": ["refund"], "weights": b"", "constants": b""}),
    )
    worker.close()
    again = Serving(opened, ())
    assert again._index.wise is None
    assert told(again, cases(120)).head == 2
    again.close()
