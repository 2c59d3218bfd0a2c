"""Mails that come in become cases, customers and messages; what comes back finds the mail that it is about."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.domain.world import CHANNEL, World, company, file

from agentdesk.domain.cases import (
    CONVERSATIONS,
    Case,
    Conversation,
    Customer,
    DefineField,
    Fill,
    Filled,
    Merge,
    Message,
    Reply,
    Solve,
    Split,
    Unsend,
)
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.mail import Mail, MarkMail, RetryMail, Returned, TakeMail
from agentdesk.domain.mail.sending import DOUBTED

JO, KIM, EVE, DESK = "jo@o.example", "kim@o.example", "eve@e.example", "help@x.example"


def take(world: World, name: str, sender: str = JO, **told: Any) -> Mail:
    """A mail comes in."""
    said = {"text": f"This is {name}.", "message_id": f"{name}@o.example", "to": (DESK,), "subject": "Parcel", **told}
    ids = {"message": name, "case": f"{name}-c", "conversation": f"{name}-v", "customer": f"{name}-u"}
    world.do(TakeMail(team="t1", mailbox=DESK, own=(DESK,), sender=sender, senders=(sender,), **ids, **said), CHANNEL)
    found = world.get(Mail, name)
    assert found is not None
    return found


def reply(world: World, case: str, message: str = "r1", **told: Any) -> Mail:
    """Ann answers."""
    world.do(Reply(case=case, message=message, text="Soon.", seen=99, **told), world.actor("ann"))
    found = world.get(Mail, message)
    assert found is not None
    return found


def mark(world: World, mail: str, state: Any, **told: Any) -> None:
    world.do(MarkMail(mail=mail, state=state, **told), CHANNEL)


def state(world: World, message: str) -> tuple[str, str]:
    found = world.get(Message, message)
    assert found is not None
    return found.state, found.error


@pytest.fixture
def world() -> World:
    return company()


def test_a_first_mail_opens_a_case_with_its_customer(world: World) -> None:
    files = (file("a1", "slip.pdf"), file("m1:raw", "mail.eml"))
    mail = take(world, "m1", sender_name="Jo Doe", cc=(KIM,), files=files, raw="m1:raw")
    case, message = world.case("m1-c"), world.messages("m1-c")[0]
    customer = world.get(Customer, case.customer)
    assert (case.channel, case.subject, case.customer_name, case.team) == ("email", "Parcel", "Jo Doe", "t1")
    assert customer is not None
    assert (customer.email, message.author_name, message.files) == (JO, "Jo Doe", 1)
    assert (mail.case, mail.way, mail.peer, mail.cc) == (case.id, "in", JO, (KIM,))


def test_the_same_mail_again_changes_nothing(world: World) -> None:
    take(world, "m1")
    before = dict(world.records)
    take(world, "m1")
    assert world.records == before


def test_answers_join_and_strangers_open_a_case_that_says_why(world: World) -> None:
    take(world, "m1", cc=(KIM,))
    world.do(Solve(case="m1-c", seen=9), world.actor("ann"))
    assert take(world, "m2", KIM, in_reply_to=("m1@o.example",)).case == "m1-c"
    assert (world.case("m1-c").status, world.messages("m1-c")[-1].author_name) == ("open", KIM)
    assert take(world, "m3", EVE, in_reply_to=("m1@o.example",)).related == ("m1-c stranger",)
    assert take(world, "m4", DESK, in_reply_to=("m1@o.example",)).case == "m4-c", "who claims to be us is a stranger"
    assert take(world, "m5", in_reply_to=("m1@o.example",), forged=True).related == ("m1-c forged",)
    assert take(world, "m6", addressed=("m1-c",)).case == "m1-c"
    assert take(world, "m7").related[0] == "m1-c subject"
    assert world.case("m7-c").customer == world.case("m1-c").customer


def test_a_name_from_a_chat_is_no_proof(world: World) -> None:
    world.open("c1", customer_email=JO, visitor="v1", site="s1")
    take(world, "m1")
    assert world.case("m1-c").customer == "m1-u"


def test_what_a_machine_wrote_wakes_nothing(world: World) -> None:
    take(world, "m1")
    world.do(Solve(case="m1-c", seen=9), world.actor("ann"))
    before = world.case("m1-c")
    assert take(world, "m2", in_reply_to=("m1@o.example",), automatic="auto-replied").case == "m1-c"
    after = world.case("m1-c")
    assert (after.status, after.waiting_since, after.in_seq) == ("solved", before.waiting_since, before.in_seq)
    assert after.seq == before.seq + 1


def test_automatic_answers_go_once_a_day_and_to_no_machine(world: World) -> None:
    for number, told in enumerate(({}, {"sender": EVE, "automatic": "bulk"}, {"sender": EVE, "forged": True}, {})):
        take(world, f"m{number}", **{"answer": True, "subject": f"No {number}", **told})
    made = [one for one in world.records.values() if isinstance(one, Mail) and one.way == "auto"]
    assert [(one.to, one.automatic, one.state) for one in made] == [((JO,), "auto-replied", "queued")]
    world.time += 25 * 3_600_000
    take(world, "m9", answer=True, subject="Next day")
    assert len([one for one in world.records.values() if isinstance(one, Mail) and one.way == "auto"]) == 2


def test_a_reply_is_queued_in_its_thread_for_all_who_were_written_to(world: World) -> None:
    take(world, "m1", cc=(KIM, DESK), references=("0@o.example",))
    mail = reply(world, "m1-c")
    assert (mail.way, mail.state, mail.to, mail.cc) == ("out", "queued", (JO,), (KIM,))
    assert (mail.subject, mail.answers, mail.mailbox) == ("Re: Parcel", ("0@o.example", "m1@o.example"), DESK)
    assert state(world, "r1") == ("accepted", "")


def test_a_held_reply_waits_and_can_be_taken_back(world: World) -> None:
    from tests.domain.world import SYSTEM

    from agentdesk.domain.cases import Deliver

    take(world, "m1")
    assert reply(world, "m1-c", hold=30).state == "held"
    assert reply(world, "m1-c", "r2", hold=600).state == "held"
    world.do(Deliver(message="r1"), SYSTEM)
    world.do(Unsend(message="r2"), world.actor("ann"))
    first, second = world.get(Mail, "r1"), world.get(Mail, "r2")
    assert first is not None
    assert (first.state, second) == ("queued", None)


def test_how_far_a_mail_has_got_stands_on_the_reply(world: World) -> None:
    take(world, "m1")
    reply(world, "m1-c")
    mark(world, "r1", "queued", words="450 later", due=world.time + 60_000)
    assert state(world, "r1") == ("accepted", "450 later")
    mark(world, "r1", "trying", message_id="r1@x.example")
    mark(world, "r1", "sent", done=(JO,))
    assert state(world, "r1") == ("sent", "")
    mark(world, "r1", "failed", words="too late")
    assert state(world, "r1") == ("sent", ""), "what was sent cannot fail by a late word"


def test_a_bounce_marks_the_mail_that_it_names_and_a_retry_goes_only_to_who_has_none(world: World) -> None:
    take(world, "m1", cc=(KIM,))
    reply(world, "m1-c")
    mark(world, "r1", "trying", message_id="r1@x.example")
    mark(world, "r1", "sent", done=(JO, KIM))
    back = Returned("r1@x.example", KIM.upper(), "5.1.1 no such user", True)
    assert take(world, "b1", "mailer-daemon@x.example", bounces=(back,), automatic="auto-replied").case == "m1-c"
    assert state(world, "r1") == ("failed", "5.1.1 no such user")
    assert world.messages("m1-c")[-1].event == "bounced"
    world.do(RetryMail(mail="r1"), world.actor("ann"))
    mail = world.get(Mail, "r1")
    assert mail is not None
    assert (mail.state, mail.done, state(world, "r1")) == ("queued", (JO,), ("accepted", ""))


@pytest.mark.parametrize(
    "back",
    [
        Returned("made-up@x.example", JO, "5.1.1", True),
        Returned("r1@x.example", EVE, "5.1.1", True),
        Returned("m1@o.example", JO, "5.1.1", True),
    ],
)
def test_a_made_up_bounce_marks_nothing(world: World, back: Returned) -> None:
    take(world, "m1")
    reply(world, "m1-c")
    mark(world, "r1", "trying", message_id="r1@x.example")
    mark(world, "r1", "sent", done=(JO,))
    take(world, "b1", EVE, bounces=(back,))
    assert state(world, "r1") == ("sent", "")


def test_a_delay_is_said_and_fails_nothing(world: World) -> None:
    take(world, "m1")
    reply(world, "m1-c")
    mark(world, "r1", "sent", message_id="r1@x.example", done=(JO,))
    take(world, "b1", EVE, bounces=(Returned("r1@x.example", JO, "4.4.1 no answer", False),))
    mail = world.get(Mail, "r1")
    assert mail is not None
    assert (state(world, "r1"), mail.words) == (("sent", ""), "4.4.1 no answer")


def test_what_was_given_up_in_doubt_may_turn_out_to_be_sent(world: World) -> None:
    take(world, "m1")
    reply(world, "m1-c")
    mark(world, "r1", "trying", message_id="r1@x.example")
    mark(world, "r1", "failed", words=DOUBTED)
    assert state(world, "r1") == ("failed", DOUBTED)
    mark(world, "r1", "sent", done=(JO,))
    assert state(world, "r1") == ("sent", "")


def test_only_what_failed_is_tried_again(world: World) -> None:
    take(world, "m1")
    for mail, sentence in (("m1", "of ours"), ("none", "no longer")):
        with pytest.raises(Refusal, match=sentence):
            world.do(RetryMail(mail=mail), world.actor("ann"))


def test_joined_cases_keep_their_mails_and_an_answer_finds_the_joined_one(world: World) -> None:
    take(world, "m1")
    take(world, "m2", subject="Other")
    world.do(Merge(case="m1-c", into="m2-c"), world.actor("ann"))
    moved = world.get(Mail, "m1")
    assert moved is not None
    assert moved.case == "m2-c"
    assert take(world, "m3", in_reply_to=("m1@o.example",)).case == "m2-c"


def test_an_answer_by_mail_to_a_chat_gets_a_thread_of_its_own(world: World) -> None:
    world.open("c1", customer_email=JO)
    assert take(world, "m1", addressed=("c1",)).case == "c1"
    found = world.get(Conversation, "m1-v")
    assert found is not None
    assert (found.channel, reply(world, "c1").to) == ("email", (JO,))


def test_mails_that_leave_a_chat_are_answered_by_mail_and_the_chat_keeps_its_line(world: World) -> None:
    take(world, "m1")
    world.open("c1", customer="m1-u", visitor="v1", site="s1")
    world.do(Merge(case="m1-c", into="c1"), world.actor("ann"))
    world.do(Split(case="c1", into="c2", conversation="c2-v", messages=("m1",)), world.actor("ann"))
    assert (reply(world, "c2").to, world.messages("c2")[-1].conversation) == ((JO,), "c2-v")
    assert "c1-v" in {one.id for one in world.page(CONVERSATIONS(case="c1"))}
    world.do(Reply(case="c1", message="r2", text="Here.", seen=99), world.actor("ann"))
    assert world.messages("c1")[-1].conversation == "c1-v"


def test_whatever_order_mails_come_in_each_is_in_one_case_that_exists(world: World) -> None:
    chance = random.Random(3)
    for number in range(120):
        earlier = tuple(f"m{chance.randrange(130)}@o.example" for _ in range(chance.randrange(4)))
        take(
            world, f"m{number}", chance.choice((JO, KIM, EVE)), in_reply_to=earlier[:1], references=earlier,
            cc=(KIM,) if number % 7 == 0 else (), automatic="auto-replied" if number % 11 == 0 else "",
        )  # fmt: skip
    mails = [one for one in world.records.values() if isinstance(one, Mail)]
    for mail in mails:
        message = world.get(Message, mail.id)
        assert message is not None
        assert message.case == mail.case
        assert world.get(Case, mail.case) is not None
    assert len(mails) == 120
    for case in [one for one in world.records.values() if isinstance(one, Case)]:
        assert [m.seq for m in world.messages(case.id)] == list(range(1, case.seq + 1))


def test_the_head_of_a_mail_from_a_form_fills_in_what_nobody_has(world: World) -> None:
    lou, ann = world.actor("lou"), world.actor("ann")
    world.do(DefineField(field="order", title="Order", mail="Order No"), lou)
    world.do(DefineField(field="size", title="Size", mail="Size", type="choice", options=("S", "L")), lou)
    world.do(DefineField(field="sure", title="Sure", mail="Sure", type="yesno"), lou)

    def held(case: str) -> dict[str, str]:
        return {one.field: one.value for one in world.records.values() if isinstance(one, Filled) and one.case == case}

    head = "Order no: 4711\nSize: l\nSure: perhaps\nSize of box: 3\n\nOrder No: 9\nWhere is it?"
    take(world, "a", text=head)
    assert held("a-c") == {"order": "4711", "size": "L"}
    world.do(Fill(case="a-c", field="order", value="4712"), ann)
    world.do(Fill(case="a-c", field="sure", value="no"), ann)
    again = take(world, "b", text="Order No: 1\nSure: yes\n\nAgain.", in_reply_to=("a@o.example",))
    assert again.case == "a-c"
    assert held("a-c") == {"order": "4712", "size": "L", "sure": "no"}, "what somebody has said stays"
    take(world, "c", sender=EVE, text=head, forged=True)
    assert held("c-c") == {}
    take(world, "d", sender=KIM, text="Hello,\nOrder No: 4711")
    assert held("d-c") == {}


def test_nothing_in_the_head_of_a_mail_is_kept_that_no_desk_could_read(world: World) -> None:
    for field in ("order", "size"):
        world.do(DefineField(field=field, title=field, mail=field), world.actor("lou"))
    take(world, "a", text=f"Order: {'4' * 501}\nSize: \u202eL\0\n\nWhere is it?")
    assert [(one.field, one.value) for one in world.records.values() if isinstance(one, Filled)] == [("size", "L")]
