"""The demo: what is written for the sample company holds together, and the company comes to life and goes away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.server.running import Running
from tests.widget.fake import SITE, Fake

from agentdesk.domain.cases import Attachment, Case, Message
from agentdesk.domain.forum import Topic
from agentdesk.domain.governed import Document
from agentdesk.domain.macros import Macro
from agentdesk.domain.people import Person, Team
from agentdesk.domain.sites import Site
from agentdesk_server.audit.command import run as verify_audit
from agentdesk_server.authority import Database
from agentdesk_server.authority.database import open_reader
from agentdesk_server.core import now
from agentdesk_server.demo import can_show, shots_main
from agentdesk_server.demo.company import DAY, company, talks
from agentdesk_server.demo.customers import Pace, keep_arriving, play
from agentdesk_server.demo.library import library
from agentdesk_server.demo.script import Beat, Role, Scenario, role, scenarios
from agentdesk_server.demo.seed import seed
from agentdesk_server.demo.stage import _send_home, new_password
from agentdesk_server.demo.steps import CUSTOMER, steps_of
from agentdesk_server.operating import AuditExport
from agentdesk_server.replay.entrance import place_at
from agentdesk_server.state import Settings

NOW = 1_800_000_000_000
ORIGINS = ("http://127.0.0.1:1", "http://localhost:1")
PASSWORD = "four-words-for-tests"
HURRY = 200.0


def all_records(database: Database, cls: type[Any], kind: str) -> list[Any]:
    ids = [row[0] for row in database.conn.execute(f'SELECT id FROM "{kind}"')]
    return list(database.records.get_many(kind, ids).values())


# --- What is written -------------------------------------------------------------------------------------------------


def test_the_conversations_are_many_and_in_many_languages() -> None:
    told = list(talks())
    assert len(told) >= 60
    assert len({talk.id for talk in told}) == len(told)
    assert {"en", "de", "fr", "es", "tr", "ar", "he", "ja", "zh"} <= {talk.lang for talk in told}
    verbs = Counter(step[2] for talk in told for step in talk.steps if step[0] != CUSTOMER)
    assert {"reply", "note", "claim", "assign", "snooze", "solve", "tag", "prioritise", "merge", "link"} <= set(verbs)


def test_every_conversation_is_over_by_now_and_by_people_who_work_there() -> None:
    people = {person.id for person in company().people}
    for talk in talks():
        steps = steps_of(talk, NOW)
        assert steps[0].who == CUSTOMER, talk.id
        assert {step.who for step in steps} <= people | {CUSTOMER}, talk.id
        assert all(a.at <= b.at for a, b in pairwise(steps)), talk.id


def test_a_conversation_that_would_end_in_the_future_is_no_conversation() -> None:
    talk = next(talks())
    with pytest.raises(ValueError, match="from now"):
        steps_of(type(talk)(talk.id, talk.name, talk.lang, talk.team, "1m", talk.steps), NOW)


def test_addresses_are_such_that_nobody_has_them() -> None:
    addresses = [talk.email for talk in talks() if talk.email] + [company().email(p.id) for p in company().people]
    assert all(address.endswith(".example") for address in addresses)


def test_there_are_enough_scenarios_in_enough_languages() -> None:
    written = scenarios()
    assert len(written) >= 40
    assert len({scenario.id for scenario in written}) == len(written)
    assert len({scenario.lang for scenario in written}) >= 8
    assert all(scenario.names and isinstance(scenario.steps[0], str) for scenario in written)


def test_who_comes_is_fixed_by_the_seed() -> None:
    count = len(scenarios())
    first, again, other = ([role(n, seed) for n in range(2 * count)] for seed in (1, 1, 2))
    assert first == again != other
    assert {part.scenario.id for part in first[:count]} == {scenario.id for scenario in scenarios()}
    assert first[0].dice(1).random() == again[0].dice(1).random()


# --- The company -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "server"
    asyncio.run(seed(folder, now(), ORIGINS, PASSWORD))
    return folder


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    reader = open_reader(folder)
    yield reader
    reader.close()


def test_the_company_is_there(database: Database) -> None:
    assert len(all_records(database, Team, "team")) == 4
    people = all_records(database, Person, "person")
    assert len(people) == 14
    assert Counter(person.role for person in people)["admin"] == 1
    (site,) = all_records(database, Site, "site")
    assert site.origins == ORIGINS


def test_it_knows_something(database: Database) -> None:
    """Macros, articles in force, and questions of which one is open: all pages have something to show."""
    assert {one.audience for one in all_records(database, Macro, "macro")} == {"all"}
    articles = all_records(database, Document, "document")
    assert [one.state for one in articles] == ["published"] * len(library().articles)
    topics = all_records(database, Topic, "topic")
    assert sum(not one.accepted for one in topics) == 1


def test_its_conversations_are_in_every_state_and_spread_over_days(database: Database) -> None:
    cases = [case for case in all_records(database, Case, "case") if not case.merged_into]
    assert len(cases) == len(list(talks())) - 1
    assert {case.status for case in cases} == {"open", "snoozed", "solved"}
    assert {0, 1, 2, 3} - {0} <= {case.priority for case in cases}
    assert any(case.linked for case in cases)
    assert sum(not case.assignee for case in cases) >= 10
    assert sum(case.assignee == "mina" and case.status == "open" for case in cases) >= 8
    opened = [case.opened_at for case in cases]
    assert max(opened) - min(opened) > 4 * DAY
    assert max(opened) <= now()
    assert all(case.snoozed_until > now() for case in cases if case.status == "snoozed")


def test_seeding_again_changes_nothing_but_the_door(folder: Path, tmp_path: Path) -> None:
    def contents() -> dict[str, Any]:
        reader = open_reader(folder)
        try:
            return {kind: sorted(map(repr, all_records(reader, cls, kind))) for kind, cls in kinds.items()}
        finally:
            reader.close()

    kinds: dict[str, type[Any]] = {"case": Case, "message": Message, "person": Person, "team": Team}
    before = contents()
    asyncio.run(seed(folder, now(), ("http://127.0.0.1:2",), PASSWORD))
    assert contents() == before
    asyncio.run(seed(folder, now(), ORIGINS, PASSWORD))


def test_people_sign_in_see_the_pictures_and_the_log_is_whole(
    folder: Path, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens: list[str] = []
    seen = 0
    running = Running(Settings(folder=folder, port=0))
    try:
        for person in ("mina", "rosa", "priya"):
            body = {"email": company().email(person), "password": PASSWORD, "device": {"id": "laptop", "name": ""}}
            answer = requests.post(f"{running.url}/api/v1/session", json=body, timeout=30)
            assert answer.status_code == 201
            tokens.append(answer.json()["token"])
        headers = {"Authorization": f"Bearer {tokens[0]}"}
        for file in all_records(database, Attachment, "attachment"):
            blob = requests.get(f"{running.url}/api/v1/blobs/{file.digest}", headers=headers, timeout=30)
            assert (blob.status_code, len(blob.content)) == (200, file.size)
            seen += 1
        said = running.operate(AuditExport(file=str(tmp_path / "audit.jsonl")))
    finally:
        running.stop()
    assert seen == 2
    assert verify_audit([str(tmp_path / "audit.jsonl"), "--key", said.rpartition(" ")[2]]) == 0
    assert "untouched" in capsys.readouterr().out


def test_a_seed_that_was_cut_off_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the people's wishes are there: the other half comes, and nothing twice."""
    from agentdesk_server.demo import seed as seeding

    class Enough(Exception):
        pass

    given = 0
    give = seeding.Seeder.give

    async def some(self: Any, at: int, who: Any, command: Any) -> None:
        nonlocal given
        given += 1
        if given == 150:
            raise Enough
        await give(self, at, who, command)

    with monkeypatch.context() as patched:
        patched.setattr(seeding.Seeder, "give", some)
        with pytest.raises(Enough):
            asyncio.run(seed(tmp_path, NOW, ORIGINS, PASSWORD))
    asyncio.run(seed(tmp_path, NOW + 5_000, ORIGINS, PASSWORD))
    reader = open_reader(tmp_path)
    cases = all_records(reader, Case, "case")
    messages = Counter(message.case for message in all_records(reader, Message, "message"))
    reader.close()
    assert len(cases) == len(list(talks()))
    assert all(messages[case.id] == case.seq for case in cases)


