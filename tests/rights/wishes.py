"""For each command one wish that means something, by the place where it is tried."""

from __future__ import annotations

from typing import Any

from tests.capabilities import EVERY, together
from tests.rights.scene import DUE, HOUR, PLACES, TEAM, WHY
from tests.server.ruling import NOW

from agentdesk.domain.cases.acting import Act
from agentdesk.domain.kernel import Condition

EVERYWHERE: dict[str, dict[str, Any]] = {
    "audit.accept": {
        "id": "b9",
        "before_size": 7,
        "before_root": "00",
        "before_key": "00",
        "size": 5,
        "root": "00",
        "key": "00",
        "reason": "The backup of Monday was restored.",
    },
    "audit.follow": {"id": "b1"},
    "audit.compare": {"first": 3, "second": 7},
    "audit.export": {"whole": False, "first": 3, "last": 7},
    "audit.heads": {"before": 7},
    "audit.prove": {"entry": 3},
    "audit.publish": {"size": 9, "data": "00", "signature": "00", "key": "00", "previous": 7, "path": ("00",)},
    "audit.search": {"person": "ann", "outcome": "denied"},
    "audit.unseal": {"entry": 3, "reason": "A customer asks who read her address."},
    "policy.set": {"policy": "lease-days", "value": "7"},
    "assist.rules": {"rules": "new", "rows": (), "note": "All as it was."},
    "assist.service": {"state": "on"},
    "assist.drill": {"level": 1, "until": NOW + HOUR, "reason": "To see that work goes on."},
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
    "availability.set": {"state": "online"},
    "macro.add": {"macro": "new", "name": "New", "texts": (), "acts": (Act("tag", "late"),)},
    "view.add": {"view": "new", "name": "New", "condition": Condition(())},
    "clocks.draft": {"regime": "new", "calendars": (), "policies": ()},
    "clocks.publish": {"regime": "draft"},
    "clocks.discard": {"regime": "draft"},
    "governed.begin": {"document": "new", "edition": "new", "register": "article", "title": "New", "text": "So."},
    "governed.draft": {
        "document": "doc-held",
        "edition": "new",
        "title": "Refund",
        "text": "Ask.",
        "details": "{}",
        "previous": "doc-held-e",
    },
    "governed.submit": {"edition": "doc-draft-e"},
    "governed.return": {"edition": "doc-review-e", "answer": "Shorter."},
    "governed.approve": {"edition": "doc-review-e"},
    "governed.discard": {"edition": "doc-draft-e"},
    "governed.publish": {"edition": "doc-approved-e"},
    "governed.withdraw": {"edition": "doc-coming-e"},
    "governed.retire": {"document": "doc-held"},
    "governed.give": {"document": "doc-held", "person": "own-p"},
    "governed.ring": {"document": "doc-held"},
    "knowledge.rate": {"document": "doc-held", "helpful": False, "reason": "Too long."},
    "knowledge.close": {"gap": "gap1", "answer": "We do not sell them."},
    "knowledge.miss": {"miss": "new", "words": "gift card", "what": "none"},
    "routing.draft": {"plan": "new"},
    "routing.publish": {"plan": "plan-draft"},
    "routing.discard": {"plan": "plan-draft"},
    "escalation.draft": {"graph": "new", "nodes": (), "ways": ()},
    "escalation.publish": {"graph": "graph-draft"},
    "escalation.discard": {"graph": "graph-draft"},
    "routing.by_hand": {"on": True, "reason": "The line is down."},
    "rules.draft": {"rulebook": "new", "rules": ()},
    "rules.publish": {"rulebook": "book-draft"},
    "rules.discard": {"rulebook": "book-draft"},
    "rules.roll_back": {"rulebook": "new", "version": "book", "previous": "book"},
    "rules.switch": {"on": False, "reason": "It does too much."},
    "rules.try": {"rulebook": "book-draft"},
    "residency.begin": {"home": "us", "key": "k2"},
    "residency.pin": {"data_class": "contact", "region": "eu"},
    "residency.settle": {"region": "apac"},
    "residency.unpin": {"data_class": "health", "region": "eu"},
}
"""What is about no place."""


def _made(place: str) -> dict[str, dict[str, Any]]:
    """About what colleagues have made for their team."""
    did = (Act("tag", "late"),)
    used = {"macro": "own-macro", "version": 1}
    return {
        "view.change": {"view": f"{place}-view", "version": 1, "name": "Other", "condition": Condition(())},
        "view.remove": {"view": f"{place}-view"},
        "macro.change": {"macro": f"{place}-macro", "version": 1, "name": "Other", "texts": (), "acts": did},
        "macro.remove": {"macro": f"{place}-macro"},
        "later.reply": {"case": place, "planned": "new", "text": "Soon.", "due": NOW + HOUR, "seen": 99},
        "later.move": {"planned": f"{place}-pl", "due": NOW + HOUR, "seen": 99},
        "later.now": {"planned": f"{place}-pl", "seen": 99},
        "later.cancel": {"planned": f"{place}-pl"},
        "later.due": {"planned": f"{place}-pl"},
        "macro.reply": {"case": place, **used, "message": "new", "text": "Soon.", "seen": 99},
        "macro.note": {"case": place, **used, "message": "new", "text": "Soon.", "seen": 99},
        "macro.answer": {"case": place, "macro": "own-macro", "message": "new"},
        "rules.act": {"firing": f"{place}-fire", "rule": "tags", "version": 1},
        "macro.run": {"case": place, **used, "run": "new", "seen": 99, "acts": did},
    }


