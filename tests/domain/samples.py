"""One valid wish for each command of the catalogue, in a company where it can be granted."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from tests.capabilities import EVERY, together
from tests.domain.escalated import HANDING_ON, drawn
from tests.domain.routed import ringing
from tests.domain.steered import RULING, ruled
from tests.domain.suggested import SUGGESTED, suggested
from tests.domain.world import CHANNEL, SYSTEM, World, company, file

from agentdesk.domain.audit import PublishHead
from agentdesk.domain.cases import (
    Assign,
    Claim,
    Customer,
    DefineField,
    FollowCase,
    Identify,
    Invite,
    Note,
    Reply,
    Solve,
    Tag,
)
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.cases.handling import Snooze
from agentdesk.domain.catalogue import COMMANDS
from agentdesk.domain.clocks import Draft, Policy, Publish, Target
from agentdesk.domain.devices import Enrol, InviteDevice
from agentdesk.domain.governed import Approve, Begin, Submit
from agentdesk.domain.governed import Publish as PublishDocument
from agentdesk.domain.governed.records import Document, Reminder
from agentdesk.domain.kernel import Actor, Command, Condition, Trait
from agentdesk.domain.knowledge import Flag
from agentdesk.domain.later import PlanReply
from agentdesk.domain.macros import AddMacro, Wording
from agentdesk.domain.mail import MarkMail
from agentdesk.domain.privacy import Device, Erase, RunRetention, SetHold, SetRetention
from agentdesk.domain.privacy.retention import DAY
from agentdesk.domain.residency import BeginStubs, PinClass, SettleHere
from agentdesk.domain.views import AddView

LATER = 1_900_000_000_000
LATER_TODAY = 1_800_040_000_000
HASH = "cd" * 32
LATE = Act("tag", "late")
DID = (LATE,)
SOON = Condition(
    ((Trait("owner", "is", ("@me",)),), (Trait("due", "sooner", (3_600_000,)), Trait("tag", "is", ("vip",))))
)
HOUR = 3_600_000
GIVERS = {"presence.return": "sue"}
"""Who means something by a command that others could give."""


def _known(world: World) -> None:
    """A case with two words in it, a field, an address that was proved, a reply that waits."""
    world.open("c12", customer="u6")
    world.receive("c12-m2", case="c12")
    world.do(DefineField(field="f1", title="Order"), world.actor("lou"))
    why = "The code came back."
    proved = Identify(identity="i1", customer="u1", sort="email", value="lena@x.example", how="code", reason=why)
    world.do(proved, world.actor("ann"))
    world.do(PlanReply(case="c2", planned="pl1", text="Soon.", due=world.time + HOUR, seen=9), world.actor("ann"))


def busy() -> World:
    """A world of its own for each who asks; records never change, so that all can begin with the same ones."""
    return _busy().copy()


@cache
def _busy() -> World:
    """c1 is answered and open, c2 waits, c3 is solved, c4 sleeps; a reply of Ann's is held in c5."""
    world = company()
    rules = Policy(id="usual", name="Usual", targets=(Target(metric="first", minutes=(60, 30, 10, 5)),))
    world.do(Draft(regime="rules1", calendars=(), policies=(rules,)), world.actor("adm"))
    world.do(Publish(regime="rules1"), world.actor("adm"))
    world.do(Draft(regime="rules2", calendars=(), policies=(), previous="rules1"), world.actor("adm"))
    for case in ("c1", "c2", "c3", "c4", "c5"):
        world.open(case, files=(file(f"{case}-f"),))
    ann = world.actor("ann")
    world.do(Reply(case="c1", message="r1", text="On its way.", seen=1), ann)
    world.do(Tag(case="c1", tag="parcel"), ann)
    world.do(Note(case="c1", message="n1", text="See @[ann]."), world.actor("bob"))
    world.do(FollowCase(case="c1"), ann)
    world.do(Solve(case="c3", seen=1), ann)
    world.do(Snooze(case="c4", until=world.time + 120_000), ann)
    world.do(Reply(case="c5", message="r5", text="Soon.", seen=1, hold=10), ann)
    world.do(Assign(case="c5", assignee="ann"), world.actor("lou"))
    world.do(Claim(case="c1"), ann)
    world.open("c6", team="t2")
    tim = world.actor("tim")
    world.do(Invite(grant="g1", case="c6", person="ann", until=LATER_TODAY, reason="She knows this customer."), tim)
    world.do(Enrol(device="d1", person="ann", key="d" * 43, desk="desk-1", name="Ann's"), SYSTEM)
    world.do(InviteDevice(device="d2", person="ann"), world.actor("adm"))
    world.open("c10", customer="u4")
    kept = {"days": 1, "basis": "contract"}
    for data_class in ("messages", "attachments", "customers"):
        world.do(SetRetention(data_class=data_class, **kept), world.actor("adm"))  # type: ignore[arg-type]
    world.open("c11", customer="u5")
    world.do(Solve(case="c11", seen=1), ann)
    old = world.time - 3 * DAY
    world.put(msgspec.structs.replace(world.case("c11"), updated_at=old, solved_at=old))
    world.do(RunRetention(run="q1"), world.actor("adm"))
    _known(world)
    world.open("c7", customer="u2")
    world.do(Erase(erasure="e1", customer="u2"), world.actor("adm"))
    for n in range(30):
        world.open(f"c8{n}", customer="u3")
    world.do(Erase(erasure="e2", customer="u3"), world.actor("adm"))
    world.do(SetHold(hold="h1", kind="case", about="c4", reason="A court has asked for it."), world.actor("adm"))
    world.put(msgspec.structs.replace(world.case("c5"), clocked=0))
    world.do(PublishHead(size=5, data="00", signature="00", key="00"), SYSTEM)
    vouched = sample("audit.accept", id="b1")
    world.do(vouched, world.actor("adm"))
    world.do(SettleHere(region="eu"), SYSTEM)
    world.do(PinClass(data_class="health", region="us"), world.actor("adm"))
    world.do(BeginStubs(home="us", key="k1"), SYSTEM)
    world.do(sample("mail.take", images=1, **{n: f"{n}-1" for n in ("message", "case", "conversation")}), CHANNEL)
    for reply in ("mr1", "mr2"):
        world.do(Reply(case="case-1", message=reply, text="Soon.", seen=9), ann)
    world.do(MarkMail(mail="mr2", state="failed", words="550 no such user"), CHANNEL)
    write_down(world)
    world.do(AddMacro(macro="k1", name="Late", texts=(Wording("", "Soon."),), acts=DID), ann)
    world.do(AddView(view="v1", name="Soon", condition=SOON), ann)
    world.time += 3_600_000
    ringing(world)
    drawn(world)
    ruled(world)
    world.put(suggested("sg1", "case-1", "ann", "team:t1:open"))
    return world


