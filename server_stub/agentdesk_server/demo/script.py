"""What simulated customers say: written scenarios that branch on whether somebody has answered."""

from __future__ import annotations

import random
from functools import cache
from typing import Annotated

import msgspec

from agentdesk_server.resources import resource

Seconds = Annotated[float, msgspec.Meta(ge=0, le=600)]


class Beat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Wait for an answer and go on one way or the other, or be away for a while. A beat that is a text is said."""

    wait: Seconds = 0
    answered: tuple[str | Beat, ...] = ()
    silent: tuple[str | Beat, ...] = ()
    away: Seconds = 0


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One customer's concern. Each time it is played, the next of the names plays it."""

    id: str
    lang: str
    names: tuple[str, ...]
    steps: tuple[str | Beat, ...]


class Role(msgspec.Struct, frozen=True):
    """A customer who comes: who, with what, and the dice of their own."""

    number: int
    scenario: Scenario
    name: str

    def dice(self, seed: int) -> random.Random:
        """The same for the same seed, whatever other customers do in the meantime."""
        return random.Random(f"{seed}:{self.number}")  # noqa: S311 plays a part, guards nothing


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All that is written."""
    lines = resource("sample/customers.jsonl").read_bytes().splitlines()
    return tuple(msgspec.json.decode(line, type=Scenario) for line in lines)


def role(number: int, seed: int) -> Role:
    """The customer who comes as number 0, 1, 2 …: all scenarios in a shuffled order, then all of them again."""
    written = scenarios()
    lap, place = divmod(number, len(written))
    order = list(range(len(written)))
    random.Random(f"{seed}:lap{lap}").shuffle(order)  # noqa: S311 as above
    scenario = written[order[place]]
    return Role(number, scenario, scenario.names[lap % len(scenario.names)])
