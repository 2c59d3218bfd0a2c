"""The web chat over real sockets: what visitors say arrives once, what they hear is theirs."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.server.running import Company, Desk, Line, Visitor, uuid7
from tests.widget.contract import faults

from agentdesk.domain.cases import CUSTOMER_CASES, MESSAGES_AFTER, VISITOR_CONVERSATIONS, Case, Customer, Message
from agentdesk.domain.cases.fields import FILLED_IN
from agentdesk_server.authority.credentials import Credentials, VisitorRow


def case_of(shop: Company, visitor: Visitor) -> Case:
    """The visitor's one case, as the disk has it."""
    records = shop.state.reader.records
    (conversation,) = records.page(VISITOR_CONVERSATIONS(visitor=visitor.id))
    found = records.of(Case, conversation.case)
    assert found is not None
    return found


def messages_of(shop: Company, case: str) -> list[Message]:
    return shop.state.reader.records.page(MESSAGES_AFTER(case=case, seq=0), limit=500)


def state_of(shop: Company, message: str) -> str:
    found = shop.state.reader.records.of(Message, message)
    assert found is not None
    return found.state


def until(line: Line, holds: Any) -> None:
    """Talk to and fro until something is true on the server."""
    for _ in range(500):
        if holds():
            return
        line.silence()
    raise AssertionError("did not happen")


def test_a_first_word_opens_a_case(shop: Company, visitor: Visitor) -> None:
    """Nothing is made before it; then all that the desk needs is there."""
    assert not shop.state.reader.records.page(VISITOR_CONVERSATIONS(visitor=visitor.id))
    with visitor.line() as line:
        assert line.next()["t"] == "welcome"
        assert line.next() == {"t": "messages", "items": [], "more": False}
        ack = line.message("Where is my parcel?")
    case = case_of(shop, visitor)
    assert (case.team, case.channel, case.language, case.status) == (shop.team, "chat", "de", "open")
    assert (case.preview, case.seq, ack["seq"]) == ("Where is my parcel?", 1, 1)


def test_every_frame_keeps_the_contract(shop: Company, visitor: Visitor, desk: Desk) -> None:
    """The AsyncAPI document is the judge."""
    with visitor.line() as line:
        line.message("Hello", attachments=[visitor.upload(b"a picture")])
        case = case_of(shop, visitor).id
        assert desk.do("case.claim", case=case)["status"] == "done"
        line.until("agent", joined=True, name="Mina Berg")
        desk.do("case.reply", case=case, message=uuid7(), text="Hi", seen=9)
        line.until_text("Hi")
        desk.say({"t": "signal", "kind": "typing", "on": True, "about": case})
        line.until("typing", on=True)
        desk.do("case.solve", case=case, seen=9)
        line.until("closed")
        line.say({"t": "say", "id": uuid7(), "text": " "})
        line.until("refused")
    assert [fault for frame in line.heard for fault in faults("down", frame)] == []


def test_a_repeat_is_harmless(shop: Company, visitor: Visitor) -> None:
    """The same id over two lines: one message, the same answer."""
    first, second = uuid7(), uuid7()
    with visitor.line() as line:
        acks = [line.message("one", id=first), line.message("one", id=first)]
    with visitor.line() as line:
        acks.append(line.message("one", id=first))
        line.message("two", id=second)
        line.message("two", id=second)
    assert {ack["seq"] for ack in acks} == {1}
    assert [m.text for m in messages_of(shop, case_of(shop, visitor).id)] == ["one", "two"]


