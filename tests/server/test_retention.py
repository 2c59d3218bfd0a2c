"""The schedule with everything running and a clock of the test's own, and the export of all about one person."""

from __future__ import annotations

import hashlib
import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from tests.server.running import PASSWORD, PATIENCE, Company, Running
from tests.server.signing import Caller

from agentdesk.domain.cases import VISITOR_CONVERSATIONS, Case, Customer, Solve
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.privacy import RetentionRun, RunRetention, SetHold, SetRetention
from agentdesk.domain.privacy.retention import DAY
from agentdesk_server import admin
from agentdesk_server.asked import Cannot, Result
from agentdesk_server.authority import Submission
from agentdesk_server.blobs import path_of
from agentdesk_server.privacy.orders import (
    HoldList,
    HoldRelease,
    HoldSet,
    RetentionDue,
    RetentionList,
    RetentionRunNow,
    RetentionSet,
    SubjectErase,
    SubjectErasures,
    SubjectFind,
)
from agentdesk_server.privacy.schedule import would_go
from agentdesk_server.state import Settings

CANARY = "Kanarienvogel"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Company]:
    running = Running(Settings(folder=tmp_path, port=0))
    yield Company(running)
    running.stop()


def eventually(test: Callable[[], Any]) -> None:
    until = time.monotonic() + PATIENCE
    while not test():
        assert time.monotonic() < until
        time.sleep(0.02)


def tell(company: Company, who: Actor, command: Command) -> None:
    told = Submission(who, command_spec(command).name, command, msgspec.msgpack.encode(command), fresh=True)
    outcome = company.running.do(company.state.writer.submit(told))
    assert outcome.ack.status == "done", outcome.ack


def written(company: Company, name: str) -> tuple[str, str, str]:
    """Somebody has written and sent a file: case, customer, digest."""
    visitor = company.visitor()
    file = visitor.upload(f"the passport of {name}".encode())
    with visitor.line() as line:
        line.say({"t": "name", "name": name, "email": f"{name}@example.com"})
        line.message(f"I am {name}.", attachments=[{**file, "name": f"{name}.txt"}])
    found = company.state.reader.records.page(VISITOR_CONVERSATIONS(visitor=visitor.id), limit=1)
    return found[0].case, found[0].customer, file["digest"]


def left(folder: Path, word: str) -> list[str]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in found if word.lower() in path.read_bytes().decode("latin-1").lower()]


