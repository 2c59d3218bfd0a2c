"""Stamps over Markdown: a number is found whatever signs stand within it."""

from __future__ import annotations

import pytest

from agentdesk.domain.cases import Message
from agentdesk.domain.kernel import Masked
from agentdesk.domain.kernel.masking import View, masked
from agentdesk_server.authority.stamping import stamped


@pytest.mark.parametrize(("text", "shown"), [
    ("card 4111 **1111** 1111 1111 is gone", "card … is gone"),
    ("card **4111111111111111** is gone", "card **…** is gone"),
    (r"card 4111\-1111\-1111\-1111 is gone", "card … is gone"),
    ("call `it` **soon**", "call `it` **soon**"),
])  # fmt: skip
def test_signs_hide_no_number(text: str, shown: str) -> None:
    message = Message("m", "s", 0, "c", "k", 1, "reply", "mina", "Mina", text, 1, 1)
    seen = masked(stamped(message, None, lambda _kind, _id: None), View("agent", hidden=frozenset({"payment"})))
    assert Masked.shown(seen.text, lambda _: "…") == shown
