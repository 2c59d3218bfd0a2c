"""Views of the queue: who keeps which, who sees it, who may change it, and in which words it is refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.domain.world import World, company

from agentdesk.domain.cases import Assign, Claim, Tag
from agentdesk.domain.cases.seeking import cases_that
from agentdesk.domain.kernel import ME, Condition, Refusal, Trait
from agentdesk.domain.views import MOST_VIEWS, AddView, ChangeView, RemoveView, SavedView

VIP = Condition(((Trait("tag", "is", ("VIP",)),), (Trait("owner", "is", (ME,)), Trait("owner", "unset"))))


def keep(world: World, who: str = "ann", view: str = "v1", **fields: Any) -> SavedView:
    told = {"name": "  My   VIPs ", "condition": VIP, **fields}
    world.do(AddView(view=view, **told), world.actor(who))
    found = world.get(SavedView, view)
    assert found is not None
    return found


def refusal(world: World, who: str, command: Any) -> str:
    with pytest.raises(Refusal) as refused:
        world.do(command, world.actor(who))
    return str(refused.value)


def test_it_means_the_same_for_whoever_asks() -> None:
    world = company()
    for case in ("c1", "c2", "c3"):
        world.open(case)
        world.do(Tag(case=case, tag="Vip"), world.actor("ann"))
    world.do(Claim(case="c1"), world.actor("ann"))
    world.do(Assign(case="c2", assignee="bob"), world.actor("lou"))
    view = keep(world)
    assert (view.name, view.scope, view.version) == ("My VIPs", "user:ann", 1)

    def seen(who: str) -> list[str]:
        sought = cases_that(view.condition, view.order, world, who, ("t1",), world.time)
        return sorted(
            case.id for case in world.records.values() if type(case).__name__ == "Case" and sought.matches(case)
        )

    assert (seen("ann"), seen("bob")) == (["c1", "c3"], ["c2", "c3"])


def test_shared_ones_are_held_by_those_they_are_for() -> None:
    world = company()
    assert keep(world, "lou", "v2", audience="team", team="t1").scope == "team:t1:open"
    assert keep(world, "sue", "v3", audience="all").scope == "org"
    assert refusal(world, "ann", AddView(view="v9", name="x", condition=VIP, audience="all")) == (
        "Only seniors and supervisors share views. Save it for yourself."
    )
    assert refusal(world, "lou", AddView(view="v9", name="x", condition=VIP, audience="team", team="t2")) == (
        "You can share a view only with a team of your own."
    )


def test_nobody_undoes_what_a_colleague_changed() -> None:
    world = company()
    keep(world, "lou", audience="all")
    change = ChangeView(view="v1", version=1, name="Other", condition=VIP, audience="all")
    assert "belongs to somebody else" in refusal(world, "ann", change)
    world.do(change, world.actor("sue"))
    found = world.get(SavedView, "v1")
    assert found is not None
    assert (found.owner, found.version, found.name) == ("lou", 2, "Other")
    assert world.do(change, world.actor("sue")) == []
    again = ChangeView(view="v1", version=1, name="Third", condition=VIP, audience="all")
    assert "meanwhile" in refusal(world, "lou", again)
    assert "belongs to somebody else" in refusal(world, "ann", RemoveView(view="v1"))
    world.do(RemoveView(view="v1"), world.actor("lou"))
    assert world.get(SavedView, "v1") is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " \x00 "}, "A view needs a name."),
        ({"order": "colour"}, "There is no order called colour. Choose another one."),
        ({"columns": ("colour",)}, "A row cannot show colour. Choose something else."),
        ({"condition": Condition(((Trait("colour", "is", ("red",)),),))}, "There is nothing called colour to look at. "
         "Choose another field."),
    ],
)  # fmt: skip
def test_it_is_refused_in_words(fields: dict[str, Any], sentence: str) -> None:
    assert refusal(company(), "ann", AddView(**({"view": "v1", "name": "x", "condition": VIP} | fields))) == sentence


def test_there_is_an_end() -> None:
    world = company()
    for at in range(MOST_VIEWS):
        keep(world, view=f"v{at}")
    assert "Remove one first" in refusal(world, "ann", AddView(view="more", name="x", condition=VIP))
