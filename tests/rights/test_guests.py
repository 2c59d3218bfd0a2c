"""Guests see one case and nothing else, until their time; broken glass is loud; and so for a laptop that was away."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.oracle.truth import everything
from tests.rights.house import WHY, House, Listening, email, house
from tests.rights.table import ROLES
from tests.server.running import PATIENCE

from agentdesk.domain.cases import Case, EndAccess, Grant, Invite, Note
from agentdesk.domain.kernel import RECORDS, Actor, held_scopes

Key = tuple[str, str]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("guests") / "server") as made:
        yield made


class Fresh(Listening):
    """A laptop that holds nothing yet: whatever leaves the server for it is kept."""

    def __init__(self, here: House, name: str, role: str, teams: tuple[str, ...] = ()) -> None:
        self.here, self.name, self.role = here, name, role
        self.person = next((p for n, p in here.people.items() if n == name), "")
        super().__init__(here.url, here.shop.sign_in(email(name), f"laptop-{name}"), f"laptop-{name}")
        self.rows: set[Key] = set()
        self.raw = ""
        self._up_to_date({scope for scope, _ in held_scopes(role, self.person, teams)})

    def _up_to_date(self, scopes: set[str]) -> None:
        while scopes:
            for frame in self._frames():
                if frame["t"] == "caught_up":
                    scopes.discard(frame["scope"])

    def _frames(self) -> list[dict[str, Any]]:
        message = self.socket.recv(timeout=PATIENCE)
        self.raw += str(message)
        frames: list[dict[str, Any]] = json.loads(message)
        for frame in frames:
            for kind, rows in frame.get("put", {}).items():
                self.rows |= {(kind, row["id"]) for row in rows}
            for gone in frame.get("gone", ()):
                self._forget(gone)
        return frames

    def _forget(self, gone: Any) -> None:
        kind, id = (gone["kind"], gone["id"]) if isinstance(gone, dict) else (gone[0], gone[1])
        self.rows.discard((kind, id))

    def hear(self, holds: Callable[[], bool]) -> None:
        """Listen until something holds."""
        while not holds():
            self._frames()


def hire(here: House, name: str, role: str) -> None:
    """Somebody who is in no team."""
    here.people[name] = here.shop.hire(name, email(name), role, ())


def let_in(here: House, name: str, way: str, lasts: int = 3_600_000) -> None:
    """Into the case `other`."""
    person, host = here.people[name], Actor(here.people["host"], "nobody")
    if way == "mentioned":
        here.give(host, Note(case="other", message=f"note-{name}", text=f"@[{person}]"))
        return
    until = here.state.clock() + lasts
    here.give(host, Invite(grant=f"grant-{name}", case="other", person=person, until=until, reason=WHY))


def concerns(kind: str, id: str, record: Any, person: str) -> bool:
    """Whether a record is of the company, of this one person, or of the case `other`: the whole catalogue, by hand."""
    if kind in ("team", "person", "site", "availability", "policy"):
        return True
    if kind in ("share", "mention", "follow", "read_mark", "grant"):
        return record.scope == f"user:{person}"
    if kind == "case":
        return id == "other"
    if kind in ("message", "conversation", "attachment"):
        return bool(record.case == "other")
    return id == "other-u" if kind == "customer" else False


@pytest.mark.parametrize(
    ("way", "role"), [("invited", "agent"), ("invited", "planner"), ("invited", "auditor"), ("mentioned", "quality")]
)
def test_exactly_one_case_leaves_the_server(here: House, way: str, role: str) -> None:
    name = f"{way}-{role}"
    hire(here, name, role)
    let_in(here, name, way)
    desk = Fresh(here, name, role)
    person = here.people[name]
    there = everything(here.state.reader.records)
    expected = {key for key, record in there.items() if concerns(*key, record, person)}
    unseen = {kind for kind, _ in there} - {kind for kind, _ in expected}
    if role == "auditor":  # of those who oversee: all grants, and what is kept of data and devices
        expected |= {key for key, record in there.items() if record.scope in ("oversight", "it", "privacy")}
        expected |= {key for key in there if key[0] == "grant"}
    assert desk.rows == expected
    assert {"case", "message", "conversation", "customer", "attachment"} <= {kind for kind, _ in desk.rows}
    assert unseen <= set(RECORDS)
    assert "secret word own" not in desk.raw
    assert "secret word guest" not in desk.raw
    desk.close()


def test_a_visit_ends_with_its_time(here: House) -> None:
    """By itself, within seconds; what was held goes from a laptop that is there."""
    hire(here, "brief", "agent")
    let_in(here, "brief", "invited", 2_500)
    desk = Fresh(here, "brief", "agent")
    assert ("case", "other") in desk.rows
    desk.hear(lambda: ("case", "other") not in desk.rows)
    grant = here.state.reader.records.of(Grant, "grant-brief")
    assert grant is not None
    assert grant.until < grant.ended < grant.until + 60_000
    never = desk.ask("case", case="never")
    assert desk.ask("case", case="other") == never
    desk.close()


def test_a_laptop_that_was_away_loses_it_when_it_returns(here: House) -> None:
    hire(here, "away", "agent")
    let_in(here, "away", "invited", 1_500)
    desk = Fresh(here, "away", "agent")
    assert ("case", "other") in desk.rows
    rev = here.state.writer.authority.rev
    desk.close()
    end = time.monotonic() + PATIENCE
    while not _ended(here, "grant-away"):
        assert time.monotonic() < end
        time.sleep(0.05)
    again = Listening(here.url, here.shop.sign_in(email("away"), "laptop-away"), "laptop-away")
    scope = f"user:{here.people['away']}"
    again.say({"t": "pull", "scope": scope, "from": rev})
    frame = again.until("delta", scope=scope)
    while "gone" not in frame:
        frame = again.until("delta", scope=scope)
    assert "other" in json.dumps(frame["gone"])
    again.close()


def _ended(here: House, grant: str) -> bool:
    found = here.state.reader.records.of(Grant, grant)
    return found is not None and bool(found.ended)


def test_broken_glass_is_heard_at_once_by_those_who_answer_for_it(here: House) -> None:
    """The supervisors of both teams and the auditor; nobody else hears that there is a visit."""
    desks = {name: Fresh(here, name, name if name in ROLES else "supervisor") for name in (*ROLES, "host")}
    case = here.state.reader.records.of(Case, "other")
    assert case is not None
    desks["senior"].say({"t": "ping", "id": 1})
    ack = desks["senior"].do("access.break_glass", grant="glass", number=case.number, reason=WHY, minutes=5)
    assert ack["status"] == "done"
    for name in ("supervisor", "host", "auditor"):
        desks[name].hear(lambda n=name: ("grant", "glass") in desks[n].rows)  # type: ignore[misc]
    for name in ("agent", "quality", "planner", "admin"):
        assert "glass" not in json.dumps(desks[name].all_after()), name
    here.give(Actor(here.people["senior"], "nobody"), EndAccess(grant="glass"))
    for desk in desks.values():
        desk.close()
