"""Searches of an audit log of a million entries at the server: the first page of many sorts of questions."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, below, percentile, run

from agentdesk.domain.audit import SearchAudit
from agentdesk.domain.audit.leaf import Leaf, encode
from agentdesk_server.audit import index
from agentdesk_server.audit.keys import derive
from agentdesk_server.audit.leaf import pseudonym
from agentdesk_server.audit.reading import Reading
from agentdesk_server.authority import open_server_database

ENTRIES, SOME = 1_000_000, 30_000
PEOPLE, CASES = 5_000, 60_000
FIRST_PAGE_MS = 100.0
EVERY = 1_500
BEGAN = 1_700_000_000_000
KEY = bytes(range(32))
ADAPTERS = (("webchat", 25), ("clock", 8), ("directory", 1))
COMMANDS = {
    "case.receive": 25, "case.reply": 20, "case.read": 18, "case.note": 8, "case.claim": 7, "case.solve": 6,
    "case.tag": 5, "case.assign": 3, "availability.set": 3, "case.snooze": 2, "audit.search": 0.5, "person.update": 0.2,
    "masking.reveal": 0.5, "access.break_glass": 0.05, "keys.rotate": 0.001,
}  # fmt: skip
NEVER_DENIED = ("case.read", "case.receive")
SECRET = derive(KEY, "pseudonym")


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """As the reading room asks: through its own connections, the entries themselves with them."""
    count = SOME if quick else ENTRIES
    with tempfile.TemporaryDirectory(prefix="agentdesk-bench-") as place:
        reading = filled(Path(place), count)
        try:
            return _figures(reading, count, 30 if quick else 150)
        finally:
            reading.close()


def _figures(reading: Reading, count: int, times: int) -> list[Figure]:
    rng, figures, everything = random.Random(5), [], []
    for name, sort in sorts(rng, count).items():
        asked = [sort() for _ in range(times)]
        found = [timed(partial(reading.search, one)) for one in asked]
        everything += found
        beside = f"{count:,} entries; median {percentile(found, 0.5):.2f}, worst {max(found):.1f} ms"
        figures.append(below(f"Audit log, {name} (p99)", FIRST_PAGE_MS, percentile(found, 0.99), "ms", beside))
    beside = f"{len(everything):,} questions; median {percentile(everything, 0.5):.2f}, worst {max(everything):.1f} ms"
    return [below("Audit log, first page (p99)", FIRST_PAGE_MS, percentile(everything, 0.99), "ms", beside), *figures]


def sorts(rng: random.Random, count: int) -> dict[str, Callable[[], SearchAudit]]:
    """What is looked for, among it what there is none of although there is much of each part."""
    names, weights = list(COMMANDS), list(COMMANDS.values())

    def span() -> dict[str, int]:
        since = BEGAN + rng.randrange(count) * EVERY
        return {"since": since, "until": since + rng.randrange(1, count) * EVERY}

    def command() -> str:
        return rng.choices(names, weights)[0]

    def person() -> str:
        return f"person-{int(PEOPLE * rng.random() ** 2)}"

    return {
        "all": lambda: SearchAudit(),
        "further down": lambda: SearchAudit(before=rng.randrange(1, count)),
        "a span": lambda: SearchAudit(**span()),
        "a person": lambda: SearchAudit(person=person()),
        "an adapter": lambda: SearchAudit(person=rng.choice(ADAPTERS)[0]),
        "a command": lambda: SearchAudit(command=rng.choice(names)),
        "an outcome": lambda: SearchAudit(outcome=rng.choice(["done", "refused", "denied"])),
        "a record": lambda: SearchAudit(record=f"case-{rng.randrange(CASES)}"),
        "a record and a command": lambda: SearchAudit(record=f"case-{rng.randrange(CASES)}", command=command()),
        "a person and a command": lambda: SearchAudit(person=person(), command=command()),
        "a person and an outcome": lambda: SearchAudit(person=person(), outcome="denied"),
        "a person in a span": lambda: SearchAudit(person=person(), **span()),
        "a command and an outcome": lambda: SearchAudit(command=command(), outcome=rng.choice(["refused", "denied"])),
        "much of each, none of both": lambda: SearchAudit(command=rng.choice(NEVER_DENIED), outcome="denied"),
        "an adapter and what it never did": lambda: SearchAudit(person="webchat", command="case.reply"),
        "an adapter, a command, an outcome": lambda: SearchAudit(person="webchat", command="case.receive",
                                                                 outcome="refused", **span()),
        "an outcome in a span": lambda: SearchAudit(outcome="denied", **span()),
    }  # fmt: skip


def filled(folder: Path, count: int) -> Reading:
    """A server's database with so many entries, and the index over all of them."""
    database = open_server_database(folder, KEY)
    epoch = database.head().epoch
    database.conn.execute("BEGIN")
    rows = ((number, data, "", None) for number, data in enumerate(leaves(count)))
    database.conn.executemany("INSERT INTO leaf VALUES (?,?,?,?)", rows)
    database.conn.execute("COMMIT")
    database.close()
    index.STEP = 20_000  # in life it follows in small steps; here it only has to get there
    reading = Reading(folder, KEY, epoch, bytes(32), lambda what, id: pseudonym(SECRET, what, id))
    while reading.step():
        pass
    assert reading.index.size == count
    return reading


def leaves(count: int) -> Iterator[bytes]:
    """Most is done by some people and by the chat; little is refused, less is denied."""
    rng = random.Random(1)
    people = [pseudonym(SECRET, "actor", f"person-{n}") for n in range(PEOPLE)]
    adapters = [pseudonym(SECRET, "actor", name) for name, _ in ADAPTERS]
    shares = [share for _, share in ADAPTERS]
    commands = rng.choices(list(COMMANDS), list(COMMANDS.values()), k=count)
    some = bytes(32)
    for number, command in enumerate(commands):
        chance, about = rng.random(), f"case-{int(CASES * rng.random())}"
        if command == "case.receive" or chance < 0.09:
            actor = rng.choices(adapters, shares)[0] if command != "case.reply" else people[number % PEOPLE]
        else:
            actor = people[int(PEOPLE * rng.random() ** 2)]
        outcome: Any = "done"
        if command not in NEVER_DENIED and rng.random() < 0.06:
            outcome = "denied" if rng.random() < 0.4 else "refused"
        elif command == "case.receive" and rng.random() < 0.01:
            outcome = "refused"
        touched = (("case", about), ("message", f"m-{number}")) if outcome == "done" else ()
        at = BEGAN + number * EVERY
        yield encode(Leaf(number, number, at, actor, actor[::-1], command, outcome, touched, some, (some,)))


def timed(do: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    do()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
