"""A server on a thread with two teams, somebody of each role in one of them, guests, customers and files."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import requests
from tests.rights.table import ROLES
from tests.server.running import PATIENCE, Company, Desk, Visitor, company, uuid7

from agentdesk.domain.cases import File, Invite, OpenCase, Receive
from agentdesk.domain.devices import InviteDevice
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.mail import TakeMail
from agentdesk.domain.people import OPERATOR
from agentdesk.domain.privacy import Erase
from agentdesk_server.audit import leaf
from agentdesk_server.audit.head import decode
from agentdesk_server.authority import Submission
from agentdesk_server.operating import TeamAdd

CHANNEL = Actor("webchat", "channel")
WHY = "She knows this customer well."
HOUR = 3_600_000
NEVER = "never"
WORKERS = ("agent", "senior", "supervisor", "quality")


def email(role: str) -> str:
    return f"{role}@rights.example"


class House:
    """Cases `own` (one's own team's), `other`, and `guest`, another team's into which everybody was let in."""

    def __init__(self, shop: Company) -> None:
        self.shop, self.state, self.url = shop, shop.state, shop.url
        self.teams = {"own": shop.team, "other": shop.running.operate(TeamAdd(name="Sales")), NEVER: "no-such-team"}
        self.people = {role: shop.hire(role, email(role), role, ("Billing",)) for role in ROLES}
        self.people["host"] = shop.hire("Host", email("host"), "supervisor", ("Sales",))
        self.tokens = {role: shop.sign_in(email(role), f"laptop-{role}") for role in (*ROLES, "host")}
        self.visitor = Visitor(self.url, shop.key)
        self.files = {place: f"bytes of {place}".encode() for place in ("own", "other", "guest", NEVER)}
        for place in ("own", "other", "guest"):
            self._furnish(place)
        self.tokens |= {"nobody": "", "visitor": self.visitor.token, "operator": self.state.admin_token}

        self._erase()
        head = shop.running.do(self.state.writer.call(lambda authority: authority.sign_head()))
        self.signed: int = decode(head.data).size

        self._warm()

    def _erase(self) -> None:
        """Somebody whose data is gone."""
        self.give(CHANNEL, OpenCase(
            case="gone", conversation="gone-v", message="gone-m", customer="gone-u", team=self.teams["other"], text="?",
        ))  # fmt: skip
        self.give(OPERATOR, Erase(erasure="own-e", customer="gone-u"))

    def _warm(self) -> None:
        """Threads that start with the first question must not start within a test."""
        desk = Listening(self.url, self.tokens["auditor"], "laptop-auditor")
        desk.ask("case", case=NEVER)
        desk.ask("audit.search")
        desk.close()

    def _furnish(self, place: str) -> None:
        team = self.teams["own" if place == "own" else "other"]
        digest = self.bring(self.tokens["host"], self.files[place])
        file = File(f"file-{place}", digest, "a.png", len(self.files[place]), "image/png")
        self.give(CHANNEL, OpenCase(
            case=place, conversation=f"{place}-v", message=f"{place}-m", customer=f"{place}-u", team=team,
            text=f"secret word {place}", customer_name="Lena", customer_email="lena@x.example",
        ))  # fmt: skip
        told = Receive(case=place, conversation=f"{place}-v", message=f"{place}-m2", text="A picture.", files=(file,))
        self.give(CHANNEL, told)
        if place != "guest":
            return
        until = self.state.clock() + HOUR
        for role in ROLES:
            wish = Invite(grant=f"g-{role}", case="guest", person=self.people[role], until=until, reason=WHY)
            self.give(Actor(self.people["host"], "nobody"), wish)

    def give(self, who: Actor, command: Command) -> None:
        """One command, past the sockets."""
        told = Submission(who, command_spec(command).name, command, msgspec.msgpack.encode(command))
        ack = self.shop.running.do(self.state.writer.submit(told)).ack
        assert ack.status == "done", ack

    def invite(self, place: str) -> str:
        """A laptop that is expected, of somebody in a team; none where nothing is."""
        if place == NEVER:
            return NEVER
        device = uuid7()
        person = self.people["agent" if place == "own" else "host"]
        self.give(Actor("operator", "system"), InviteDevice(device=device, person=person))
        return device

    def mailed(self, place: str) -> str:
        """A mail with a page that wants a picture; none where nothing is."""
        if place != NEVER:
            file = File(f"page-{place}", hashlib.sha256(self.files[place]).hexdigest(), "a.html", 1, "text/html")
            self.give(CHANNEL, TakeMail(
                message=f"{place}-mail", case="-", conversation="-", customer="-", team=self.teams["own"], mailbox="",
                text="Look.", sender="lena@x.example", senders=("lena@x.example",), addressed=(place,), files=(file,),
                page=file.id, images=1,
            ))  # fmt: skip
        return f"{place}-mail"

    def bring(self, token: str, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.put(f"{self.url}/api/v1/blobs/{digest}", data, headers=headers, timeout=PATIENCE)
        assert answer.status_code in (201, 204), answer.text
        return digest

    def write_as_visitor(self) -> str:
        """The visitor says something with a file; returns the file's digest."""
        with self.visitor.line() as line:
            line.until("welcome")
            named = self.visitor.upload(b"of the visitor")
            line.message("Look.", id=uuid7(), files=[named])
        digest: str = named["digest"]
        return digest

    def fresh(self, role: str, fresh: bool) -> None:
        """Whether somebody has just proved that it is them."""
        person, device = self.people[role], f"laptop-{role}"
        if fresh:
            self.state.gate.fresh.mark(person, device)
        else:
            self.state.gate.fresh.forget(person)

    def denials(self) -> list[str]:
        """What the log says was denied so far."""
        rows = self.state.reader.conn.execute("SELECT data FROM leaf ORDER BY number")
        leaves = [leaf.decode(data) for (data,) in rows]
        return [one.command for one in leaves if one.outcome == "denied"]


class Listening(Desk):
    """A desk that keeps all it hears between two moments."""

    def all_after(self, *frames: dict[str, Any], answers: int = 0) -> list[dict[str, Any]]:
        """What comes back for these frames: everything up to a ping's answer, and so many answers."""
        number = time.time_ns() % 1_000_000_000
        self.say(*frames, {"t": "ping", "id": number})
        heard: list[dict[str, Any]] = []
        while not _is_enough(heard, number, answers):
            heard += json.loads(self.socket.recv(timeout=PATIENCE))
        return [frame for frame in heard if frame["t"] != "pong"]

    def ask(self, question: str, **args: Any) -> dict[str, Any]:
        """One question's answer."""
        heard = self.all_after({"t": "ask", "id": 7, "question": question, "args": args}, answers=1)
        return next(frame for frame in heard if frame["t"] == "answer")


def _is_enough(heard: list[dict[str, Any]], number: int, answers: int) -> bool:
    ponged = any(frame["t"] == "pong" and frame.get("id") == number for frame in heard)
    return ponged and sum(frame["t"] == "answer" for frame in heard) >= answers


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """All of it, as long as this lasts. Everything seems to come through a proxy: nobody is on this very machine."""
    with company(folder, behind_proxy=True) as shop:
        yield House(shop)
