"""Questions: answered from all history, with nothing that the asker may not see, whatever they are made of."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.server.wired import House, Peer, play

from agentdesk.domain.cases import Merge, Note, Tag
from agentdesk.domain.people import AddPerson, UpdatePerson
from agentdesk.protocol.frames import Answer, Ask
from agentdesk_server.hub import rations, searching


async def ask(peer: Peer, question: str, args: Any) -> Answer:
    peer.forget()
    peer.say(Ask(id=5, question=question, args=msgspec.Raw(msgspec.msgpack.encode(args))))
    await asyncio.sleep(1)
    (answer,) = peer.got(Answer)
    assert answer.id == 5
    return answer


def test_search_finds_only_what_may_be_seen(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case("c1", text="a red parcel")
        house.open_case("c2", team="t2", text="a blue parcel")
        ann, cat = await house.live("ann"), await house.live("cat")
        found = (await ask(ann, "search", {"text": "parcel"})).result
        assert [message["id"] for message in found["messages"]] == ["c1-m"]
        assert [m["id"] for m in (await ask(cat, "search", {"text": "parc"})).result["messages"]] == ["c2-m"]
        assert (await ask(cat, "search", {"text": "red"})).result == {"messages": [], "before": 0}
        ann.do(Note(case="c1", message="n1", text="@[cat]"))
        await asyncio.sleep(1)
        assert [m["id"] for m in (await ask(cat, "search", {"text": "red"})).result["messages"]] == ["c1-m"]

    play(tmp_path, history)


def test_search_goes_on_page_by_page_past_what_is_hidden(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        for n in range(24):
            house.open_case(f"c{n}", team="t1" if n % 3 else "t2", text="parcel")
        ann = await house.live("ann")
        seen, before = [], 1 << 62
        for _ in range(9):
            found = (await ask(ann, "search", {"text": "parcel", "limit": 4, "before": before})).result
            seen += [message["id"] for message in found["messages"]]
            if not found["before"]:
                break
            before = found["before"]
        assert sorted(seen) == sorted(f"c{n}-m" for n in range(24) if n % 3)

    play(tmp_path, history)


def test_search_looks_at_only_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def history(house: House) -> None:
        monkeypatch.setattr(searching, "TRIED", 3)
        for n in range(9):
            house.open_case(f"c{n}", team="t2", text="parcel")
        ann = await house.live("ann")
        assert (await ask(ann, "search", {"text": "parcel", "limit": 2})).result == {"messages": [], "before": 0}

    play(tmp_path, history)


def test_a_case_comes_with_its_messages_or_not_at_all(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case("c1")
        ann, cat = await house.live("ann"), await house.live("cat")
        found = (await ask(ann, "case", {"case": "c1"})).result
        assert (found["case"]["id"], [m["id"] for m in found["messages"]]) == ("c1", ["c1-m"])
        nothing = {"case": None, "messages": []}
        assert (await ask(cat, "case", {"case": "c1"})).result == nothing
        assert (await ask(cat, "case", {"case": "no such case"})).result == nothing, "the same as one that is not there"

    play(tmp_path, history)


@pytest.mark.parametrize(
    ("question", "args"),
    [
        ("fly", {}), ("search", {}), ("search", {"text": 5}), ("search", {"text": "x" * 501}), ("search", []),
        ("search", {"text": "x", "limit": 0}), ("search", {"text": "x", "limit": 10**6}),
        ("search", {"text": "x", "before": 2**64 - 1}), ("search", {"text": "x", "before": -1}),
        ("case", {"case": None}), ("case", {"case": "c1", "limit": 10**9}),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_said_in_words(tmp_path: Path, question: str, args: Any) -> None:
    async def history(house: House) -> None:
        ann = await house.live("ann")
        answer = await ask(ann, question, args)
        assert answer.result is None
        assert answer.sentence.endswith("question.")
        assert ann.code == 0

    play(tmp_path, history)


def test_what_is_asked_for_has_a_ration(tmp_path: Path) -> None:
    """For each person, over all desks and connections; it fills up again, and others are not held up."""

    async def history(house: House) -> None:
        house.open_case("c1", text="a red parcel")
        ann, bob = await house.live("ann"), await house.live("bob")
        args = msgspec.Raw(msgspec.msgpack.encode({"text": "red"}))
        many = rations.AT_ONCE // rations.COSTS["search"]
        ann.say(*(Ask(id=n, question="search", args=args) for n in range(many + 5)))
        await asyncio.sleep(1)
        answers = {answer.id: answer for answer in ann.got(Answer)}
        assert len(answers) == many + 5
        assert [answers[n].sentence for n in range(many)] == [""] * many
        refused = "You are asking too much at once. Please wait a moment and try again."
        assert [answers[many + n].sentence for n in range(5)] == [refused] * 5
        assert house.server.hub.rations.refused == 5
        assert (await ask(bob, "search", {"text": "red"})).result["messages"]
        other = await house.live("ann", "another desk")
        await asyncio.sleep(60)
        assert (await ask(other, "search", {"text": "red"})).result["messages"]
        assert house.server.hub.rations.answered == many + 2
        assert house.server.hub.rations.bytes > 0

    play(tmp_path, history)


def test_a_large_answer_comes_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is bounded, and a message that alone is larger still comes."""

    async def history(house: House) -> None:
        monkeypatch.setattr(searching, "ANSWER_BYTES", 5_000)
        for n in range(9):
            house.open_case(f"c{n}", text="parcel " + "x" * (2_000 if n else 9_000))
        ann = await house.live("ann")
        parts, before = [], 1 << 62
        while before:
            found = (await ask(ann, "search", {"text": "parcel", "before": before})).result
            parts.append([message["id"] for message in found["messages"]])
            before = found["before"]
        assert all(len(part) == 1 for part in parts if "c0-m" in part)
        assert max(map(len, parts)) == 2
        assert sorted(id for part in parts for id in part) == sorted(f"c{n}-m" for n in range(9))
        monkeypatch.setattr(searching, "ANSWER_BYTES", 6_000)
        for n in range(9):
            ann.do(Note(case="c1", message=f"n{n}", text=f"{n}" * 2_000))
        await asyncio.sleep(1)
        whole = (await ask(ann, "case", {"case": "c1"})).result
        assert [message["id"] for message in whole["messages"]] == ["n8", "n7"], "the newest, as many as fit"

    play(tmp_path, history)


