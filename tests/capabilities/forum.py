"""The forum."""

from __future__ import annotations

from typing import Any

from tests.domain.world import World

from agentdesk.domain.forum import Answer, Ask, FlagPost

SAMPLES: dict[str, dict[str, Any]] = {
    "forum.ask": {"topic": "t9", "post": "p9", "space": "Billing", "title": "Why?", "text": "So.", "case": "c1"},
    "forum.answer": {"topic": "t1", "post": "p9", "text": "Like this, @[bob]."},
    "forum.edit": {"post": "p1", "edit": "pe9", "text": "Where is it now?"},
    "forum.vote": {"post": "p2"},
    "forum.accept": {"topic": "t1", "post": "p2"},
    "forum.watch": {"topic": "t1", "mode": "mute"},
    "forum.flag": {"post": "p2", "reason": "It is wrong."},
    "forum.moderate": {"post": "p2", "act": "hide", "reason": "It names a customer."},
}
FOUND = (
    ("host", Ask(topic="topic1", post="post1", space="Billing", title="Refund?", text="Where?")),
    ("vis", Answer(topic="topic1", post="post2", text="Ask the bank.")),
)


def begin(world: World) -> None:
    """A question with an answer that somebody has reported."""
    ann = world.actor("ann")
    world.do(Ask(topic="t1", post="p1", space="Billing", title="Refund?", text="Where is it?"), ann)
    world.do(Answer(topic="t1", post="p2", text="Ask the bank, @[ann]."), world.actor("bob"))
    world.do(FlagPost(post="p2", reason="Too short."), ann)


def wishes(place: str, _who: str) -> dict[str, dict[str, Any]]:
    """The same everywhere, but for the case that one asks about."""
    return {
        "forum.ask": {
            "topic": "new", "post": "new", "space": "Billing", "title": "Why?", "text": "So.", "case": place,
        },
        "forum.answer": {"topic": "topic1", "post": "new", "text": "Like this."},
        "forum.edit": {"post": "post1", "edit": "new", "text": "Where is it now?"},
        "forum.vote": {"post": "post1"},
        "forum.accept": {"topic": "topic1", "post": "post2"},
        "forum.watch": {"topic": "topic1", "mode": "follow"},
        "forum.flag": {"post": "post1", "reason": "It is wrong."},
        "forum.moderate": {"post": "post2", "act": "hide", "reason": "It names a customer."},
    }  # fmt: skip
