"""Articles brought onto the shelf of a running server, by the hands that it takes."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.server.running import Company

from agentdesk.domain.governed import Approve, Begin, Document, Draft, Publish, Renew, Submit
from agentdesk.domain.kernel import Actor, Command
from agentdesk_server.gate.seen import given


class Library:
    """Somebody writes, somebody else approves and publishes."""

    def __init__(self, shop: Company) -> None:
        self.shop = shop
        self.writer = shop.agent
        self.head = shop.hire("Lou Head", "lou@example.com", "supervisor")

    def give(self, who: str, command: Command) -> None:
        """A wish that must be granted."""
        outcome = self.shop.running.do(self.shop.state.writer.submit(given(Actor(who, "", device="laptop"), command)))
        assert outcome.ack.status == "done", outcome.ack

    def publish(
        self, id: str, title: str, text: str, *, language: str = "en", of: str = "", of_number: int = 0, until: int = 0,
        **about: Any,
    ) -> None:  # fmt: skip
        """An article for customers, from the first word to the shelf."""
        details = msgspec.json.encode({"audience": "customers", **about}).decode()
        edition = f"{id}-1"
        begin = Begin(
            document=id, edition=edition, register="article", title=title, text=text, details=details,
            language=language, of=of, of_number=of_number,
        )  # fmt: skip
        self.give(self.writer, begin)
        self.approve(edition, until)

    def approve(self, edition: str, until: int = 0) -> None:
        self.give(self.writer, Submit(edition=edition))
        self.give(self.head, Approve(edition=edition))
        self.give(self.head, Publish(edition=edition, until=until))

    def rewrite(self, id: str, edition: str, text: str) -> None:
        """The next version."""
        old = self.document(id)
        self.give(
            self.writer,
            Draft(document=id, edition=edition, title=old.title, text=text, details=old.details, previous=old.holds),
        )
        self.approve(edition)

    def renew(self, id: str) -> None:
        """Somebody has looked at it again."""
        self.give(self.head, Renew(document=id, due=self.document(id).review_at))

    def document(self, id: str) -> Document:
        found = self.shop.state.reader.records.of(Document, id)
        assert found is not None
        return found
