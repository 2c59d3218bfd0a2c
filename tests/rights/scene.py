"""A company in which every cell of the table can be tried, each as if nothing had happened before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from tests.capabilities import EVERY
from tests.capabilities.library import PAPER, evidence
from tests.domain.suggested import suggested
from tests.rights.table import ROLES
from tests.server.ruling import CHANNEL, NOW, SYSTEM, Ruling

from agentdesk.domain.audit import AcceptLog, PublishHead
from agentdesk.domain.cases import (
    BreakGlass,
    Case,
    DefineField,
    Follow,
    Identify,
    Invite,
    Message,
    Note,
    OpenCase,
    Receive,
    Reply,
)
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.catalogue import COMMANDS
from agentdesk.domain.clocks import Draft
from agentdesk.domain.devices import Device, Enrol
from agentdesk.domain.escalation import DraftGraph, Handoff, Node, PublishGraph, Stand, Way
from agentdesk.domain.friction import FrictionNotice
from agentdesk.domain.governed import Approve, Begin, Document, Publish, Reminder, Submit
from agentdesk.domain.kernel import Command, Condition
from agentdesk.domain.knowledge import Flag
from agentdesk.domain.later import PlannedReply, PlanReply
from agentdesk.domain.macros import AddMacro
from agentdesk.domain.mail import Mail
from agentdesk.domain.people import AddPerson, AddTeam, Availability, Person
from agentdesk.domain.privacy.holds import SetHold
from agentdesk.domain.privacy.records import PRIVACY, Erasure, Hold
from agentdesk.domain.residency import PinClass, SettleHere
from agentdesk.domain.routing import Absence, DraftPlan, Offer, PublishPlan
from agentdesk.domain.rules import DraftRules, PublishRules
from agentdesk.domain.sites import AddSite
from agentdesk.domain.views import AddView
from agentdesk_server.authority import Outcome
from agentdesk_server.authority.credentials import Credentials
from agentdesk_server.authority.uploads import person_owner

WHY = "The customer is on the phone."
PLACES = ("own", "other", "invited", "mentioned", "glass")
"""Cases: of one's own team; of another; and three of another into which one was let in, in each possible way."""
TEAM = {"own": "t1", "never": "never-team"}
WORKERS = ("agent", "senior", "supervisor", "quality")
HOUR = 3_600_000
DUE = NOW + 1_000 * HOUR
"""When the document that holds is to be looked at again."""


class Answer(msgspec.Struct):
    """What somebody is told, what the log keeps of it, and how many records it changed."""

    ack: Any
    logged: str
    changed: int


