"""What one may not see answers, byte for byte, like what does not exist: in whatever is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.rights.house import NEVER, House, Listening, house
from tests.rights.scene import HOUR, Scene
from tests.rights.table import ROLES
from tests.rights.wishes import wish
from tests.server.ruling import NOW
from tests.server.running import PATIENCE

from agentdesk.domain.catalogue import COMMANDS
from agentdesk.domain.kernel.masking import MARK
from agentdesk_server.limits import Buckets

HIDDEN = ("case", "conversation", "message", "customer", "grant", "computer")
"""Kinds of which some are out of somebody's sight."""
NAMING = sorted(
    name for name, spec in COMMANDS.items() if any(kind in HIDDEN for _, kind in spec.refs) or name == "masking.reveal"
)
OVERSEEING = ("supervisor", "auditor")
SEES_LAPTOPS = ("supervisor", "admin", "auditor")
SEEING = {"access.end": OVERSEEING, **{n: SEES_LAPTOPS for n in NAMING if n.startswith("device.")}}
SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = Scene(tmp_path_factory.mktemp("sight"))
    yield made
    made.database.close()


def values(value: Any) -> st.SearchStrategy[Any]:
    """What may stand where this value stands."""
    if isinstance(value, bool):
        return st.booleans()
    if isinstance(value, int):
        return st.sampled_from((value, 0, 1, 2, 9, 999, NOW, NOW + HOUR, NOW + 99 * 24 * HOUR))
    if isinstance(value, str):
        return st.sampled_from((value, "", "x", "name", "free", "@[own-p] @[other-p]", f"{MARK}name", "ä" * 3_000))
    return st.just(value)


class Tried(msgspec.Struct):
    """One wish in two companies: where what it names is out of sight, and where it never was."""

    hidden: dict[str, Any]
    never: dict[str, Any]


@st.composite
def tries(draw: st.DrawFn, name: str, role: str) -> Tried:
    """At least one id is out of sight; others may be in sight, taken by something hidden, or new."""
    spec = COMMANDS[name]
    hidden, never, own = (wish(name, place, role) for place in ("other", NEVER, "own"))
    naming = [field for field, kind in spec.refs if kind in HIDDEN and field in hidden] or ["record"]
    creating = [field for field, kind in spec.creates if field in hidden]
    out = draw(st.lists(st.sampled_from(naming), min_size=1, unique=True))
    told = Tried({}, {})
    for field, value in hidden.items():
        if field in out:
            told.hidden[field], told.never[field] = value, never[field]
        elif field in naming:
            told.hidden[field] = told.never[field] = own[field]
        elif field in creating and draw(st.booleans()):
            taken = {"message": "other-n", "grant": "" if role in OVERSEEING else "other-g"}.get(
                dict(spec.creates)[field]
            )
            told.hidden[field] = taken or value
            told.never[field] = str(told.hidden[field]).replace("other", NEVER)
        else:
            told.hidden[field] = told.never[field] = draw(values(own[field]))
    return told


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", NAMING)
def test_commands(scene: Scene, name: str, role: str) -> None:
    if role in SEEING.get(name, ()):
        pytest.skip("in sight of those who look after all of them")

    @settings(SETTINGS, max_examples=12)
    @given(tries(name, role))
    def equal(tried: Tried) -> None:
        assert told(scene, name, role, tried.hidden) == told(scene, name, role, tried.never)

    equal()


def told(scene: Scene, name: str, role: str, args: dict[str, Any]) -> tuple[bytes, int]:
    """The answer without the ids, and how much it changed."""
    with scene.undone():
        answer = scene.give(role, name, args)
    plain = msgspec.json.encode(answer.ack)
    return plain.replace(b'"other', b'"').replace(b'"never', b'"'), answer.changed


@pytest.mark.parametrize("role", ["agent", "senior", "supervisor"])
def test_a_taken_id_makes_nothing(scene: Scene, role: str) -> None:
    """Where something would come into being, under an id that something hidden has, nothing does."""
    for name, field, taken in (
        ("case.note", "message", "other-n"), ("case.reply", "message", "other-r"), ("case.open", "case", "other"),
        ("case.open", "customer", "other-u"), ("case.open", "message", "other-m"),
    ):  # fmt: skip
        with scene.undone():
            answer = scene.give(role, name, {**wish(name, "own", role), field: taken})
            assert answer.changed == 0, name
            assert answer.ack.status in ("denied", "done"), answer.ack


# -- over the network


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("sight") / "server") as made:
        made.state.hub.rations._left = Buckets(1_000_000, 1)
        made.state.hub.revealed._asked = Buckets(1_000_000, 1)
        yield made


@pytest.fixture(scope="module")
def desk(here: House) -> Iterator[Listening]:
    made = Listening(here.url, here.tokens["senior"], "laptop-senior")
    yield made
    made.close()


