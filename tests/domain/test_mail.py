"""Which case a mail joins: never one in which its sender takes no part, whatever it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.domain.mail import (
    Arrival,
    Known,
    Placed,
    Related,
    base_subject,
    case_of,
    place,
    place_bounce,
    reply_address,
    reply_subject,
)

KEY, OLD_KEY, OTHER = b"k" * 32, b"o" * 32, b"x" * 32
DESK = "desk@shop.example"
ANN, BOB, EVE = "ann@example.com", "bob@example.com", "eve@example.net"


@dataclass
class Cases:
    """What is known: cases by the ids of their mails, and by themselves."""

    mails: dict[str, str] = field(default_factory=dict)
    people: dict[str, frozenset[str]] = field(default_factory=dict)
    subjects: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def by_message(self, id: str) -> Known | None:
        return self.by_case(self.mails.get(id, ""))

    def by_case(self, id: str) -> Known | None:
        return Known(id, self.people[id]) if id in self.people else None

    def by_subject(self, address: str, subject: str) -> Sequence[str]:
        return self.subjects.get((address, subject), ())


KNOWN = Cases(
    {"m1": "case-1", "m2": "case-2", "m3": "case-1"},
    {"case-1": frozenset({ANN, DESK}), "case-2": frozenset({BOB, "Ann@Example.com"})},
    {(ANN, "it broke"): ("case-7", "case-8")},
)


def _placed(
    *senders: str,
    reply: str = "",
    refs: Sequence[str] = (),
    to: Sequence[str] = (),
    subject: str = "",
    forged: bool = False,
) -> Placed:
    arrival = Arrival(senders, tuple(to), (reply,) if reply else (), tuple(refs), subject, forged)
    return place(arrival, KNOWN, (KEY, OLD_KEY))


def test_an_answer_joins_its_case() -> None:
    """By the mail that it answers, else by those before it, the newest first."""
    assert _placed(ANN, reply="m1") == Placed("case-1", "reply")
    assert _placed("ANN@example.com ", reply="m1") == Placed("case-1", "reply")
    assert _placed(ANN, refs=["m1", "gone"]) == Placed("case-1", "references")
    assert _placed(ANN, reply="gone", refs=["m1", "m2"]) == Placed(
        "case-2", "references", (Related("case-1", "elsewhere"),)
    )
    assert _placed(ANN, reply="m1", refs=["m3", "m1"]) == Placed("case-1", "reply")


def test_an_answer_to_our_own_address_joins_its_case() -> None:
    """Also without any header, and with a key that is not the newest; the address counts before the headers."""
    for key in (KEY, OLD_KEY):
        assert _placed(ANN, to=[reply_address(DESK, "case-1", key)]) == Placed("case-1", "address")
    assert _placed(ANN, to=[reply_address(DESK, "case-1", KEY).upper()]) == Placed("case-1", "address")
    both = _placed(ANN, to=[reply_address(DESK, "case-1", KEY)], reply="m2")
    assert both == Placed("case-1", "address", (Related("case-2", "elsewhere"),))
    assert _placed(ANN, to=[reply_address(DESK, "case-1", OTHER)]) == Placed()


def test_a_stranger_opens_a_new_case() -> None:
    """Whoever names a case without taking part in it: the new one says which it may belong to."""
    assert _placed(EVE, reply="m1") == Placed("", "", (Related("case-1", "stranger"),))
    assert _placed(EVE, to=[reply_address(DESK, "case-1", KEY)]) == Placed("", "", (Related("case-1", "stranger"),))
    assert _placed(ANN, EVE, reply="m1") == Placed("", "", (Related("case-1", "stranger"),))
    assert _placed(reply="m1") == Placed("", "", (Related("case-1", "stranger"),))
    assert _placed("", reply="m1").case == ""
    assert _placed(ANN, "", reply="m1").case == ""


def test_a_sender_who_is_not_proved_opens_a_new_case() -> None:
    """The receiving server found that it is somebody else."""
    assert _placed(ANN, reply="m1", forged=True) == Placed("", "", (Related("case-1", "forged"),))


def test_a_stranger_in_one_case_may_join_another_that_the_mail_names() -> None:
    """The other is told as related."""
    assert _placed(BOB, reply="m1", refs=["m2"]) == Placed("case-2", "references", (Related("case-1", "stranger"),))


def test_the_same_subject_is_a_hint_and_no_more() -> None:
    """Only where nothing else says anything."""
    hint = Placed("", "", (Related("case-7", "subject"), Related("case-8", "subject")))
    assert _placed(ANN, subject="AW: Re: It  broke") == hint
    assert _placed(ANN, subject="Re:") == Placed()
    assert _placed(EVE, subject="It broke") == Placed()
    assert _placed(ANN, reply="m1", subject="It broke") == Placed("case-1", "reply")


def test_a_report_counts_only_for_who_takes_part() -> None:
    """And only under an id that we know."""
    assert place_bounce("m1", "Ann@example.com", KNOWN) == "case-1"
    assert [place_bounce(*told, KNOWN) for told in (("m1", EVE), ("m1", ""), ("gone", ANN), ("", ANN))] == [""] * 4


people = st.sampled_from([ANN, BOB, EVE, DESK, "", "Ann@Example.COM"])
ids = st.sampled_from([*(f"m{n}" for n in range(8)), "", "x"])
cases = st.sampled_from([f"case-{n}" for n in range(4)])
memories = st.builds(
    Cases,
    st.dictionaries(ids, cases),
    st.dictionaries(cases, st.frozensets(people)),
    st.dictionaries(st.tuples(people, st.just("hi")), st.lists(cases, max_size=3).map(tuple)),
)
addresses = st.one_of(
    people, st.builds(reply_address, st.just(DESK), cases, st.sampled_from([KEY, OLD_KEY, OTHER])), st.text(max_size=20)
)
arrivals = st.builds(
    Arrival,
    *(st.lists(what, max_size=4).map(tuple) for what in (people, addresses, ids, ids)),
    st.sampled_from(["", "hi", "Re: hi"]),
    st.booleans(),
)


@given(arrivals, memories)
def test_a_mail_joins_only_a_case_that_it_names_and_its_senders_take_part_in(mail: Arrival, memory: Cases) -> None:
    """The rule, against all memories; and what is told as related is another case, told once, and really named."""
    placed = place(mail, memory, (KEY, OLD_KEY))
    named = {memory.mails.get(id, "") for id in (*mail.in_reply_to, *mail.references)}
    named |= {case_of(address, (KEY, OLD_KEY)) for address in mail.recipients}
    if placed.case:
        everyone = {one.casefold() for one in memory.people[placed.case]}
        assert placed.case in named
        assert {one.casefold() for one in mail.senders} <= everyone
        assert mail.senders
        assert all(mail.senders)
        assert not mail.forged
    told = [one.case for one in placed.related]
    assert placed.case not in told
    assert len(set(told)) == len(told)
    assert all(one.case in named for one in placed.related if one.why != "subject")
    if not placed.case and not placed.related:
        assert not named & set(memory.people)


@given(arrivals, memories, st.lists(ids, max_size=3))
def test_ids_that_nobody_knows_change_nothing(mail: Arrival, memory: Cases, noise: list[str]) -> None:
    """A mail with more history than we have seen goes where it would go without."""
    unknown = tuple(f"unknown-{id}" for id in noise)
    more = Arrival(
        mail.senders, mail.recipients, mail.in_reply_to, unknown + mail.references, mail.subject, mail.forged
    )
    assert place(more, memory, (KEY,)) == place(mail, memory, (KEY,))


@given(arrivals, memories)
def test_without_its_keys_no_address_names_a_case(mail: Arrival, memory: Cases) -> None:
    """What others sign counts as little as what nobody signs."""
    plain = Arrival(mail.senders, (), mail.in_reply_to, mail.references, mail.subject, mail.forged)
    assert place(mail, memory, (b"y" * 32,)) == place(plain, memory, (KEY,))


@given(st.one_of(st.uuids().map(str), st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,20}", fullmatch=True)))
def test_a_reply_address_leads_back(case: str) -> None:
    """To the case, whatever the capitals; and it fits into mail."""
    address = reply_address("d@shop.example", case, KEY)
    assert case_of(address, (OTHER, KEY)) == case
    assert case_of(address.upper(), (KEY,)) == case
    assert case_of(address, (OTHER,)) == ""
    assert len(address.rpartition("@")[0]) <= 64


@given(st.data())
def test_an_address_that_was_changed_leads_nowhere(data: st.DataObject) -> None:
    """One sign of the token or of the signature is enough."""
    local, _, domain = reply_address(DESK, str(UUID(int=data.draw(st.integers(0, 2**128 - 1)))), KEY).rpartition("@")
    at = data.draw(st.integers(local.index(".") + 1, len(local) - 1))
    sign = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz234567."))
    changed = f"{local[:at]}{sign}{local[at + 1 :]}@{domain}"
    assert (case_of(changed, (KEY,)) == "") == (changed != f"{local}@{domain}")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        DESK,
        "desk+c1@x",
        "desk+c1..@x",
        "desk+c1.aa.bb@x",
        "+c1.a." + "a" * 16 + "@x",
        "d+c1.\u212a." + "\u017f" * 16 + "@x",
    ],
)
def test_what_is_no_reply_address_names_nothing(address: str) -> None:
    """Whatever stands there."""
    assert case_of(address, (KEY,)) == ""


def test_a_mailbox_with_no_room_keeps_its_own_address() -> None:
    """An address that mail servers refuse is worth less than one without a case."""
    mailbox = f"{'x' * 40}@shop.example"
    assert reply_address(mailbox, str(UUID(int=1)), KEY) == mailbox


@pytest.mark.parametrize(
    ("subject", "base", "reply"),
    [
        ("It broke", "it broke", "Re: It broke"),
        ("Re: It broke", "it broke", "Re: It broke"),
        ("RE: AW: re[2]: It  broke ", "it broke", "Re: It broke"),
        ("Fwd: It broke", "it broke", "Re: Fwd: It broke"),
        ("[Shop] Re: It broke", "it broke", "Re: [Shop] Re: It broke"),
        ("回复：坏了", "坏了", "Re: 坏了"),
        ("Regarding: x", "regarding: x", "Re: Regarding: x"),
        ("", "", "Re:"),
        ("Re:", "", "Re:"),
        ("Re: " * 1000, "", "Re:"),
    ],
)
def test_subjects(subject: str, base: str, reply: str) -> None:
    """Without the marks of many programs and languages; an answer has one mark."""
    assert (base_subject(subject), reply_subject(subject)) == (base, reply)
