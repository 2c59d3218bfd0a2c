"""What is written in a case: the guard, revival, holds and taking back, notes that mention, words that come in."""

from __future__ import annotations

import msgspec
import pytest
from tests.domain.world import CHANNEL, DIGEST, MINUTE, SYSTEM, World, company, file

from agentdesk.domain.cases import (
    Attachment,
    Case,
    Claim,
    Conversation,
    Customer,
    Deliver,
    MarkMessage,
    Message,
    Note,
    OpenCase,
    Receive,
    Reply,
    Snooze,
    Solve,
    Unsend,
    UpdateCustomer,
)
from agentdesk.domain.cases.writing import answered_by_itself
from agentdesk.domain.kernel import Actor, Refusal, Unknown, Unseen


@pytest.fixture
def world() -> World:
    made = company()
    made.open()
    return made


def reply(world: World, id: str, by: str = "ann", seen: int = 1, device: str = "", **fields: object) -> None:
    world.do(Reply(case="c1", message=id, text=f"Answer {id}", seen=seen, **fields), world.actor(by, device))  # type: ignore[arg-type]


def newer(world: World, id: str, by: str, seen: int, device: str = "") -> Refusal:
    with pytest.raises(Refusal) as refused:
        reply(world, id, by, seen, device)
    assert refused.value.code == "newer"
    return refused.value


# -- opening


def test_a_case_opens_with_its_first_message(world: World) -> None:
    case = world.case()
    assert (case.number, case.subject, case.seq, case.in_seq) == (1, "Where is my parcel?", 1, 1)
    assert (case.waiting_since, case.preview, case.preview_from) == (case.opened_at, "Where is my parcel?", "customer")
    assert world.open("c2", subject="Refund").number == 2
    assert world.case("c2").subject == "Refund"
    assert {m.author for m in world.messages()} == {"u1"}


def test_a_known_customer_stays_who_they_are(world: World) -> None:
    world.open("c2", customer_name="Somebody else")
    assert world.case("c2").customer_name == "Lena"
    found = world.get(Customer, "u1")
    assert found is not None
    assert (found.name, found.scope) == ("Lena", "customers")


def test_a_desk_gives_no_numbers() -> None:
    desk = company()
    desk.knows_all = False
    assert desk.open().number == 0


def test_nothing_of_another_case_is_taken_over(world: World) -> None:
    for fields in ({"message": "c1-m1"}, {"conversation": "c1-v"}):
        ids = {"case": "c2", "conversation": "v2", "message": "m2", "customer": "u2", "team": "t1", **fields}
        with pytest.raises(Refusal, match="another case"):
            world.do(OpenCase(text="Mine now", **ids), world.actor("bob"))
    assert world.messages()[0].text == "Where is my parcel?"


def test_nor_is_a_file_of_another_message(world: World) -> None:
    world.do(Note(case="c1", message="n1", text="", files=(file("f1"),)), world.actor("ann"))
    for write in (
        Note(case="c1", message="n2", text="", files=(file("f1"),)),
        Reply(case="c1", message="r2", text="", seen=9, files=(file("f1", "other.png"),)),
    ):
        with pytest.raises(Refusal, match="already belongs to another message"):
            world.do(write, world.actor("bob"))
    kept = world.get(Attachment, "f1")
    assert kept is not None
    assert (kept.message, kept.name) == ("n1", "a.png")


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x07"])
def test_emptiness_is_refused(world: World, text: str) -> None:
    for write in (
        Reply(case="c1", message="m9", text=text, seen=1),
        Note(case="c1", message="m9", text=text),
    ):
        with pytest.raises(Refusal, match="nothing in this"):
            world.do(write, world.actor("ann"))
    with pytest.raises(Refusal, match="nothing in this"):
        world.receive("m9", text)
    with pytest.raises(Refusal, match="nothing in this"):
        world.open("c9", text)


def test_a_file_alone_says_enough(world: World) -> None:
    world.do(Reply(case="c1", message="r1", text="", seen=1, files=(file("f1"),)), world.actor("ann"))
    assert world.case().preview == "a.png"
    found = world.get(Attachment, "f1")
    assert found is not None
    assert (found.message, found.scope, found.digest) == ("r1", "team:t1:open", DIGEST)


# -- the guard


def test_an_answer_to_what_was_seen_goes_out(world: World) -> None:
    reply(world, "r1")
    case = world.case()
    assert (case.seq, case.out_seq, case.waiting_since, case.assignee) == (2, 2, 0, "ann")
    assert case.answered_at == world.time
    assert world.messages()[-1].state == "accepted"


