"""Which person somebody at the provider is: the one they were joined to, or the one with their verified address."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from agentdesk.domain.kernel import Actor
from agentdesk.domain.people import PERSON_BY_EMAIL, AddPerson, Person
from agentdesk.store.ids import new_id
from agentdesk_server.authority import Database, Submission
from agentdesk_server.authority.kept import Kept
from agentdesk_server.writer import Writer

from .claims import Claims
from .config import Client

log = logging.getLogger(__name__)
PROVIDER = Actor("provider", "system", "Provider", device="oidc")


class Identities:
    """An address can pass to somebody else, an identity at a provider cannot: the first sign-in joins them for good."""

    def __init__(self, database: Database, reader: Database, writer: Writer, clock: Callable[[], int]) -> None:
        self._kept, self._read, self._people = Kept(database.conn), Kept(reader.conn), reader.records
        self._writer, self._clock = writer, clock

    async def identify(self, client: Client, claims: Claims) -> str | None:
        """The id of the person, who works here; None for whoever may not come in."""
        known = self._read.person_of(client.issuer, claims.subject)
        if known is not None:
            person = self._people.of(Person, known)
            return known if person is not None and person.active else None
        if not claims.email:
            return None
        found = self._people.page(PERSON_BY_EMAIL(email=claims.email), limit=1)
        if found and not found[0].active:
            return None
        id = found[0].id if found else await self._make(client, claims)
        if id is None:
            return None
        now = self._clock()
        joined = await self._writer.call(lambda _: self._kept.link(client.issuer, claims.subject, id, now))
        return id if joined else None

    async def _make(self, client: Client, claims: Claims) -> str | None:
        """An account for somebody new, if the operator wants that; it goes the way of every command."""
        if not client.role:
            return None
        id = new_id(self._clock())
        name = claims.name or claims.email.partition("@")[0]
        command = AddPerson(person=id, name=name, email=claims.email, role=client.role)
        told = Submission(PROVIDER, "person.add", command, msgspec.msgpack.encode(command))
        ack = (await self._writer.submit(told)).ack
        if ack.status != "done":
            log.warning("no account was made for somebody who came from the provider: %s", ack.code)
            return None
        return id
