"""The whole loop against a real Dovecot and a real Postfix: in, threaded, answered, bounced, on vacation, killed."""

from __future__ import annotations

import email
import email.policy
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from tests.mail.post import WHY_NOT, Office
from tests.mail.post.office import AWAY, CUSTOMER, DESK, PASSWORD
from tests.mail.post.tokens import REFRESH
from tests.server.running import Company, Desk, Process, agentdesk, company, uuid7
from websockets.exceptions import ConnectionClosed

from agentdesk.domain.cases import Case, Message
from agentdesk.domain.mail import Mail
from agentdesk_server.authority.database import open_reader
from agentdesk_server.channels.email.operating import MailboxAdd, MailboxList, MailboxSign

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "-")
PATIENCE = 45.0
NOBODY = "nobody@gone.test"


def until(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Wait for something true, and give it."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
    return found


def written(subject: str, sender: str = CUSTOMER, text: str = "Where is my parcel?", **more: str) -> bytes:
    """A mail of a customer."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = f"Jo <{sender}>", DESK, subject
    mail["Message-ID"] = f"<{uuid7()}@example.test>"
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


class Shop:
    """A company with the mailbox, and an agent at her desk."""

    def __init__(self, made: Company, office: Office) -> None:
        self.made, self.office = made, office
        self.desk: Desk

    def records(self, cls: type[Any]) -> list[Any]:
        async def look() -> list[Any]:
            kind = {Mail: "mail", Case: "case", Message: "message"}[cls]
            ids = [row[0] for row in self.made.state.reader.conn.execute(f'SELECT id FROM "{kind}"')]
            return list(self.made.state.reader.records.get_many(kind, ids).values())

        found: list[Any] = self.made.running.do(look())
        return found

    def case(self, subject: str) -> Case:
        """The case of a subject, once it is there."""
        found: Case = until(lambda: next((one for one in self.records(Case) if one.subject == subject), None))
        return found

    def messages(self, case: str) -> list[Message]:
        return sorted((one for one in self.records(Message) if one.case == case), key=lambda one: one.seq)

    def reply(self, case: str, text: str) -> str:
        """Mina answers."""
        message = uuid7()
        ack = self.desk.do("case.reply", case=case, message=message, text=text, seen=10_000)
        assert ack["status"] == "done", ack
        return message

    def state(self, message: str) -> tuple[str, str]:
        found = next(one for one in self.records(Message) if one.id == message)
        return found.state, found.error


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("loop")
    with Office() as office:
        allow = (f"http://127.0.0.1:{office.oauth}",)
        with company(folder / "server", egress_allow=allow) as made:
            shop = Shop(made, office)
            made.running.operate(
                MailboxAdd(
                    address=DESK, team="Billing", name="Shop", imap=f"127.0.0.1:{office.imap}", plain=True, plus=True,
                    smtp=f"127.0.0.1:{office.smtp}", secret=REFRESH, client_id="desk", answer="We have your mail.",
                    token_url=f"http://127.0.0.1:{office.oauth}/token",
                )
            )  # fmt: skip
            made.running.operate(MailboxSign(address=DESK, text="Your Billing team", team="Billing"))

            async def look() -> None:
                made.state.mail.look()

            made.running.do(look())
            shop.desk = Desk(made.url, made.sign_in())
            shop.desk.until("caught_up")
            yield shop
            shop.desk.close()


def of(mails: list[bytes], subject: str, automatic: bool = False) -> list[EmailMessage]:
    """The mails of a subject, read."""
    read = map(BytesParser(policy=email.policy.default).parsebytes, mails)
    return [one for one in read if one["Subject"] == subject and (one["Auto-Submitted"] is not None) == automatic]


def test_a_mail_is_answered_in_its_thread_and_the_answer_to_that_joins(shop: Shop) -> None:
    shop.office.send(written("A lamp"))
    case = shop.case("A lamp")
    assert (case.channel, case.customer_name) == ("email", "Jo")
    reply = shop.reply(case.id, "It is **on its way**.")
    until(lambda: shop.state(reply) == ("sent", ""))
    (mail,) = until(lambda: of(shop.office.mails(CUSTOMER), "Re: A lamp"))
    first = next(one for one in shop.records(Mail) if one.case == case.id and one.way == "in")
    assert mail["In-Reply-To"] == f"<{first.message_id}>"
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "Your Billing team" in text.get_content()
    assert "<strong>on its way</strong>" in html.get_content()
    answer = {"In_Reply_To": mail["Message-ID"]}
    shop.office.send(written("Re: A lamp", text="Thank you!", **answer))
    shop.office.send(written("Other words", text="By the address alone."), to=str(mail["Reply-To"]))
    until(lambda: len([one for one in shop.messages(case.id) if one.kind == "customer"]) == 3)
    assert not [one for one in shop.records(Case) if one.subject in ("Re: A lamp", "Other words")]
    time.sleep(0.5)
    assert len(of(shop.office.mails(CUSTOMER), "Re: A lamp")) == 1


def test_a_genuine_bounce_marks_the_reply_with_the_servers_words(shop: Shop) -> None:
    shop.office.send(written("No way back", NOBODY), sender=NOBODY)
    case = shop.case("No way back")
    reply = shop.reply(case.id, "Can you read this?")
    state, words = until(lambda: shop.state(reply) if shop.state(reply)[0] == "failed" else None)
    assert (state, "5.1.2" in words) == ("failed", True), words
    assert "bounced" in [one.event for one in shop.messages(case.id)]
    assert not [one for one in shop.records(Case) if "Undelivered" in one.subject]
    assert shop.desk.do("mail.retry", mail=reply)["status"] == "done"
    until(lambda: len([one for one in shop.messages(case.id) if one.event == "bounced"]) == 2)


def test_a_genuine_vacation_reply_is_kept_and_opens_no_loop(shop: Shop) -> None:
    shop.office.vacation(AWAY, "I am at the sea.")
    shop.office.send(written("Before I leave", AWAY), sender=AWAY)
    case = shop.case("Before I leave")
    (answer,) = until(lambda: of(shop.office.mails(AWAY), "Re: Before I leave", automatic=True))
    assert answer["Auto-Submitted"] == "auto-replied"
    reply = shop.reply(case.id, "Have a good time.")
    until(lambda: shop.state(reply)[0] == "sent")
    said = until(lambda: [one for one in shop.messages(case.id) if "at the sea" in one.text])
    time.sleep(1)
    assert len(said) == 1
    assert len(shop.office.mails(AWAY)) == 2, "the automatic answer and the reply"
    assert next(one for one in shop.records(Mail) if one.id == said[0].id).automatic == "auto-replied"
    assert shop.case("Before I leave").waiting_since == 0


def test_a_server_that_went_away_is_found_again_with_a_new_token(shop: Shop, expect_log: Callable[[str], None]) -> None:
    expect_log("the mailbox support@desk.test cannot be read")
    given = shop.office.tokens.given
    shop.office.tokens.expire()
    shop.office.stop_dovecot()
    until(lambda: "cannot be read" in shop.made.running.operate(MailboxList()))
    shop.office.start_dovecot()
    shop.office.deliver(written("Are you back?"))
    shop.case("Are you back?")
    assert shop.office.tokens.given > given
    until(lambda: shop.made.running.operate(MailboxList()).endswith("none"))


def test_kills_in_the_middle_lose_and_double_nothing(tmp_path: Path) -> None:
    with Office() as office:
        folder = tmp_path / "server"
        with company(folder):
            pass
        servers = f"--imap 127.0.0.1:{office.imap} --smtp 127.0.0.1:{office.smtp} --plain --secret-stdin".split()
        done = agentdesk(
            "admin", "--data", str(folder), "mailbox", "add", DESK, "--team", "Billing", *servers, input=PASSWORD + "\n"
        )
        assert done.returncode == 0, done.stderr
        assert PASSWORD not in done.stdout
        wanted = _write_and_kill(office, folder, random.Random(5))
        with company(folder, new=False) as made:
            shop = Shop(made, office)
            until(lambda: {f"Mail {n}" for n in range(wanted)} <= {one.subject for one in shop.records(Case)})
            subjects = sorted(one.subject for one in shop.records(Case))
            assert subjects == sorted(f"Mail {n}" for n in range(wanted))
            assert [one for one in shop.records(Mail) if one.way == "out"]
            until(lambda: _agreed(office, [one for one in shop.records(Mail) if one.way == "out"]))


def _write_and_kill(office: Office, folder: Path, chance: random.Random) -> int:
    """Customers write, the agent answers whatever is there, and the server is killed at any moment. How many wrote."""
    number = 0
    for _ in range(4):
        process = Process(folder)
        made = Company.__new__(Company)
        made.url = process.url
        desk = Desk(process.url, made.sign_in())
        for case in _cases(folder):
            with suppress(ConnectionClosed):
                desk.do("case.reply", case=case, message=uuid7(), text="Soon.", seen=10_000)
        for _ in range(chance.randint(3, 9)):
            office.deliver(written(f"Mail {number}"))
            number += 1
            time.sleep(chance.uniform(0, 0.1))
        process.kill()
        desk.close()
    return number


def _cases(folder: Path) -> list[str]:
    """The cases that there are by now."""
    reader = open_reader(folder)
    try:
        return [row[0] for row in reader.conn.execute('SELECT id FROM "case" ORDER BY id')]
    finally:
        reader.close()


def _agreed(office: Office, out: list[Mail]) -> bool:
    """Whether exactly those are there that are called sent, each once, and nothing waits.

    One that was being handed over at a kill stays in doubt until its copy comes. No copy: it has not gone, the
    customer must not have it, and its agent is told when the time for doubts is over.
    """
    there = sorted(email.message_from_bytes(raw)["Message-ID"] for raw in office.mails(CUSTOMER))
    sent = sorted(f"<{one.message_id}>" for one in out if one.state == "sent")
    return there == sent and {one.state for one in out} <= {"sent", "trying"}