def test_passwords_are_new_each_time_and_can_be_typed() -> None:
    some = {new_password() for _ in range(50)}
    assert len(some) == 50
    assert all(re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", word) for word in some)


# --- Customers -------------------------------------------------------------------------------------------------------


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    yield server
    server.stop()
    assert server.broken == []


def visit(fake: Fake, *steps: str | Beat, answer: bool = False) -> list[str]:
    """What a customer with this concern says, where somebody answers the first word or nobody does."""
    part = Role(0, Scenario("one", "de", ("Anne",), steps), "Anne")
    answered = False

    def said(_: Role) -> None:
        nonlocal answered
        if answer and not answered:
            answered = True
            asyncio.get_running_loop().run_in_executor(None, fake.answer, "Hello")

    asyncio.run(play(place_at(fake.origin, SITE), part, Pace(hurry=HURRY), said))
    return fake.said()


def test_a_customer_who_is_answered_goes_on_otherwise_than_one_who_is_not(fake: Fake) -> None:
    steps = ("Hi", Beat(wait=300, answered=("Thanks",), silent=("Hello?",)))
    assert visit(fake, *steps, answer=True) == ["Hi", "Thanks"]
    fake.reset()
    assert visit(fake, "Hi", Beat(wait=20, answered=("Thanks",), silent=("Hello?",))) == ["Hi", "Hello?"]


def test_a_customer_types_before_saying_and_has_a_name(fake: Fake) -> None:
    visit(fake, "Hi", "again")
    kinds = [frame["t"] for frame in fake.frames if frame["t"] in ("typing", "say")]
    assert kinds == ["typing", "typing", "say"] * 2
    assert fake.got("name")[0]["name"] == "Anne"
    assert fake.requests[0]["lang"] == "de"


def test_a_customer_who_loses_the_line_comes_back_as_the_same(fake: Fake) -> None:
    assert visit(fake, "Hi", Beat(away=4), "back") == ["Hi", "back"]
    assert len(fake.visitors) == 1
    assert len(fake.got("hello")) == 2


def test_customers_keep_coming_until_they_are_told_to_stop(fake: Fake) -> None:
    heard: list[Role] = []

    async def some_come() -> None:
        enough = asyncio.Event()

        def said(part: Role) -> None:
            heard.append(part)
            if len({one.number for one in heard}) >= 12:
                enough.set()

        coming = asyncio.create_task(keep_arriving(place_at(fake.origin, SITE), Pace(rate=6000, hurry=HURRY), said))
        await enough.wait()
        coming.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await coming

    asyncio.run(some_come())
    assert len(fake.visitors) >= 12


# --- The command -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surroundings", "shown"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "vnc:port=5900"}, True),
    ],
)
def test_it_knows_whether_anybody_would_see_a_window(
    surroundings: dict[str, str], shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    assert can_show() is shown


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_opens_and_ends_with_all_its_children(tmp_path: Path, word: signal.Signals) -> None:
    command = [sys.executable, "-m", "agentdesk.cli", "demo", "--no-desk", "--rate", "600", "--data", str(tmp_path)]
    # Whoever runs the tests in the background lets them ignore Ctrl+C, and all that they start inherits that.
    hear = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, preexec_fn=hear)
    assert process.stdout is not None
    said = ""
    while "Ctrl+C ends it." not in said:
        line = process.stdout.readline()
        assert line, process.communicate()
        said += line
    found = re.search(r"be a customer\s+(http://127\.0\.0\.1:\d+)/demo", said)
    assert found is not None
    assert requests.get(f"{found[1]}/demo", timeout=30).status_code == 200
    process.send_signal(word)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors.strip()) == (0, "ended")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{found[1]}/livez", timeout=30)
    assert re.search(r"password\s+([a-z2-9-]+)", said)[1] not in (tmp_path / "server.log").read_text()  # type: ignore[index]
    assert f"agentdesk admin --data {tmp_path} " in said
    reader = open_reader(tmp_path)
    assert len(all_records(reader, Team, "team")) == 4
    reader.close()


