"""The roster: who is there, how much room each has, and whom the next case goes to. Held in memory, without a clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from .wants import Traits, Wants, spoken

Kind = tuple[str, int, Wants]
"""A channel, how much a case takes, and what is wanted: cases of one kind may go to the same people."""
Trait = tuple[str, str | int]
"""(what, which): what somebody brings."""


class Job(msgspec.Struct, frozen=True):
    """A case that is to be given to somebody, or is with somebody. `units` is how much of a person it takes; `sticky`
    who knows the customer; `place` where it stands in the line.
    """

    case: str
    channel: str
    wants: Wants
    units: int = 1
    sticky: str = ""
    place: tuple[int, str] = (0, "")


class Seat(msgspec.Struct):
    """Somebody at work. `units` is how much they can take at a time, `most` how many cases of a channel; `idle` since
    when nothing new has come to them (ms, UTC).
    """

    person: str
    traits: Traits
    units: int
    idle: int = 0
    most: Mapping[str, int] = msgspec.field(default_factory=dict)
    there: bool = True
    load: int = 0
    held: dict[str, int] = msgspec.field(default_factory=dict)
    """Cases of each channel."""

    def room(self, channel: str, units: int) -> bool:
        """Whether one more fits."""
        if self.load + units > self.units:
            return False
        most = self.most.get(channel)
        return most is None or self.held.get(channel, 0) < most


class Roster:
    """Everybody who works, by id. Whoever keeps it tells it of all that is taken and given back.

    Who brings what is kept as one number for each trait, with a bit for each person: who fits is found by a few
    ands, whatever is wanted. The line holds who has had nothing new for longest first.
    """

    def __init__(self, seats: Iterable[Seat] = ()) -> None:
        self.seats: dict[str, Seat] = {}
        self._bits: dict[str, int] = {}
        self._bringing: dict[Trait, int] = {}
        self._free, self._unused = 0, 1
        self._line: dict[str, Seat] = {}
        self._sorted = True
        for seat in seats:
            self.put(seat)

    def put(self, seat: Seat) -> None:
        """Somebody is new, brings other things than before, or has come or gone."""
        bit = self._bits.get(seat.person) or self._unused
        self.drop(seat.person)
        self._unused <<= int(bit == self._unused)
        self._bits[seat.person], self.seats[seat.person], self._line[seat.person] = bit, seat, seat
        for trait in _brought(seat.traits):
            self._bringing[trait] = self._bringing.get(trait, 0) | bit
        self._sorted = False
        self._weigh(seat)

    def drop(self, person: str) -> None:
        """Somebody works here no longer."""
        seat = self.seats.pop(person, None)
        if seat is None:
            return
        bit = self._bits[person]
        del self._line[person]
        for trait in _brought(seat.traits):
            self._bringing[trait] &= ~bit
        self._free &= ~bit

    def take(self, person: str, job: Job, at: int = 0) -> None:
        """A case is with somebody now, or rings there; `at` (ms, UTC) if it is news to them."""
        seat = self.seats.get(person)
        if seat is None:
            return
        seat.load += job.units
        seat.held[job.channel] = seat.held.get(job.channel, 0) + 1
        if at > seat.idle:
            seat.idle = at
            last = next(reversed(self._line.values()))
            self._line[person] = self._line.pop(person)  # to the end, where time usually puts it
            self._sorted &= (last.idle, last.person) <= (at, person)
        self._weigh(seat)

    def give_back(self, person: str, job: Job) -> None:
        """A case is with somebody no more."""
        seat = self.seats.get(person)
        if seat is not None:
            seat.load = max(0, seat.load - job.units)
            seat.held[job.channel] = max(0, seat.held.get(job.channel, 0) - 1)
            self._weigh(seat)

    def choose(self, job: Job, without: Collection[str] = ()) -> str:
        """Whom a case goes to: who knows the customer, else who has had nothing new for longest. Nobody, if none of
        those who fit is there with room; `without` names those who are not to be asked.
        """
        fitting = self._fitting(job.wants) & self._free
        if not fitting:
            return ""
        sticky = self.seats.get(job.sticky)
        if sticky is not None and fitting & self._bits[job.sticky] and _may(sticky, job, without):
            return job.sticky
        if not self._sorted:
            self._line = dict(sorted(self._line.items(), key=lambda one: (one[1].idle, one[0])))
            self._sorted = True
        bits = self._bits
        for person, seat in self._line.items():
            if fitting & bits[person] and _may(seat, job, without):
                return person
        return ""

    def pairs(self, jobs: Iterable[Job], without: Mapping[str, Collection[str]], at: int) -> list[tuple[Job, str]]:
        """Who gets which of the waiting cases, by their places in the line. Each is counted at once as taken: what
        comes of it is to be told with `give_back` where it is not. Asking ends for a kind of case when nobody is left.
        """
        chosen: list[tuple[Job, str]] = []
        nobody: set[Kind] = set()
        if not self._free:  # a long line costs nothing while nobody can take anything
            return []
        for job in sorted(jobs, key=lambda one: one.place):
            if not self._free:
                break
            kind, passed = (job.channel, job.units, job.wants), without.get(job.case, ())
            if kind in nobody:
                continue
            person = self.choose(job, passed)
            if person:
                self.take(person, job, at)
                chosen.append((job, person))
            elif not passed:
                nobody.add(kind)
        return chosen

    def _fitting(self, wants: Wants) -> int:
        """The bits of all for whom `fits` holds."""
        found = self._bringing.get
        fitting = found(("team", wants.team), 0)
        for skill in wants.skills:
            fitting &= found(("skill", skill), 0)
        if wants.language:
            fitting &= found(("language", spoken(wants.language)), 0)
        if wants.region:
            fitting &= found(("region", wants.region), 0) | found(("region", ""), 0)
        for name, level in (("tier", wants.tier), ("place", wants.place), ("device", wants.device)):
            if level:
                fitting &= found((name, level), 0)
        return fitting

    def _weigh(self, seat: Seat) -> None:
        """Note whether somebody is there with any room at all."""
        bit = self._bits[seat.person]
        free = seat.there and seat.load < seat.units
        self._free = self._free | bit if free else self._free & ~bit


def _brought(traits: Traits) -> Iterator[Trait]:
    """All that somebody meets, each level with those below it."""
    yield from (("team", team) for team in traits.teams)
    yield from (("skill", skill) for skill in traits.skills)
    yield from (("language", language) for language in traits.languages)
    yield "region", traits.region
    for name, level in (("tier", traits.tier), ("place", traits.place), ("device", traits.device)):
        yield from ((name, below) for below in range(1, level + 1))


def _may(seat: Seat, job: Job, without: Collection[str]) -> bool:
    return seat.room(job.channel, job.units) and seat.person not in without
