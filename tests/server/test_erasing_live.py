"""Erasure with everything running: files on the disk, laptops here, away and interrupted, a chat that ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.server.running import PATIENCE, Company, Desk, Line, Running, Visitor, close_code

from agentdesk.domain.cases import VISITOR_CONVERSATIONS
from agentdesk.domain.kernel import Actor
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.privacy import CONFIRMATIONS, Confirmation, Erase, Erasure
from agentdesk_server.authority import Submission
from agentdesk_server.blobs import path_of
from agentdesk_server.state import Settings

CANARY = "Kanarienvogel"


@pytest.fixture
def own(tmp_path: Path) -> Any:
    running = Running(Settings(folder=tmp_path, port=0))
    company = Company(running)
    yield company
    running.stop()


def eventually(test: Any) -> None:
    until = time.monotonic() + PATIENCE
    while not test():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def writing(company: Company) -> Iterator[tuple[Visitor, Line, str, str]]:
    """A visitor who has sent a file full of canaries; their line, customer and the file's digest."""
    visitor = company.visitor()
    file = visitor.upload(f"{CANARY}'s passport".encode())
    with visitor.line() as line:
        line.say({"t": "name", "name": CANARY, "email": f"{CANARY}@example.com"})
        line.message(f"I am {CANARY}.", attachments=[{**file, "name": f"{CANARY}.txt"}])
        found = company.state.reader.records.page(VISITOR_CONVERSATIONS(visitor=visitor.id), limit=1)
        yield visitor, line, found[0].customer, file["digest"]


def wrote(company: Company) -> str:
    """Such a customer, who has left again."""
    with writing(company) as (_, _, customer, _):
        return customer


def erase(company: Company, customer: str, erasure: str = "e1") -> None:
    command = Erase(erasure=erasure, customer=customer)
    told = Submission(Actor("operator", "system"), command_spec(command).name, command, b"", fresh=True)
    outcome = company.running.do(company.state.writer.submit(told))
    assert outcome.ack.status == "done", outcome.ack


def erasure(company: Company) -> Erasure:
    found = company.state.reader.records.of(Erasure, "e1")
    assert found is not None
    return found


def owed(company: Company) -> dict[str, bool]:
    """Device → whether it has confirmed."""
    found: list[Confirmation] = company.state.reader.records.page(CONFIRMATIONS(erasure="e1"), limit=50)
    return {one.device: one.at > 0 for one in found}


def left(folder: Path) -> list[str]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in found if CANARY.lower() in path.read_bytes().decode("latin-1").lower()]


def test_nothing_is_left_in_any_file(own: Company) -> None:
    folder = own.running.settings.folder
    with writing(own) as (visitor, line, customer, digest):
        assert left(folder)
        erase(own, customer)
        assert close_code(line.socket) == 4401
    eventually(lambda: not path_of(folder, digest).exists())
    eventually(lambda: left(folder) == [])
    again = requests.get(
        f"{own.url}/api/v1/blobs/{digest}", headers={"Authorization": f"Bearer {visitor.token}"}, timeout=PATIENCE
    )
    assert again.status_code == 401, "the visitor is not known any more"


def test_devices_are_listed_and_confirm(own: Company) -> None:
    customer = wrote(own)
    here = Desk(own.url, own.sign_in(device="here"), "here")
    here.until("caught_up", scope="org")
    own.sign_in(device="away")
    erase(own, customer)
    gone = here.until("delta", scope="org")["gone"]
    assert ["customer", customer, "erased"] in [entry[:3] for entry in gone]
    eventually(lambda: erasure(own).told > 0)
    assert owed(own) == {"laptop": False, "here": False, "away": False}
    here.say({"t": "erased", "ids": [entry[1] for entry in gone]})
    eventually(lambda: owed(own)["here"])
    here.say({"t": "erased", "ids": [customer, "nonsense"]}, {"t": "ping"})
    here.until("pong")
    assert owed(own) == {"laptop": False, "here": True, "away": False}
    assert (erasure(own).devices, erasure(own).confirmed) == (3, 1)
    here.close()


def test_a_device_that_was_interrupted_is_asked_again(own: Company) -> None:
    """It has heard, and its word was lost: the next time it is told once more, though its cursor is past it."""
    customer = wrote(own)
    token = own.sign_in(device="here")
    first = Desk(own.url, token, "here")
    first.until("caught_up", scope="org")
    erase(own, customer)
    heard = first.until("delta", scope="org")
    eventually(lambda: erasure(own).told > 0)
    first.close()
    known = {name: first.welcome[name] for name in ("epoch", "view")}
    second = Desk(own.url, token, "here", cursors={"org": heard["to"]}, **known)
    told = second.until("delta", scope="org")
    assert (told["from"], told["to"], told["more"]) == (heard["to"], heard["to"], True)
    assert told["gone"] == [["customer", customer, "erased", heard["to"]]]
    second.say({"t": "erased", "ids": [customer]})
    eventually(lambda: owed(own)["here"])
    second.close()


def test_only_what_one_is_asked_for_is_noted(own: Company) -> None:
    customer = wrote(own)
    desk = Desk(own.url, own.sign_in(device="here"), "here")
    desk.until("caught_up", scope="org")
    desk.say({"t": "erased", "ids": [customer]}, {"t": "ping"})
    desk.until("pong")
    erase(own, customer)
    eventually(lambda: erasure(own).told > 0)
    assert owed(own) == {"laptop": False, "here": False}
    desk.close()