def _about_routing(p: str, who: str) -> dict[str, dict[str, Any]]:
    """What rings at somebody's desk, whether they are there, and where a case goes from there."""
    return {
        "case.escalate": {"handoff": "new", "case": p, "to": "two" if p in TEAM else "one", "transfers": 0},
        "case.return": {"handoff": "new", "case": p, "transfers": 0, "reason": "wrong_team"},
        "presence.leave": {"person": who, "why": "locked"},
        "presence.return": {"person": who, "why": "locked"},
        "routing.accept": {"offer": f"{p}-o"},
        "routing.hand_back": {"person": f"{p}-p"},
        "routing.miss": {"offer": f"{p}-o"},
        "routing.offer": {"offer": "new", "case": p, "person": f"{p}-p"},
        "routing.pass": {"offer": f"{p}-o", "reason": "busy"},
        "routing.place": {"case": p},
        "routing.profile": {"person": f"{p}-p", "skills": ("billing",)},
    }


def wish(name: str, place: str, who: str) -> dict[str, Any]:
    """The arguments of a command about what is at a place; nothing is there at the place `never`."""
    p, team = place, TEAM.get(place, "t2")
    number = 1 + 2 * PLACES.index(place) if place in PLACES else 999
    two = f"{p}-two" if p in ("own", "other", "never") else "own-two"
    grant = f"{place}-{who}" if place in ("invited", "glass") else f"{place}-g"
    wishes: dict[str, dict[str, Any]] = {
        "access.break_glass": {"grant": "new", "number": number, "reason": WHY},
        "access.end": {"grant": grant},
        "case.assign": {"case": p, "assignee": f"{'own' if p == 'never' else p}-p"},
        "case.claim": {"case": p},
        "case.deliver": {"message": f"{p}-r"},
        "case.follow": {"case": p},
        **_made(p),
        "case.invite": {"grant": "new", "case": p, "person": _outside(p), "until": NOW + HOUR, "reason": WHY},
        "case.link": {"case": p, "to": two},
        "case.mark": {"message": f"{p}-r", "state": "delivered"},
        "case.merge": {"case": two, "into": p},
        "case.note": {"case": p, "message": "new", "text": "So it is."},
        "case.open": {
            "case": "new", "conversation": "new-v", "message": "new-m", "customer": "new-u", "team": team, "text": "Hi",
        },
        "case.prioritise": {"case": p, "priority": 3},
        "case.read": {"case": p, "seq": 2},
        "case.receive": {"case": p, "conversation": f"{p}-v", "message": "new", "text": "And?"},
        "case.release": {"case": p},
        "case.reopen": {"case": p},
        "case.reply": {"case": p, "message": "new", "text": "Yes.", "seen": 9},
        "case.snooze": {"case": p, "until": NOW + HOUR},
        "case.solve": {"case": p, "seen": 9},
        "case.tag": {"case": p, "tag": "parcel"},
        "case.unfollow": {"case": p},
        "case.unsend": {"message": f"{p}-r"},
        "case.untag": {"case": p, "tag": "parcel"},
        "case.wake": {"case": p},
        "clocks.renew": {"cases": (p,)},
        "clocks.ring": {"clock": p},
        "customer.tier": {"customer": f"{p}-u", "tier": "gold"},
        "customer.update": {"customer": f"{p}-u", "name": "Lena S."},
        "mail.mark": {"mail": f"{p}-r", "state": "sent"},
        "mail.pictures": {"mail": f"{p}-r"},
        "mail.retry": {"mail": f"{p}-r"},
        "mail.take": {
            "message": "new", "case": "new-c", "conversation": "new-v", "customer": "new-u", "team": team,
            "mailbox": "", "text": "Hi", "sender": "jo@o.example", "senders": ("jo@o.example",),
        },
        "masking.reveal": {
            "kind": "customer", "record": f"{p}-u", "field": "email", "purpose": "reach", "reason": WHY,
        },
        "masking.stamp": {"kind": "customer", "records": (f"{p}-u",)},
        "person.add": {"person": "new", "name": "New", "email": "new@x.example", "role": "agent", "teams": (team,)},
        "person.update": {"person": f"{p}-p", "name": "Other", "role": "senior", "teams": (team,)},
        "site.add": {"site": "new", "key": "new", "name": "New", "team": team, "origins": ("*",)},
        "site.update": {"site": f"{p}-s", "name": "Other", "team": team, "origins": ("*",)},
        "team.add": {"team": "new", "name": "New"},
        "team.update": {"team": team, "name": "Other", "zone": "UTC", "hours": ()},
    }  # fmt: skip
    return {**EVERYWHERE, **_beside(p, who), **wishes}[name]


