"""What is worth a notification when time runs out: to whom it is told, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk import news
from agentdesk.desk.news import Announcer
from agentdesk.domain.clocks import Alert
from agentdesk.sync.phases import Phase


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    made.open_case("c1")
    yield made
    made.close()


@pytest.fixture
def told(desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """(title, text) of all that was told."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(news, "_watching", lambda: False)
    desk.status = SimpleNamespace(phase=Phase.LIVE)  # type: ignore[attr-defined]
    notifier: Any = SimpleNamespace(show=lambda title, text, run: found.append((title, text)))
    announcer = Announcer(desk, notifier, lambda kind, id: None)  # type: ignore[arg-type]
    yield found
    announcer.close()


def ring(desk: FakeDesk, to: str, person: str = "", team: str = "billing", ago: int = 0) -> None:
    id = f"{to}-{person}-{team}-{ago}"
    desk.put(Alert(id, "team:billing:open", 0, "c1", person, team, "first", to, desk.time - ago, desk.time - ago))


def test_whom_it_concerns_hears_of_it(desk: FakeDesk, told: list[tuple[str, str]]) -> None:
    ring(desk, "holder", "mina")
    ring(desk, "peer", "mina")
    assert told == [
        ("Time runs short in a case of yours", "First reply, Refund still not on my card"),
        ("A colleague's case is late: can you help?", "First reply, Refund still not on my card"),
    ]


def test_others_and_the_digest_interrupt_nobody(desk: FakeDesk, told: list[tuple[str, str]]) -> None:
    ring(desk, "holder", "dario")
    ring(desk, "digest")
    ring(desk, "lead")  # Mina leads nobody
    ring(desk, "peer", "mina", ago=3_600_000)  # long ago: it is in the list
    assert told == []


def test_who_leads_the_team_hears_of_it(desk: FakeDesk, told: list[tuple[str, str]]) -> None:
    desk._me = msgspec.structs.replace(desk.me, role="supervisor")
    ring(desk, "lead")
    ring(desk, "lead", team="orders")
    assert told == [("A case of your team is late", "First reply, Refund still not on my card")]
