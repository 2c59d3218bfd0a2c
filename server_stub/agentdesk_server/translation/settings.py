"""Which service translates: sealed, for its key is in it; and what an operator can ask about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from agentdesk.domain.translating import TRANSLATION, SetTranslation, Translation
from agentdesk_server.asked import Cannot, Request, Result, Text, listed, moment
from agentdesk_server.audit.keys import KeyLostError, derive, unwrap, wrap
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core, master_key
from agentdesk_server.daily import Daily
from agentdesk_server.egress import EgressError
from agentdesk_server.egress.targets import target
from agentdesk_server.gate.seen import Give

NAME, SPENT = "translation", Daily("translation.spent", "characters")
USUAL_A_DAY = 1_000_000
"""Characters."""


class Service(msgspec.Struct, frozen=True):
    """Where texts go: an address that speaks as LibreTranslate does, its key, and how many characters a day."""

    url: str
    key: str = ""
    a_day: int = USUAL_A_DAY


class TranslationSet(Request, frozen=True, tag="translation.set"):
    url: Text
    languages: list[Annotated[str, Meta(max_length=12)]]
    key: Annotated[str, Meta(max_length=1000)] = ""
    a_day: Annotated[int, Meta(ge=1, le=10**9)] = USUAL_A_DAY


class TranslationOff(Request, frozen=True, tag="translation.off"):
    pass


class TranslationShow(Request, frozen=True, tag="translation.show"):
    pass


AnyTranslationRequest = TranslationSet | TranslationOff | TranslationShow


def seal_key(folder: Path) -> bytes:
    """Seals the service. Raises `CannotStart` if the server's secret cannot be read."""
    return derive(master_key(folder), NAME)


def service_of(kept: Kept, key: bytes) -> Service | None:
    """The service; None if none is set, or if the seal does not open under this key."""
    sealed = kept.get(NAME)
    try:
        return msgspec.json.decode(unwrap(key, NAME, sealed), type=Service) if sealed is not None else None
    except KeyLostError:
        return None


async def operate_translation(core: Core, asked: AnyTranslationRequest, give: Give) -> Result:
    """`give` gives a command in the operator's name. Raises `Cannot` with a sentence."""
    key, kept = seal_key(core.folder), Kept(core.database.conn)
    match asked:
        case TranslationSet():
            if not asked.languages:
                raise Cannot("Say into which languages it translates, as in --languages en,de,fr.")
            if "?" in asked.url or "#" in asked.url:
                raise Cannot("Name the address without what follows a ? or #: /translate is added to it.")
            try:
                to = target(asked.url.rstrip("/"))
            except EgressError as error:
                raise Cannot(str(error)) from None
            sealed = wrap(key, NAME, msgspec.json.encode(Service(to.url.rstrip("/"), asked.key, asked.a_day)))
            wish = SetTranslation(languages=tuple(asked.languages), host=to.authority[:200])
            await give(wish, lambda _: kept.put(NAME, sealed))
        case TranslationOff():
            await give(SetTranslation(), lambda _: kept.remove(NAME))
        case TranslationShow():
            pass
    return _told(core, key)


def _told(core: Core, key: bytes) -> Result:
    """What holds now, without the key."""
    kept = Kept(core.reader.conn)
    held, service = core.reader.records.of(Translation, TRANSLATION), service_of(kept, key)
    if held is None or not held.on or service is None:
        return Result("Texts are not translated.")
    rows = {"to": service.url, "languages": " ".join(held.languages), "characters a day": str(service.a_day),
            "today": str(SPENT.spent(kept, core.clock())), "key": "set" if service.key else "none",
            "since": moment(held.since)}  # fmt: skip
    return listed([{"what": name, "value": value} for name, value in rows.items()])
