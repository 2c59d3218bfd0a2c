"""After a restored backup: who vouches says why, what is vouched for exists, and whoever follows goes on from there."""

from __future__ import annotations

import pytest
from tests.domain.samples import busy, sample
from tests.domain.test_audit_evidence import KEY, signed
from tests.domain.test_audit_published import pinned, shown
from tests.domain.world import SYSTEM, World

from agentdesk.domain.audit import AcceptLog, AuditBreak, FollowLog, PublishHead
from agentdesk.domain.audit.breaks import BREAKS, KEPT, past, vouched
from agentdesk.domain.audit.published import Pin, witness
from agentdesk.domain.kernel import Denied, Refusal


@pytest.fixture
def world() -> World:
    return busy()


def test_who_answers_for_the_log_vouches_for_it(world: World) -> None:
    world.do(sample("audit.accept"), world.actor("adm"))
    made = world.get(AuditBreak, "b9")
    assert made is not None
    assert (made.person, made.at, made.before_size, made.size) == ("adm", world.time, 7, 5)
    assert "Monday" not in repr(made), "why is between them and the log"
    with pytest.raises(Denied):
        world.do(sample("audit.accept", id="b10"), world.actor("ann"))


@pytest.mark.parametrize(
    ("other", "words"),
    [({"reason": " why? "}, "few words"), ({"size": 6}, "gone on meanwhile"), ({"key": "01"}, "gone on meanwhile")],
)
def test_not_without_a_reason_nor_for_what_is_not_there(world: World, other: dict[str, object], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        world.do(sample("audit.accept", **other), world.actor("adm"))


def test_everybody_may_follow_what_is_there(world: World) -> None:
    for person in ("ann", "adm"):
        world.do(FollowLog(id="b1"), world.actor(person))
    with pytest.raises(Refusal, match="Nobody vouches"):
        world.do(FollowLog(id="b2"), world.actor("ann"))


def test_the_oldest_make_room(world: World) -> None:
    for n in range(KEPT + 2):
        world.time += 1
        world.do(sample("audit.accept", id=f"n{n}"), world.actor("adm"))
    kept = world.page(BREAKS(), limit=100)
    assert [one.id for one in kept] == [f"n{n}" for n in range(2, KEPT + 2)]


def test_to_say_it_again_changes_nothing(world: World) -> None:
    before = world.get(AuditBreak, "b1")
    world.time += 1
    world.do(sample("audit.accept", id="b1"), world.actor("adm"))
    assert world.get(AuditBreak, "b1") == before


def test_a_laptop_goes_on_from_there(world: World) -> None:
    """And from no break twice."""
    pin, (head,) = pinned(21), shown(13)
    assert witness(pin, [head], signed) == (pin, "shrunk")
    now = pinned(13)
    one = AuditBreak("b", "org", 1, "adm", 7, 21, pin.root, pin.key, now.size, now.root, now.key)
    assert vouched(pin, [one]) == one
    after = past(pin, one)
    assert after == Pin(KEY.hex(), 13, now.root, ("b",))
    assert witness(after, [head], signed) == (after, "")
    assert vouched(after, [one]) is None
    again, doubt = witness(after, shown(13, 21), signed)
    assert again is not None
    assert (again.size, again.breaks, doubt) == (21, ("b",), "")


def test_what_is_vouched_for_is_published_first(world: World) -> None:
    world.do(PublishHead(size=6, data="00", signature="00", key="02"), SYSTEM)
    told = sample("audit.accept", id="b6", size=6, key="02")
    assert isinstance(told, AcceptLog)
    world.do(told, world.actor("adm"))
