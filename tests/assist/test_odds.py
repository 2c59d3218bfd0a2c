"""What single words say: those that many texts of one answer have, however they are put, and no word as it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from agentdesk.assist import odds
from agentdesk.assist.embedder import WIDTH
from agentdesk.assist.heads import Head, encoded, wise_of
from agentdesk.assist.odds import bag, heard, odds_of, words_of
from agentdesk.assist.softmax import HIDDEN

TEXTS = (
    ("My refund is late", 0),
    ("late again: the refund of last week", 0),
    ("I lost my card", 1),
    ("Block the card that I lost", 1),
    ("My app does not start", 2),
    ("The app is slow to start", 2),
)
BAGS, LABELS = [bag(text) for text, _ in TEXTS], [label for _, label in TEXTS]


def learned(words: odds.Words, bags: Sequence[odds.Bag] = BAGS, labels: Sequence[int] = LABELS) -> odds.Halves:
    """All of it in one go."""
    steps = odds_of(words, bags, labels, 3)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: odds.Halves = end.value
            return found


def test_words_count_whatever_their_order_and_case() -> None:
    assert bag("The CARD, lost!").tolist() == bag("lost the card").tolist() != bag("lost the app").tolist()
    assert len(bag("card card card")) == 1


@pytest.mark.parametrize(("text", "label"), [("refund?", 0), ("card lost", 1), ("cannot start the app", 2)])
def test_they_say_what_they_were_answered_with(text: str, label: int) -> None:
    words = words_of(BAGS)
    said = heard(words, learned(words), bag(text))
    assert int(said.argmax()) == label
    assert (float(said.mean()), float(said.std())) == (pytest.approx(0, abs=1e-5), pytest.approx(1, abs=1e-5))


def test_what_nobody_said_says_nothing() -> None:
    words = words_of(BAGS)
    for text in ("", "zebra", "again"):  # the last stands in one text alone
        assert not heard(words, learned(words), bag(text)).any()
    none = words_of([])
    assert not heard(none, learned(none, [], []), bag("card")).any()


def test_of_many_words_the_most_frequent_are_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odds, "MOST", 3)
    often = {*bag("the my"), *bag("card"), *bag("refund"), *bag("app"), *bag("lost"), *bag("late"), *bag("start")}
    words = words_of(BAGS)
    assert len(words.known) == 3
    assert set(words.known.tolist()) <= often
    assert {*bag("the my")} <= set(words.known.tolist())


def test_a_head_keeps_numbers_and_one_without_words_serves() -> None:
    weights = (np.zeros((WIDTH, HIDDEN), np.float16).tobytes(), np.zeros((HIDDEN, 3), np.float16).tobytes())
    constants = (np.zeros(HIDDEN, np.float32).tobytes(), np.zeros(3, np.float32).tobytes())
    old = Head(version=1, model="m", macros=("a", "b", "c"), weights=weights, constants=constants)
    wise = wise_of(encoded(old), "m")
    assert wise is not None
    assert not wise.hear(bag("card")).any()
    some = np.zeros(WIDTH, np.float32)
    assert len(set(wise.weigh(some, bag("I lost my card"), [], {"a", "b", "c"}).values())) == 1
    words = words_of(BAGS)
    new = Head(
        version=2, model="m", macros=("a", "b", "c"), weights=weights, constants=constants, heed=1.0,
        words=words.known.tobytes(), rare=words.rare.tobytes(), odds=learned(words).tobytes(),
    )  # fmt: skip
    body = encoded(new)
    assert not any(word in body for word in (b"refund", b"card", b"start"))
    wise = wise_of(body, "m")
    assert wise is not None
    sure = wise.weigh(some, bag("I lost my card"), [], {"a", "b", "c"})
    assert max(sure, key=lambda macro: sure[macro]) == "b"


def test_one_is_the_surer_the_further_it_is_ahead_by_words() -> None:
    some, macros = np.zeros(WIDTH, np.float32), ("a", "b", "c")
    weights = (np.zeros((WIDTH, HIDDEN), np.float16).tobytes(), np.zeros((HIDDEN, 3), np.float16).tobytes())
    constants = (np.zeros(HIDDEN, np.float32).tobytes(), np.array([0, 5, 0], np.float32).tobytes())
    words = words_of(BAGS)
    head = Head(
        version=1, model="m", macros=macros, weights=weights, constants=constants, words=words.known.tobytes(),
        rare=words.rare.tobytes(), odds=learned(words).tobytes(),
    )  # fmt: skip
    wise = wise_of(encoded(head), "m")
    assert wise is not None
    for_, against = (wise.weigh(some, bag(text), [], {*macros})["b"] for text in ("I lost my card", "my app is slow"))
    assert for_ > wise.weigh(some, bag("zebra"), [], {*macros})["b"] > against
    assert wise.weigh(some, bag("I lost my card"), [], set()) == {}
    assert wise.weigh(some, bag("my app is slow"), [], {"b"})["b"] > for_  # nothing else is open
