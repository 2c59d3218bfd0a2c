"""Server and laptops are killed at random moments while people and a customer write: nothing is lost, nothing doubled.

`AGENTDESK_KILLS` says how often; a failure names its seed (`AGENTDESK_FIRST_KILL`).
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from contextlib import suppress

import msgspec
import pytest
import requests
from tests.oracle.truth import everything
from tests.server.running import Visitor, uuid7
from tests.stories.rig import KEY, Company, Desk, Laptop
from websockets.exceptions import WebSocketException

from agentdesk.domain.cases import Message
from agentdesk.store import drafts, outbox
from agentdesk.store.precious import open_precious
from agentdesk_server.audit import leaf

KILLS = int(os.environ.get("AGENTDESK_KILLS", "20"))
SEED = int(os.environ.get("AGENTDESK_FIRST_KILL", "1"))
BEATS = 10
"""Half a second of the laptop's own time."""


class Account:
    """What one laptop was told and what it wrote, over all its lives."""

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop
        self.given: set[str] = set()
        self.safe: set[str] = set()
        """Written half a second before a kill, or seen in the outbox after it: these must take effect or be refused."""
        self.done: set[str] = set()
        self.refused: set[str] = set()
        self.drafts: dict[str, int] = {}

    def die(self) -> None:
        """Kill the laptop, and look at once at what is on its disk."""
        said = self.laptop.kill()
        beats = sum(words == ["beat"] for words in said)
        passed = 0
        for what, *words in said:
            if what == "beat":
                passed += 1
            elif what == "draft" and beats - passed >= BEATS:
                self.drafts[words[0]] = int(words[1])
            elif what in ("given", "done", "refused") and words[0] != "-":
                {"given": self.given, "done": self.done, "refused": self.refused}[what].add(words[0])
                if what == "given" and beats - passed >= BEATS:
                    self.safe.add(words[0])
        self._look()

    def _look(self) -> None:
        if not (self.laptop.folder / "precious.db").exists():
            return
        db = open_precious(self.laptop.folder / "precious.db", KEY)
        try:
            for case, number in self.drafts.items():
                found = drafts.get(db, case, "reply")
                assert found is not None, f"the draft {number} of {case} is gone"
                assert int(found.text.split()[0]) >= number, f"{case} has {found.text} and not {number}"
            waiting = [outbox_message(entry) for entry in outbox.waiting(db)]
            self.safe.update(id for id in waiting if id)
        finally:
            db.close()


def outbox_message(entry: outbox.Entry) -> str:
    """The message that a waiting command writes, if it writes one."""
    found = msgspec.msgpack.decode(entry.args)
    if isinstance(found, dict):
        return str(found.get("message", ""))
    return ""


