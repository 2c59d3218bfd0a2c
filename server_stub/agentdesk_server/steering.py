"""What an operator can ask of suggestions: in which queues they are shown and from when on, in versions; and drills."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from msgspec import Meta

from agentdesk.domain.cases import CHANNELS
from agentdesk.domain.kernel import Command
from agentdesk.domain.people import Team
from agentdesk.domain.suggestions.steering import (
    ASSIST,
    ASSIST_RULES,
    DRAFTED,
    LONGEST,
    MINUTE,
    AssistRules,
    AssistState,
    Drill,
    QueueRule,
    SetAssistRules,
    drill_level,
)
from agentdesk.store.ids import new_id

from .asked import Cannot, Request, Result, listed, moment
from .core import Core
from .drafting.operating import AnyDraftRequest, DraftConnect, DraftDisconnect, DraftShow, operate_drafting
from .models import AnyModelRequest, register

LEVELS = ("by hand", "search only", "by words only", "by meaning", "with a drafting service")
SHOWN = 100
Note = Annotated[str, Meta(max_length=200)]
Submit = Callable[[Command], Awaitable[object]]


class AssistSet(Request, frozen=True, tag="assist.set"):
    """The rule for a queue, in a new version; the other rules stay. No team or no channel: all of them."""

    team: Note = ""
    channel: Note = ""
    on: bool = True
    least: Annotated[int, Meta(ge=0, le=100)] = 0
    drafts: bool = False
    note: Note = ""


class AssistDrill(Request, frozen=True, tag="assist.drill"):
    level: Annotated[int, Meta(ge=0, le=3)]
    minutes: Annotated[int, Meta(ge=0, le=LONGEST)]
    reason: Note = ""


class AssistShow(Request, frozen=True, tag="assist.show"):
    pass


class AssistVersions(Request, frozen=True, tag="assist.versions"):
    pass


AnyAssistRequest = AssistSet | AssistDrill | AssistShow | AssistVersions | AnyModelRequest | AnyDraftRequest


async def steer(core: Core, asked: AnyAssistRequest, submit: Submit, team: Callable[[str], str]) -> Result:
    """`submit` gives a command in the operator's name, `team` finds one. Raises `Cannot` with a sentence."""
    match asked:
        case AssistSet():
            return await _set(core, asked, submit, team(asked.team) if asked.team else "")
        case AssistDrill():
            until = core.clock() + asked.minutes * MINUTE if asked.minutes else 0
            await submit(Drill(level=asked.level, until=until, reason=asked.reason))
            return _told(core)
        case AssistShow():
            return _told(core)
        case AssistVersions():
            found = core.reader.records.page(ASSIST_RULES(), limit=SHOWN)
            return listed([_version(core, one) for one in found])
        case DraftConnect() | DraftDisconnect() | DraftShow():
            return await operate_drafting(core, asked, submit)
        case _:
            return await register(core, asked, submit)


async def _set(core: Core, asked: AssistSet, submit: Submit, team: str) -> Result:
    held = core.reader.records.of(AssistState, ASSIST)
    rows = _rows(core, held)
    channel = asked.channel.strip().lower()
    if channel not in ("", *CHANNELS, *(row.channel for row in rows)):
        raise Cannot(f"There is no channel {asked.channel.strip()}. There are: {', '.join(CHANNELS)}.")
    kept = [row for row in rows if (row.team, row.channel) != (team, channel)]
    rule = QueueRule(team=team, channel=channel, on=asked.on, least=asked.least, drafts=asked.drafts)
    previous = held.rules if held is not None else ""
    await submit(
        SetAssistRules(rules=new_id(core.clock()), rows=(*kept, rule), previous=previous, note=asked.note)
    )  # fmt: skip
    return _told(core)


def _rows(core: Core, held: AssistState | None) -> tuple[QueueRule, ...]:
    rules = core.reader.records.of(AssistRules, held.rules) if held is not None and held.rules else None
    return rules.rows if rules is not None else ()


def _told(core: Core) -> Result:
    """What holds now: the drill first, then each rule."""
    held = core.reader.records.of(AssistState, ASSIST)
    rows = [{"what": f"version {held.number if held is not None else 0}, since", "value": moment(held.since if held
                                                                                              else 0)}]  # fmt: skip
    level = drill_level(held, core.clock())
    if held is not None and level != DRAFTED:
        rows.append({"what": f"drill: level {level}, {LEVELS[level]}, until", "value": moment(held.until)})
    rows += [{"what": "rule", "value": _words(core, row)} for row in _rows(core, held)]
    return listed(rows)


def _version(core: Core, one: AssistRules) -> dict[str, object]:
    rules = "; ".join(_words(core, row) for row in one.rows) or "-"
    return {"number": one.number, "since": moment(one.since), "by": one.by, "note": one.note, "rules": rules}


def _words(core: Core, row: QueueRule) -> str:
    team = core.reader.records.of(Team, row.team) if row.team else None
    named = f"{team.name} ({team.id})" if team is not None else row.team or "every team"
    where = f"{named}, {row.channel or 'every channel'}"
    drafts = ", drafts of the service" if row.on and row.drafts else ""
    return f"{where}: {'off' if not row.on else f'from {row.least} %' if row.least else 'as the model says'}{drafts}"
