"""Replies that were said or are yet to be said: told by those who hold them."""

from __future__ import annotations

from collections.abc import Callable

from ..kernel import View
from .records import Message

Holder = Callable[[View, str], tuple[str, str] | None]
_HOLDERS: list[Holder] = []


def on_coming(holder: Holder) -> Holder:
    """Declare how to tell case and writer of a reply that will be the message of this id; None if it is none."""
    _HOLDERS.append(holder)
    return holder


def said_or_coming(view: View, id: str) -> tuple[str, str] | None:
    """Case and writer of a reply; None if no reply was said, or is to be said, as this message."""
    message = view.get(Message, id)
    if message is not None:
        return (message.case, message.author) if message.kind == "reply" else ("", message.author)
    return next((found for holder in _HOLDERS if (found := holder(view, id)) is not None), None)