def _beside(p: str, who: str) -> dict[str, dict[str, Any]]:
    """What has a list of its own."""
    parts = (
        _about_routing(p, who),
        _about_a_person(p),
        _about_a_laptop(p),
        _about_data(p),
        _about_what_is_known(p, who),
        _timeline(p),
    )
    return together([*parts, *(one.wishes(p, who) for one in EVERY)])


def _timeline(p: str) -> dict[str, dict[str, Any]]:
    """In two of a place's own cases a customer has written twice."""
    of = f"{p}-two" if p in ("own", "other", "never") else p
    again = {"how": "said", "reason": WHY}
    other = f"{p}-u2" if p in ("own", "other", "never") else "own-u2"
    return {
        "customer.identify": {
            "identity": "new",
            "customer": f"{p}-u",
            "sort": "email",
            "value": "l@x.example",
            **again,
        },
        "customer.link": {"identity": "new", "customer": f"{p}-u", "other": other, **again},
        "field.define": {"field": "new", "title": "Colour"},
        "field.retire": {"field": "order"},
        "case.fill": {"case": p, "field": "order", "value": "4711"},
        "customer.unlink": {"identity": f"{p}-i", "reason": WHY},
        "case.split": {"case": of, "into": "new", "conversation": "new-v", "messages": (f"{of}-m",)},
    }


def _about_a_person(p: str) -> dict[str, dict[str, Any]]:
    return {name: {"person": f"{p}-p"} for name in ("session.revoke", "password.change", "person.reset")}


def _about_what_is_known(p: str, who: str) -> dict[str, dict[str, Any]]:
    return {
        "suggestion.draft": {"case": p},
        "suggestion.offer": {
            "suggestion": "new",
            "case": p,
            "turn": 1,
            "level": 2,
            "rules": 1,
            "threshold": 0.5,
            "input_sha256": "00",
            "candidates": (),
            "shown": (),
        },
        "suggestion.act": {"suggestion": f"{p}-sg", "case": p, "source": "macro:m", "action": "accepted"},
        "suggestion.sent": {
            "suggestion": f"{p}-sg",
            "case": p,
            "message": f"{p}-r",
            "edits": 0,
            "final_sha256": "00",
        },
        "suggestion.prove": {"message": f"{p}-r"},
        "answer.use": {"use": "new", "kind": "document", "record": "doc-held", "case": p, "how": "text"},
        "governed.read": {"reminder": f"m-{who}"},
        "governed.renew": {"document": "doc-held", "due": DUE},
        "knowledge.flag": {"gap": "new", "words": "What of gifts?", "case": p},
    }


def _about_data(p: str) -> dict[str, dict[str, Any]]:
    consent = {"purpose": "recording", "given": True, "wording": "2026-03"}
    return {
        "file.read": {"attachment": f"file-{p}", "state": "read", "text": "An invoice."},
        "consent.record": {"customer": f"{p}-u", **consent},
        "consent.say": {"conversation": f"{p}-v", **consent},
        "hold.release": {"hold": f"{p}-h"},
        "hold.set": {"hold": "new", "kind": "case", "about": f"{p}-two", "reason": WHY},
        "residency.keep": {"home": "us", "key": "k", "after": 0, "to": 7, "last": True, "team": TEAM.get(p, "t2")},
        "retention.finish": {"run": "new"},
        "retention.forget": {"run": "new", "cases": (), "customers": (), "files_of": ()},
        "retention.run": {"run": "new"},
        "retention.set": {"data_class": "messages", "days": 30, "basis": "contract", "region": "north"},
        "subject.export": {"customer": f"{p}-u"},
        "subject.find": {"words": f"{p} Lena"},
        "subject.prove": {"erasure": f"{p}-e"},
        "consent.look": {"customer": f"{p}-u"},
        "subject.ask_devices": {"erasure": f"{p}-e", "devices": ()},
        "subject.confirm": {"erasure": f"{p}-e", "person": "own-p", "device": "laptop"},
        "subject.erase": {"erasure": "new", "customer": f"{p}-u", "reason": "request"},
        "subject.erase_again": {"erasure": "new", "customer": f"{p}-u", "reason": "request"},
        "subject.erase_more": {"erasure": f"{p}-e"},
    }


def _about_a_laptop(p: str) -> dict[str, dict[str, Any]]:
    return {
        "device.code": {"device": f"{p}-d"},
        "device.enrol": {"device": f"{p}-d", "person": f"{p}-p", "key": "n" * 43, "desk": "new"},
        "device.invite": {"device": "new", "person": f"{p}-p"},
        "device.report": {"device": f"{p}-d", "version": "9"},
        "device.revoke": {"device": f"{p}-d"},
        "device.wipe": {"device": f"{p}-d"},
        "device.wiped": {"device": f"{p}-d"},
    }


def _outside(place: str) -> str:
    """Somebody who does not see the case yet."""
    return "cat" if place in ("own", "never") else "own-p"
