"""Masking at the server: by region, in searches, before stamps; and what is revealed to whom, for what, how long."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from tests.server.test_asking import ask
from tests.server.wired import House, Peer, play

from agentdesk.domain.cases import Note, OpenCase
from agentdesk.domain.kernel import Command, Masked
from agentdesk.domain.masking import PURPOSES, SHOWN_FOR, Reveal, view_of
from agentdesk.domain.people import AddPerson, AddTeam, UpdatePerson
from agentdesk.protocol.frames import Ack, Answer, Delta
from agentdesk_server.audit.leaf import decode
from agentdesk_server.gate.fresh import Freshness
from agentdesk_server.hub.revealing import AT_ONCE, OVERTAKEN, TOO_MANY, Revealing
from agentdesk_server.restamping import Restamping

TEXT = "Maria here, my card 4111 1111 1111 1111 is lost"
SHOWN = f"Maria here, my card {Masked.of('payment')} is lost"
WHY = "The customer asked for a refund."


def _open(house: House, case: str = "c1", team: str = "t1", customer: str = "u1", text: str = TEXT) -> None:
    house.do(
        OpenCase(
            case=case, conversation=f"{case}-v", message=f"{case}-m", customer=customer, team=team, text=text,
            customer_name="Maria Lopez", customer_email="maria@x.example",
        )
    )  # fmt: skip


WISH = {"kind": "message", "record": "c1-m", "field": "text", "purpose": "payment", "reason": WHY}


def _hire(house: House, person: str, role: str, team: str = "t1", region: str = "") -> None:
    house.do(
        AddPerson(person=person, name=person, email=f"{person}@x.example", role=role, teams=(team,), region=region)
    )


def _rows(peer: Peer, kind: str) -> list[Any]:
    raws = [raw for delta in peer.got(Delta) for of, raw in delta.put.items() if of == kind]
    return [row for raw in raws for row in msgspec.msgpack.decode(raw)]


async def _reveal(peer: Peer, **more: Any) -> Any:
    answer = await ask(peer, "reveal", WISH | more)
    return answer.sentence.format(**answer.data) or answer.result


def _leaves(house: House) -> list[Any]:
    rows = house.server.authority._conn.execute("SELECT data, subject FROM leaf ORDER BY number")
    return [(decode(data), subject) for data, subject in rows]


def test_a_card_is_hidden_from_all_and_the_name_where_it_is_not_needed(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        _hire(house, "qua", "quality")
        _open(house)
        ann, qua = await house.live("ann"), await house.live("qua")
        assert [row[9] for row in _rows(ann, "message")] == [SHOWN]
        assert [row[3:5] for row in _rows(ann, "customer")] == [["Maria Lopez", "maria@x.example"]]
        name, contact = Masked.of("name"), Masked.of("contact")
        assert [row[9] for row in _rows(qua, "message")] == [SHOWN.replace("Maria", name)]
        assert [row[8] for row in _rows(qua, "message")] == [name], "who wrote is the customer"
        assert [row[3:5] for row in _rows(qua, "customer")] == [[name, contact]]

    play(tmp_path, history)


def test_less_is_seen_of_customers_in_another_region(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.do(AddTeam(team="eu", name="Europe", region="eu"))
        for person, region in (("here", "eu"), ("away", "us"), ("none", "")):
            _hire(house, person, "agent", "eu", region)
        _open(house, team="eu")
        names = {}
        for person in ("here", "away", "none"):
            peer = await house.live(person)
            names[person] = [(row[3], row[4]) for row in _rows(peer, "customer")]
            assert Masked.read(_rows(peer, "case")[0][6]) == ("" if person == "here" else "name")
        known, hidden = ("Maria Lopez", "maria@x.example"), (Masked.of("name"), Masked.of("contact"))
        assert names == {"here": [known], "away": [hidden], "none": [hidden]}

    play(tmp_path, history)


def test_nobody_finds_a_hidden_word(tmp_path: Path) -> None:
    """What is not shown answers like what does not exist."""

    async def history(house: House) -> None:
        _open(house)
        _open(house, "c2", customer="u2", text="a card of another sort")
        ann = await house.live("ann")

        async def found(text: str) -> Any:
            return (await ask(ann, "search", {"text": text})).result

        nothing = await found("nowhere")
        for hidden in ("4111", "1111 1111", "card 4111", "4111 lost", "masked", "payment"):
            assert await found(hidden) == nothing, hidden
        assert [m["id"] for m in (await found("card"))["messages"]] == ["c2-m", "c1-m"]
        assert [m["text"] for m in (await found("lost mar"))["messages"]] == [SHOWN]

    play(tmp_path, history)


def test_no_operator_tells_what_is_hidden(tmp_path: Path) -> None:
    """A word that must not be there, a name, an address: each answers as if what is hidden had never been written."""

    async def history(house: House) -> None:
        house.do(AddTeam(team="eu", name="Europe", region="eu"))
        for person, region in (("here", "eu"), ("away", "us")):
            _hire(house, person, "agent", "eu", region)
        _open(house, team="eu")
        _open(house, "c2", customer="u2", text="a card of another sort", team="eu")
        here, away = await house.live("here"), await house.live("away")

        async def found(who: Peer, terms: list[Any], *filters: Any) -> Any:
            told = (await ask(who, "search", {"text": "", "terms": terms, "filters": list(filters)})).result
            return [m["id"] for m in told["messages"]], sorted(c["id"] for c in told.get("cases", ()))

        card, everything = {"text": "card"}, (["c2-m", "c1-m"], ["c1", "c2"])
        assert await found(away, [card]) == everything
        for hidden in ("4111", "1111 1111", "nowhere"):
            assert await found(away, [card, {"text": hidden, "without": True}]) == everything, hidden
            assert await found(away, [{"text": "nowhere", "also": [hidden]}]) == ([], []), hidden
        assert await found(away, [card, {"text": "lost", "without": True}]) == (["c2-m"], ["c2"])
        for hidden in ("maria", "lopez", "maria@x.example", "nobody"):
            for field in ("from", "to"):
                one = {"field": field, "values": [hidden]}
                assert await found(away, [], one) == await found(away, [card], one) == ([], []), hidden
                assert await found(away, [card], one | {"without": True}) == everything, hidden
        assert await found(here, [card], {"field": "from", "values": ["maria"]}) == everything
        assert (await found(away, [], {"field": "is", "values": ["open"]}))[1] == ["c1", "c2"]

    play(tmp_path, history)


def test_what_is_revealed_is_what_the_purpose_covers(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        _hire(house, "sue", "senior")
        _open(house, text=f"{TEXT}, born 1.2.1980")
        sue = await house.live("sue")
        shown = await _reveal(sue)
        born = Masked.of("identity")
        assert shown == {"value": f"{TEXT}, born {born}", "seconds": SHOWN_FOR // 1000}
        assert (await _reveal(sue, purpose="law"))["value"] == f"{TEXT}, born 1.2.1980"
        (leaf, subject), *_ = [(one, who) for one, who in _leaves(house) if one.command == "masking.reveal"]
        assert (leaf.outcome, leaf.touched, subject) == ("done", (("message", "c1-m"),), "u1")
        (fact,) = house.server.authority._conn.execute(
            "SELECT person, kind, id FROM fact WHERE name LIKE 'mask%' LIMIT 1"
        )
        assert fact == ("sue", "message", "c1-m")

    play(tmp_path, history)


def test_who_may_not_reveal_learns_nothing_and_it_is_logged(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        _hire(house, "sue", "senior")
        _open(house)
        _open(house, "c2", "t2", "u2")
        ann, sue = await house.live("ann"), await house.live("sue")
        assert await _reveal(ann) == "Your role (agent) may not do this."
        nothing = await _reveal(sue, record="nobody")
        assert nothing == "There is nothing to reveal here."
        for more in (
            {"record": "c2-m"}, {"kind": "nothing"}, {"field": "case"}, {"field": "nothing"}, {"kind": "counter"},
            {"kind": "customer", "record": "u2", "field": "name"},
        ):  # fmt: skip
            assert await _reveal(sue, **more) == nothing, more
        assert await _reveal(sue, reason=" why? ") == "Say in a few words why you need to see this."
        assert await _reveal(sue, purpose="fun") == "Choose what you need it for."
        wrong = await _reveal(sue, kind="customer", record="u1", field="email", purpose="payment")
        assert wrong.startswith("This purpose does not cover it.")
        outcomes = [leaf.outcome for leaf, _ in _leaves(house) if leaf.command == "masking.reveal"]
        assert len(outcomes) == 11
        assert outcomes[0] == "denied"
        assert "done" not in outcomes
        assert (await ask(sue, "reveal", {"kind": 5})).sentence == "The server could not read this question."

    play(tmp_path, history)


def test_it_takes_a_fresh_proof(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        _hire(house, "sue", "senior")
        _open(house)
        ann, sue = await house.live("ann"), await house.live("sue")
        house.server.gate.fresh = fresh = Freshness(lambda: 0)  # here everybody else counts as proven
        answer = await ask(sue, "reveal", WISH)
        assert (answer.code, answer.result) == ("step_up", None)
        assert answer.sentence.startswith("Confirm that it is you")
        assert (await ask(ann, "reveal", WISH)).code == "", "who may not is not asked for one"
        fresh.mark("sue", "laptop")
        assert "value" in await _reveal(sue)

    play(tmp_path, history)


def test_with_another_role_nothing_that_was_revealed_stays_open(tmp_path: Path) -> None:
    """The file that one may fetch for a minute; and the answer that is just under way when the role changes."""

    async def history(house: House) -> None:
        _hire(house, "sue", "senior")
        _open(house)
        sue = await house.live("sue")
        told = house.server.hub.revealed
        told.open_file("sue", "ab" * 32, until=1 << 60)
        told.open_file("ann", "ab" * 32, until=1 << 60)
        slow: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        writer: Any = SimpleNamespace(post=lambda _: slow)
        asking = Revealing(sue.there, writer, lambda: 0, told, lambda: True)
        asking.take(9, Reveal(**WISH), lambda kind, id: None)
        sue.there.view = view_of("agent")
        slow.set_result(SimpleNamespace(ack=SimpleNamespace(status="done")))
        await asyncio.sleep(1)
        (answer,) = sue.got(Answer)
        assert (answer.result, answer.sentence) == (None, OVERTAKEN)
        house.do(UpdatePerson(person="sue", name="sue", role="agent", teams=("t1",)))
        await asyncio.sleep(1)
        assert not told.is_open("sue", "ab" * 32, 0)
        assert told.is_open("ann", "ab" * 32, 0), "nobody else is concerned"

    play(tmp_path, history)


def test_nobody_harvests_by_revealing(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        _hire(house, "sue", "senior")
        _open(house)
        sue = await house.live("sue")
        answers = [await _reveal(sue) for _ in range(AT_ONCE + 3)]
        assert all("value" in answer for answer in answers[:AT_ONCE])
        assert TOO_MANY in answers

    play(tmp_path, history)


def test_records_from_before_stamps_are_hidden_until_they_get_theirs(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        _open(house)
        conn = house.server.authority._conn
        for kind in ("message", "case", "customer", "conversation"):
            conn.execute(f"""UPDATE "{kind}" SET stamp=''""")
        house.server.authority.truth.forget(always=True)
        ann = await house.live("ann")
        assert [row[9] for row in _rows(ann, "message")] == [Masked.of("free")]
        assert [row[3] for row in _rows(ann, "customer")] == [Masked.of("name")], "at home nowhere"
        ann.forget()
        restamping, done = Restamping(house.server.hub.filler.reader), 0
        while (command := restamping.next()) is not None:
            house.do(command)
            done += len(command.records)
        await asyncio.sleep(1)
        assert done == 4
        assert [row[9] for row in _rows(ann, "message")] == [SHOWN]
        assert [row[3] for row in _rows(ann, "customer")] == ["Maria Lopez"]

    play(tmp_path, history)


def test_a_mistake_in_looking_hides_the_text_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, expect_log: Any
) -> None:
    def broken(text: str, *_: Any, **__: Any) -> None:
        raise ValueError(text)

    async def history(house: House) -> None:
        expect_log("could not be stamped: ValueError")
        monkeypatch.setattr("agentdesk_server.authority.stamping.find", broken)
        _open(house)
        ann = await house.live("ann")
        assert [row[9] for row in _rows(ann, "message")] == [Masked.of("free")]
        assert house.server.authority.truth.find("message", "c1-m").text == TEXT  # type: ignore[union-attr]
        assert "4111" not in caplog.text

    play(tmp_path, history)


def test_a_mask_can_not_be_sent_back(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        _open(house)
        ann = await house.live("ann")
        wish: Command = Note(case="c1", message="n1", text=f"card {Masked.of('payment')}")
        ann.do(wish)
        await asyncio.sleep(1)
        (ack,) = ann.got(Ack)
        assert (ack.status, ack.code) == ("refused", "masked")

    play(tmp_path, history)


@pytest.mark.parametrize("role", ["agent", "senior", "supervisor", "quality", "planner", "admin", "auditor", "nobody"])
def test_a_view_is_one_for_each_role_and_region(role: str) -> None:
    home, away = view_of(role), view_of(role, "eu")
    assert home.name != away.name
    assert home.hidden <= home.away
    assert {"payment", "health"} <= home.hidden, "nobody sees these without a reason"
    assert view_of("lead") == view_of("supervisor")
    named = {view_of(role, region).name for region in ("", "-", "--", "eu", "-eu")}
    assert len(named) == 5, "who is sent the same bytes, and keeps them, sees alike"
    if role in ("nobody", "planner", "auditor"):
        assert {"name", "contact", "free", "file", "identity"} <= home.hidden
    assert set(PURPOSES["law"]) >= home.away
