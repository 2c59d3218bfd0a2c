"""The registry of models: what comes in, what was measured, and what serves nobody any more."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.capabilities.models import ENTERED, FOUND_IT, HELD, SYSTEM
from tests.domain.world import World, company

from agentdesk.assist import packs
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.models import BUILT_IN, OWN, Figure, KeepModel, MeasureModel, Model, registered


@pytest.fixture
def world() -> World:
    made = company()
    made.do(ENTERED, SYSTEM)
    return made


def keep(world: World, **other: Any) -> None:
    world.do(msgspec.structs.replace(ENTERED, **other), SYSTEM)


def test_what_this_version_came_with_is_known_and_can_be_withdrawn(world: World) -> None:
    assert OWN == packs.EMBEDDER_SHA256
    assert registered(world)[OWN] == BUILT_IN
    keep(world, model=OWN, state="withdrawn", note="It mixes up refunds.")
    assert registered(world)[OWN].state == "withdrawn"
    assert set(registered(world)) == {OWN, HELD}


def test_what_was_measured_stands_beside_it_and_the_newest_counts(world: World) -> None:
    better = msgspec.structs.replace(FOUND_IT, figures=(Figure("R@1", 0.9, 0.89, 0.91, 3_080),))
    other = msgspec.structs.replace(FOUND_IT, data=("aa" * 32,))
    for one in (FOUND_IT, other, better):
        world.do(MeasureModel(model=HELD, measured=one), SYSTEM)
    keep(world, state="in_use")
    found = world.get(Model, HELD)
    assert found is not None
    assert (found.state, [one.figures[0].value for one in found.measured]) == ("in_use", [0.85, 0.9])
    assert all(0 < one.at < world.time for one in found.measured)


@pytest.mark.parametrize(
    ("wish", "why"),
    [(msgspec.structs.replace(ENTERED, state="withdrawn"), "why the model is withdrawn"),
     (msgspec.structs.replace(ENTERED, licence=" "), "which licence"),
     (MeasureModel(model="ee" * 32, measured=FOUND_IT), "not in the registry"),
     (MeasureModel(model=HELD, measured=msgspec.structs.replace(FOUND_IT, figures=(Figure("R", 0.9, 0, 0.5, 9),))),
      "outside its interval")],
)  # fmt: skip
def test_it_refuses_in_a_sentence(world: World, wish: KeepModel | MeasureModel, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        world.do(wish, SYSTEM)
