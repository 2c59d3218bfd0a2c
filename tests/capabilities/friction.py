"""Processes that hurt."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.domain.world import World

from agentdesk.domain.friction import AnswerFriction, Friction, FrictionNotice, KeepProcess, Report

SAMPLES: dict[str, dict[str, Any]] = {
    "friction.process": {"process": "pr1", "name": "Refunds by hand", "owner": "lou", "days": 5},
    "friction.report": {"friction": "fr9", "words": "Two forms for one thing.", "process": "pr1", "case": "c1"},
    "friction.answer": {"friction": "fr1", "answer": "One form from May on."},
    "friction.pass": {"friction": "fr1", "person": "tim"},
    "friction.doubt": {"friction": "fr2", "doubt": "It is still two."},
    "friction.read": {"notice": "fn1"},
    "friction.ring": {"friction": "fr3"},
}
FOUND = (
    ("host", Report(friction="friction1", words="It takes two forms.")),
    ("host", Report(friction="friction2", words="It takes two forms.")),
    ("host", AnswerFriction(friction="friction2", answer="It has to.")),
)


def begin(world: World) -> None:
    """fr1 waits for ann, fr2 was answered to her, fr3 is late; fn1 tells her of fr2."""
    ann, lou = world.actor("ann"), world.actor("lou")
    world.do(KeepProcess(process="pr1", name="Refunds", owner="ann"), lou)
    for n, by in ((1, world.actor("bob")), (2, ann), (3, ann)):
        world.do(Report(friction=f"fr{n}", words="It takes two forms.", process="pr1"), by)
    world.do(AnswerFriction(friction="fr2", answer="It has to."), lou)
    late = world.get(Friction, "fr3")
    assert late is not None
    world.put(msgspec.structs.replace(late, alarm=world.time - 1))
    world.put(FrictionNotice("fn1", "user:ann", world.rev, "ann", "fr2", "answered", world.time))


def wishes(place: str, who: str) -> dict[str, dict[str, Any]]:
    """The same everywhere, but for the case of a report, and for what one was told oneself."""
    return {
        "friction.process": {"process": "process1", "name": "Refunds", "owner": "host", "days": 3},
        "friction.report": {"friction": "new", "words": "Two forms.", "case": place},
        "friction.answer": {"friction": "friction1", "answer": "It has to be so."},
        "friction.pass": {"friction": "friction1", "person": "vis"},
        "friction.doubt": {"friction": "friction2", "doubt": "It still hurts."},
        "friction.read": {"notice": f"fn-{who}"},
        "friction.ring": {"friction": "friction1"},
    }
