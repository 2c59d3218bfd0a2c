"""Masking: declared for each field, applied by stamps alone, never longer than a field may be, never sent back."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.samples import busy

from agentdesk.domain import masking
from agentdesk.domain.cases import Case, Message, Reply
from agentdesk.domain.catalogue import RECORDS
from agentdesk.domain.kernel import Masked, MaskView, Record, Refusal, Told, decide, masked, ref, share_of
from agentdesk.domain.kernel.masking import Stamp, read_stamp, stamp_text
from agentdesk.domain.kernel.records import CLASSES, holds_text
from agentdesk.domain.kernel.records import record as declare
from agentdesk.domain.masking import PURPOSES, Reveal, is_hidden, revealed

ALL = frozenset(CLASSES)
HIDING = MaskView("agent", "eu", hidden=frozenset(("payment",)), away=frozenset(("payment", "name", "contact")))
TEXT = "pay 4111 by a@b.example"
SPANS = (("text", 4, 8, "payment"), ("text", 12, 23, "contact"))


STAMP = Stamp("eu", SPANS)


def _message(text: str = TEXT, stamp: Stamp | None = STAMP, **more: Any) -> Message:
    base = busy().get(Message, "c1-m1")
    assert base is not None
    return msgspec.structs.replace(base, text=text, stamp=stamp_text(stamp) if stamp else "", **more)


def _named(name: str, cls: type[Record], **more: Any) -> None:
    declare(name, **more)(cls)


class Loose(Record, frozen=True):
    """A kind whose author forgot to say what is in it."""

    words: str
    parts: tuple[dict[str, Any], ...] = ()
    count: int = 0


def test_no_text_is_forgotten() -> None:
    """A field that can hold text, at any depth, is of a class or public, or the program does not start."""
    with pytest.raises(RuntimeError, match="say of words, parts which class"):
        _named("loose", Loose)
    with pytest.raises(RuntimeError, match="say of parts"):
        _named("loose", Loose, public=("words",))
    with pytest.raises(RuntimeError, match="secret is no class"):
        _named("loose", Loose, public=("parts",), classes={"words": "secret"})
    with pytest.raises(RuntimeError, match="needs a field for its stamp"):
        _named("loose", Loose, public=("parts",), classes={"words": "free"})
    with pytest.raises(RuntimeError, match="only texts and lists"):
        _named("loose", Loose, public=("words",), classes={"parts": "name"})
    assert "loose" not in RECORDS
    for kind, spec in RECORDS.items():
        assert set(spec.classes.values()) <= ALL, kind
        if spec.stamped:
            newer = spec.fields[spec.fields.index("stamp") + 1 :]
            late = all(spec.added.get(name, 0) > spec.added.get("stamp", 1) for name in newer)
            assert late, f"{kind}: new fields come after the stamp, each with its schema number"


def test_what_can_hold_text() -> None:
    texts = (str, Annotated[str, ref("case")], tuple[str, ...], dict[str, int], Loose, Any)
    assert [holds_text(hint) for hint in texts] == [True] * 6
    assert [holds_text(hint) for hint in (int, bool, tuple[int, ...], tuple[tuple[int, int], ...])] == [False] * 4


def test_spans_hide_what_the_view_hides() -> None:
    payment, contact, free = map(Masked.of, ("payment", "contact", "free"))
    message = _message()
    assert masked(message, HIDING).text == f"pay {payment} by a@b.example"
    assert masked(message, HIDING).stamp == "", "where and how long it is stays hidden too"
    assert masked(_message(stamp=Stamp("us", SPANS)), HIDING).text == f"pay {payment} by {contact}"
    assert masked(_message(stamp=Stamp("", SPANS)), HIDING).text == f"pay {payment} by a@b.example"
    assert masked(_message(stamp=None), HIDING).text == free
    assert masked(_message(stamp=None), MaskView("all")) == _message(stamp=None), "a view that hides nothing"
    assert masked(message, MaskView("none", hidden=ALL)).text == free
    for broken in ("x", "[1]", '["eu",[["text",4]]]', "\x00"):
        assert masked(msgspec.structs.replace(message, stamp=broken), HIDING).text == free


def test_a_masked_text_is_never_longer_than_its_field() -> None:
    """A desk checks each field of each row: one that is too long would end its connection."""
    many = tuple(("error", i * 3, i * 3 + 2, "payment") for i in range(160))
    found = masked(_message(error="11 " * 160, stamp=Stamp("eu", many)), HIDING)
    assert Masked.read(found.error) == "free"
    for spec in RECORDS.values():
        for field, data_class in spec.classes.items():
            assert len(Masked.of(data_class)) <= spec.limits[field]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5), st.sampled_from(CLASSES)), max_size=5))
def test_what_is_hidden_is_gone_and_all_else_stays(spans: list[tuple[int, int, str]]) -> None:
    text, end, places = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ", 0, []
    for start, length, data_class in sorted(spans):
        if start >= end:
            end = start + length
            places.append(("text", start, end, data_class))
    found = masked(_message(text, Stamp("eu", tuple(places))), HIDING).text
    kept = [c for i, c in enumerate(text) if not any(a <= i < b and k == "payment" for _, a, b, k in places)]
    assert "".join(kept) == Masked.shown(found, lambda _: "")
    assert len(Masked.spans(found)) == sum(k == "payment" for *_, k in places)
    assert is_hidden(found) == (len(kept) < len(text))


def test_lists_are_masked_one_by_one() -> None:
    case = busy().get(Case, "c1")
    assert case is not None
    stamp = stamp_text(Stamp("eu", (("tags", 1, 2, "payment"),)))
    case = msgspec.structs.replace(case, tags=("late", "4111", "vip"), stamp=stamp)
    assert masked(case, HIDING).tags == ("late", Masked.of("payment"), "vip")
    assert masked(case, MaskView("none", hidden=ALL)).tags == (Masked.of("free"),) * 3


def test_a_stamp_is_read_as_it_was_written() -> None:
    stamp = Stamp("eu", SPANS)
    assert read_stamp(stamp_text(stamp)) == stamp
    assert read_stamp("") is None


def test_a_refusal_tells_no_more_than_the_desk_shows() -> None:
    message = _message("pay 4111 now", Stamp("eu", (("text", 4, 8, "payment"),)))
    refusal = Refusal("{text}!", "x", text=Told(message, "text", 400), n=1)
    assert (str(refusal), refusal.data) == ("pay 4111 now!", {"text": "pay 4111 now", "n": 1})
    assert refusal.told(HIDING) == {"text": f"pay {Masked.of('payment')} now", "n": 1}
    for most in range(1, 40):
        cut = Told(message, "text", most).to(HIDING)
        assert len(cut) <= most
        assert "\x00" not in Masked.shown(cut, lambda _: ""), "a mask is whole or not there"


def test_a_mask_is_never_written_back() -> None:
    world = busy()
    for text in (Masked.of("name"), f"Dear {Masked.of('name')},", "\x00masked:name"):
        with pytest.raises(Refusal, match="cannot be written back"):
            decide(Reply(case="c2", message="m9", text=text, seen=1), world, world.actor("ann"), world.time)


def test_what_is_revealed_is_covered_by_the_purpose() -> None:
    message = _message(stamp=Stamp("us", SPANS))
    assert revealed(message, "text", "reach", HIDING) == f"pay {Masked.of('payment')} by a@b.example"
    assert revealed(message, "text", "law", HIDING) == TEXT
    assert revealed(message, "text", "payment", MaskView("none", hidden=ALL)) == f"pay 4111 by {Masked.of('contact')}"
    assert set().union(*PURPOSES.values()) == ALL, "for each class there is a purpose"


def test_guests_and_strangers_reveal_nothing() -> None:
    world = busy()
    wish = Reveal(kind="message", record="c1-m1", field="text", purpose="law", reason="The police has asked.")
    sue = world.actor("sue")
    assert world.decide(wish, sue)
    guest = msgspec.structs.replace(sue, scopes=frozenset((f"user:{sue.id}",)))
    with pytest.raises(Refusal, match="nothing to reveal"):
        world.decide(wish, guest)
    share = share_of("case", "c1", f"user:{sue.id}")
    world.records["share", share.id] = share
    with pytest.raises(Refusal, match="guest"):
        world.decide(wish, guest)


def test_another_table_is_another_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Desks hold what the old one showed: the name of the view tells them."""
    before = masking.policy_number()
    monkeypatch.setitem(masking.POLICY, "agent", (masking.NOWHERE,) * len(masking.COLUMNS))
    assert masking.policy_number() != before
    assert set(masking.COLUMNS) == ALL
