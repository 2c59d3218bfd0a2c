"""The sample company as it is written: teams, people, a site, conversations, and customers who will come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

import msgspec

from agentdesk.domain.people import State, Window
from agentdesk_server.resources import resource

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}
_DURATION = re.compile(r"(\d+)([mhd])")
Duration = Annotated[str, msgspec.Meta(pattern=r"^(\d+[mhd])( \d+[mhd])*$")]


class TeamLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A team with its hours."""

    id: str
    name: str
    zone: str
    hours: tuple[Window, ...]


class PersonLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who works there. The e-mail address follows from the name."""

    id: str
    name: str
    role: str
    teams: tuple[str, ...]
    languages: tuple[str, ...]


class SiteLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shop's page."""

    id: str
    key: str
    name: str
    team: str
    greeting: str
    color: str


class Company(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything but what was said."""

    name: str
    teams: tuple[TeamLine, ...]
    people: tuple[PersonLine, ...]
    domain: str
    available: dict[str, State]
    site: SiteLine

    def email(self, person: str) -> str:
        """The address somebody signs in with."""
        return f"{person}@{self.domain}"


class Talk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One conversation; `ago` is when it began, before now.

    A step is [who, how long after the one before, verb, what…], for the customer [in, how long, text, files…].
    """

    id: str
    name: str
    lang: str
    team: str
    ago: Duration
    steps: tuple[tuple[Any, ...], ...]
    email: str = ""
    subject: str = ""
    customer: str = ""
    """The id of an earlier conversation of the same customer."""


@cache
def company() -> Company:
    """The company itself."""
    return msgspec.json.decode(resource("sample/company.json").read_bytes(), type=Company)


def talks() -> Iterator[Talk]:
    """All conversations that have happened."""
    for line in resource("sample/conversations.jsonl").read_bytes().splitlines():
        yield msgspec.json.decode(line, type=Talk)


def milliseconds(duration: str) -> int:
    """`1d 4h 20m` as a number."""
    return sum(int(number) * _UNITS[unit] for number, unit in _DURATION.findall(duration))
