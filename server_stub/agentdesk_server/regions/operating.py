"""What an operator can ask about regions: where this server stands, what stays where, whom it hears and tells."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from msgspec import Meta

from agentdesk.domain.kernel import Command, Refusal
from agentdesk.domain.residency import (
    HERE,
    KEPT_CASES,
    KEPT_CUSTOMERS,
    PINS,
    BeginStubs,
    Neighbour,
    PinClass,
    Residence,
    SettleHere,
    UnpinClass,
    region_word,
)
from agentdesk.domain.residency.records import Pinnable
from agentdesk_server.asked import Cannot, Request, Result, Text, listed, moment
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core
from agentdesk_server.egress import EgressError
from agentdesk_server.egress.targets import origin

from .settings import Receiver, accept, accept_no_more, accepted, receivers, regions_key, set_receiver

Submit = Callable[[Command], Awaitable[None]]
MOST = 1_000


class RegionSet(Request, frozen=True, tag="region.set"):
    region: Text


class RegionPin(Request, frozen=True, tag="region.pin"):
    data_class: Pinnable
    region: Text


class RegionUnpin(Request, frozen=True, tag="region.unpin"):
    data_class: Pinnable
    region: Text


class RegionAccept(Request, frozen=True, tag="region.accept"):
    region: Text
    team: Text


class RegionSend(Request, frozen=True, tag="region.send"):
    region: Text
    url: Annotated[str, Meta(min_length=1, max_length=2000)]
    token: Annotated[str, Meta(max_length=1000)]


class RegionForget(Request, frozen=True, tag="region.forget"):
    region: Text


class RegionList(Request, frozen=True, tag="region.list"):
    pass


AnyRegionRequest = RegionSet | RegionPin | RegionUnpin | RegionAccept | RegionSend | RegionForget | RegionList


async def operate_regions(core: Core, asked: AnyRegionRequest, submit: Submit, team: Callable[[str], str]) -> Result:
    """`submit` gives a command in the operator's name, `team` finds a team's id. Raises `Cannot` with a sentence."""
    match asked:
        case RegionSet():
            await _settle(core, asked.region, submit)
        case RegionPin():
            await submit(PinClass(data_class=asked.data_class, region=asked.region))
        case RegionUnpin():
            await submit(UnpinClass(data_class=asked.data_class, region=asked.region))
        case RegionAccept():
            return await _accept(core, _other(core, asked.region), team(asked.team))
        case RegionSend():
            await _send(core, asked)
        case RegionForget():
            return await _forget(core, _word(asked.region), submit)
        case RegionList():
            pass
    return _list(core)


def _word(text: str) -> str:
    try:
        return region_word(text)
    except Refusal as refusal:
        raise Cannot(str(refusal)) from None


def _here(core: Core) -> str:
    found = core.reader.records.of(Residence, HERE)
    return found.region if found is not None else ""


def _other(core: Core, text: str) -> str:
    """The name of a region that is not this one, once this one has a name."""
    region, own = _word(text), _here(core)
    if not own:
        raise Cannot("First say in which region this server stands: region set NAME")
    if region == own:
        raise Cannot(f"This server stands in the region {own} itself.")
    return region


async def _settle(core: Core, region: str, submit: Submit) -> None:
    kept, named = Kept(core.reader.conn), _word(region)
    others = {*accepted(kept), *receivers(kept, regions_key(core.folder))}
    if others and named != _here(core):
        raise Cannot(f"Other regions know this server by its name. First: region forget {sorted(others)[0]}")
    await submit(SettleHere(region=named))


async def _accept(core: Core, region: str, team: str) -> Result:
    kept, now = Kept(core.database.conn), core.clock()
    return Result(await core.writer.call(lambda _: accept(kept, region, team, now)))


async def _send(core: Core, asked: RegionSend) -> None:
    region, url = _other(core, asked.region), asked.url.rstrip("/")
    try:
        origin(url)
    except EgressError as error:
        raise Cannot(str(error)) from None
    token = asked.token.strip()
    if not token.isascii() or not token.isprintable() or len(token) < 16 or " " in token:
        raise Cannot("Give the token that the other server printed, on the standard input.")
    kept, key, receiver = Kept(core.database.conn), regions_key(core.folder), Receiver(url, token, core.clock())
    await core.writer.call(lambda _: set_receiver(kept, key, region, receiver))


async def _forget(core: Core, region: str, submit: Submit) -> Result:
    """Neither hear nor tell it; all that it has told goes. What it was told stays there until it forgets us."""
    kept, key = Kept(core.database.conn), regions_key(core.folder)
    heard = await core.writer.call(lambda _: accept_no_more(kept, region))
    told = await core.writer.call(lambda _: set_receiver(kept, key, region, None))
    known = core.reader.records.of(Neighbour, region)
    while _holds(core, region):
        await submit(BeginStubs(home=region))
    return Result(f"{region} is forgotten" if heard or told or known else f"{region} was not known")


def _holds(core: Core, region: str) -> bool:
    records = core.reader.records
    if records.of(Neighbour, region) is not None:
        return True
    return bool(records.page(KEPT_CASES(home=region), limit=1) or records.page(KEPT_CUSTOMERS(home=region), limit=1))


def _list(core: Core) -> Result:
    """Never a token."""
    records, kept = core.reader.records, Kept(core.reader.conn)
    rows: list[dict[str, Any]] = [{"what": "here", "region": _here(core), "more": ""}]
    rows += [{"what": "pin", "region": p.region, "more": p.data_class} for p in records.page(PINS(), limit=MOST)]
    for region in sorted(accepted(kept)):
        told = records.of(Neighbour, region)
        cases = records.count(KEPT_CASES(home=region))
        more = f"{cases} cases, last heard {moment(told.since)}" if told else "not heard yet"
        rows.append({"what": "hears", "region": region, "more": more})
    for region, receiver in sorted(receivers(kept, regions_key(core.folder)).items()):
        rows.append({"what": "tells", "region": region, "more": receiver.url})
    return listed(rows)