def write_down(world: World) -> None:
    """Articles in each state: a1 holds and its next version is written; a2 is a draft, a3 waits for a look, a4 is
    approved, a5 will be published by itself, a6 should have been looked at.
    """
    ann, lou = world.actor("ann"), world.actor("lou")
    for n in range(1, 7):
        world.do(Begin(document=f"a{n}", edition=f"e{n}", register="article", title=f"Refund {n}", text="Wait."), ann)
        if n != 2:
            world.do(Submit(edition=f"e{n}"), ann)
        if n in (1, 4, 5, 6):
            world.do(Approve(edition=f"e{n}"), lou)
        if n in (1, 5, 6):
            world.do(PublishDocument(edition=f"e{n}", since=LATER if n == 5 else 0), lou)
    for id, at in (("a1", LATER), ("a6", world.time - 1)):
        document = world.get(Document, id)
        assert document is not None
        world.put(msgspec.structs.replace(document, review_at=at, alarm=at))
    world.put(Reminder("m1", "user:ann", world.rev, "ann", "a6", "review", world.time))
    world.do(Flag(gap="gap1", words="What of vouchers?"), ann)
    for one in EVERY:
        one.begin(world)


SAMPLES: dict[str, dict[str, Any]] = {
    **together([one.SAMPLES for one in EVERY]),
    **SUGGESTED,
    "team.add": {"team": "t9", "name": "New"},
    "team.update": {"team": "t1", "name": "Other", "zone": "UTC", "hours": ()},
    "person.add": {"person": "dan", "name": "Dan", "email": "dan@x.example", "role": "agent", "teams": ("t1",)},
    "person.update": {"person": "bob", "name": "Bobby", "role": "lead", "teams": ("t1",)},
    "availability.set": {"state": "online"},
    "site.add": {"site": "s9", "key": "other", "name": "Other", "team": "t1", "origins": ("https://o.example",)},
    "site.update": {"site": "s1", "name": "Shop", "team": "t1", "origins": ("*",)},
    "policy.set": {"policy": "lease-days", "value": "7"},
    "device.invite": {"device": "d9", "person": "bob", "name": "Bob's"},
    "device.revoke": {"device": "d1"},
    "device.wipe": {"device": "d1"},
    "device.enrol": {"device": "d2", "person": "ann", "key": "k" * 43, "desk": "desk-2"},
    "device.report": {"device": "d1", "version": "desk 1", "system": "Linux", "disk": "yes"},
    "device.wiped": {"device": "d1"},
    "device.code": {"device": "d2"},
    "session.revoke": {"person": "ann"},
    "password.change": {"person": "ann"},
    "person.reset": {"person": "ann"},
    "session.begin": {"ways": ("password", "totp")},
    "session.end": {},
    "session.prove": {"ways": ("passkey",)},
    "factor.add": {"way": "totp"},
    "factor.use": {"way": "recovery"},
    "factor.remove": {"way": "passkey"},
    "signin.require": {"roles": ("admin",)},
    "signin.origin": {"origin": "https://desk.x.example"},
    "signin.connect": {"issuer": "https://id.x.example", "client": "desk", "role": "agent"},
    "signin.disconnect": {},
    "directory.connect": {},
    "directory.disconnect": {},
    "directory.group": {"group": "Leads", "role": "supervisor"},
    "keys.rotate": {"keys": ("seals",)},
    "mailbox.connect": {"mailbox": "help@x.example", "team": "t1"},
    "mailbox.disconnect": {"mailbox": "help@x.example"},
    "backup.make": {},
    "customer.update": {"customer": "u1", "name": "Lena S."},
    "customer.tier": {"customer": "u1", "tier": "gold"},
    "customer.identify": {
        "identity": "i9",
        "customer": "u1",
        "sort": "phone",
        "value": "+49 30 1234567",
        "how": "called",
        "reason": "She called from there.",
    },
    "customer.link": {"identity": "i9", "customer": "u1", "other": "u6", "how": "said", "reason": "She said so."},
    "field.define": {"field": "f9", "title": "Colour"},
    "field.retire": {"field": "f1"},
    "case.fill": {"case": "c1", "field": "f1", "value": "4711"},
    "customer.unlink": {"identity": "i1", "reason": "It was her sister."},
    "case.open": {"case": "c9", "conversation": "c9-v", "message": "c9-m", "customer": "u9", "team": "t1", "text": "?"},
    "case.receive": {"case": "c1", "conversation": "c1-v", "message": "m9", "text": "And?", "files": (file("f9"),)},
    "case.reply": {"case": "c2", "message": "m9", "text": "Yes.", "seen": 1, "files": (file("f9"),)},
    "case.note": {"case": "c2", "message": "m9", "text": "Ask @[bob].", "files": (file("f9"),)},
    "case.claim": {"case": "c2"},
    "case.assign": {"case": "c2", "assignee": "bob"},
    "case.release": {"case": "c1"},
    "case.snooze": {"case": "c1", "until": LATER},
    "case.wake": {"case": "c4"},
    "case.solve": {"case": "c1", "seen": 3},
    "case.reopen": {"case": "c3"},
    "case.tag": {"case": "c1", "tag": "urgent"},
    "case.untag": {"case": "c1", "tag": "parcel"},
    "case.prioritise": {"case": "c1", "priority": 3},
    "case.merge": {"case": "c2", "into": "c1"},
    "case.link": {"case": "c1", "to": "c2"},
    "case.split": {"case": "c12", "into": "c9", "conversation": "c9-v", "messages": ("c12-m2",)},
    "case.invite": {
        "grant": "g9",
        "case": "c1",
        "person": "cat",
        "until": 1_800_090_000_000,
        "reason": "She knows the parcel service.",
    },
    "access.break_glass": {"grant": "g9", "number": 6, "reason": "The customer is on the phone, nobody is there."},
    "access.end": {"grant": "g1"},
    "case.follow": {"case": "c2"},
    "case.unfollow": {"case": "c1"},
    "case.read": {"case": "c1", "seq": 3},
    "clocks.draft": {"regime": "rules9", "calendars": (), "policies": (), "previous": "rules1", "note": "Faster."},
    "clocks.publish": {"regime": "rules2"},
    "clocks.discard": {"regime": "rules2"},
    "clocks.ring": {"clock": "c2"},
    "clocks.renew": {"cases": ("c5",)},
    "routing.draft": {"plan": "plan9", "teams": ("t1", "t2"), "previous": "plan1", "note": "Both."},
    "routing.publish": {"plan": "plan2"},
    "routing.discard": {"plan": "plan2"},
    "routing.by_hand": {"on": True, "reason": "The line is down."},
    **HANDING_ON,
    **RULING,
    "routing.profile": {"person": "bob", "skills": ("billing",), "units": 4},
    "routing.offer": {"offer": "o9", "case": "c2", "person": "bob"},
    "routing.accept": {"offer": "o1"},
    "routing.pass": {"offer": "o1", "reason": "busy"},
    "routing.miss": {"offer": "o2"},
    "routing.place": {"case": "c6"},
    "routing.hand_back": {"person": "sue"},
    "presence.leave": {"person": "ann", "why": "locked"},
    "presence.return": {"person": "sue", "why": "offline"},
    "case.unsend": {"message": "r5"},
    "file.read": {"attachment": "c1-f", "state": "read", "text": "An invoice."},
    "mail.take": {
        "message": "mm9",
        "case": "mc9",
        "conversation": "mv9",
        "customer": "mu9",
        "team": "t1",
        "mailbox": "help@x.example",
        "text": "Where is it?",
        "sender": "jo@o.example",
        "senders": ("jo@o.example",),
        "message_id": "1@o.example",
    },
    "mail.mark": {"mail": "mr1", "state": "trying", "message_id": "2@x.example"},
    "mail.pictures": {"mail": "message-1"},
    "mail.retry": {"mail": "mr2"},
    "case.deliver": {"message": "r5"},
    "masking.reveal": {
        "kind": "customer",
        "record": "u1",
        "field": "email",
        "purpose": "reach",
        "reason": "The parcel came back.",
    },
    "masking.stamp": {"kind": "message", "records": ("r1", "none")},
    "case.mark": {"message": "r1", "state": "delivered"},
    "audit.publish": {"size": 9, "data": "00", "signature": "00", "key": "00", "previous": 7, "path": ("00",)},
    "audit.accept": {
        "id": "b9",
        "before_size": 7,
        "before_root": HASH,
        "before_key": HASH,
        "size": 5,
        "root": HASH,
        "key": "00",
        "reason": "The backup of Monday was restored.",
    },
    "audit.follow": {"id": "b1"},
    "audit.search": {"person": "ann", "outcome": "denied"},
    "audit.heads": {"before": 7},
    "audit.prove": {"entry": 3},
    "audit.compare": {"first": 3, "second": 7},
    "audit.unseal": {"entry": 3, "reason": "A customer asks who read her address."},
    "audit.export": {"whole": False, "first": 3, "last": 7},
    "subject.export": {"customer": "u4"},
    "subject.find": {"words": "Lena"},
    "subject.prove": {"erasure": "e1"},
    "consent.look": {"customer": "u1"},
    "retention.set": {"data_class": "messages", "days": 30, "basis": "contract", "region": "EU"},
    "retention.run": {"run": "q9"},
    "retention.forget": {"run": "q1", "cases": ("c11",), "customers": ("u4",), "files_of": ("c3",)},
    "retention.finish": {"run": "q1", "facts": 3},
    "subject.erase": {"erasure": "e9", "customer": "u4", "reason": "request"},
    "subject.erase_again": {"erasure": "e9", "customer": "u4", "reason": "request"},
    "subject.erase_more": {"erasure": "e2"},
    "subject.ask_devices": {"erasure": "e1", "devices": (Device("ann", "ann-laptop"),)},
    "subject.confirm": {"erasure": "e1", "person": "ann", "device": "ann-laptop"},
    "hold.set": {"hold": "h9", "kind": "customer", "about": "u1", "reason": "A court has asked for it."},
    "hold.release": {"hold": "h1"},
    "residency.settle": {"region": "eu-west"},
    "residency.pin": {"data_class": "contact", "region": "eu"},
    "residency.unpin": {"data_class": "health", "region": "us"},
    "residency.begin": {"home": "us", "key": "k2"},
    "residency.keep": {
        "home": "us",
        "key": "k1",
        "after": 0,
        "to": 7,
        "last": True,
        "team": "t1",
        "customers": (Customer("us-u", "", 3, "Jo", "", "en", 5),),
    },
    "governed.begin": {"document": "a9", "edition": "e9", "register": "article", "title": "New", "text": "So."},
    "governed.draft": {
        "document": "a1",
        "edition": "e9",
        "title": "Refund",
        "text": "Ask.",
        "details": "{}",
        "previous": "e1",
    },
    "governed.submit": {"edition": "e2"},
    "governed.return": {"edition": "e3", "answer": "Shorter."},
    "governed.approve": {"edition": "e3"},
    "governed.discard": {"edition": "e2"},
    "governed.read": {"reminder": "m1"},
    "governed.publish": {"edition": "e4"},
    "governed.withdraw": {"edition": "e5"},
    "governed.renew": {"document": "a1", "due": LATER},
    "governed.retire": {"document": "a1"},
    "governed.give": {"document": "a1", "person": "bob"},
    "governed.ring": {"document": "a6"},
    "answer.use": {"use": "x9", "kind": "document", "record": "a1", "case": "c1", "how": "text"},
    "knowledge.rate": {"document": "a1", "helpful": False, "reason": "Too long."},
    "knowledge.flag": {"gap": "gap9", "words": "What of gifts?", "case": "c1"},
    "knowledge.close": {"gap": "gap1", "document": "a1"},
    "knowledge.miss": {"miss": "miss9", "words": "gift card", "what": "none"},
    "later.reply": {"case": "c2", "planned": "pl9", "text": "On **Monday**.", "due": LATER_TODAY, "seen": 9},
    "later.move": {"planned": "pl1", "due": LATER_TODAY, "seen": 9},
    "later.now": {"planned": "pl1", "seen": 9},
    "later.cancel": {"planned": "pl1"},
    "later.due": {"planned": "pl1"},
    "macro.add": {"macro": "k9", "name": "Late", "texts": (Wording("en", "{{greeting}} soon."),), "acts": DID},
    "macro.change": {"macro": "k1", "version": 1, "name": "Later", "texts": (), "acts": DID},
    "macro.remove": {"macro": "k1"},
    "macro.reply": {"case": "c2", "macro": "k1", "version": 1, "message": "m9", "text": "Yes.", "seen": 1, "acts": DID},
    "macro.note": {"case": "c2", "macro": "k1", "version": 1, "message": "m9", "text": "Yes.", "seen": 1},
    "macro.run": {"case": "c2", "macro": "k1", "version": 1, "run": "x9", "seen": 1, "acts": DID},
    "view.add": {"view": "v9", "name": "Mine, soon", "condition": SOON, "order": "due", "columns": ("team",)},
    "view.change": {"view": "v1", "version": 1, "name": "Late", "condition": SOON},
    "view.remove": {"view": "v1"},
    "consent.record": {"customer": "u1", "purpose": "recording", "given": True, "wording": "2026-03"},
    "consent.say": {"conversation": "c1-v", "purpose": "analytics", "given": True, "wording": "2026-03"},
}


def sample(name: str, **other: Any) -> Command:
    """`KeyError` means: a command is new, and nobody has shown what it looks like."""
    return COMMANDS[name].cls(**SAMPLES[name] | other)


def giver(world: World, name: str) -> Actor:
    """Somebody who may give the command."""
    for person in (*filter(None, (GIVERS.get(name),)), "ann", "sue", "lou", "adm", "eva"):
        who = world.actor(person)
        if who.role in COMMANDS[name].roles:
            return who
    return CHANNEL if "channel" in COMMANDS[name].roles else SYSTEM