class Scene(Ruling):
    """Teams t1 and t2, somebody of each role in t1, and for each place a case with all that belongs to one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for team in ("t1", "t2"):
            self._must(SYSTEM, AddTeam(team=team, name=team, region="north"))
        self._must(SYSTEM, SettleHere(region="eu"))
        self._must(SYSTEM, PinClass(data_class="health", region="eu"))
        for role in ROLES:
            self._hire(role, role, "t1")
        for person, role, team in (("host", "supervisor", "t2"), ("vis", "agent", "t2"), ("cat", "agent", "t2")):
            self._hire(person, role, team)
        for number, place in enumerate(PLACES):
            self._furnish(place, 2 * number + 1)
        self._must("admin", DefineField(field="order", title="Order"))
        for place in ("own", "other"):
            told = {"conversation": f"{place}-three-v", "message": f"{place}-three-m", "customer": f"{place}-u2"}
            team = TEAM.get(place, "t2")
            self._must(CHANNEL, OpenCase(case=f"{place}-three", team=team, text="Again me.", **told))
        self._let_in()
        self._must("admin", Draft(regime="draft", calendars=(), policies=()))
        self._write_down()
        self._must("admin", DraftPlan(plan="plan", teams=("t1", "t2")))
        self._must("admin", PublishPlan(plan="plan"))
        self._must("admin", DraftPlan(plan="plan-draft", previous="plan"))
        self._draw()
        self._must("admin", DraftRules(rulebook="book", rules=()))
        self._must("admin", PublishRules(rulebook="book"))
        self._must("admin", DraftRules(rulebook="book-draft", rules=(), previous="book"))
        self._must(SYSTEM, PublishHead(size=5, data="00", signature="00", key="00"))
        log = {"before_size": 7, "before_root": "00", "before_key": "00", "size": 5, "root": "00", "key": "00"}
        self._must("admin", AcceptLog(id="b1", reason=WHY, **log))  # type: ignore[arg-type]
        self.told_to: list[str] = []
        write = self.authority.ledger.write

        def listen(told: Any, outcome: Any, *more: Any) -> None:
            self.told_to.append(outcome)
            write(told, outcome, *more)

        self.authority.ledger.write = listen  # type: ignore[method-assign]

    def _must(self, who: Any, command: Command) -> None:
        (outcome,) = self.authority.commit([msgspec.structs.replace(self.told(who, command), fresh=True)])
        ack = outcome.ack
        assert ack.status == "done", (command, ack)

    def _hire(self, person: str, role: str, team: str) -> None:
        email = f"{person}@x.example"
        self._must(SYSTEM, AddPerson(person=person, name=person.title(), email=email, role=role, teams=(team,)))

    def _furnish(self, place: str, number: int) -> None:
        team = TEAM.get(place, "t2")
        self._hire(f"{place}-p", "agent", team)
        self._must(SYSTEM, AddSite(site=f"{place}-s", key=f"{place}-key", name="Shop", team=team, origins=("*",)))
        for case in (place, f"{place}-two"):
            self._must(
                CHANNEL,
                OpenCase(
                    case=case, conversation=f"{case}-v", message=f"{case}-m", customer=f"{place}-u", team=team,
                    text="Where is it?", customer_name="Lena", customer_email="lena@x.example",
                ),
            )  # fmt: skip
        more = Receive(case=f"{place}-two", conversation=f"{place}-two-v", message=f"{place}-two-m2", text="And then?")
        self._must(CHANNEL, more)
        device = f"{place}-d"
        self._must(SYSTEM, Enrol(device=device, person=f"{place}-p", key="k" * 43, desk=f"{place}-desk"))
        self._must(SYSTEM, AddPerson(person=f"{place}-x", name="X", email=f"{place}-x@x.example", role="admin"))
        self._must(f"{place}-x", SetHold(hold=f"{place}-h", kind="case", about=place, reason=WHY))
        host = "supervisor" if team == "t1" else "host"
        known = Identify(
            identity=f"{place}-i", customer=f"{place}-u", sort="phone", value="+49 30 1234567", how="said", reason=WHY
        )
        self._must(host, known)
        self._must(host, Note(case=place, message=f"{place}-n", text="A word."))
        self._must(host, Reply(case=place, message=f"{place}-r", text="Soon.", seen=1, hold=60))
        later = PlanReply(case=place, planned=f"{place}-pl", text="Soon.", due=self.time + HOUR, seen=99)
        self._must(host, later)
        view = AddView(view=f"{place}-view", name="All", condition=Condition(()), audience="team", team=team)
        self._must(host, view)
        did = (Act("tag", "late"),)
        macro = AddMacro(macro=f"{place}-macro", name="Late", texts=(), acts=did, audience="team", team=team)
        self._must(host, macro)
        guest = "vis" if team == "t1" else "own-p"
        until = self.time + HOUR
        self._must(host, Invite(grant=f"{place}-g", case=place, person=guest, until=until, reason=WHY))
        found = self.authority.truth.get(Case, place)
        assert found is not None
        assert found.number == number

    def _write_down(self) -> None:
        """A document in each state, by somebody of the other team; approved by somebody else."""
        self._hire("judge", "quality", "t2")
        for state in ("draft", "review", "approved", "coming", "held"):
            document, edition = f"doc-{state}", f"doc-{state}-e"
            self._must("host", Begin(document=document, edition=edition, register="article", title="T", text="So."))
            if state != "draft":
                self._must("host", Submit(edition=edition))
            if state not in ("draft", "review"):
                self._must("judge", Approve(edition=edition))
            if state in ("coming", "held"):
                self._must("host", Publish(edition=edition, since=DUE if state == "coming" else 0))
        self.change(Document, "doc-held", review_at=DUE)
        for one in EVERY:
            for who, command in one.FOUND:
                self._must(who, command)
        self._must("host", Flag(gap="gap1", words="What of vouchers?"))

    def _draw(self) -> None:
        """A graph in which cases go to and fro between the teams, and its next version."""
        nodes = (
            Node(id="one", name="One", team="t1", owner="agent", start=True),
            Node(id="two", name="Two", team="t2", owner="host", start=True),
            Node(id="judge", name="Judge", sort="arbiter", team="t1", owner="supervisor"),
        )
        ways = (Way(start="one", to="two"), Way(start="two", to="one"))
        self._must("admin", DraftGraph(graph="graph", nodes=nodes, ways=ways))
        self._must("admin", PublishGraph(graph="graph"))
        self._must("admin", DraftGraph(graph="graph-draft", nodes=nodes, ways=ways, previous="graph"))

    def _let_in(self) -> None:
        until = self.time + HOUR
        for role in ROLES:
            wish = Invite(grant=f"invited-{role}", case="invited", person=role, until=until, reason=WHY)
            self._must("host", wish)
            if role in WORKERS:
                self._must("host", Note(case="mentioned", message=f"mentions-{role}", text=f"@[{role}]"))
            if role in ("senior", "supervisor"):
                wish_ = BreakGlass(grant=f"glass-{role}", number=1 + 2 * PLACES.index("glass"), reason=WHY)
                self._must(role, wish_)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is done within has not happened after it."""
        self.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self.authority._roll_back()

    def change(self, cls: Any, id: str, **fields: Any) -> None:
        """Make a record as a cell needs it."""
        found = self.authority.truth.get(cls, id)
        assert found is not None, id
        self.authority.truth.put(msgspec.structs.replace(found, **fields))

    def give(self, who: str, name: str, args: dict[str, Any], fresh: bool = True) -> Answer:
        """One command, within `undone`. `fresh`: they have just proved that it is them."""
        command = COMMANDS[name].cls(**args)
        before, self.told_to[:] = self.authority.rev, []
        told = msgspec.structs.replace(self.told(who, command, device=f"laptop-{who}"), fresh=fresh)
        if COMMANDS[name].beside:  # what it means is tried where it is asked for
            told = msgspec.structs.replace(told, work=lambda _: None)
        outcome: Outcome = self.authority._one(told)
        (logged,) = self.told_to
        return Answer(outcome.ack, logged, self.authority.rev - before)


