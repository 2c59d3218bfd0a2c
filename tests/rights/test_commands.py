"""Every command as every role, in one's own team, in another, and as a guest, against the table written by hand."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from tests.rights.scene import WORKERS, Answer, Scene, prepared
from tests.rights.table import ROLES, sections
from tests.rights.wishes import wish

from agentdesk.domain.catalogue import COMMANDS
from agentdesk.domain.kernel import rights
from agentdesk.domain.people import Person

TABLE = sections()["command"]
REGIONS = ("north", "south")
LOOKS = (
    "consent.look", "mail.pictures", "subject.find", "subject.prove", "suggestion.draft", "suggestion.prove",
    "translate.text",
)  # fmt: skip
QUIET = {"masking.reveal", "subject.export", *LOOKS, *(name for name in TABLE if name.startswith("audit."))}
QUIET |= {name for name, spec in COMMANDS.items() if spec.beside}
"""Done, though nothing is changed by it."""
WAYS = {"invited": ROLES, "mentioned": WORKERS, "glass": ("senior", "supervisor")}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = Scene(tmp_path_factory.mktemp("rights"))
    yield made
    made.database.close()


def test_every_command_and_every_role_is_in_the_table() -> None:
    assert sorted(TABLE) == sorted(COMMANDS)
    assert set(ROLES) == set(rights.ROLES)


def places(name: str, role: str) -> Iterator[tuple[str, str]]:
    """(place, expected)"""
    own, other, guest = TABLE[name][role].split()
    yield "own", own
    yield "other", other
    for way, roles in WAYS.items():
        if role in roles and not (way == "mentioned" and name == "access.end"):
            yield way, guest


@pytest.mark.parametrize("name", sorted(TABLE))
def test_it_is_answered_as_the_table_says(scene: Scene, name: str) -> None:
    wrong = [
        f"{role} {place} ({region}): {expected} expected, got {told}"
        for role in ROLES
        for place, expected in places(name, role)
        if expected != "-"
        for region in REGIONS
        if (told := verdict(scene, name, role, place, region)) != expected
    ]
    assert not wrong, "\n".join(wrong)


def verdict(scene: Scene, name: str, role: str, place: str, region: str) -> str:
    """The word of the table for what happens; or what is odd about it."""
    told, missing = (answer(scene, name, role, there, region) for there in (place, "never"))
    ack, same = told.ack, plain(told, place) == plain(missing, "never")
    if ack.status == "done":
        if told.logged != "done":
            return f"done, but logged as {told.logged}"
        if not told.changed and name not in QUIET:
            return "none" if same else "done, but nothing changed"
        stale = answer(scene, name, role, place, region, fresh=False)
        return "fresh" if stale.ack.code == "step_up" else "yes"
    if ack.status == "denied":
        hint = "" if same or place in WAYS else "denied, but not as what is missing"
        return hint or ("no" if told.logged == "denied" else f"denied, but logged as {told.logged}")
    if same:
        return "none" if told.logged == "denied" else f"as missing, but logged as {told.logged}"
    return "rule" if ack.code not in ("missing", "denied") else f"unlike what is missing: {ack}"


def answer(scene: Scene, name: str, role: str, place: str, region: str, fresh: bool = True) -> Answer:
    with scene.undone():
        scene.change(Person, role, region=region)
        prepared(scene, name, place, role)
        return scene.give(role, name, wish(name, place, role), fresh)


def plain(told: Answer, place: str) -> bytes:
    """An answer without the name of the place."""
    return msgspec.json.encode(told.ack).replace(f"{place}-".encode(), b"-").replace(f'"{place}"'.encode(), b'""')