def test_rights_lost_while_it_is_read_are_lost(tmp_path: Path) -> None:
    """What was read before somebody left a team does not reach them after it."""

    async def history(house: House) -> None:
        house.open_case("c1", text="a red parcel")
        ann = await house.live("ann")
        ann.forget()
        ann.say(Ask(id=1, question="search", args=msgspec.Raw(msgspec.msgpack.encode({"text": "red"}))))
        ann.say(Ask(id=2, question="case", args=msgspec.Raw(msgspec.msgpack.encode({"case": "c1"}))))
        read = house.server.hub.filler.ask

        async def slowly(work: Any) -> Any:
            found = await read(work)
            house.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=("t2",)))
            await asyncio.sleep(1)
            return found

        house.server.hub.filler.ask = slowly  # type: ignore[method-assign]
        await asyncio.sleep(5)
        results = {answer.id: answer.result for answer in ann.got(Answer)}
        assert results == {1: {"messages": [], "before": 0}, 2: {"case": None, "messages": []}}

    play(tmp_path, history)


def test_filters_that_no_desk_sends_find_nothing(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case("c1", text="a red parcel")
        ann = await house.live("ann")
        for field in ("before", "after", "is", "in", "tag"):
            args = {"text": "", "terms": [{"text": "red"}], "filters": [{"field": field, "values": ["-x"]}]}
            answer = await ask(ann, "search", args)
            assert (answer.result, answer.sentence) == ({"messages": [], "before": 0}, "")

    play(tmp_path, history)


def test_of_a_case_out_of_sight_no_operator_tells(tmp_path: Path) -> None:
    """One that is in sight may have gone into one that is not."""

    async def history(house: House) -> None:
        house.open_case("c1", text="a red parcel")
        house.open_case("c2", team="t2", text="a blue one")
        house.do(AddPerson(person="max", name="Max", email="max@x.example", role="agent", teams=("t1", "t2")))
        ann, cat, both = await house.live("ann"), await house.live("cat"), await house.live("max")
        both.do(Tag(case="c2", tag="fraud"))
        both.do(Merge(case="c1", into="c2"))
        await asyncio.sleep(1)
        for tag, told in (("fraud", 1), ("other", 0)):
            args = {"text": "", "terms": [{"text": "red"}], "filters": [{"field": "tag", "values": [tag]}]}
            assert (await ask(ann, "search", args)).result == {"messages": [], "before": 0}
            assert len((await ask(cat, "search", args)).result["messages"]) == told

    play(tmp_path, history)


@pytest.mark.parametrize("text", ['"', "'", "*", "NEAR(", "\x00", "a" * 500, "text:", "' OR 1=1 --"])
def test_hostile_words_only_search(tmp_path: Path, text: str) -> None:
    async def history(house: House) -> None:
        house.open_case("c2", team="t2", text="secret")
        ann = await house.live("ann")
        assert (await ask(ann, "search", {"text": text})).result == {"messages": [], "before": 0}

    play(tmp_path, history)