LIMIT, BEFORE = st.sampled_from((1, 2, 30, 100)), st.sampled_from((0, 1, 3, 1 << 62))


@settings(SETTINGS, max_examples=40)
@given(LIMIT, BEFORE, st.sampled_from(("secret word {}", "{}", '"{}', "word {} *", "{} secret")))
def test_searches(desk: Listening, limit: int, before: int, form: str) -> None:
    other, never = (desk.ask("search", text=form.format(w), limit=limit, before=before) for w in ("other", NEVER))
    assert msgspec.json.encode(other) == msgspec.json.encode(never)


@settings(SETTINGS, max_examples=25)
@given(st.sampled_from(("", "-m", "-u", "-v")), st.sampled_from((1, 50, 500)))
def test_cases(desk: Listening, ending: str, limit: int) -> None:
    other, never = (desk.ask("case", case=place + ending, limit=limit) for place in ("other", NEVER))
    assert msgspec.json.encode(other) == msgspec.json.encode(never)


KINDS = st.sampled_from(
    ("case", "customer", "message", "conversation", "attachment", "grant", "share", "counter", "no")
)
FIELDS = st.sampled_from(("name", "email", "text", "subject", "digest", "reason", "id", "", "scope"))
PURPOSES = st.sampled_from(("reach", "law", "complaint", "nothing"))
ENDINGS = st.sampled_from(("{}", "{}-m", "{}-u", "{}-v", "file-{}", "case:{}@user:x"))


@settings(SETTINGS, max_examples=60)
@given(KINDS, ENDINGS, FIELDS, PURPOSES, st.sampled_from(("", "She asked me to.")))
def test_reveals(desk: Listening, kind: str, form: str, field: str, purpose: str, reason: str) -> None:
    wish_ = {"kind": kind, "field": field, "purpose": purpose, "reason": reason}
    other, never = (desk.ask("reveal", record=form.format(place), **wish_) for place in ("other", NEVER))
    assert msgspec.json.encode(other) == msgspec.json.encode(never)


@settings(SETTINGS, max_examples=25)
@given(st.sampled_from(("viewing", "typing", "draft")), st.booleans(), st.sampled_from(("{}", "{}-m", "{}-two")))
def test_signals(desk: Listening, kind: str, on: bool, form: str) -> None:
    for place in ("other", NEVER):
        assert desk.all_after({"t": "signal", "kind": kind, "on": on, "about": form.format(place)}) == []


@settings(SETTINGS, max_examples=25)
@given(st.sampled_from(("team:{}:open", "team:{}:past", "lead:{}", "user:{}", "{}")), st.sampled_from((0, 5, 10**6)))
def test_pulls(here: House, desk: Listening, form: str, since: int) -> None:
    desk.all_after()
    for name in (here.teams["other"], here.people["host"], NEVER):
        assert desk.all_after({"t": "pull", "scope": form.format(name), "from": since}) == []


NAMING_DOORS = (("POST", "/api/v1/people/{}/help"), ("GET", "/api/v1/subjects/{}/export"))


@pytest.mark.parametrize("who", [role for role in ROLES if role != "admin"])
@pytest.mark.parametrize(("method", "path"), NAMING_DOORS)
def test_doors_that_name_somebody(here: House, who: str, method: str, path: str) -> None:
    """Whoever may not learns neither who works here nor who is a customer: not from a byte, a length or a header."""
    there = here.people["host"] if "people" in path else "own-u"
    answers = []
    for id in (there, NEVER):
        headers = {"Authorization": f"Bearer {here.tokens[who]}"}
        got = requests.request(method, f"{here.url}{path.format(id)}", headers=headers, timeout=PATIENCE)
        told_ = {name: value for name, value in got.headers.items() if name.lower() != "date"}
        answers.append((got.status_code, got.content, told_))
    assert answers[0] == answers[1]
    assert answers[0][0] == 403


HEADERS = ({}, {"Range": "bytes=0-3"}, {"Range": "bytes=99-"}, {"Range": "bytes=-1"}, {"If-None-Match": "*"})


@pytest.mark.parametrize("who", [*ROLES[:3], "visitor"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("more", HEADERS, ids=str)
def test_files(here: House, who: str, method: str, more: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {here.tokens[who]}", **more}
    answers = []
    for place in ("other", NEVER):
        digest = hashlib.sha256(here.files[place]).hexdigest()
        url = f"{here.url}/api/v1/blobs/{digest}"
        got = requests.request(method, url, headers=headers, timeout=PATIENCE)
        told_ = {name: value for name, value in got.headers.items() if name.lower() != "date"}
        answers.append((got.status_code, got.content.replace(digest.encode(), b""), told_))
    assert answers[0] == answers[1]