class Customer:
    """Writes through a socket of her own, on a thread; goes on where she was after every cut, as the widget does."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._page: Visitor = company.visitor()
        self.acknowledged: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write, name="customer")
        self._thread.start()

    def _write(self) -> None:
        number, id = 0, uuid7()
        while not self._over.is_set():
            self._page.url = self._company.server.direct
            with suppress(WebSocketException, OSError, requests.RequestException), self._page.line() as line:
                while not self._over.wait(0.1):
                    line.message(f"from the customer {number}", id=id)
                    self.acknowledged.append(id)
                    number, id = number + 1, uuid7()
            self._over.wait(0.05)

    def stop(self) -> None:
        self._over.set()
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.mark.timeout(3600)
def test_kills_lose_and_double_nothing(own_company: Company) -> None:
    company, chance = own_company, random.Random(SEED)
    server, folder = company.server, company.folder
    accounts = []
    for name in ("mina", "omar"):
        laptop = Laptop(folder / f"{name}-laptop", server.url, f"{name}@example.com", f"{name}-laptop")
        laptop.start(chance.randrange(1 << 30))
        accounts.append(Account(laptop))
    customer = Customer(company)
    try:
        for account in accounts:
            account.laptop.wait_for("live")
        _kill(company, accounts, chance)
    finally:
        customer.stop()
        for account in accounts:
            account.die()
    _check(company, accounts, customer)


def _kill(company: Company, accounts: list[Account], chance: random.Random) -> None:
    """One by one, or several at once: whoever was killed begins again at once."""
    done = 0
    while done < KILLS:
        threading.Event().wait(chance.choice((0.1, 0.4, 1.0)) * chance.random() * 2)
        victims = chance.choice(((0,), (1,), (2,), (1, 2), (0, 1), (0, 1, 2)))[: KILLS - done]
        for victim in victims:
            company.server.kill() if victim == 0 else accounts[victim - 1].die()
        for victim in victims:
            if victim == 0:
                company.server.start()
            else:
                accounts[victim - 1].laptop.start(chance.randrange(1 << 30))
        done += len(victims)


def _check(company: Company, accounts: list[Account], customer: Customer) -> None:
    """When all are back and have spoken to each other."""
    desks = [_open(company, account) for account in accounts]
    for desk in desks:
        desk.answered()
    for account, desk in zip(accounts, desks, strict=True):
        account.refused.update(getattr(one.command, "message", "") for one in desk.refused)
    for desk in desks:
        desk.until(lambda desk=desk: desk.holds() == company.server.seen_by(desk.me.id))  # type: ignore[misc]
    with company.server.truth() as database:
        messages = [record for record in everything(database.records).values() if isinstance(record, Message)]
    there = {message.id for message in messages}
    for account in accounts:
        assert account.done <= there, f"acknowledged and gone: {account.done - there}"
        assert not (account.refused - {""}) & there, "refused, and there all the same"
        account.refused |= _never(company, account) - there  # or told in the moment before a kill
        assert account.safe <= there | account.refused, f"without an answer: {account.safe - there - account.refused}"
        assert len(account.given & there) > KILLS // 4, "hardly anything was written"
    assert set(customer.acknowledged) <= there
    texts = Counter(message.text for message in messages if message.text)
    assert [text for text, times in texts.items() if times > 1] == []
    company.close_all()
    for account in accounts:
        _check_drafts(account)
    _check_numbers(messages)
    _check_log(company, {message.id for message in messages if message.kind != "event"})


def _open(company: Company, account: Account) -> Desk:
    device = account.laptop.folder.name
    return company.desk(device.partition("-")[0], device, token=account.laptop.token)


def _never(company: Company, account: Account) -> set[str]:
    """What the server has refused to this laptop, as it knows it."""
    device = f"%|{account.laptop.folder.name}"
    with company.server.truth() as database:
        return {id for (id,) in database.conn.execute("SELECT id FROM never WHERE device LIKE ?", (device,))}


def _check_drafts(account: Account) -> None:
    """What was refused is a draft again, or in the history of the drafts; that one keeps so many for each case."""
    db = open_precious(account.laptop.folder / "precious.db", KEY)
    try:
        kept = [text for (text,) in db.execute("SELECT text FROM draft UNION ALL SELECT text FROM draft_version")]
        most = db.execute("SELECT max(n) FROM (SELECT count(*) n FROM draft_version GROUP BY case_id, kind)").fetchone()
    finally:
        db.close()
    lost = {id for id in account.refused & account.safe if not any(id in text for text in kept)}
    assert not lost or (most[0] or 0) >= drafts.VERSIONS, f"refused, and their texts are gone: {lost}"


def _check_numbers(messages: list[Message]) -> None:
    """Each case counts its messages 1, 2, 3 and so on."""
    cases: dict[str, list[int]] = {}
    for message in messages:
        cases.setdefault(message.case, []).append(message.seq)
    for case, numbers in cases.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), case


def _check_log(company: Company, spoken: set[str]) -> None:
    """Each message was written by one command, once."""
    with company.server.truth() as database:
        leaves = [leaf.decode(data) for (data,) in database.conn.execute("SELECT data FROM leaf ORDER BY number")]
    made = Counter(
        id
        for one in leaves
        if one.command in ("case.open", "case.receive", "case.reply", "case.note")
        for kind, id in one.touched
        if kind == "message"
    )
    assert spoken <= set(made)
    assert [id for id, times in made.items() if times > 1] == []
