"""Routing: 10,000 cases given to 1,000 agents with skills, languages, tiers and limits, each decision timed alone."""

from __future__ import annotations

import random
import time

from tests.bench.figures import Figure, at_most, below, run

from agentdesk.domain.routing import Job, Roster, Seat, Traits, Wants

AGENTS, DECISIONS, WITHIN, TIMES = 1_000, 10_000, 1_000, 2.0
SKILLS = ("billing", "returns", "legal", "hardware", "travel", "fraud")
LANGUAGES, REGIONS = ("de", "en", "fr", "es", "pl"), ("", "eu", "us")


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    count = DECISIONS // 10 if quick else DECISIONS
    chance = random.Random(7)
    roster, jobs = Roster(agents(chance)), [job(chance, n) for n in range(count)]
    took, given = decisions(roster, jobs)
    floor = sorted(walk(roster) for _ in range(200))[100]
    took.sort()
    p99, beside = took[len(took) * 99 // 100], f"{given:,} of {count:,} given; median {took[len(took) // 2]:.0f} µs"
    name = f"One of {count:,} decisions over {AGENTS:,} agents, p99"
    return [
        below(name, WITHIN, p99, "µs", beside),
        at_most("The same", TIMES, p99, floor, "µs", "a walk over the agents that reads two numbers of each"),
    ]


def agents(chance: random.Random) -> list[Seat]:
    return [
        Seat(
            f"p{n:04}",
            Traits(
                frozenset(chance.sample(("t1", "t2", "t3"), 2)),
                frozenset(chance.sample(SKILLS, chance.randint(2, 5))),
                frozenset(chance.sample(LANGUAGES, chance.randint(1, 3))),
                chance.choice(REGIONS),
                chance.randint(1, 3),
                3,
                3,
            ),
            12,
            most={"chat": 3},
        )
        for n in range(AGENTS)
    ]


def job(chance: random.Random, n: int) -> Job:
    wants = Wants(
        chance.choice(("t1", "t2", "t3")),
        frozenset(chance.sample(SKILLS, chance.randint(0, 2))),
        chance.choice(("", *LANGUAGES)),
        chance.choice(REGIONS),
        chance.randint(0, 3),
    )
    return Job(f"c{n}", chance.choice(("chat", "mail")), wants, chance.randint(1, 3), place=(n, f"c{n}"))


def decisions(roster: Roster, jobs: list[Job]) -> tuple[list[float], int]:
    """How long each took (µs), and how many found somebody. Each case is given back after a while."""
    took: list[float] = []
    held: list[tuple[str, Job]] = []
    given = 0
    for at, one in enumerate(jobs):
        began = time.perf_counter()
        person = roster.choose(one)
        if person:
            roster.take(person, one, at)
        took.append(1_000_000 * (time.perf_counter() - began))
        if person:
            given += 1
            held.append((person, one))
        if len(held) > 2_000:
            roster.give_back(*held.pop(0))
    return took, given


def walk(roster: Roster) -> float:
    began, least = time.perf_counter(), 0
    for seat in roster.seats.values():
        least = min(least, seat.load + seat.idle)
    return 1_000_000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