def test_the_desk_of_the_demo_signs_in_by_itself(folder: Path, tmp_path: Path) -> None:
    """The password goes through its input; what it keeps, it keeps where it was told."""
    running = Running(Settings(folder=folder, port=0))
    arguments = ["--server", running.url, "--email", company().email("mina"), "--password-stdin"]
    command = [sys.executable, "-m", "agentdesk.desk.guest", *arguments]
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)}
    desk = subprocess.Popen(command, stdin=subprocess.PIPE, env=surroundings, text=True)
    try:
        assert desk.stdin is not None
        desk.stdin.write(PASSWORD + "\n")
        desk.stdin.close()
        while not running.state.hub.desks and desk.poll() is None:
            time.sleep(0.05)
        assert desk.poll() is None
        assert {file.name for file in tmp_path.rglob("replica.db")}
    finally:
        desk.kill()
        desk.wait()
        running.stop()


def test_customers_are_sent_home_until_they_hear_it() -> None:
    """One who overhears the first word goes at the second."""

    async def deaf() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    async def play() -> bool:
        customers = asyncio.create_task(deaf())
        await asyncio.sleep(0)
        await _send_home(customers)
        return customers.cancelled()

    assert asyncio.run(play())


def test_pictures_that_cannot_be_kept_are_not_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tmp_path / "shots"
    there.write_text("a file")
    assert shots_main(["--to", str(there)]) == 1
    assert "takes no files: File exists. Choose another folder." in capsys.readouterr().err
