"""Mails that machines write: reports of what did not arrive, automatic answers, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from . import ids
from .heads import Head, read_head
from .limits import Limits
from .parts import Part
from .people import read as read_people
from .records import Address, Bounce, Mail, MailingList, key
from .remarks import Notes
from .words import one_line, text_of

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_ORIGINAL_TYPES = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_EMPTY_LINES = re.compile(rb"\n[ \t]*\n+")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY = re.compile(r"(?<![\d.])([45])[0-5]\d(?![\d.])")
_BRACKETED = re.compile(r"^\s*<?([^\s<>@]{1,64}@[^\s<>@:]{1,255})>?:?\s*$", re.MULTILINE)
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon")
_ROBOTS = re.compile(
    r"(?i)(?:mailer-daemon|postmaster|no-?_?reply|do-?not-?reply|owner-.*|.*-request|.*-bounces)(?:\+.*)?"
)
_AUTO_REPLY = ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-autoresponse", "x-mail-autoreply")
_KEYWORD = re.compile(r"\s*([a-z][a-z0-9-]{0,40})", re.IGNORECASE)
_SUPPRESSED = re.compile(r"(?i)\b(?:all|oof|autoreply)\b")
_URL = re.compile(r"<((?:https?|mailto):[^<>\s]{1,2000})>", re.IGNORECASE)


def auto_submitted(head: Head) -> str | None:
    """What a mail says of how it came to be (RFC 3834, 5), also in the words that programs used before."""
    words = [found[1].lower() for value in head.all("auto-submitted") if (found := _KEYWORD.match(text_of(value)))]
    said = next((word for word in words if word != "no"), words[0] if words else None)
    if said not in (None, "no"):
        return said
    if any(head.get(name) for name in _AUTO_REPLY) or head.get("precedence").lower() == b"auto_reply":
        return "auto-replied"
    return said


def answerable(head: Head, sender: Address, said: str | None) -> bool:
    """Whether an automatic answer may go to a mail (RFC 3834, 2): none to machines, lists, or what has come back."""
    local = sender.address.rpartition("@")[0]
    return not (
        said not in (None, "no")
        or not sender.address
        or _ROBOTS.fullmatch(local)
        or head.get("return-path").strip() == b"<>"
        or head.get("precedence").strip().lower() in (b"bulk", b"junk", b"list", b"auto_reply")
        or any(name.startswith("list-") for name in head.fields)
        or _SUPPRESSED.search(text_of(head.get("x-auto-response-suppress")))
        or head.get("x-loop")
    )


def may_answer(mail: Mail, own: Sequence[str]) -> bool:
    """Whether an automatic answer may go to a mail that one of our `own` addresses got (RFC 3834, 2): only to people,
    who wrote to that address by its name, and are none of us.
    """
    ours = {key(one) for one in own}
    named = {key(one.address) for one in (*mail.to, *mail.cc)}
    return mail.answerable and not mail.bounces and bool(ours & named) and key(mail.sender.address) not in ours


def mailing_list(head: Head) -> MailingList | None:
    """What a list says of itself, if it does."""
    told = {name: one_line(text_of(head.get(f"list-{name}")))[:2000] for name in ("id", "post", "unsubscribe")}
    if not any(told.values()):
        return None
    places = {name: found[1] if (found := _URL.search(told[name])) else "" for name in ("post", "unsubscribe")}
    one_click = b"one-click" in head.get("list-unsubscribe-post").lower()
    return MailingList(told["id"][:200], places["post"], places["unsubscribe"], one_click)


def bounces(head: Head, parts: Sequence[Part], text: str, sender: Address, limits: Limits) -> tuple[Bounce, ...]:
    """What did not arrive: as RFC 3464 says it, else as the older programs that name it in a header or in words. The
    lasting failures come first.
    """
    quiet = Notes(0)
    original = _original(parts, limits)
    reports = [part for part in parts if part.media_type in _STATUS_TYPES and _in_report(part)]
    failures = (one for part in reports for one in _failures(part.content(quiet), original, limits))
    found = list(islice(failures, limits.recipients))
    if not reports and sender.address.partition("@")[0].lower() in _DAEMONS:
        found = _unstructured(head, text, original, limits)
    return tuple(sorted(found, key=lambda bounce: bounce.kind != "hard"))


def _in_report(part: Part) -> bool:
    return any(around.kind == "report" for around in part.within)


def _original(parts: Sequence[Part], limits: Limits) -> str:
    """The id of the mail that came back with the report."""
    for part in parts:
        if part.media_type in _ORIGINAL_TYPES:
            content = part.content(Notes(0))
            head = read_head(content, 0, len(content), Notes(0), limits)
            return next(iter(ids.read(head.all("message-id"), Notes(0), limits)), "")
    return ""


def _failures(content: bytes, original: str, limits: Limits) -> Iterator[Bounce]:
    """Each recipient that a report gives up, or has not reached yet."""
    content = content[: limits.report].replace(b"\r\n", b"\n").lstrip(b"\n")
    for group in _EMPTY_LINES.split(content, limits.recipients):
        head = read_head(group, 0, len(group), Notes(0), limits)
        action = text_of(head.get("action")).split()[:1]
        bounce = _failure(head, (action or [""])[0].lower(), original) if head.get("status") or action else None
        if bounce:
            yield bounce


def _failure(group: Head, action: str, original: str) -> Bounce | None:
    words = one_line(text_of(group.get("diagnostic-code")).partition(";")[2])[:500]
    status = _STATUS.search(text_of(group.get("status"))) or _STATUS.search(words)
    code = status[1] if status else {"failed": "5.0.0", "delayed": "4.0.0"}.get(action, "")
    if action in ("delivered", "relayed", "expanded") or code[:1] not in ("4", "5"):
        return None
    told = group.get("final-recipient") or group.get("original-recipient")
    people = read_people((told.rpartition(b";")[2],), Notes(0), Limits(), 1)
    lasting = action == "failed" or (action != "delayed" and code[0] == "5")
    return Bounce(
        code, people[0].address if people else "", "hard" if code[0] == "5" else "soft", words, original, lasting
    )


def _unstructured(head: Head, text: str, original: str, limits: Limits) -> list[Bounce]:
    """A report in words. It must come from a mail server's own address, and name whom it failed to reach."""
    named = head.get("x-failed-recipients")
    people = read_people((named,), Notes(0), limits, limits.recipients) if named else ()
    addresses = [person.address for person in people if person.address]
    if not addresses and (head.get("return-path").strip() == b"<>" or auto_submitted(head)):
        addresses = [found[1] for found in [_BRACKETED.search(text[:20_000])] if found]
    status, reply = _STATUS.search(text[:20_000]), _REPLY.search(text[:20_000])
    if not addresses or not (status or reply or named):
        return []
    code = status[1] if status else f"{reply[1] if reply else '5'}.0.0"
    if code[0] == "2":
        return []
    kind = "hard" if code[0] == "5" else "soft"
    return [Bounce(code, address, kind, "", original, kind == "hard") for address in addresses]
