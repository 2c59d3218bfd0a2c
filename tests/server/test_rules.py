"""Rules on a real server: what is set off acts once, whatever is killed; what a draft would have met is counted."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.server.running import Process
from tests.server.test_alarms import ADMIN, ANN, House, Time, founding, live, opening, rules, told

from agentdesk.domain.cases import Case, DefineField, Fill, Message, Prioritise
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.rules import DraftRules, Firing, PublishRules, Rule
from agentdesk_server import previewing
from agentdesk_server.audit import leaf
from agentdesk_server.authority import Authority, open_server_database
from agentdesk_server.core import master_key, now
from agentdesk_server.problems import Problem

MINUTE = 60_000
NOTE = Rule(id="note", name="Note it", when="opened", acts=(Act("note", "Seen."), Act("priority", "3")))
CHAIN = Rule(id="chain", name="Tag urgent ones", when="priority", about="3", acts=(Act("tag", "urgent"),))
LATER = Rule(id="later", name="Nobody came", when="customer", after=30, acts=(Act("tag", "waits"),))


def ruled(*wanted: Rule) -> list[tuple[Actor, Command]]:
    """A company with these rules in force."""
    return [
        *founding(rules())[:-2],
        (ADMIN, DraftRules(rulebook="b1", rules=wanted)),
        (ADMIN, PublishRules(rulebook="b1")),
    ]


async def settle(house: House, clock: Time) -> None:
    """As the server's clock does it: until nothing is due."""
    while house.alarms.next() <= clock.at + 1:
        clock.at += 1
        await house.alarms.due()


def test_the_alarm_carries_them_out_and_the_log_names_rule_and_version(tmp_path: Path) -> None:
    clock = Time()

    async def story(house: House) -> None:
        await house.do(*ruled(NOTE, CHAIN, LATER), opening("c1"))
        (waits,) = [one for one in house.all(Firing, "firing") if one.due > clock.at]
        assert house.alarms.sooner(house.all(Firing, "firing"), clock.at + 1)
        await settle(house, clock)
        case = house.all(Case, "case")[0]
        assert (case.priority, case.tags, case.assignee) == (3, ("urgent",), "")
        assert house.alarms.next() == waits.due + 1, "it sleeps until then"
        clock.at = waits.due + 1
        await house.alarms.due()
        assert house.all(Case, "case")[0].tags == ("urgent", "waits")
        chained = next(one for one in house.all(Firing, "firing") if one.rule == "chain")
        assert chained.chain == ("note",)

    live(tmp_path, story, clock)
    database = open_server_database(tmp_path)
    leaves = [leaf.decode(data) for (data,) in database.conn.execute("SELECT data FROM leaf ORDER BY number")]
    database.close()
    acts = [one for one in leaves if one.command == "rules.act"]
    assert len(acts) == 3
    assert all(("case", "c1") in {tuple(key) for key in one.touched} for one in acts)


def test_each_acts_once_however_often_the_server_is_killed(tmp_path: Path) -> None:
    """The process itself, killed at any moment while many rules are due."""
    count, chance = 40, random.Random(7)
    database = open_server_database(tmp_path, durable=False)
    authority = Authority(database, master_key(tmp_path), now)
    for wish in (*ruled(NOTE, CHAIN), *(opening(f"c{n}") for n in range(count))):
        (outcome,) = authority.commit([told(*wish)])
        assert outcome.ack.status == "done", outcome
    database.close()
    for _ in range(3):
        server = Process(tmp_path)
        time.sleep(chance.uniform(0.0, 0.3))
        server.kill()
    server = Process(tmp_path)
    end = time.monotonic() + 60
    while len(done(tmp_path)) < 2 * count and time.monotonic() < end:
        time.sleep(0.5)
    server.kill()
    assert done(tmp_path) == {(f"c{n}", rule): 1 for n in range(count) for rule in ("note", "chain")}
    database = open_server_database(tmp_path)
    try:
        ids = [id for (id,) in database.conn.execute('SELECT id FROM "message"')]
        said = [one for id in ids if (one := database.records.of(Message, id)) is not None]
        assert Counter(one.case for one in said if one.kind == "note") == {f"c{n}": 1 for n in range(count)}
        assert {one.case: one.event for one in said if one.event == "ruled"} == {f"c{n}": "ruled" for n in range(count)}
        assert sum(one.event == "ruled" for one in said) == 2 * count
    finally:
        database.close()


def done(folder: Path) -> dict[tuple[str, str], int]:
    """How often each rule has acted in each case."""
    database = open_server_database(folder)
    try:
        ids = [id for (id,) in database.conn.execute('SELECT id FROM "firing"')]
        found = [one for id in ids if (one := database.records.of(Firing, id)) is not None]
        return dict(Counter((one.case, one.rule) for one in found if one.state == "done"))
    finally:
        database.close()


def test_a_draft_is_counted_over_old_cases_portion_by_portion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Time()
    urgent = Rule(id="urgent", name="Urgent", when="priority", about="3", acts=(Act("tag", "u"),))
    field = Rule(id="field", name="Field", when="field", about="order", equals="big", acts=(Act("tag", "b"),))

    async def story(house: House) -> None:
        await house.do(*ruled(NOTE), *(opening(f"c{n}") for n in range(5)))
        await settle(house, clock)
        await house.do(
            (ADMIN, DefineField(field="order", title="Order")),
            (ANN, Fill(case="c1", field="order", value="big")),
            (ANN, Prioritise(case="c2", priority=0)),
            (ADMIN, DraftRules(rulebook="d1", rules=(urgent, field, LATER), previous="b1")),
        )
        clock.at += 60 * MINUTE
        core = house.core

        def ask(until: int = 0, after: str = "", person: str = "ann") -> previewing.MatchesPart:
            return previewing.portion(core, "d1", person, 30, until, after)

        whole = await asyncio.to_thread(ask)
        assert (whole.cases, whole.after, whole.held) == (5, "", 1)
        assert whole.draft == {"urgent": 5, "field": 1, "later": 5}
        assert whole.holds == {"note": 5}
        assert Counter(one.rule for one in whole.some) == whole.draft
        blind = await asyncio.to_thread(ask, person="adm")
        assert (blind.draft, blind.some) == (whole.draft, []), "it is counted, and named to nobody who may not see it"
        monkeypatch.setattr(previewing, "PORTION", 0.0)
        parts = [await asyncio.to_thread(ask)]
        while parts[-1].after:
            parts.append(await asyncio.to_thread(ask, parts[-1].until, parts[-1].after))
        total = Counter[str]()
        for part in parts:
            total.update(part.draft)
        assert (len(parts), total) == (5, whole.draft)
        with pytest.raises(Problem):
            await asyncio.to_thread(previewing.portion, core, "nothing", "ann", 30, 0, "")

    live(tmp_path, story, clock)
