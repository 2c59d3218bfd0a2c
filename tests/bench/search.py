"""Search in a million messages: the newest hits of many sorts of words, and the best ones of a word in 1 % of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from tests.bench.company import KEY, RARE, RARE_EVERY, Sizes, replica, words
from tests.bench.figures import Figure, below, percentile, run

from agentdesk.store.crypt import open_database
from agentdesk.store.search import RANKED, Finder

PAGE = 30
PAGE_MS, RANKED_MS = 20.0, 100.0


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """As a desk searches: in the encrypted replica, with the connection that its window reads through."""
    sizes = Sizes(10_000) if quick else Sizes()
    conn = open_database(replica(sizes) / "replica.db", KEY, durable=False, readonly=True)
    find = Finder(conn)
    asked = queries(300 if quick else 3_000)
    for text in asked[: len(asked) // 10]:
        find.newest("message", text, PAGE)
    newest = [timed(lambda text=text: find.newest("message", text, PAGE)) for text in asked]  # type: ignore[misc]
    hits = len(find.newest("message", RARE + " ", 10 * sizes.messages))
    assert hits == sizes.messages // RARE_EVERY, hits
    ranked = [timed(lambda: find.ranked("message", RARE + " ", PAGE)) for _ in range(20)]
    conn.close()
    messages = f"{sizes.messages:,} messages"
    return [
        below("Search, newest first, first page (p99)", PAGE_MS, percentile(newest, 0.99), "ms",
              f"{messages}, {len(asked):,} queries; median {percentile(newest, 0.5):.2f}, worst {max(newest):.1f} ms"),
        below("Search, ranked, a word in 1 % (median)", RANKED_MS, percentile(ranked, 0.5), "ms",
              f"the best of the newest {min(RANKED, hits):,} of {hits:,} hits; worst {max(ranked):.1f} ms"),
    ]  # fmt: skip


def queries(count: int) -> list[str]:
    """What people type: whole words and beginnings, common and rare, alone and together, numbers, nonsense."""
    rng = random.Random(3)
    known = words()
    sorts: list[Callable[[], str]] = [
        lambda: rng.choice(known[:100]),
        lambda: rng.choice(known) + " ",
        lambda: rng.choice(known)[:2],
        lambda: rng.choice(known)[:3],
        lambda: f"{rng.choice(known[:50])} {rng.choice(known)}",
        lambda: f"{rng.choice(known)} {rng.choice(known)} {rng.choice(known[:50])[:3]}",
        lambda: f"A-{rng.randrange(10_000_019)}",
        lambda: "zzzxq" + rng.choice(known),
    ]
    return [rng.choice(sorts)() for _ in range(count)]


def timed(do: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    do()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
