"""A view of one's own over 100,000 cases: its count, and its first page, for filters and orders of all sorts."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.bench.company import HOUR, KEY, NOW, PERSON, TEAM, Sizes, replica
from tests.bench.figures import Figure, below, percentile, run

from agentdesk.domain.cases.seeking import cases_that
from agentdesk.domain.kernel import ME, MINE, Condition, Sought, Trait
from agentdesk.store.crypt import open_database
from agentdesk.store.records import Records

PAGE = 120
MEDIAN_MS, WORST_MS = 200.0, 1_000.0
OPEN = (Trait("state", "is", ("open",)),)
ASKED: tuple[tuple[str, Condition], ...] = (
    ("longest", Condition((OPEN, (Trait("owner", "is", (ME,)),)))),
    ("due", Condition((OPEN, (Trait("team", "is", (MINE,)),), (Trait("tag", "not", ("vip",)),)))),
    ("-updated", Condition((OPEN, (Trait("text", "has", ("refund",)),)))),
    ("-opened", Condition(((Trait("updated", "later", (-90 * 24 * HOUR,)),),))),
    ("customer", Condition(((Trait("state", "is", ("solved",)),), (Trait("priority", "above", (1,)),)))),
    ("-number", Condition(((Trait("text", "has", ("refund",)), Trait("customer", "has", ("77",))),))),
    ("-solved", Condition(((Trait("email", "has", ("c4711@",)),),))),
    ("subject", Condition(())),
)


class Shelf:
    """Looks other records up where the cases are."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def get(self, cls: type[Any], id: str) -> Any:
        return self.records.of(cls, id)


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """As a desk asks: in the encrypted replica, with the connection that its window reads through."""
    sizes = Sizes(10_000 if quick else 100_000, 1)
    conn = open_database(replica(sizes) / "replica.db", KEY, durable=False, readonly=True)
    records = Records(conn)
    view: Any = Shelf(records)
    counts, pages, told = [], [], []
    for order, condition in ASKED:
        asked: Sought[Any] = cases_that(condition, order, view, PERSON, (TEAM,), NOW)
        records.count(asked)
        count = min(timed(partial(records.count, asked)) for _ in range(3))
        page = min(timed(partial(records.page, asked, None, PAGE)) for _ in range(3))
        counts.append(count)
        pages.append(page)
        told.append(f"{count:.0f}/{page:.0f}")
    conn.close()
    note = f"{sizes.cases:,} cases; count/page of each in ms: {', '.join(told)}"
    return [
        below("A view's count (median)", MEDIAN_MS, percentile(counts, 0.5), "ms", note),
        below("A view's count (worst)", WORST_MS, max(counts), "ms", ""),
        below("A view's first page (median)", MEDIAN_MS, percentile(pages, 0.5), "ms", ""),
        below("A view's first page (worst)", WORST_MS, max(pages), "ms", ""),
    ]


def timed(do: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