def test_a_reply_that_crosses_the_customers_words_is_stopped(world: World) -> None:
    world.receive("m2", "Never mind, it came!")
    refusal = newer(world, "r1", "ann", seen=1)
    assert str(refusal) == "Not sent: Lena wrote in the meantime."
    assert (refusal.data["message"], refusal.data["text"], refusal.data["seq"]) == ("m2", "Never mind, it came!", 2)
    assert world.case().out_seq == 0
    reply(world, "r1", seen=2)


def test_a_reply_that_crosses_a_colleagues_is_stopped(world: World) -> None:
    reply(world, "r1", "bob")
    assert newer(world, "r2", "ann", seen=1).data["kind"] == "reply"


def test_ones_own_device_is_known_the_other_is_not(world: World) -> None:
    reply(world, "r1", "ann")
    reply(world, "r2", "ann", seen=1)
    newer(world, "r3", "ann", seen=1, device="ann-phone")


def test_notes_and_events_stop_nobody(world: World) -> None:
    world.do(Note(case="c1", message="n1", text="Careful."), world.actor("bob"))
    world.do(Claim(case="c1"), world.actor("bob"))
    reply(world, "r1", "ann", seen=1)


def test_a_reply_wakes_and_reopens(world: World) -> None:
    world.do(Solve(case="c1", seen=1), world.actor("ann"))
    reply(world, "r1", seen=2)
    assert (world.case().status, world.case().scope) == ("open", "team:t1:open")
    world.do(Snooze(case="c1", until=world.time + 9 * MINUTE), world.actor("ann"))
    reply(world, "r2", seen=world.case().seq)
    assert world.case().status == "open"
    seqs = [message.seq for message in world.messages()]
    assert seqs == list(range(1, world.case().seq + 1))


def test_a_reply_goes_where_the_customer_wrote_last(world: World) -> None:
    world.put(Conversation("v2", "team:t1:open", 0, "c1", "mail", "u1", world.time))
    reply(world, "r1")
    assert world.messages()[-1].conversation == "c1-v"  # and not to the one that was opened last


def test_a_reply_goes_where_somebody_can_be_reached(world: World) -> None:
    world.put(Conversation("v2", "team:t1:open", 0, "c1", "chat", "u1", world.time, "s1", "visitor-1"))
    reply(world, "r1")
    assert world.messages()[-1].conversation == "v2"


def test_no_conversation_no_reply(world: World) -> None:
    del world.records["conversation", "c1-v"]
    with pytest.raises(Refusal, match="no conversation"):
        reply(world, "r1")


# -- held replies


def test_a_held_reply_leaves_when_its_time_is_over(world: World) -> None:
    reply(world, "r1", hold=90)
    held = world.messages()[-1]
    assert (held.state, held.hold_until) == ("held", world.time + 90_000)
    assert world.do(Deliver(message="r1"), SYSTEM) == []
    world.do(Deliver(message="r1"), SYSTEM)
    assert (world.messages()[-1].state, world.messages()[-1].hold_until) == ("accepted", 0)
    assert world.do(Deliver(message="r1"), SYSTEM) == []
    assert world.do(Deliver(message="gone"), SYSTEM) == []


def test_taking_back_leaves_the_case_as_it_was(world: World) -> None:
    world.do(Claim(case="c1"), world.actor("ann"))
    before = world.case()
    world.do(Reply(case="c1", message="r1", text="Oops", seen=1, hold=60, files=(file("f1"),)), world.actor("ann"))
    world.do(Unsend(message="r1"), world.actor("ann"))
    after = world.case()
    assert world.get(Message, "r1") is None
    assert world.get(Attachment, "f1") is None
    for field in ("waiting_since", "rank", "out_seq", "in_seq", "preview", "preview_from", "answered_at"):
        assert getattr(after, field) == getattr(before, field), field
    world.do(Reply(case="c1", message="r2", text="Better", seen=2, files=(file("f1"),)), world.actor("ann"))


def test_taking_back_hides_no_colleagues_reply(world: World) -> None:
    reply(world, "r1", "bob", seen=1)
    reply(world, "r2", "ann", seen=2, hold=60)
    world.do(Unsend(message="r2"), world.actor("ann"))
    case = world.case()
    assert (case.out_seq, case.waiting_since, case.preview) == (2, 0, "Answer r1")
    assert case.answered_at > 0
    newer(world, "r3", "lou", seen=1)