def prepared(scene: Scene, name: str, place: str, who: str) -> None:
    """The state of things in which a command means something."""
    if name == "governed.attach":
        Credentials(scene.conn).add_upload(PAPER.digest, person_owner(who), PAPER.size, scene.time)
    if name == "governed.detach":
        scene.authority.truth.put(evidence("doc-held", "host", scene.time))
    if place == "never":
        return
    if name == "case.unfollow" and place != "other":
        scene.authority.truth.put(Follow(f"{who}:{place}", f"user:{who}", 0, who, place, scene.time))
    if name == "governed.read":
        scene.authority.truth.put(Reminder(f"m-{who}", f"user:{who}", 0, who, "doc-held", "review", scene.time))
    if name == "friction.read":
        notice = FrictionNotice(f"fn-{who}", f"user:{who}", 0, who, "friction1", "asked", scene.time)
        scene.authority.truth.put(notice)
    if name in ("routing.accept", "routing.pass"):
        put = Offer(f"{place}-o", "", 0, place, who, "t1", "chat", 1, scene.time, scene.time + HOUR)
        scene.authority.truth.put(msgspec.structs.replace(put, scope=scene.authority.truth.find("case", place).scope))
    if name == "case.return":
        scope = scene.authority.truth.find("case", place).scope
        here, there = ("one", "two") if place in TEAM else ("two", "one")
        handed = Handoff(f"{place}-ho", scope, 0, place, there, here, "t1", "own-p", "", scene.time, "escalated")
        scene.authority.truth.put(handed)
        scene.authority.truth.put(Stand(place, scope, 0, place, here, handed.id))
    if name.startswith("presence."):
        scene.authority.truth.put(Availability(who, "org", 0, who, "online", scene.time))
    if name == "presence.return":
        scene.authority.truth.put(Absence(who, "org", 0, who, "locked", scene.time, scene.time + HOUR))
    if name == "subject.prove":
        scene.authority.truth.put(Erasure(f"{place}-e", PRIVACY, 0, "gone", "request", "admin", scene.time))
    if name.startswith("mail."):
        mail = Mail(f"{place}-r", "", 0, place, "out", "", scene.time, "", "", "", state="failed", images=1)
        case = scene.authority.truth.get(Case, place)
        assert case is not None
        scene.authority.truth.put(msgspec.structs.replace(mail, scope=case.scope))
    if name in ("suggestion.act", "suggestion.sent"):
        scope = scene.authority.truth.find("case", place).scope
        scene.authority.truth.put(suggested(f"{place}-sg", place, who, scope))
    states: dict[str, tuple[Any, str, dict[str, Any]]] = {
        "suggestion.sent": (Message, f"{place}-r", {"author": who}),
        "suggestion.prove": (Message, f"{place}-r", {"state": "sent"}),
        "case.release": (Case, place, {"assignee": who}),
        "case.assign": (Case, place, {"assignee": ""}),
        "case.claim": (Case, place, {"assignee": ""}),
        "case.escalate": (Case, place, {"assignee": ""}),
        "case.return": (Case, place, {"assignee": ""}),
        "routing.accept": (Case, place, {"assignee": ""}),
        "case.wake": (Case, place, {"status": "snoozed", "snoozed_until": scene.time + HOUR}),
        "case.reopen": (Case, place, {"status": "solved", "solved_at": scene.time}),
        "case.untag": (Case, place, {"tags": ("parcel",)}),
        "later.due": (PlannedReply, f"{place}-pl", {"due": scene.time - 1}),
        "case.unsend": (Message, f"{place}-r", {"author": who}),
        "subject.erase": (Hold, f"{place}-h", {"released": scene.time}),
        "device.code": (Device, f"{place}-d", {"status": "invited", "invited_until": scene.time + HOUR}),
        "person.update": (Person, f"{place}-p", {"tier": 1}),
    }
    if name in states:
        cls, id, fields = states[name]
        scene.change(cls, id, **fields)
