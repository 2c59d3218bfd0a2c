"""A mail from its bytes: whatever they are, something comes of it, in bounded time, and nothing is lost silently."""

from __future__ import annotations

from . import bodies, checks, ids, looks, machines, people, times
from .heads import Head, read_head
from .limits import DEFAULT, Limits
from .parts import Walk
from .records import Address, Mail, Receiver
from .remarks import Notes
from .words import TURNING, decode_words, one_line, text_of

_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_ONCE = ("from", "subject", "date", "message-id", "content-type", "sender")


def parse(raw: bytes, receiver: Receiver | None = None, limits: Limits = DEFAULT) -> Mail:
    """Read one mail. Never raises for what is in `raw`: what is wrong with it stands in `remarks`, and what could not
    be read in `unreadable`, as it came.
    """
    notes = Notes(limits.remarks)
    receiver = receiver or Receiver()
    if len(raw) > limits.mail:
        notes.add("large")
        raw = raw[: limits.mail]
    if b"\n" not in raw and b"\r" in raw:  # line ends of old Macs; elsewhere a lone one ends no line
        raw = raw.replace(b"\r", b"\n")
    head = read_head(raw, 0, len(raw), notes, limits)
    if not head.fields:
        notes.add("no-head")
    for name in _ONCE:
        if len(set(head.all(name))) > 1:
            notes.add("twice", name)
    walk = Walk(notes, limits)
    walk.take(raw, head, len(raw))
    sorted_parts = bodies.Bodies(notes, limits)
    sorted_parts.sort(walk.parts)
    return _mail(head, walk, sorted_parts, receiver, notes, limits)


def _mail(head: Head, walk: Walk, found: bodies.Bodies, receiver: Receiver, notes: Notes, limits: Limits) -> Mail:
    text = "\n\n".join(found.texts)
    senders = people.read(head.all("from"), notes, limits, limits.senders)
    reply_to = people.read(head.all("reply-to"), notes, limits, limits.senders)
    sender = _sender(head, senders, notes, limits)
    said = machines.auto_submitted(head)
    looks.look(head, senders or (sender,), reply_to, receiver, notes)
    return Mail(
        sender=sender,
        senders=senders or ((sender,) if sender.address else ()),
        reply_to=reply_to,
        to=people.read(head.all("to"), notes, limits, limits.addresses),
        cc=people.read(head.all("cc"), notes, limits, limits.addresses),
        delivered_to=_delivered_to(head, limits),
        subject=_subject(head, notes, limits),
        date=times.read(head.get("date"), notes),
        message_id=next(iter(ids.read(head.all("message-id"), notes, limits)), ""),
        in_reply_to=ids.read(head.all("in-reply-to"), notes, limits),
        references=ids.read(head.all("references"), notes, limits),
        text=text,
        html="<hr>".join(found.pages) if found.pages else None,
        images=tuple(found.images),
        auto_submitted=said,
        answerable=machines.answerable(head, sender, said),
        bounces=machines.bounces(head, walk.parts, text, sender, limits),
        mailing_list=machines.mailing_list(head),
        checks=checks.read(head, receiver, notes),
        attachments=tuple(found.attachments),
        unreadable=(*walk.unreadable, *found.unreadable),
        remarks=notes.all(),
    )


def _sender(head: Head, senders: tuple[Address, ...], notes: Notes, limits: Limits) -> Address:
    """The first of From; where it names nobody, Sender, which says who sent it off."""
    if senders:
        return senders[0]
    sent_off = people.read(head.all("sender"), notes, limits, 1) if not head.get("from") else ()
    return sent_off[0] if sent_off else Address()


def _delivered_to(head: Head, limits: Limits) -> tuple[str, ...]:
    told = tuple(value for name in _DELIVERED for value in head.all(name))
    return tuple(one.address for one in people.read(told, Notes(0), limits, limits.senders) if one.address)


def _subject(head: Head, notes: Notes, limits: Limits) -> str:
    told = text_of(head.get("subject"))
    subject = decode_words(told[: limits.header_words], limits.header_words)
    if TURNING.search(subject):
        notes.add("turned", "subject")
    subject = one_line(subject)
    if len(told) > limits.header_words or len(subject) > limits.subject:
        notes.add("long-header", "subject")
    return subject[: limits.subject]
