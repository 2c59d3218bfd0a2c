"""Pictures that a mail wants from the network, loaded by the server when somebody asks for them.

Of the one who looks at the mail their hosts learn nothing: no address, no cookie, no referrer, no program, only that
somebody here has read it. The door for outgoing calls sees to it that nothing inside the own network is called.
"""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import msgspec

from agentdesk.domain.cases import Attachment
from agentdesk.domain.kernel import Actor, Command, Denied, Refusal, masked
from agentdesk.domain.mail import LoadPictures, Mail
from agentdesk.text.mail import parse
from agentdesk.text.pictures import picture_type
from agentdesk_server.audit.room import Room
from agentdesk_server.blobs import path_of
from agentdesk_server.core import Core
from agentdesk_server.egress import Egress, EgressError
from agentdesk_server.hub.desks import Desk
from agentdesk_server.hub.hub import Answerer, Hub
from agentdesk_server.hub.revealing import Revealed

AT_ONCE, MOST, SECONDS = 4, 1 << 20, 10.0
"""Pictures of one answer, bytes of a picture, and how long one is waited for."""
HEADERS = {"user-agent": "Mozilla/5.0", "accept": "image/png, image/jpeg, image/gif, image/webp"}


class Loaded(msgspec.Struct, frozen=True):
    """Pictures (base64; empty: not loaded) from the number that was asked for, and where to go on; 0 at the end."""

    pictures: list[str]
    next: int


def questions(core: Core, egress: Egress, hub: Hub, room: Room) -> dict[str, Answerer]:
    """What a hub passes on, by name."""
    return {"mail.pictures": Pictures(core, egress, room, hub.revealed).answer}


class Pictures:
    """Answers desks."""

    def __init__(self, core: Core, egress: Egress, room: Room, revealed: Revealed) -> None:
        self._core, self._egress, self._room, self._revealed = core, egress, room, revealed

    async def answer(self, desk: Desk, command: Command | None) -> Loaded:
        """The next pictures of a mail. Raises `Refusal`; `Denied` for whom this is not there."""
        if not isinstance(command, LoadPictures):
            raise Denied("The server could not read this question.")
        await self._room.admit(Actor(desk.person, "nobody", desk.name, device=desk.device), command)
        mail = self._core.reader.records.of(Mail, command.mail)
        if mail is None or not self._sees(desk, mail):
            raise Refusal("This mail is no longer there.", "missing")
        raw = self._core.reader.records.of(Attachment, mail.raw)  # here: a thread has no part in this connection
        addresses = await asyncio.to_thread(_addresses, path_of(self._core.folder, raw.digest)) if raw else ()
        end = command.start + AT_ONCE
        found = await asyncio.gather(*map(self._load, addresses[command.start : end]))
        told = [base64.b64encode(data).decode() for data in found]
        return Loaded(told, end if end < len(addresses) else 0)

    def _sees(self, desk: Desk, mail: Mail) -> bool:
        """Whether this desk is shown the page that the pictures belong to."""
        page = self._core.reader.records.of(Attachment, mail.page)
        if page is None:
            return False
        is_open = self._revealed.is_open(desk.person, page.digest, self._core.clock())
        return is_open or masked(page, desk.view).digest == page.digest

    async def _load(self, address: str) -> bytes:
        """A picture; nothing if it cannot be had, is too large, or is none."""
        for one in _ways(address):
            try:
                reply = await self._egress.fetch("GET", one, headers=HEADERS, most=MOST, seconds=SECONDS)
            except EgressError:
                continue
            return reply.body if reply.status == 200 and picture_type(reply.body) else b""
        return b""


def _addresses(place: Path) -> tuple[str, ...]:
    return parse(place.read_bytes()).images if place.is_file() else ()


def _ways(address: str) -> tuple[str, ...]:
    """Encrypted first, whatever the mail says; in the clear the door calls only what the operator has allowed."""
    scheme, colon, rest = address.strip().partition(":")
    if address.strip().startswith("//"):
        return (f"https:{address.strip()}",)
    if not colon or scheme.lower() not in ("http", "https"):
        return ()
    return (f"https:{rest}", address.strip()) if scheme.lower() == "http" else (address.strip(),)
