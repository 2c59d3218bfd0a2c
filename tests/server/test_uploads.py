"""Files of commands: only what one has brought or may read can be named, and its size is that of the bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.ruling import CHANNEL, Ruling

from agentdesk.domain.cases import Attachment, Note, OpenCase, Receive, Reply
from agentdesk.domain.kernel import COMMANDS, Command, File
from agentdesk_server.authority.credentials import Credentials

DIGEST = "ab" * 32
REFUSED = "{name} has not reached the server. Please attach it again."


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    made.open_case()
    made.open_case("c2", "u2", "t2")
    yield made
    made.database.close()


def bring(rule: Ruling, person: str, size: int = 7) -> None:
    Credentials(rule.conn).add_upload(DIGEST, f"person:{person}", size, rule.time)


def file(id: str = "f1", name: str = "a.png", size: int = 3, type: str = "image/png") -> tuple[File, ...]:
    return (File(id, DIGEST, name, size, type),)


def stored(rule: Ruling, id: str = "f1") -> Attachment | None:
    found = rule.database.records.of(Attachment, id)
    return found


NAMING: tuple[Command, ...] = (
    Reply(case="c1", message="m9", text="here", seen=9, files=file()),
    Note(case="c1", message="m9", text="here", files=file()),
    OpenCase(case="c9", conversation="v9", message="m9", customer="u9", team="t1", text="here", files=file()),
)


def test_every_command_with_files_is_looked_at() -> None:
    assert {name for name, spec in COMMANDS.items() if spec.files} == {
        "case.reply", "case.note", "case.open", "case.receive", "mail.take", "macro.reply", "macro.note",
        "later.reply", "governed.begin", "governed.draft", "governed.attach", "forum.ask", "forum.answer", "forum.edit",
    }  # fmt: skip


@pytest.mark.parametrize("command", NAMING)
def test_a_digest_alone_opens_nothing(rule: Ruling, command: Command) -> None:
    """Neither of bytes that a customer of another team has sent, nor of bytes that nobody has: the answer is one."""
    unknown = rule.tell("ann", command).ack
    rule.tell(CHANNEL, Receive(case="c2", conversation="c2-v", message="m2", text="", files=file("f2")))
    known = rule.tell("ann", command).ack
    assert (known.status, known.code, known.sentence, known.data) == (
        "refused", "file_missing", REFUSED, {"name": "a.png"},
    )  # fmt: skip
    assert unknown == known
    assert stored(rule) is None


@pytest.mark.parametrize("command", NAMING)
def test_who_has_brought_it_may_name_it(rule: Ruling, command: Command) -> None:
    bring(rule, "bob")
    assert rule.tell("ann", command).ack.code == "file_missing", "a colleague's upload is not one's own"
    bring(rule, "ann")
    assert rule.tell("ann", command).ack.status == "done"
    found = stored(rule)
    assert found is not None
    assert found.size == 7, "the size is that of the bytes, whatever was said"


def test_what_one_sees_one_may_pass_on(rule: Ruling) -> None:
    """A file of a case of one's own team; to another team it is out of sight."""
    rule.tell(CHANNEL, Receive(case="c1", conversation="c1-v", message="m2", text="", files=file("f2", size=11)))
    assert rule.tell("ann", Note(case="c1", message="n1", text="", files=file("f3"))).ack.status == "done"
    found = stored(rule, "f3")
    assert found is not None
    assert found.size == 11
    assert rule.tell("cat", Note(case="c2", message="n2", text="", files=file("f4"))).ack.code == "file_missing"


def test_a_refused_file_makes_no_reply_without_it(rule: Ruling) -> None:
    """One file that is missing keeps the whole message back."""
    two = (*file(), File("f2", "cd" * 32, "b.png", 1, "image/png"))
    bring(rule, "ann")
    refused = rule.tell("ann", Reply(case="c1", message="m9", text="here", seen=9, files=two)).ack
    assert (refused.code, refused.data) == ("file_missing", {"name": "b.png"})
    assert rule.database.records.get("message", "m9") is None
    assert stored(rule) is None


def test_a_repeat_is_harmless_when_the_upload_is_forgotten(rule: Ruling) -> None:
    bring(rule, "ann")
    note = NAMING[1]
    assert rule.tell("ann", note, 1).ack.status == "done"
    rule.conn.execute("DELETE FROM upload")
    assert rule.tell("ann", note, 1).ack.status == "done"
    assert rule.tell("ann", note, 2).ack.status == "done", "sent again in a new epoch, under another number"
    assert stored(rule) is not None


def test_names_and_types_are_made_safe(rule: Ruling) -> None:
    bring(rule, "ann")
    told = file(name="../../etc/\u202egnp.exe\n", type="text/html\r\nSet-Cookie: x")
    assert rule.tell("ann", Note(case="c1", message="n1", text="", files=told)).ack.status == "done"
    found = stored(rule)
    assert found is not None
    assert (found.name, found.type) == (".._.._etc_gnp.exe", "application/octet-stream")
