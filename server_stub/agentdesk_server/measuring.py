"""How suggestions do, counted over the ledger for whoever leads: in groups of five people and more, never of one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.people import Person
from agentdesk.domain.suggestions import Asked, By, Measures, measured

from .authority.database import open_reader
from .core import Core
from .doors import Answer, Door, json, server_of
from .portions import DAY, whole
from .problems import Problem, too_many

WEEK, MONDAY = 7 * DAY, 4 * DAY
WEEKS = (1, 4, 13)
"""Whole weeks, from Monday to Monday (UTC): what an hour more or a day less would show might be of one person."""
AT_ONCE = 4
_counting: set[object] = set()
"""A mark for each count that runs, on the loop alone."""
_ROWS = """SELECT s."by", c.team, c.channel, s.level, s.action, s.shown, s.chosen, s.held, s.latency_us, s.chars,
    s.edits, m.at - s.at, c.reopened, (s.at - ?) / ?
FROM suggestion s JOIN "case" c ON c.id = s."case" LEFT JOIN message m ON m.id = s.message AND m.at < ?
WHERE s.at > ? AND s.at < ? AND c.team IN (SELECT value FROM json_each(?))"""


async def measures(request: Request) -> Response:
    """Count what one is asked for, in the teams of who asks."""
    server, asked, who = server_of(request), request.query_params, request.state.who
    weeks, by = whole(asked.get("weeks", "4"), 1, WEEKS[-1]), asked.get("by", "team")
    if weeks not in WEEKS or by not in get_args(By):
        told = f"Give a number of weeks ({', '.join(map(str, WEEKS))}), and by what ({', '.join(get_args(By))})."
        raise Problem(400, "bad-question", told)
    if len(_counting) >= AT_ONCE:
        raise too_many(5)
    _counting.add(mark := object())
    try:
        return json(await asyncio.to_thread(count, server.core, who.person, by, weeks))
    finally:
        _counting.discard(mark)


def count(core: Core, person: str, by: Any, weeks: int) -> Measures:
    """Blocking, with a reader of its own."""
    until = (core.clock() - MONDAY) // WEEK * WEEK + MONDAY
    since = until - weeks * WEEK
    reader = open_reader(core.folder, core.key)
    try:
        asks = reader.records.of(Person, person)
        teams = msgspec.json.encode(asks.teams if asks is not None else ()).decode()
        rows = reader.conn.execute(_ROWS, (MONDAY, WEEK, until, since - 1, until, teams))
        return measured(list(_asked(rows)), by, since, until)
    finally:
        reader.close()


def _asked(rows: Any) -> Iterator[Asked]:
    for by, team, channel, level, action, shown, chosen, held, latency, chars, edits, after, reopened, week in rows:
        yield Asked(
            by, team, channel, level, action, tuple(_kind(one) for one in msgspec.json.decode(shown)), _kind(chosen),
            held != "[]", latency, chars, edits, after, bool(reopened), week,
        )  # fmt: skip


def _kind(source: str) -> str:
    return source.partition(":")[0]


DOORS = (
    Door(
        "GET",
        "/api/v1/suggestions/measures",
        "person",
        measures,
        "How suggestions do in one's own teams: in groups of five people and more, never of one",
        {200: Answer("Figures of each group, of all, and the effect beside cases without suggestions", Measures)},
        (400, 401, 403, 429),
        asks={"weeks": r"^(1|4|13)$", "by": f"^({'|'.join(get_args(By))})$"},
        may="assist.measure",
    ),
)