def test_what_was_kept_long_enough_goes_and_what_is_held_stays(own: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = Actor(own.hire("Adam In", "adam@example.com", "admin", ()), "nobody", device="desk")
    case, customer, digest = written(own, CANARY)
    held, held_customer, held_digest = written(own, "Wellensittich")
    waiting, _, _ = written(own, "Zeisig")
    for solved in (case, held):
        tell(own, Actor(own.agent, "nobody", device="desk"), Solve(case=solved, seen=1))
    for data_class in ("messages", "customers", "audit", "facts"):
        tell(own, admin, SetRetention(data_class=data_class, days=30, basis="contract"))  # type: ignore[arg-type]
    tell(own, admin, SetHold(hold="h1", kind="case", about=held, reason="A court has asked for it."))
    assert sum(going.due for going in would_go(own.state.core)) == 0
    authority, later = own.state.writer.authority, own.state.clock() + 31 * DAY
    monkeypatch.setattr(authority, "_clock", lambda: later)
    object.__setattr__(own.state.core, "clock", lambda: later)  # it is frozen: a server has one clock for life
    going = {one.data_class: one for one in would_go(own.state.core)}
    assert (going["messages"].due, going["messages"].held, going["messages"].samples) == (1, 1, [case])
    found = own.state.reader.records.of(Case, case)
    assert found is not None, "the dry run changes nothing"
    assert [(one.id, one.number, one.at) for one in going["messages"].items] == [(case, found.number, found.updated_at)]
    tell(own, admin, RunRetention(run="q1"))
    run = lambda: own.state.reader.records.of(RetentionRun, "q1")  # noqa: E731
    eventually(lambda: run().done)
    records = own.state.reader.records
    assert records.of(Case, case) is None
    assert records.of(Customer, customer) is None
    assert records.of(Case, held) is not None
    assert records.of(Customer, held_customer) is not None
    assert records.of(Case, waiting) is not None, "what waits for somebody is never due"
    done = run()
    assert (done.cases, done.files, done.customers, done.held) == (1, 1, 1, 1)
    assert done.facts > 0
    assert done.seals > 0
    folder = own.running.settings.folder
    eventually(lambda: not path_of(folder, digest).exists())
    eventually(lambda: left(folder, CANARY) == [])
    assert path_of(folder, held_digest).exists()
    assert left(folder, "Wellensittich")


def test_all_about_one_person_in_one_file(own: Company) -> None:
    own.hire("Adam In", "adam@example.com", "admin", ())
    _, customer, digest = written(own, CANARY)
    written(own, "Zeisig")
    caller = Caller(own, "adam@example.com", "desk")
    caller.sign_in()
    assert caller.ask("POST", "/api/v1/session/fresh", {"password": PASSWORD}).status_code == 200
    answer = caller.ask("GET", f"/api/v1/subjects/{customer}/export")
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    manifest = json.loads(archive.read("manifest.json"))
    assert {*manifest["parts"], "manifest.json"} == set(archive.namelist())
    for name, part in manifest["parts"].items():
        data = archive.read(name)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (part["sha256"], part["bytes"])
    assert archive.read(f"attachments/{digest}") == f"the passport of {CANARY}".encode()
    for kind in ("customer", "case", "conversation", "message", "attachment", "visitor"):
        lines = archive.read(f"{kind}.jsonl").decode().splitlines()
        assert len(lines) == 1, kind
        assert isinstance(json.loads(lines[0]), dict)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert CANARY.encode() in everything
    assert b"Zeisig" not in everything
    log = own.state.reader.conn.execute("SELECT count(*) FROM fact WHERE name='subject.exported'").fetchone()[0]
    assert log == 1
    assert caller.ask("GET", "/api/v1/subjects/nobody/export").status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/subjects/x/export", "/api/v1/retention/due"])
def test_only_for_those_who_may(own: Company, path: str) -> None:
    headers = {"Authorization": f"Bearer {own.sign_in()}"}
    assert requests.get(own.url + path, headers=headers, timeout=PATIENCE).status_code == 403
    assert requests.get(own.url + path, timeout=PATIENCE).status_code == 401


def test_the_dry_run_is_told_to_those_who_see_the_schedule(own: Company) -> None:
    own.hire("Audrey Tor", "audrey@example.com", "auditor", ())
    caller = Caller(own, "audrey@example.com", "desk")
    caller.sign_in()
    answer = caller.ask("GET", "/api/v1/retention/due")
    assert answer.status_code == 200
    assert [one["data_class"] for one in answer.json()] == [
        "messages", "attachments", "customers", "audit", "facts", "visitors",
    ]  # fmt: skip


def test_an_operator_does_all_of_it(own: Company) -> None:
    case, customer, _ = written(own, CANARY)
    do = own.running.operate
    found = do(SubjectFind(words=CANARY.lower()))
    assert found.split("\t")[0] == customer
    hold = do(HoldSet(case=case, reason="A court has asked for it."))
    with pytest.raises(Cannot, match="legal hold"):
        do(SubjectErase(customer=customer))
    assert hold in do(HoldList())
    do(HoldRelease(hold=hold))
    do(RetentionSet(data_class="messages", days=30, basis="law", region="EU"))
    assert "messages\tEU\t30\tlaw" in do(RetentionList())
    assert re.findall(r"\b1\d{12}\b", do(RetentionList()) + do(HoldList()).replace(hold, "")) == [], (
        "moments are for reading"
    )
    assert do(RetentionDue()).startswith("messages\t0\t0")
    run = do(RetentionRunNow())
    eventually(lambda: own.state.reader.records.of(RetentionRun, run).done)  # type: ignore[union-attr]
    erasure = do(SubjectErase(customer=customer))
    eventually(lambda: "laptop" in do(SubjectErasures()))
    assert erasure in do(SubjectErasures())
    assert do(SubjectFind(words=CANARY)) == ""
    with pytest.raises(Cannot, match="no such customer"):
        do(SubjectErase(customer=customer))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (["subject", "erase", "u1", "--reason", "child"], SubjectErase(customer="u1", reason="child")),
        (["subject", "find", "Lena"], SubjectFind(words="Lena")),
        (["subject", "erasures"], SubjectErasures()),
        (["hold", "set", "--case", "c1", "--reason", "A court."], HoldSet(case="c1", reason="A court.")),
        (["hold", "release", "h1"], HoldRelease(hold="h1")),
        (["hold", "list"], HoldList()),
        (["retention", "set", "facts", "90", "--basis", "law"], RetentionSet(data_class="facts", days=90, basis="law")),
        (["retention", "list"], RetentionList()),
        (["retention", "due"], RetentionDue()),
        (["retention", "run"], RetentionRunNow()),
    ],
)
def test_what_the_command_line_asks_for(line: list[str], wanted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(admin, "run", lambda folder, what: asked.append(what) or Result(""))
    assert admin.main(["--data", "x", *line]) == 0
    assert asked == [wanted]
