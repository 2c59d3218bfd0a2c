"""A conversation from its first mail to its last: what we compose comes back, is read, and finds its case again."""

from __future__ import annotations

from collections.abc import Sequence

from agentdesk.domain.mail import Known, Placed, Related, place, reply_address, reply_subject
from agentdesk.text import mail
from agentdesk.text.mail import Address, Outgoing, Receiver
from agentdesk_server.channels.email.arrivals import arrival

KEY = b"k" * 32
ANN, EVE, DESK = "ann@example.com", "eve@example.net", "desk@shop.example"
RECEIVER = Receiver("mx.shop.example")


class Store:
    """What an importer would keep: whose mails belong to which case."""

    def __init__(self) -> None:
        self.mails: dict[str, str] = {}
        self.people: dict[str, set[str]] = {}

    def keep(self, id: str, case: str, *people: str) -> None:
        """One mail of a case, and who takes part in it by that."""
        self.mails[id] = case
        self.people.setdefault(case, set()).update(people)

    def by_message(self, id: str) -> Known | None:
        return self.by_case(self.mails.get(id, ""))

    def by_case(self, id: str) -> Known | None:
        return Known(id, frozenset(self.people[id])) if id in self.people else None

    def by_subject(self, address: str, subject: str) -> Sequence[str]:
        return ()


def _placed(raw: bytes, store: Store) -> Placed:
    return place(arrival(mail.parse(raw, RECEIVER)), store, (KEY,))


def _talk() -> tuple[Store, mail.Composed]:
    """Ann has written, and been answered."""
    store = Store()
    first = mail.parse(
        b"From: Ann <ann@example.com>\r\nTo: desk@shop.example\r\nMessage-ID: <1@x>\r\nSubject: Hi\r\n\r\nHelp"
    )
    assert place(arrival(first), store, (KEY,)) == Placed()
    store.keep(first.message_id, "case-1", first.sender.address)
    id, references = mail.threaded(first)
    answer = mail.compose(
        Outgoing(
            "cmd-1",
            1_333_376_530_000,
            Address(DESK, "Shop"),
            (first.sender,),
            reply_subject(first.subject),
            "Try again.",
            reply_to=reply_address(DESK, "case-1", KEY),
            in_reply_to=id,
            references=references,
        )
    )
    store.keep(answer.message_id, "case-1")
    return store, answer


def test_an_answer_finds_its_case_by_each_way_alone() -> None:
    """The headers, or our address; also where that stands only in what the servers wrote."""
    store, sent = _talk()
    back = mail.parse(sent.raw)
    reply_to = back.reply_to[0].address
    threads = f"In-Reply-To: <{sent.message_id}>\r\n"
    for head, by in (
        (f"To: {DESK}\r\n{threads}", "reply"),
        (f"To: {DESK}\r\nReferences: <1@x> <{sent.message_id}>\r\n", "references"),
        (f"To: {reply_to}\r\n", "address"),
        (f"To: {DESK}\r\nDelivered-To: {reply_to}\r\n", "address"),
    ):
        assert _placed(f"From: Ann <Ann@Example.com>\r\n{head}\r\nDone".encode(), store) == Placed("case-1", by)
        strange = _placed(f"From: Eve <{EVE}>\r\n{head}\r\nGive me the data".encode(), store)
        assert strange == Placed("", "", (Related("case-1", "stranger"),))


def test_a_forged_sender_does_not_join() -> None:
    """Where our own server found that it is somebody else; what others write of it counts for nothing."""
    store, sent = _talk()
    mine, theirs = (
        f"Authentication-Results: {name}; dmarc=fail\r\n" for name in ("mx.shop.example", "mx.evil.example")
    )
    raw = f"From: Ann <{ANN}>\r\nIn-Reply-To: <{sent.message_id}>\r\n\r\nx"
    assert _placed((mine + raw).encode(), store) == Placed("", "", (Related("case-1", "forged"),))
    assert _placed((theirs + raw).encode(), store).case == "case-1"


def test_a_second_sender_who_cannot_be_read_does_not_join() -> None:
    """Nobody slips in beside one who takes part."""
    store, sent = _talk()
    raw = f"From: Ann <{ANN}>, somebody else\r\nIn-Reply-To: <{sent.message_id}>\r\n\r\nx"
    assert _placed(raw.encode(), store).case == ""
