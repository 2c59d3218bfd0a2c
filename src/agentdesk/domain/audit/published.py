"""Heads that are shown to everybody: many laptops remember what the log was, and see if it is ever rewritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from agentdesk.domain.kernel import Actor, Change, Command, Put, Question, Record, Remove, View, command, record

from .commands import Place
from .evidence import Doubt, compare, read_head
from .handover import Chain, Signed, keys_of
from .head import Head, SignedHead

KEPT = 30
"""Heads that stay: a laptop that was away for longer begins anew."""
MOST_KEYS = 500
Hex = Annotated[str, Meta(pattern=r"^([0-9a-f]{2}){0,400}(?![\s\S])", max_length=800)]


@record("audit_head", complete=True, public=("data", "signature", "key", "path", "chain"), added={"chain": 3})
class AuditHead(Record, frozen=True):
    """A signed head, and what shows that it goes on from the one published before. Bytes are in hex."""

    size: int
    data: str
    signature: str
    key: str
    previous: int = 0
    """Leaves under the head published before; 0 if there is none."""
    path: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    """All handovers from the log's first key to this one: a laptop follows, however long it was away."""


HEADS = Question("audit_head.all", AuditHead, (), ("size",))


@command("audit.publish", "system")
class PublishHead(Command, frozen=True):
    """Show a head to everybody; the oldest make room."""

    size: Place
    data: Hex
    signature: Hex
    key: Hex
    previous: Place = 0
    path: Annotated[tuple[Hex, ...], Meta(max_length=63)] = ()
    chain: Annotated[tuple[Hex, ...], Meta(max_length=MOST_KEYS)] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        shown = view.page(HEADS(), limit=2 * KEPT)
        if any(one.size >= self.size for one in shown):
            return
        for old in shown[: max(0, len(shown) + 1 - KEPT)]:
            yield Remove(AuditHead, old.id)
        id = f"head-{self.size}"
        about = (self.data, self.signature, self.key, self.previous, self.path, self.chain)
        yield Put(AuditHead(id, "org", 0, self.size, *about))


class Pin(msgspec.Struct, frozen=True):
    """The newest head that a laptop has seen: key and root in hex.

    `breaks` are those behind it that its person has followed (`breaks.AuditBreak`).
    """

    key: str
    size: int
    root: str
    breaks: tuple[str, ...] = ()


def witness(pin: Pin | None, shown: Sequence[AuditHead], signed: Signed) -> tuple[Pin | None, Doubt]:
    """What to remember from now on, and what is wrong with the heads shown (by size, rising), if anything.

    With a doubt the pin stays what it was.
    """
    at = pin
    keys = _keys(shown[-1], signed, pin) if shown else None
    for one in shown:
        head, doubt = _read(one, keys, signed)
        if head is None:
            return pin, doubt
        doubt = _goes_on(at, one, head)
        if doubt:
            return pin, doubt
        if at is None or head.size > at.size:
            at = Pin(one.key, head.size, head.root.hex(), pin.breaks if pin is not None else ())
    if pin is not None and shown and shown[-1].size < pin.size:
        return pin, "shrunk"
    return at, ""


def _keys(newest: AuditHead, signed: Signed, pin: Pin | None) -> Chain | None:
    """The keys of the log as the newest head tells them, if the one that is remembered is among them."""
    try:
        known = bytes.fromhex(pin.key) if pin is not None else None
        return keys_of(bytes.fromhex(newest.key), map(bytes.fromhex, newest.chain), signed, known)
    except ValueError:
        return None


def _read(one: AuditHead, keys: Chain | None, signed: Signed) -> tuple[Head | None, Doubt]:
    try:
        key, told = bytes.fromhex(one.key), SignedHead(bytes.fromhex(one.data), bytes.fromhex(one.signature))
    except ValueError:
        return None, "head"
    if keys is not None and key != keys.key_for(one.size):
        return None, "key"
    head, doubt = read_head(told, keys, signed)
    return (head, "") if head is not None and head.size == one.size else (None, doubt or "head")


def _goes_on(at: Pin | None, one: AuditHead, head: Head) -> Doubt:
    """Whether this head goes on from what is remembered so far; what lies before that was judged when it was new."""
    if at is None or head.size < at.size:
        return ""
    if head.size == at.size:
        return "" if head.root.hex() == at.root else "rewritten"
    if one.previous > at.size:
        return ""  # away for so long that the heads between are gone
    if one.previous < at.size:
        return "rewritten"  # what this laptop remembers was never published, says the server now
    try:
        path, root = [bytes.fromhex(step) for step in one.path], bytes.fromhex(at.root)
    except ValueError:
        return "rewritten"
    return compare(Head(head.epoch, at.size, root, 0, 0), head, path)
