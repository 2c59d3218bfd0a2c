"""What another region brings, held against what it may bring: nothing of it is taken on trust."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from ..cases import PRIORITIES, Attachment, Case, Conversation, Customer, Message
from ..cases.opening import CUSTOMERS
from ..cases.thread import CALL, open_scope, past_scope
from ..kernel import Masked, Record, Refusal, clean, spec_of
from ..kernel.values import ID_PATTERN

R = TypeVar("R", bound=Record)
MOST_NUMBER = 2**53
_ID, _TIME = re.compile(ID_PATTERN), re.compile(r"[0-9]{1,16}\Z")
_NAMES_SOMEBODY = ("assigned", "invited", "glass_broken")
"""Events whose detail is the id of somebody there; here it may be somebody else's."""
_IDS: Mapping[str, tuple[str, ...]] = {
    "customer": ("id",),
    "case": ("id", "customer"),
    "conversation": ("id", "case", "customer"),
    "message": ("id", "case"),
    "attachment": ("id", "case", "message"),
}
_WORDS: Mapping[tuple[str, str], tuple[Any, ...]] = {
    ("case", "status"): ("open", "snoozed", "solved"),
    ("case", "priority"): tuple(range(len(PRIORITIES))),
    ("case", "preview_from"): ("customer", "agent"),
    ("message", "kind"): ("customer", "reply", "note", "event", CALL),
    ("message", "state"): ("", "accepted", "delivered", "read", "failed"),
}


def stub(record: R, home: str, team: str) -> R:
    """The record as it is kept here for another region: at home there, shown to a team here, bound to nobody here.

    Raises `Refusal` if it is none that the program can show.
    """
    spec = spec_of(record)
    if not all(_ID.match(getattr(record, name)) for name in _IDS[spec.kind]):
        raise _wrong(record)
    if any(getattr(record, name) not in words for (kind, name), words in _WORDS.items() if kind == spec.kind):
        raise _wrong(record)
    fields = {name: _decent(getattr(record, name), name in spec.classes) for name in spec.fields}
    if any(isinstance(value, int) and abs(value) >= MOST_NUMBER for value in fields.values()):
        raise _wrong(record)
    fields |= {"rev": 0, **_OWN[type(record)](record, home, team)}
    return msgspec.structs.replace(record, **fields)


def _wrong(record: Record) -> Refusal:
    return Refusal(
        "The {kind} that the other region has sent cannot be shown here. Bring both servers to the same version.",
        "stub",
        kind=spec_of(record).kind,
    )


def _decent(value: Any, may_be_masked: bool) -> Any:
    """The value without what no text may hold; masks stay where there may be some."""
    if isinstance(value, tuple):
        return tuple(_decent(one, may_be_masked) for one in value)
    if not isinstance(value, str):
        return value
    parts, at = [], 0
    for start, end, _ in Masked.spans(value) if may_be_masked else ():
        parts += [_clean(value[at:start]), value[start:end]]
        at = end
    return "".join((*parts, _clean(value[at:])))


def _clean(text: str) -> str:
    """Without control characters, and as long as it is: places in it are counted."""
    if clean(f".{text}.") == f".{text}.":
        return text
    return "".join(one if one in "\n\t " else clean(one) or " " for one in text)


def _customer(record: Any, home: str, team: str) -> dict[str, Any]:
    return {"scope": CUSTOMERS, "visitor": "", "region": home, "home": home}


def _case(record: Any, home: str, team: str) -> dict[str, Any]:
    """Somebody there has it, whoever that is: nobody here is to take it up, and no clock of ours runs for it."""
    scope = past_scope(team) if record.status == "solved" else open_scope(team)
    return {"scope": scope, "team": team, "assignee": home, "home": home, "clocked": 0}


def _conversation(record: Any, home: str, team: str) -> dict[str, Any]:
    """A visitor here never sees it as theirs."""
    return {"site": "", "visitor": ""}


def _message(record: Any, home: str, team: str) -> dict[str, Any]:
    """Who wrote it has an account there; here that id may be somebody else's."""
    author = record.author if record.kind == "customer" else f"{home}/{record.author}"
    detail = _clean(record.detail)
    if record.event in _NAMES_SOMEBODY:
        detail = home
    elif record.event == "snoozed" and not _TIME.match(detail):
        detail = ""
    return {"device": "", "mentions": (), "hold_until": 0, "author": author, "detail": detail}


def _attachment(record: Any, home: str, team: str) -> dict[str, Any]:
    """Its bytes are not here."""
    return {"digest": Masked.of("file")}


_OWN: Mapping[type[Record], Callable[[Any, str, str], dict[str, Any]]] = {
    Customer: _customer,
    Case: _case,
    Conversation: _conversation,
    Message: _message,
    Attachment: _attachment,
}
