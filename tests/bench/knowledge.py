"""What a team knows, on its laptop: search over articles and posts, and what is offered while a question is typed."""

from __future__ import annotations

import csv
import os
import random
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.company import HOUR, KEY, NOW, words
from tests.bench.figures import Figure, below, percentile, run, share
from tests.bench.search import queries, timed

from agentdesk.domain.forum import Post, Topic
from agentdesk.domain.governed import Document
from agentdesk.store.crypt import open_database
from agentdesk.store.records import Records
from agentdesk.store.tables import create_tables

PAGE, FIRST = 30, 5
SEARCH_MS, TYPING_MS, SAME = 20.0, 50.0, 0.95
MINUTE = 60_000
DATA = Path(os.environ.get("AGENTDESK_DATA", "../shared/data"))


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """As a desk asks: in an encrypted database, with a connection that only reads."""
    articles, posts = (2_000, 20_000) if quick else (20_000, 200_000)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "replica.db"
        fill(place, articles, posts)
        conn = open_database(place, KEY, durable=False, readonly=True)
        records = Records(conn)
        asked = queries(200 if quick else 2_000)
        for text in asked[: len(asked) // 10]:
            search(records, text)
        found = [timed(partial(search, records, text)) for text in asked]
        typed = list(typing(200 if quick else 1_000))
        offered = [timed(partial(records.alike, "topic", text, FIRST)) for text in typed]
        conn.close()
    note = f"{articles:,} articles, {posts:,} posts; median {percentile(found, 0.5):.2f}, worst {max(found):.1f} ms"
    told = f"median {percentile(offered, 0.5):.2f}, worst {max(offered):.1f} ms"
    return [
        below("Search over what is known (p99)", SEARCH_MS, percentile(found, 0.99), "ms", note),
        below("Duplicates while typing (p99)", TYPING_MS, percentile(offered, 0.99), "ms", told),
        *same_intent(quick),
    ]


def search(records: Records, text: str) -> None:
    """What one search on the desk asks: articles, posts and topics, the best of each."""
    for kind in ("document", "post", "topic"):
        records.find.ranked(kind, text, PAGE)


def fill(place: Path, articles: int, posts: int) -> None:
    """Articles of some 200 words and threads of ten posts of some 30, in the words of the benchmarks' company. Each has
    a time of its own, as it has where people write: the time numbers its row.
    """
    rng, known = random.Random(7), words()

    def said(count: int) -> str:
        return " ".join(rng.choices(known, k=count))

    conn = open_database(place, KEY, durable=False)
    create_tables(conn)
    records = Records(conn)
    conn.execute("BEGIN")
    for start in range(0, articles, 1_000):
        records.put((Document(f"d{n}", "library", 1, "article", said(6), said(200), "{}", "en", "p", "p",
                              NOW - (articles - n) * HOUR, state="published")
                     for n in range(start, start + 1_000)), fresh=True)  # fmt: skip
    for start in range(0, posts, 1_000):
        times = {n: NOW - (posts - n) * MINUTE for n in range(start, start + 1_000)}
        records.put((Topic(f"t{n}", "library", 1, "General", said(8), (), "p", f"q{n}", at, at)
                     for n, at in times.items() if n % 10 == 0), fresh=True)  # fmt: skip
        records.put((Post(f"q{n}", "library", 1, f"t{n - n % 10}", "p", at, said(30))
                     for n, at in times.items()), fresh=True)  # fmt: skip
    conn.execute("COMMIT")
    conn.close()


def typing(count: int) -> Iterator[str]:
    """Questions as they grow under somebody's hands."""
    rng, known = random.Random(9), words()
    for _ in range(count):
        yield " ".join(rng.choices(known, k=rng.randrange(1, 30)))


def same_intent(quick: bool) -> list[Figure]:
    """banking77: the train part are the topics there are, each question of the test part is typed. How often one of the
    first five that are offered has its intent.
    """
    folder = DATA / "banking77"
    if not folder.is_dir():
        return []
    known, asked = (list(csv.reader((folder / name).open(encoding="utf-8")))[1:] for name in ("train.csv", "test.csv"))
    with tempfile.TemporaryDirectory() as kept:
        conn = open_database(Path(kept) / "replica.db", KEY, durable=False)
        create_tables(conn)
        records = Records(conn)
        topics = (
            Topic(f"t{n}", "library", 1, intent, text, (), "p", f"q{n}", NOW - n * MINUTE, NOW)
            for n, (text, intent) in enumerate(known)
        )
        records.put(topics, fresh=True)
        asked = asked[::10] if quick else asked
        hits = sum(intent in offered(records, text) for text, intent in asked)
        conn.close()
    return [share("banking77: same intent in the first five", SAME, hits, len(asked))]


def offered(records: Records, text: str) -> set[str]:
    """The intents of the first that are offered."""
    return {one.space for one in records.alike("topic", text, FIRST) if isinstance(one, Topic)}


if __name__ == "__main__":
    main()