def test_taking_back_makes_no_question_of_what_went_out_by_itself(world: World) -> None:
    reply(world, "r1", "bob", seen=1)
    world.apply(list(answered_by_itself(world, world.case(), "auto", "We have it.", SYSTEM, world.time)))
    reply(world, "r2", "bob", seen=3, hold=60)
    world.do(Unsend(message="r2"), world.actor("bob"))
    assert (world.case().waiting_since, world.case().out_seq, world.case().preview) == (0, 3, "We have it.")


def test_taking_back_after_the_customer_wrote(world: World) -> None:
    reply(world, "r1", "ann", seen=1, hold=600)
    world.receive("m2", "One more thing")
    world.do(Unsend(message="r1"), world.actor("ann"))
    case = world.case()
    assert case.waiting_since == case.opened_at, "the customer has waited from the beginning"
    assert (case.in_seq, case.preview) == (3, "One more thing")


def test_who_may_take_back_what(world: World) -> None:
    reply(world, "r1", hold=60)
    with pytest.raises(Refusal, match="Only the writer"):
        world.do(Unsend(message="r1"), world.actor("bob"))
    with pytest.raises(Unseen):
        world.do(Unsend(message="r1"), world.actor("cat"))
    world.time += 2 * MINUTE
    world.do(Deliver(message="r1"), SYSTEM)
    with pytest.raises(Refusal, match="already been sent"):
        world.do(Unsend(message="r1"), world.actor("ann"))
    with pytest.raises(Refusal, match="no longer there"):
        world.do(Unsend(message="nothing"), world.actor("ann"))


def test_a_replys_state_only_moves_forward(world: World) -> None:
    reply(world, "r1")
    states = ("failed", "delivered", "failed", "read", "delivered")
    seen = []
    for state in states:
        world.do(MarkMessage(message="r1", state=state, error=" no\x00 route "), CHANNEL)  # type: ignore[arg-type]
        seen.append(world.messages()[-1].state)
    assert seen == ["failed", "delivered", "delivered", "read", "read"]
    assert world.messages()[-1].error == "no route"
    assert world.do(MarkMessage(message="c1-m1", state="read"), CHANNEL) == []
    assert world.do(MarkMessage(message="nothing", state="read"), CHANNEL) == []


# -- coming in, and who writes


def test_what_is_said_twice_comes_in_once(world: World) -> None:
    world.receive("m2")
    before = world.case()
    world.receive("m2")
    assert world.case() == before


def test_the_wait_begins_with_the_first_word(world: World) -> None:
    began = world.case().waiting_since
    world.receive("m2")
    assert world.case().waiting_since == began
    reply(world, "r1", seen=2)
    world.receive("m3")
    assert world.case().waiting_since == world.time


def test_a_text_is_stored_clean(world: World) -> None:
    world.receive("m2", " a\r\nb\x00\u2028c\ufeff \x1b[31m ")
    assert world.messages()[-1].text == "a\nbc [31m"


def test_a_customer_gets_another_name_in_all_cases(world: World) -> None:
    world.open("c2")
    world.do(UpdateCustomer(customer="u1", name="  Lena \n Sorensen ", email=" Lena@Y.example"), world.actor("ann"))
    assert {world.case("c1").customer_name, world.case("c2").customer_name} == {"Lena Sorensen"}
    found = world.get(Customer, "u1")
    assert found is not None
    assert found.email == "lena@y.example"
    assert world.do(UpdateCustomer(customer="u1"), world.actor("ann")) == []
    for wrong in ("nothing", "a b@c"):
        with pytest.raises(Refusal, match="not an e-mail address"):
            world.do(UpdateCustomer(customer="u1", email=wrong), world.actor("ann"))


def test_a_customer_whose_channel_tells_no_known_language_can_be_renamed(world: World) -> None:
    found = world.get(Customer, "u1")
    assert found is not None
    world.records["customer", "u1"] = msgspec.structs.replace(found, language="*, de;q=0.5")
    world.do(UpdateCustomer(customer="u1", name="Lena"), world.actor("ann"))
    renamed = world.get(Customer, "u1")
    assert renamed is not None
    assert (renamed.name, renamed.language) == ("Lena", "*, de;q=0.5")


def test_what_a_desk_does_not_hold_it_cannot_decide() -> None:
    desk = company()
    desk.knows_all = False
    ann = Actor("ann", "agent", "Ann", ("t1",), frozenset(("org",)))
    with pytest.raises(Unknown):
        desk.do(Reply(case="c1", message="r1", text="?", seen=1), ann)
    with pytest.raises(Unknown):
        desk.do(Receive(case="c1", conversation="v", message="m1", text="?"), CHANNEL)
    assert desk.get(Case, "c1") is None
