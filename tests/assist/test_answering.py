"""What a question costs: what is read for it is read in one go, and a long mail is read in part."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from tests.assist.words import Words

from agentdesk.assist.answering import answer
from agentdesk.assist.embedder import Floats
from agentdesk.assist.frames import Ask, Source, Turn
from agentdesk.assist.index import Index
from agentdesk.assist.index import tidy as tidy_
from agentdesk.assist.replies import HIDDEN, WIDE, Past, Ranker, Replies
from agentdesk.assist.shelf import open_shelf
from agentdesk.assist.situations import LONGEST, SIZE
from agentdesk.assist.vectors import WIDTH

NOW = 1_790_000_000_000
DAY = 24 * 3_600_000


class Counted(Words):
    """Remembers what was read together."""

    def __init__(self) -> None:
        self.read: list[list[str]] = []

    def embed_all(self, texts: Sequence[str]) -> Floats:
        self.read.append(list(texts))
        return super().embed_all(texts)


class Alike(Counted):
    """Finds no difference between any two texts."""

    def embed_all(self, texts: Sequence[str]) -> Floats:
        super().embed_all(texts)
        return np.tile(np.eye(1, WIDTH, dtype=np.float32), (len(texts), 1))


def index_of(*sources: Source, meanings: Counted | None = None) -> tuple[Index, Counted]:
    """An index that has read these, with a ranker that has learned nothing of use."""
    counted = meanings or Counted()
    index = Index(open_shelf("", b"k" * 32, "m")[0], counted, model="m")  # type: ignore[arg-type]
    for source in sources:
        index.learn(source.id, [source])
    while index.read_some():
        pass
    weights = tuple(bytes(2 * rows * columns) for rows, columns in ((SIZE, HIDDEN), (HIDDEN, WIDE), (WIDTH, WIDE)))
    assert len(weights) == 3
    index.replies = Replies(Ranker(version=1, model="m", weights=weights, count=0), Past.of(0))
    counted.read.clear()
    return index, counted


REFUND = Source(id="article:1", kind="article", title="Refund to a card", text="A refund takes five days.", version=1)
TURNS = (
    Turn("customer", "My parcel is late."),
    Turn("agent", "I am sorry to hear that."),
    Turn("customer", "I want a refund to my card."),
)


def test_all_that_a_question_needs_is_read_in_one_go() -> None:
    index, counted = index_of(REFUND)
    earlier = (("7", NOW - DAY, "Refund to my card, again"), ("6", NOW - 90 * DAY, "Long ago"))
    found = answer(index, Ask(number=1, case="9", turns=TURNS, now=NOW, earlier=earlier), None, "m")
    assert [card.source for card in found.cards] == ["article:1"]
    assert len(counted.read) == 1
    assert {turn.text for turn in TURNS} < set(counted.read[0])
    assert "Refund to my card, again" in counted.read[0]
    assert "Long ago" not in counted.read[0]
    answer(index, Ask(number=2, case="9", turns=TURNS, now=NOW, earlier=earlier), None, "m")
    assert len(counted.read) == 1, "what was read is not read again"


def test_of_a_long_mail_so_much_is_read_that_nobody_waits() -> None:
    index, counted = index_of(REFUND)
    mail = "I want a refund to my card. " + "By the way, the weather is lovely here. " * 200
    for turns in ((Turn("customer", mail),), (*TURNS, Turn("customer", mail))):
        counted.read.clear()
        assert index.meanings is not None
        index.meanings.forget()
        answer(index, Ask(number=1, case="9", subject="Refund", turns=turns, now=NOW), None, "m")
        assert max(map(len, counted.read[0])) <= LONGEST
        assert sum(text.startswith("I want a refund to my card. By") for text in counted.read[0]) == 1
        assert len(counted.read) == 1


def test_what_is_personal_is_not_read_even_where_a_long_mail_is_cut() -> None:
    index, counted = index_of(REFUND)
    cut = "x " * (LONGEST // 2 - 6)
    answer(
        index, Ask(number=1, case="9", turns=(Turn("customer", f"{cut}ada.lovelace@x.example ok"),), now=NOW), None, "m"
    )
    assert not any("ada.love" in text for text in counted.read[0])


@pytest.mark.parametrize(("asked", "like", "unlike"), [
    ("ふきんは麻ですか、綿ですか？", "", "ふただけ買うことはできますか？"),
    ("Где мой заказ 40117?", "Где мой заказ?", "Можно ли вернуть деньги?"),
    ("متى يصل المبلغ المسترد؟", "متى يصل المبلغ؟", "الفرشاة وصلت ناقصة"),
])  # fmt: skip
def test_what_the_model_cannot_read_is_found_by_words_alone(asked: str, like: str, unlike: str) -> None:
    """A model that has read English finds all texts in such signs alike, as `Alike` does."""
    past = Source(id="case:7", kind="case", title="", text="Merci.", asked=unlike, at=NOW - DAY)
    index, _ = index_of(past, meanings=Alike())
    question = Ask(number=1, case="9", turns=(Turn("customer", asked),), now=NOW)
    found = answer(index, question, None, "m")
    assert (found.level, found.cards, found.similar) == (2, (), ())
    if like:
        index, _ = index_of(msgspec.structs.replace(past, asked=like), meanings=Alike())
        assert [near.id for near in answer(index, question, None, "m").similar] == ["case:7"]


@pytest.mark.parametrize(("kind", "text", "put"), [
    ("article", "# Refund to a card\n\nA refund takes five days.", "A refund takes five days."),
    ("article", "# Refund\n\nA refund takes five days.", "# Refund\n\nA refund takes five days."),
    ("article", "# Refund to a card", "# Refund to a card"),
    ("post", "A refund takes five days.", "A refund takes five days."),
])  # fmt: skip
def test_the_title_above_an_article_is_not_put_into_a_reply(kind: str, text: str, put: str) -> None:
    index, _ = index_of(msgspec.structs.replace(REFUND, kind=kind, text=text))
    found = answer(index, Ask(number=1, case="9", turns=TURNS, now=NOW), None, "m")
    assert [(card.text, card.bare) for card in found.cards] == [(put, put)]


def test_what_lies_there_already_is_not_made_tidy_again(monkeypatch: pytest.MonkeyPatch) -> None:
    index, _ = index_of(REFUND)
    made, really = list[str](), tidy_

    def tidy(source: Source, me: str) -> Source:
        made.append(source.text)
        return really(source, me)

    monkeypatch.setattr("agentdesk.assist.index.tidy", tidy, raising=True)
    index.learn(REFUND.id, [REFUND])
    assert made == []
    other = msgspec.structs.replace(REFUND, text="A refund takes six days.")
    index.learn(REFUND.id, [other])
    assert made == [other.text]
    monkeypatch.setattr("agentdesk.assist.index.__version__", "another")
    index.learn(REFUND.id, [other])
    assert made == [other.text] * 2, "another program may find more that is personal"
