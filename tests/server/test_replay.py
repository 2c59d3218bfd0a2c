"""Replay: what is read of a file, and that a visitor's words arrive once and in order, whatever the line does."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.widget.fake import SITE, Fake

from agentdesk_server.replay import main
from agentdesk_server.replay.book import Book
from agentdesk_server.replay.dialogues import Dialogue, Line, message_id, read
from agentdesk_server.replay.entrance import Ticket, place_at
from agentdesk_server.replay.visitor import NotTaken, Visitor

UUID7 = re.compile("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
TWO = """{"id": "one", "turns": [{"s": "U", "t": "Hello", "ts": 10}, {"s": "A", "t": "Hi", "ts": 12},
 {"s": "U", "t": "My parcel?", "ts": 14.5}, {"s": "U", "t": "  "}]}
{"id": 2, "lvl": "Complete", "turns": [{"s": "Q", "t": "x"}, {"s": "U", "t": "שלום"}]}
{"id": 3, "turns": [{"s": "A", "t": "Nobody answers", "ts": 1}]}
""".replace(",\n", ",")


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    yield server
    server.stop()
    assert server.broken == []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "two.jsonl"
    path.write_text(TWO, encoding="utf-8")
    return path


def replayed(fake: Fake, file: Path, *more: str) -> int:
    book = str(file.with_name("book"))
    return main([str(file), "--server", fake.origin, "--site", SITE, "--speed", "0", "--state", book, *more])


def test_only_the_customers_words_are_read(file: Path) -> None:
    one, two = read(file)
    assert one == Dialogue("one", 10, (Line(0, "Hello", 0), Line(2, "My parcel?", 4.5)))
    assert two == Dialogue("2", 0, (Line(1, "שלום", 0),))


def test_a_gzipped_file_is_read_alike(file: Path) -> None:
    packed = file.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert list(read(packed)) == list(read(file))


@pytest.mark.parametrize(
    "bad", ["[]", "{", '{"id": 1}', '{"id": 1, "turns": [{"s": 1}]}', '{"id":1,"turns":[{"s":"U","ts":1e99}]}']
)
def test_a_line_that_is_no_dialogue_is_named(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(TWO + "\n" + bad)
    with pytest.raises(ValueError, match=r"bad\.jsonl, line 5"):
        list(read(path))


def test_ids_of_messages_follow_from_run_dialogue_and_turn() -> None:
    one, other = (Dialogue(id, 1589375697.0, (Line(0, "a", 0), Line(2, "b", 0))) for id in ("1", "2"))
    ids = [message_id(run, d, line) for run in ("", "again") for d in (one, other) for line in d.lines]
    assert len(set(ids)) == 8
    assert all(UUID7.match(id) for id in ids)
    assert ids[:2] == sorted(ids[:2])
    assert message_id("", one, one.lines[0]) == ids[0]


def test_every_word_arrives_once_and_in_order(fake: Fake, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replayed(fake, file) == 0
    assert sorted([m["text"] for m in v.messages] for v in fake.visitors.values()) == [
        ["Hello", "My parcel?"],
        ["שלום"],
    ]
    assert capsys.readouterr().out.startswith("2 dialogues, 3 messages: 3 acknowledged, 0 not, in ")


def test_a_replay_started_again_doubles_nothing(fake: Fake, file: Path) -> None:
    assert replayed(fake, file, "--limit", "1") == 0
    assert replayed(fake, file) == 0
    assert len(fake.visitors) == 2
    assert sorted(fake.said()) == ["Hello", "My parcel?", "שלום"]


def test_another_run_plays_it_again_as_new_customers(fake: Fake, file: Path) -> None:
    assert replayed(fake, file) == 0
    other = str(file.with_name("another"))
    assert replayed(fake, file, "--run", "second", "--state", other) == 0
    assert len(fake.visitors) == 4
    assert len(fake.said()) == 6


def test_cuts_before_and_after_storing_lose_and_double_nothing(fake: Fake, file: Path) -> None:
    fake.knobs.cut_before = fake.knobs.cut_after = 2
    assert replayed(fake, file) == 0
    assert sorted(fake.said()) == ["Hello", "My parcel?", "שלום"]


def test_it_waits_when_told_that_it_is_too_fast(fake: Fake, file: Path) -> None:
    fake.knobs.too_many = 1
    assert replayed(fake, file) == 0
    assert len(fake.said()) == 3


def test_what_is_refused_is_told_and_fails(fake: Fake, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake.knobs.refuse = "Please be shorter."
    assert replayed(fake, file) == 1
    said = capsys.readouterr()
    assert "3 messages: 0 acknowledged, 3 not" in said.out
    assert "2 × Please be shorter." in said.err


def test_a_forbidden_origin_is_told_and_fails(fake: Fake, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake.knobs.forbid = True
    assert replayed(fake, file) == 1
    said = capsys.readouterr().err
    assert "2 × Origin not allowed" in said
    assert "--origin" in said
    assert "site list" in said


@pytest.mark.parametrize("text", ["", "\n", '{"id": 3, "turns": [{"s": "A", "t": "Nobody answers"}]}\n'])
def test_a_file_without_customers_is_no_success(
    fake: Fake, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text(text)
    assert replayed(fake, path) == 2
    assert "empty.jsonl has no dialogue in which a customer says anything." in capsys.readouterr().err


def test_where_nobody_listens_nobody_waits(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first question is whether anybody is there, and it does not take the patience that a cut would get."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert main([str(file), "--server", url, "--patience", "1000000"]) == 2
    assert f"No server answers at {url}." in capsys.readouterr().err


def test_a_server_that_never_stores_is_given_up(fake: Fake, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake.knobs.down = True
    assert replayed(fake, file, "--patience", "0") == 1
    assert "The server did not answer." in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--server", "ftp://x"], ["--server", "http://x?y"]])
def test_arguments_that_make_no_sense(file: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file), *arguments]) == 2
    assert "is not the address of a server" in capsys.readouterr().err


def test_a_file_that_is_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.jsonl", "--server", "http://127.0.0.1:1"]) == 2
    assert "nowhere.jsonl is neither here nor in" in capsys.readouterr().err


def test_the_book_is_private_and_survives_a_cut_line(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "book"
    with Book(path) as book:
        book.note("1", Ticket("v1", "secret"))
    path.write_bytes(path.read_bytes() + b'{"dialogue":"2","vis')
    with Book(path) as book:
        book.note("3", Ticket("v3", "other"))
    assert path.stat().st_mode & 0o077 == 0
    read_again = Book(path)
    assert (read_again.ticket("1"), read_again.ticket("2")) == (Ticket("v1", "secret"), None)
    assert read_again.ticket("3") == Ticket("v3", "other")


def test_a_visitor_hears_what_agents_say_each_once(fake: Fake) -> None:
    async def visit() -> list[str]:
        async with Visitor(place_at(fake.origin, SITE), name="Ada") as visitor:
            await visitor.say("01939d2c-7a10-7c3e-9b1f-4f2a6d8e0c55", "Hello?")
            await asyncio.to_thread(fake.answer, "Hi")
            first = await visitor.inbox.get()
            await visitor.go_away(0.05)
            await asyncio.to_thread(fake.answer, "Still there?")
            second = await visitor.inbox.get()
            return [first.text, second.text]

    assert asyncio.run(visit()) == ["Hi", "Still there?"]
    assert fake.got("name")[0]["name"] == "Ada"


def test_messages_said_at_once_keep_their_order_over_a_cut(fake: Fake) -> None:
    texts = [f"word {n}" for n in range(20)]
    fake.knobs.cut_before = 3

    async def visit() -> None:
        async with Visitor(place_at(fake.origin, SITE)) as visitor, asyncio.TaskGroup() as group:
            for n, text in enumerate(texts):
                group.create_task(visitor.say(f"01939d2c-7a10-7c3e-9b1f-4f2a6d8e{n:04x}", text))

    asyncio.run(visit())
    assert fake.said() == texts


def test_a_token_that_is_no_longer_good_is_renewed(fake: Fake) -> None:
    async def visit() -> None:
        async with Visitor(place_at(fake.origin, SITE), Ticket("nobody", "a" * 32)) as visitor:
            await visitor.say("01939d2c-7a10-7c3e-9b1f-4f2a6d8e0c55", "Hello?")

    asyncio.run(visit())
    assert fake.said() == ["Hello?"]


def test_a_bad_frame_is_not_tried_again(fake: Fake) -> None:
    fake.knobs.close_say = 4400

    async def visit() -> None:
        async with Visitor(place_at(fake.origin, SITE)) as visitor:
            await visitor.say("01939d2c-7a10-7c3e-9b1f-4f2a6d8e0c55", "Hello?")

    with pytest.raises(NotTaken, match="4400"):
        asyncio.run(visit())


@pytest.mark.parametrize("nonsense", ["not json", "[]", '{"t":"ack","id":1,"seq":"x"}', '{"t":"messages","items":[1]}'])
def test_a_server_that_talks_nonsense_is_given_up(fake: Fake, nonsense: str) -> None:
    fake.knobs.hold = True

    async def visit() -> None:
        async with Visitor(place_at(fake.origin, SITE)) as visitor:
            await visitor.settle_in()
            saying = asyncio.create_task(visitor.say("01939d2c-7a10-7c3e-9b1f-4f2a6d8e0c55", "Hello?"))
            await asyncio.to_thread(fake.until, fake.said)
            await asyncio.to_thread(fake.push_raw, nonsense)
            await saying

    with pytest.raises(NotTaken, match="no frame"):
        asyncio.run(visit())
