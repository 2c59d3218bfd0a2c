"""Heads shown to everybody: a laptop follows an honest log, and notices one that was cut, forked or signed anew."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest
from tests.domain.test_audit_evidence import KEY, LEAVES, NODE, head, signed
from tests.domain.world import SYSTEM, World

from agentdesk.domain.audit.proofs import prove_consistency
from agentdesk.domain.audit.published import HEADS, KEPT, AuditHead, Pin, PublishHead, witness

OTHER = bytes(31) + b"x"


def shown(*sizes: int, before: int = 0) -> list[AuditHead]:
    """Published one after another; the first goes on from `before`."""
    made = []
    for size in sizes:
        one, path = head(size), prove_consistency(NODE, before, size) if before else []
        made.append(
            AuditHead(
                f"head-{size}", "org", 0, size, one.data.hex(), one.signature.hex(), KEY.hex(), before,
                tuple(step.hex() for step in path),
            )
        )  # fmt: skip
        before = size
    return made


def pinned(size: int) -> Pin:
    found, doubt = witness(None, shown(size), signed)
    assert found is not None
    assert (found.size, doubt) == (size, "")
    return found


def test_a_laptop_follows_an_honest_log() -> None:
    assert witness(None, [], signed) == (None, "")
    pin, doubt = witness(None, shown(3, 8, 13), signed)
    assert pin is not None
    assert (pin.size, doubt) == (13, "")
    assert witness(pin, shown(3, 8, 13), signed) == (pin, "")
    after, doubt = witness(pin, shown(3, 8, 13, 21), signed)
    assert after is not None
    assert (after.size, doubt) == (21, "")
    assert witness(pinned(13), shown(21, before=13), signed) == (after, "")


def test_who_was_away_for_long_begins_anew() -> None:
    pin, doubt = witness(pinned(3), shown(13, 21, before=8), signed)
    assert pin is not None
    assert (pin.size, doubt) == (21, "")


def _forged(size: int) -> AuditHead:
    """Signed by the server over another log of that size."""
    one = head(size, root=sha256(b"another log").digest())
    return AuditHead(f"head-{size}", "org", 0, size, one.data.hex(), one.signature.hex(), KEY.hex(), 8, ("00" * 32,))


@pytest.mark.parametrize(
    ("doubt", "heads"),
    [
        ("shrunk", shown(3, 8)),
        ("rewritten", [*shown(3, 8), _forged(13)]),
        ("rewritten", [*shown(3, 8, 13), _forged(21)]),
        ("rewritten", shown(3, 8, 21)),
        ("rewritten", [msgspec.structs.replace(one, path=("zz",)) for one in shown(21, before=13)]),
        ("rewritten", [msgspec.structs.replace(one, path=()) for one in shown(21, before=13)]),
        ("key", [msgspec.structs.replace(one, key=OTHER.hex()) for one in shown(13, 21)]),
        ("signature", [msgspec.structs.replace(one, signature="00") for one in shown(13, 21)]),
        ("head", [msgspec.structs.replace(one, data="00") for one in shown(13, 21)]),
        ("head", [msgspec.structs.replace(one, data="0") for one in shown(13, 21)]),
        ("head", [msgspec.structs.replace(one, size=22) for one in shown(21, before=13)]),
    ],
)
def test_a_log_that_contradicts_what_is_remembered_is_noticed(doubt: str, heads: list[AuditHead]) -> None:
    pin = pinned(13)
    assert witness(pin, heads, signed) == (pin, doubt)


def test_only_so_many_stay() -> None:
    world = World()
    for size in range(1, KEPT + 6):
        world.do(PublishHead(size=size, data="00", signature="00", key="00", previous=size - 1), SYSTEM)
    assert [one.size for one in world.page(HEADS(), limit=99)] == list(range(6, KEPT + 6))
    assert world.do(PublishHead(size=9, data="00", signature="00", key="00"), SYSTEM) == [], "an older one comes late"
    assert len(LEAVES) == 21
