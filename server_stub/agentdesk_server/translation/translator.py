"""Asks the operator's translation service for a desk: what is personal stays here, and every failure has its word.

It speaks the HTTP API of LibreTranslate (`POST /translate` with q, source, target, format and api_key), which other
services and gateways speak as well.
"""

from __future__ import annotations

import logging
from typing import Any

import msgspec

from agentdesk.domain.cases import Case, Customer, Message
from agentdesk.domain.kernel import Actor, Command, Denied, Masked, Refusal, clean, masked
from agentdesk.domain.translating import AUTO, TRANSLATION, Translate, Translation
from agentdesk_server.audit.room import Room
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core
from agentdesk_server.egress import Egress, EgressError, Reply
from agentdesk_server.hub.desks import Desk
from agentdesk_server.hub.hub import Answerer
from agentdesk_server.limits import Buckets

from .covering import covered, uncovered
from .settings import SPENT, Service, seal_key, service_of

log = logging.getLogger(__name__)
LONGEST = 10_000
"""Characters of one text."""
SECONDS, MOST = 20.0, 1 << 20
AT_ONCE, A_SECOND = 20, 0.5
"""Texts of one person: some at once, then one in two seconds."""


class Translated(msgspec.Struct, frozen=True):
    """A translation, the language that it was made from as far as the service says, and how many names and numbers got
    lost in it; or a word for why there is none: off, language, long, busy, spent, slow, unreachable, refused, unclear.
    """

    text: str = ""
    language: str = ""
    lost: int = 0
    why: str = ""


class _Answer(msgspec.Struct):
    translatedText: str  # noqa: N815 the service's own name
    detectedLanguage: Any = None  # noqa: N815 the same


def questions(core: Core, egress: Egress, room: Room) -> dict[str, Answerer]:
    """What a hub passes on, by name."""
    return {"translate.text": Translator(core, egress, room).answer}


class Translator:
    """Answers desks, within what may go out in a day (UTC)."""

    def __init__(self, core: Core, egress: Egress, room: Room) -> None:
        self._core, self._egress, self._room = core, egress, room
        self._key = seal_key(core.folder)
        self._asked = Buckets(AT_ONCE, A_SECOND)

    async def answer(self, desk: Desk, command: Command | None) -> Translated:
        """A message or a draft in another language. Raises `Refusal`; `Denied` for whom this is not there."""
        if not isinstance(command, Translate):
            raise Denied("The server could not read this question.")
        bare = msgspec.msgpack.encode(msgspec.structs.replace(command, text=""))
        await self._room.admit(Actor(desk.person, "nobody", desk.name, device=desk.device), command, bare)
        records = self._core.reader.records
        held, service = records.of(Translation, TRANSLATION), service_of(Kept(self._core.reader.conn), self._key)
        if held is None or not held.on or service is None:
            return Translated(why="off")
        if command.target not in held.languages:
            return Translated(why="language")
        text = self._text(desk, command)
        if len(text) > LONGEST:
            return Translated(why="long")
        if self._asked.take(desk.person) > 0:
            return Translated(why="busy")
        kept, now = Kept(self._core.database.conn), self._core.clock()
        if not await self._core.writer.call(lambda _: SPENT.spend(kept, now, len(text), service.a_day)):
            return Translated(why="spent")
        return await self._translated(service, text, self._known(command.case), command.target)

    def _text(self, desk: Desk, command: Translate) -> str:
        """What is to be translated, as this desk may see it."""
        if not command.message:
            return clean(command.text)
        message = self._core.reader.records.of(Message, command.message)
        if message is None or message.case != command.case:
            raise Refusal("This message is no longer there.", "missing")
        return masked(message, desk.view).text

    def _known(self, case_id: str) -> list[tuple[str, str]]:
        """What is known of the customer, however the text is written."""
        case = self._core.reader.records.of(Case, case_id)
        customer = self._core.reader.records.of(Customer, case.customer) if case is not None else None
        if customer is None:
            return []
        names = [customer.name, *(part for part in customer.name.split() if len(part) > 2)]
        told = [*((name, "name") for name in names), (customer.email, "contact")]
        return [(value, kind) for value, kind in told if value and not Masked.spans(value)]

    async def _translated(
        self, service: Service, text: str, known: list[tuple[str, str]], target: str
    ) -> Translated:  # fmt: skip
        sent, stood = covered(text, known)
        asked = {"q": sent, "source": AUTO, "target": target, "format": "text"}
        body = msgspec.json.encode({**asked, "api_key": service.key} if service.key else asked)
        headers = {"content-type": "application/json", "accept": "application/json"}
        try:
            reply = await self._egress.fetch(
                "POST", f"{service.url}/translate", headers=headers, body=body, most=MOST, seconds=SECONDS
            )
        except EgressError as error:
            log.info("the translation service was not reached: %s", error)
            return Translated(why={"slow": "slow", "large": "unclear"}.get(error.code, "unreachable"))
        return _read(reply, stood)


def _read(reply: Reply, stood: list[str]) -> Translated:
    if reply.status == 429:
        return Translated(why="busy")
    if reply.status != 200:
        return Translated(why="refused")
    try:
        found = msgspec.json.decode(reply.body, type=_Answer)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return Translated(why="unclear")
    told = found.detectedLanguage.get("language") if isinstance(found.detectedLanguage, dict) else ""
    text, lost = uncovered(clean(found.translatedText), stood)
    if not text:
        return Translated(why="unclear")
    return Translated(text, clean(told)[:12] if isinstance(told, str) else "", lost)
