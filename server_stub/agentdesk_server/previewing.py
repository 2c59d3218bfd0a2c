"""What a draft of rules would have met: old cases walked as they were, a portion for each time somebody asks."""

from __future__ import annotations

import asyncio
from collections import Counter

from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.cases import Case
from agentdesk.domain.cases.fields import FILLED_IN
from agentdesk.domain.cases.questions import MESSAGES_AFTER
from agentdesk.domain.cases.walking import every
from agentdesk.domain.people import Person
from agentdesk.domain.rules import Match, MatchesPart, Rulebook, in_force, matches
from agentdesk.domain.rules.past import moments

from .authority.acting import scopes_of
from .authority.database import open_reader
from .core import Core
from .doors import Answer, Door, json, server_of
from .portions import DAY, SECONDS, walked, whole
from .privacy.schedule import view_on
from .problems import Problem

PORTION = SECONDS
SHOWN = 100
"""So many of the cases that were met are named in one portion, of those that may be seen."""


async def preview(request: Request) -> Response:
    """The next portion, newest cases first. Who wants no more simply does not ask again."""
    server, asked, who = server_of(request), request.query_params, request.state.who
    days, until = whole(asked.get("days", "30"), 1, 366), whole(asked.get("until", "0"), 0, 2**53)
    after = asked.get("after", "")[:120]
    part = await asyncio.to_thread(
        portion, server.core, request.path_params["id"], who.person, days, until, after
    )  # fmt: skip
    return json(part)


def portion(core: Core, rulebook: str, person: str, days: int, until: int, after: str) -> MatchesPart:
    """Cases to which something happened in the last `days`, as far as they come after the case `after`, which was last
    changed at `until` (ms, UTC). All are counted; named are those that this person sees. Blocking, with a reader of its
    own. Raises `Problem`.
    """
    reader, now = open_reader(core.folder, core.key), core.clock()
    try:
        view = view_on(reader)
        draft, holds, asks = view.get(Rulebook, rulebook), in_force(view), view.get(Person, person)
        if draft is None or asks is None:
            raise Problem(404, "missing", "This draft is no longer there.")
        since, scopes = now - days * DAY, scopes_of(asks.role, asks.id, asks.teams)
        mine, others = Counter[str](), Counter[str]()
        some: list[Match] = []

        def look(case: Case) -> None:
            if case.merged_into:
                return
            past = moments(case, list(every(view, MESSAGES_AFTER(case=case.id, seq=0))),
                           view.page(FILLED_IN(case=case.id), limit=500))  # fmt: skip
            seen = not scopes.isdisjoint(view.scopes("case", case.id))
            for rule in draft.rules:
                found = matches(rule, past, view, since, now)
                mine[rule.id] += len(found)
                if seen and len(some) < SHOWN:
                    some.extend(Match(rule.id, case.id, case.number, at) for at in found[-1:])
            for rule in holds.rules if holds is not None else ():
                others[rule.id] += len(matches(rule, past, view, since, now))

        done = walked(view, since, until, after, look, PORTION)
        held = holds.number if holds is not None else 0
        return MatchesPart(done.cases, done.until, done.after, dict(+mine), dict(+others), held, some)
    finally:
        reader.close()


DOORS = (
    Door(
        "GET",
        "/api/v1/rules/drafts/{id}/matches",
        "person",
        preview,
        "When the rules of a draft would have acted in the cases of the last days, a portion at a time",
        {200: Answer("How often each rule would have acted, in which cases, and where to go on", MatchesPart)},
        (400, 401, 403, 404),
        parameters={"id": r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$"},
        asks={"days": r"^\d{1,3}$", "until": r"^\d{1,16}$", "after": r"^[A-Za-z0-9._:-]{0,120}$"},
        may="rules.manage",
    ),
)
