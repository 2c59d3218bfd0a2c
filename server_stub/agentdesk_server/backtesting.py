"""What a draft of due times would have meant: counted over old cases, a portion for each time somebody asks."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.cases import Case
from agentdesk.domain.clocks import BacktestPart, Outcome, Regime, in_force, outcomes, speaks_of_tiers, thread
from agentdesk.domain.kernel import Refusal

from .authority.database import open_reader
from .core import Core
from .doors import Answer, Door, json, server_of
from .portions import DAY, SECONDS, walked, whole
from .privacy.schedule import view_on
from .problems import Problem

PORTION = SECONDS


async def backtest(request: Request) -> Response:
    """The next portion, newest cases first. Who wants no more simply does not ask again."""
    server, asked = server_of(request), request.query_params
    days, until = whole(asked.get("days", "30"), 1, 366), whole(asked.get("until", "0"), 0, 2**53)
    part = await asyncio.to_thread(
        portion, server.core, request.path_params["id"], days, until, asked.get("after", "")[:120]
    )
    return json(part)


def portion(core: Core, regime: str, days: int, until: int, after: str) -> BacktestPart:
    """Cases that something happened to in the last `days`, as far as they come after the case `after`, which was last
    changed at `until` (ms, UTC). Blocking, with a reader of its own. Raises `Problem`.
    """
    reader, now = open_reader(core.folder, core.key), core.clock()
    try:
        view = view_on(reader)
        draft, holds = view.get(Regime, regime), in_force(view)
        if draft is None:
            raise Problem(404, "missing", "This draft is no longer there.")
        since, tiers = now - days * DAY, speaks_of_tiers(draft, holds)
        mine: list[Outcome] = []
        others: list[Outcome] = []

        def look(case: Case) -> None:
            said = thread(view, case)
            mine.extend(outcomes(case, said, draft, now, since, by_tier=tiers))
            others.extend(outcomes(case, said, holds, now, since, by_tier=tiers) if holds is not None else ())

        done = walked(view, since, until, after, look, PORTION)
        return BacktestPart(
            cases=done.cases,
            until=done.until,
            after=done.after,
            draft=mine,
            holds=others,
            held=holds.number if holds is not None else 0,
        )
    except Refusal as refusal:
        raise Problem(409, refusal.code, str(refusal)) from None
    finally:
        reader.close()


DOORS = (
    Door(
        "GET",
        "/api/v1/clocks/drafts/{id}/backtest",
        "person",
        backtest,
        "What a draft of due times would have meant for the cases of the last days, a portion at a time",
        {200: Answer("Rounds of clocks by the draft and by the rules that hold, and where to go on", BacktestPart)},
        (400, 401, 403, 404, 409),
        parameters={"id": r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$"},
        asks={"days": r"^\d{1,3}$", "until": r"^\d{1,16}$", "after": r"^[A-Za-z0-9._:-]{0,120}$"},
        may="clocks.manage",
    ),
)