def test_two_tabs_open_one_case(shop: Company, visitor: Visitor) -> None:
    """Both first words at once."""

    def speak(text: str) -> None:
        with visitor.line() as line:
            line.message(text)

    tabs = [threading.Thread(target=speak, args=(f"tab {i}",)) for i in range(6)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(m.text for m in messages_of(shop, case_of(shop, visitor).id)) == [f"tab {i}" for i in range(6)]


def test_every_tab_hears_every_message(visitor: Visitor) -> None:
    """Also those said on another one."""
    with visitor.line() as one, visitor.line() as other:
        other.until("messages")
        one.message("said here")
        assert other.until_text("said here")["from"] == "visitor"


def test_history_goes_on_from_the_last_number(visitor: Visitor) -> None:
    """In pages, in order, nothing twice."""
    with visitor.line() as line:
        for number in range(120):
            line.message(f"m{number}")
    with visitor.line(last=10) as line:
        line.until("messages", more=False)
        assert line.texts() == [f"m{number}" for number in range(10, 120)]
        assert [frame["more"] for frame in line.heard if frame["t"] == "messages"] == [True, True, False]


def test_notes_and_events_stay_inside(shop: Company, visitor: Visitor, desk: Desk) -> None:
    """Neither live nor in the history."""
    with visitor.line() as line:
        line.message("help")
        case = case_of(shop, visitor).id
        desk.do("case.claim", case=case)
        desk.do("case.note", case=case, message=uuid7(), text="rude customer")
        desk.do("case.reply", case=case, message=uuid7(), text="of course", seen=9)
        line.until_text("of course")
        assert line.texts() == ["help", "of course"]
    with visitor.line() as line:
        line.until("messages", more=False)
        assert line.texts() == ["help", "of course"]
        assert {item["name"] for frame in line.heard for item in frame.get("items", [])} == {"", "Mina Berg"}


def test_a_held_reply_is_not_shown_before_its_time(shop: Company, visitor: Visitor, desk: Desk) -> None:
    """What comes after it waits for it, so that a client's mark never passes it."""
    with visitor.line() as line:
        line.message("help")
        case = case_of(shop, visitor).id
        reply = uuid7()
        assert desk.do("case.reply", case=case, message=reply, text="slow answer", seen=9, hold=1)["status"] == "done"
        assert state_of(shop, reply) == "held"
        line.message("and another thing")
        assert line.texts() == ["help"]
        line.until_text("slow answer")
        line.silence()
        assert line.texts() == ["help", "slow answer", "and another thing"]


def test_an_unsent_reply_is_never_shown(shop: Company, visitor: Visitor, desk: Desk) -> None:
    """And lets go of what waited behind it."""
    with visitor.line() as line:
        line.message("help")
        reply, case = uuid7(), case_of(shop, visitor).id
        desk.do("case.reply", case=case, message=reply, text="oh no", seen=9, hold=600)
        line.message("still there?")
        assert desk.do("case.unsend", message=reply)["status"] == "done"
        line.until_text("still there?")
        assert line.texts() == ["help", "still there?"]


def test_a_reply_is_delivered_then_read(shop: Company, visitor: Visitor, desk: Desk) -> None:
    """Delivered by the first frame that comes after it, read when the visitor says so."""
    reply = uuid7()
    with visitor.line() as line:
        line.message("help")
        desk.do("case.reply", case=case_of(shop, visitor).id, message=reply, text="yes", seen=9)
        assert state_of(shop, reply) == "accepted"
        seq = line.until_text("yes")["seq"]
        until(line, lambda: state_of(shop, reply) == "delivered")
        line.say({"t": "read", "seq": seq})
        until(line, lambda: state_of(shop, reply) == "read")


def test_what_was_read_elsewhere_is_noted_later(shop: Company, visitor: Visitor, desk: Desk) -> None:
    """A reply that arrived on a line that broke: the next line's `last` says so."""
    reply = uuid7()
    with visitor.line() as line:
        line.message("help")
        desk.do("case.reply", case=case_of(shop, visitor).id, message=reply, text="yes", seen=9)
        seq = line.until_text("yes")["seq"]
    with visitor.line(last=seq) as line:
        until(line, lambda: state_of(shop, reply) == "delivered")
        line.say({"t": "read", "seq": seq})
        until(line, lambda: state_of(shop, reply) == "read")


def test_a_solved_case_comes_back(shop: Company, visitor: Visitor, desk: Desk) -> None:
    """Solving is told; a new word opens the same case again."""
    with visitor.line() as line:
        line.message("help")
        case = case_of(shop, visitor).id
        desk.do("case.solve", case=case, seen=9)
        assert line.until("closed") == {"t": "closed", "reason": "solved"}
        line.message("not solved at all")
    again = case_of(shop, visitor)
    assert (again.id, again.status, again.reopened) == (case, "open", 1)


def test_a_merged_case_goes_on_where_it_went(shop: Company, visitor: Visitor, desk: Desk) -> None:
    """The visitor notices nothing, and sees nothing of what was taken down by phone."""
    with visitor.line() as line:
        line.message("mine")
        old, into = case_of(shop, visitor), uuid7()
        told = {"customer": old.customer, "team": shop.team, "text": "She calls again.", "channel": "phone"}
        opened = desk.do("case.open", case=into, conversation=uuid7(), message=uuid7(), **told)
        assert opened["status"] == "done"
        assert desk.do("case.merge", case=old.id, into=into)["status"] == "done"
        line.message("mine again")
        assert case_of(shop, visitor).id == into
    with visitor.line() as line:
        line.until("messages", more=False)
        assert line.texts() == ["mine", "mine again"]


def test_cases_of_strangers_are_not_merged(shop: Company, visitor: Visitor, desk: Desk) -> None:
    """A name is what somebody says: the words of one must never reach the other."""
    other = shop.visitor()
    with visitor.line() as line, other.line() as friend:
        for one, words in ((line, "mine"), (friend, "theirs")):
            one.say({"t": "name", "name": "Kim"})
            one.message(words)
        old, into = case_of(shop, visitor), case_of(shop, other)
        assert desk.do("case.merge", case=old.id, into=into.id)["status"] == "refused"
        line.message("mine again")
        assert case_of(shop, visitor).id == old.id
    with visitor.line() as line:
        line.until("messages", more=False)
        assert line.texts() == ["mine", "mine again"]


def test_coming_back_brings_no_old_name_back(shop: Company, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody gives a name on one tab at the moment in which another tab comes in."""
    gate, kept = shop.state.gate, Credentials(shop.state.core.database.conn)
    known_by = gate.visitor_for_token

    async def meanwhile(token: str) -> VisitorRow | None:
        known = await known_by(token)
        await shop.state.writer.call(lambda _: kept.change_visitor(visitor.id, name="Jo Park"))
        return known

    monkeypatch.setattr(gate, "visitor_for_token", meanwhile)
    page = {"url": "https://shop.example/other", "title": ""}
    again = shop.visitor(visitor=visitor.id, token=visitor.token, page=page)
    assert again.id == visitor.id
    row = Credentials(shop.state.reader.conn).visitor_by_token(visitor.token)
    assert row is not None
    assert (row.name, row.page) == ("Jo Park", "https://shop.example/other")


def test_a_visitor_says_who_they_are(shop: Company, visitor: Visitor) -> None:
    """Before the first word, and after it; the desk's lists follow."""
    with visitor.line() as line:
        line.say({"t": "name", "name": "Jo Park", "email": "JO@example.com"})
        line.message("leave a message")
        case = case_of(shop, visitor)
        records = shop.state.reader.records
        customer = records.of(Customer, case.customer)
        assert customer is not None
        assert (customer.name, customer.email, case.customer_name) == ("Jo Park", "jo@example.com", "Jo Park")
        line.say({"t": "name", "name": "Jo Kim", "email": "not an address"})
        line.silence()
        line.message("more")
        renamed = records.of(Customer, case.customer)
        assert renamed is not None
        assert (renamed.name, renamed.email) == ("Jo Kim", "jo@example.com")
        assert [c.customer_name for c in records.page(CUSTOMER_CASES(customer=customer.id))] == ["Jo Kim"]


def test_a_message_of_somebody_else_is_refused(shop: Company, visitor: Visitor) -> None:
    """An id that another visitor has used gives nothing of it away."""
    stolen, thief = uuid7(), shop.visitor()
    with visitor.line() as line:
        line.message("secret", id=stolen)
    with thief.line() as line:
        line.say({"t": "say", "id": stolen, "text": "mine"})
        assert "secret" not in str(line.until("refused", id=stolen))
        line.message("a first word")
        line.say({"t": "say", "id": stolen, "text": "mine"})
        line.until("refused", id=stolen)


def test_files_are_those_that_the_visitor_brought(shop: Company, visitor: Visitor) -> None:
    """Their size is what it is, whatever was said; what somebody else brought cannot be named."""
    theirs = shop.visitor().upload(b"somebody else's")
    mine = visitor.upload(b"0123456789") | {"size": 1, "name": "a/b\\c" + "x" * 240 + ".png"}
    with visitor.line() as line:
        line.say({"t": "say", "id": (refused := uuid7()), "text": "", "attachments": [theirs]})
        line.until("refused", id=refused)
        line.message("", attachments=[mine])
        (item,) = [item for frame in line.heard for item in frame.get("items", [])]
    (file,) = item["attachments"]
    assert file["size"] == 10
    assert "/" not in file["name"]
    assert len(file["name"]) <= 200
    assert file["name"].endswith(".png")


def test_the_agents_hear_a_visitor_type(shop: Company, visitor: Visitor, desk: Desk) -> None:
    """And the visitor hears the agent."""
    with visitor.line() as line:
        line.message("hello")
        case = case_of(shop, visitor)
        line.say({"t": "typing", "on": True})
        heard = desk.until("signal", kind="typing", about=case.id)
        assert heard["who"] == case.customer
        desk.say({"t": "signal", "kind": "typing", "on": True, "about": case.id})
        assert line.until("typing") == {"t": "typing", "on": True, "name": "Mina Berg"}


def test_online_means_connected_and_there(shop: Company) -> None:
    """A laptop that is closed answers nobody, a break is a break, and who says nothing is not there."""
    away = shop.hire("Ola Nord", "ola@example.com", teams=())
    assert shop.visitor().site["online"] is False
    desk = Desk(shop.url, shop.sign_in())
    assert shop.visitor().site["online"] is False
    desk.do("availability.set", state="online")
    assert shop.visitor().site["online"] is True
    desk.do("availability.set", state="break")
    assert shop.visitor().site["online"] is False
    desk.do("availability.set", state="online")
    desk.close()
    outsider = Desk(shop.url, shop.sign_in("ola@example.com"))
    with shop.visitor().line() as line:
        until(line, lambda: len(shop.state.hub.desks) == 1)
    assert shop.visitor().site["online"] is False, away
    outsider.close()


def test_what_is_asked_before_the_first_word_fills_in_fields_of_the_case(shop: Company, visitor: Visitor) -> None:
    shop.hire("Asker", "asker@example.com", "supervisor")
    lead = Desk(shop.url, shop.sign_in("asker@example.com", "asking"), "asking")
    asked = {"type": "choice", "options": ["Lamp", "Chair"], "ask": True, "required": True}
    done = lead.do("field.define", field="product", title="Product", **asked)
    assert done["status"] == "done", done
    try:
        with visitor.line() as line:
            form = line.next()["form"]
            assert [(one["id"], one["options"], one["required"]) for one in form] == [
                ("product", ["Lamp", "Chair"], True)
            ]
            line.next()
            line.say({"t": "say", "id": uuid7(), "text": "It is dark", "fields": {"product": "Sofa"}})
            assert line.next()["sentence"] == "Product is one of: Lamp, Chair."
            assert not shop.state.reader.records.page(VISITOR_CONVERSATIONS(visitor=visitor.id))
            line.message("It is dark", fields={"product": "lamp", "gone": "x"})
        case = case_of(shop, visitor)
        assert [(one.field, one.value) for one in shop.state.reader.records.page(FILLED_IN(case=case.id))] == [
            ("product", "Lamp")
        ]
        with visitor.line() as line:
            assert "form" not in line.next()
    finally:
        lead.do("field.retire", field="product")
        lead.close()


def test_a_first_word_without_a_needed_answer_is_refused_to_those_who_know_forms(shop: Company) -> None:
    """It is said what is missing; an older client, which was never asked, gets through, as does whoever goes on."""
    shop.hire("Needer", "needer@example.com", "supervisor")
    lead = Desk(shop.url, shop.sign_in("needer@example.com", "needing"), "needing")
    going_on = shop.visitor()
    with going_on.line(forms=True) as line:
        line.message("Before anything was asked")
    try:
        for field, more in (
            ("order", {"type": "text"}),
            ("bulb", {"when": "order", "equals": "lamp", "type": "number"}),
        ):
            asked = {"title": field.title(), "ask": True, "required": True, **more}
            assert lead.do("field.define", field=field, **asked)["status"] == "done"
        visitor = shop.visitor()
        with visitor.line(forms=True) as line:
            line.until("messages")
            line.say({"t": "say", "id": uuid7(), "text": "It is dark", "fields": {"order": " "}})
            refused = line.until("refused")
            assert (refused["sentence"], refused["missing"]) == ("Please fill in: Order", ["order"])
            assert [one["id"] for one in refused["form"]] == ["order", "bulb"]
            line.say({"t": "say", "id": uuid7(), "text": "It is dark", "fields": {"order": "LAMP"}})
            assert line.until("refused")["missing"] == ["bulb"]
            line.say({"t": "say", "id": uuid7(), "text": "Dark", "fields": {"order": "lamp", "bulb": "two"}})
            refused = line.until("refused")
            assert (refused["sentence"], refused["missing"]) == ("Bulb is a number.", ["bulb"])
            assert not shop.state.reader.records.page(VISITOR_CONVERSATIONS(visitor=visitor.id))
            assert line.message("It is dark", fields={"order": "4711"})["seq"] == 1
            assert line.message("Hello?")["seq"] == 2
            assert [fault for frame in line.heard for fault in faults("down", frame)] == []
        with shop.visitor().line() as line:
            assert line.message("I know no forms")["seq"] == 1
        with going_on.line(forms=True) as line:
            assert line.message("And further")["seq"] == 2
    finally:
        lead.do("field.retire", field="bulb")
        lead.do("field.retire", field="order")
        lead.close()
