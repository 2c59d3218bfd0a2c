"""What a draft of due times would have meant: counted over old cases, a portion for each time somebody asks."""

from __future__ import annotations

import asyncio
import time

from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.clocks import BacktestPart, Outcome, Regime, in_force, outcomes, thread
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.queue import ALL

from .authority.database import open_reader
from .core import Core
from .doors import Answer, Door, json, server_of
from .privacy.schedule import view_on
from .problems import Problem

PORTION = 0.3
"""Seconds that one portion may take: whoever asks no more costs nothing more."""
AT_ONCE = 500
DAY = 86_400_000


async def backtest(request: Request) -> Response:
    """The next portion, newest cases first. Who wants no more simply does not ask again."""
    server, asked = server_of(request), request.query_params
    days, until = _number(asked.get("days", "30"), 1, 366), _number(asked.get("until", "0"), 0, 2**53)
    part = await asyncio.to_thread(
        portion, server.core, request.path_params["id"], days, until, asked.get("after", "")[:120]
    )
    return json(part)


def _number(text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 17 and low <= int(text) <= high):
        raise Problem(400, "bad-number", f"Give a whole number from {low} to {high}.")
    return int(text)


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
        place = (until, after) if after else None
        since, ends_at, done = now - days * DAY, time.monotonic() + PORTION, 0
        mine: list[Outcome] = []
        others: list[Outcome] = []
        found = view.page(ALL(), place, AT_ONCE)
        recent = [case for case in found if case.updated_at >= since]
        for case in recent:
            if not case.home:
                said = thread(view, case)
                mine += outcomes(case, said, draft, now, since)
                others += outcomes(case, said, holds, now, since) if holds is not None else ()
            done += 1
            if time.monotonic() > ends_at:
                break
        over = done == len(recent) and (len(recent) < len(found) or len(found) < AT_ONCE)
        last = recent[done - 1] if recent else None
        return BacktestPart(
            cases=done,
            until=0 if over or last is None else last.updated_at,
            after="" if over or last is None else last.id,
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
