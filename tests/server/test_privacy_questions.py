"""Questions about privacy at a running server: whom a request is about, consents, the proof of an erasure."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from tests.server.running import PATIENCE, Company, Desk, company
from tests.server.test_erasing_live import CANARY, erase, eventually, writing, wrote

from agentdesk.domain.cases import CUSTOMER_CASES, Customer
from agentdesk.domain.kernel import Actor
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.privacy import Erasure, RecordConsent, SetHold
from agentdesk_server.audit.verify import verify_file
from agentdesk_server.authority import Submission

UNKNOWN = "The server does not know this question."
ADMIN, AUDITOR = "ada@example.com", "otto@example.com"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("data") / "server") as made:
        made.people = {  # type: ignore[attr-defined]
            ADMIN: made.hire("Ada", ADMIN, "admin", ()),
            AUDITOR: made.hire("Otto", AUDITOR, "auditor", ()),
        }
        yield made


@pytest.fixture(scope="module")
def ada(shop: Company) -> Iterator[Desk]:
    desk = Desk(shop.url, shop.sign_in(ADMIN, "it"), "it")
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def otto(shop: Company) -> Iterator[Desk]:
    desk = Desk(shop.url, shop.sign_in(AUDITOR, "audit"), "audit")
    yield desk
    desk.close()


def ask(desk: Desk, question: str, **args: Any) -> dict[str, Any]:
    desk.say({"t": "ask", "id": 1, "question": question, "args": args})
    return desk.until("answer")


def give(shop: Company, command: Any) -> None:
    """As the administrator, freshly proven."""
    who = Actor(shop.people[ADMIN], "nobody", device="it")  # type: ignore[attr-defined]
    told = Submission(who, command_spec(command).name, command, msgspec.msgpack.encode(command), fresh=True)
    ack = shop.running.do(shop.state.writer.submit(told)).ack
    assert ack.status == "done", ack


def leaves(shop: Company) -> bytes:
    """Everything that the log keeps: entries, and what is sealed beside them, opened."""
    ledger = shop.state.writer.authority.ledger
    numbers = [row[0] for row in shop.state.reader.conn.execute("SELECT number FROM leaf")]

    def opened(number: int) -> bytes:
        return repr(shop.running.do(shop.state.writer.call(lambda _: ledger.unseal(number)))).encode()

    rows = shop.state.reader.conn.execute("SELECT data FROM leaf").fetchall()
    return b"".join(row[0] for row in rows) + b"".join(map(opened, numbers))


def test_a_customer_is_found_by_name_address_number_and_id(shop: Company, ada: Desk) -> None:
    with writing(shop) as (_, _, customer, _):
        (case,) = shop.state.reader.records.page(CUSTOMER_CASES(customer=customer), limit=2)
        for words in (CANARY, f"{CANARY.lower()}@example.com", f"#{case.number}", f" # {case.number} ", customer):
            (found,) = ask(ada, "subject.find", words=words)["result"]["found"]
            assert (found["id"], found["name"], found["count"]) == (customer, CANARY, 1), words
            assert found["cases"][0]["number"] == case.number
            assert not found["held"]
        give(shop, SetHold(hold="h1", kind="case", about=case.id, reason="A court has asked for it."))
        (found,) = ask(ada, "subject.find", words=customer)["result"]["found"]
        assert (found["held"], found["cases"][0]["held"]) == (False, True)
    for words in ("Nobody", "#999999", "#", "#x", "# ٣", "no-such-id"):
        assert ask(ada, "subject.find", words=words)["result"] == {"found": []}, words
    assert ask(ada, "subject.find", words="  ")["sentence"].startswith("Type a name")
    assert ask(ada, "subject.find", words=7)["sentence"] == "The server could not read this question."


def test_the_log_keeps_that_somebody_looked_and_not_for_whom(shop: Company, ada: Desk) -> None:
    before = leaves(shop)
    ask(ada, "subject.find", words="Schattenvogel")
    after = leaves(shop)
    assert after.count(b"subject.find") > before.count(b"subject.find")
    assert b"Schattenvogel" not in after


def test_who_may_not_find_hears_that_there_is_no_such_question(shop: Company, otto: Desk) -> None:
    agent = Desk(shop.url, shop.sign_in(), "laptop")
    for desk in (agent, otto):
        assert ask(desk, "subject.find", words=CANARY)["sentence"] == UNKNOWN
        assert ask(desk, "subject.find", words=7)["sentence"] == UNKNOWN
    agent.close()


def test_consents_are_seen_by_those_who_answer_for_them(shop: Company, ada: Desk, otto: Desk) -> None:
    customer = wrote(shop)
    agent = Desk(shop.url, shop.sign_in(), "laptop")
    wish = RecordConsent(customer=customer, purpose="recording", given=True, wording="2026-03")
    assert agent.do("consent.record", **msgspec.to_builtins(wish))["status"] == "done"
    for desk in (ada, otto, agent):
        (said,) = ask(desk, "consent.look", customer=customer)["result"]["consents"]
        assert (said["purpose"], said["state"], said["source"]) == ("recording", "given", "agent")
        assert "scope" not in said
    assert ask(agent, "consent.look", customer=customer)["result"]["consents"][0]["wording"] == "2026-03"
    shop.hire("Sally", "sally@example.com", "agent", ())
    stranger = Desk(shop.url, shop.sign_in("sally@example.com", "hers"), "hers")
    unseen, missing = (ask(stranger, "consent.look", customer=one) for one in (customer, "nobody"))
    assert str(unseen).replace(customer, "X") == str(missing).replace("nobody", "X")
    stranger.close()
    agent.close()


def test_an_erasure_is_proved_also_offline(shop: Company, ada: Desk, otto: Desk, tmp_path: Path) -> None:
    customer = wrote(shop)
    erase(shop, customer, "e1")
    eventually(lambda: shop.state.reader.records.of(Erasure, "e1").done)
    for desk in (ada, otto):
        result = ask(desk, "subject.prove", erasure="e1")["result"]
        assert len(result["proofs"]) == 1
    file = tmp_path / "proof.jsonl"
    file.write_bytes(base64.b64decode(result["evidence"]))
    verdict = verify_file(file, shop.state.writer.authority.ledger.public_key)
    assert verdict.ok, verdict.problems
    assert CANARY.encode() not in file.read_bytes()
    assert shop.state.reader.records.of(Customer, customer) is None
    assert ask(ada, "subject.prove", erasure="none")["sentence"] == "This erasure is not known here."
    assert ask(ada, "subject.find", words=customer)["result"] == {"found": []}


def test_the_dry_run_lists_what_would_go(shop: Company) -> None:
    token = {"Authorization": f"Bearer {shop.sign_in(ADMIN, 'it2')}"}
    told = requests.get(f"{shop.url}/api/v1/retention/due", headers=token, timeout=PATIENCE).json()
    assert {one["data_class"]: (one["due"], one["items"]) for one in told}["messages"] == (0, [])
