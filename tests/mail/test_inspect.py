"""`agentdesk inspect mail`: one line a mail from files, mbox, Maildir and folders; what cannot be opened is said."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mail.corpus.making import mail, multi, part

from agentdesk import cli
from agentdesk_server.channels.email import boxes

DOOR = {
    *("file", "from", "from_name", "to", "cc", "subject", "date", "text", "html_safe", "message_id", "in_reply_to"),
    *("references", "auto_submitted", "bounce", "attachments", "unreadable", "warnings"),
}
Out = pytest.CaptureFixture[bytes]


def _subject(words: str) -> bytes:
    return mail(f"Body of {words}\n", {"Subject": words}, b"\n")


def _mbox(*mails: bytes) -> bytes:
    return b"".join(b"From x@example.com Mon Apr  2 18:22:10 2012\n" + one.rstrip(b"\n") + b"\n\n" for one in mails)


def _inspected(out: Out, *args: str | Path) -> list[dict[str, Any]]:
    assert cli.main(["inspect", "mail", "--json", *map(str, args)]) == 0
    return [json.loads(line) for line in out.readouterr().out.splitlines()]


def test_a_file_is_one_line(tmp_path: Path, capsysbinary: Out) -> None:
    """With all that the door promises, and nothing more."""
    file = tmp_path / "a.eml"
    file.write_bytes(multi([part(), part("application/pdf; name=a.pdf", "data")]))
    (told,) = _inspected(capsysbinary, file)
    assert set(told) == DOOR
    assert (told["file"], told["from"], told["subject"]) == (str(file), "ann@example.com", "Hello")
    assert told["attachments"] == [{"name": "a.pdf", "type": "application/pdf", "size": 4}]
    assert told["date"] == 1_333_376_530_000


def test_an_mbox_is_a_line_for_each(tmp_path: Path, capsysbinary: Out) -> None:
    """Divided where a mail begins; words of a mail that begin so stay in it, without what quotes them."""
    body = _subject("one") + b"\n>From the beginning\n>>From before\nFrom here on no time stands\n"
    file = tmp_path / "box"
    file.write_bytes(_mbox(body, _subject("two"), b"", _subject("three").replace(b"\n", b"\r\n")))
    told = _inspected(capsysbinary, file)
    assert [one["subject"] for one in told] == ["one", "two", "", "three"]
    assert told[0]["text"] == "Body of one\n\nFrom the beginning\n>From before\nFrom here on no time stands"


def test_a_maildir_is_what_was_delivered(tmp_path: Path, capsysbinary: Out) -> None:
    """Not what is still being written, nor the notes beside it; folders within are read too."""
    for box in (tmp_path, tmp_path / ".Sent"):
        for name in ("cur", "new", "tmp"):
            (box / name).mkdir(parents=True)
            (box / name / f"1.{name}:2,S").write_bytes(_subject(f"{box.name[:5]} {name}"))
    (tmp_path / "dovecot.index.log").write_bytes(b"\0")
    told = _inspected(capsysbinary, tmp_path)
    assert sorted(one["subject"].split()[-1] for one in told) == ["cur", "cur", "new", "new"]


def test_a_folder_is_all_in_it(tmp_path: Path, capsysbinary: Out) -> None:
    """In the order of names, hidden files left out."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.eml").write_bytes(_subject("b"))
    (tmp_path / "a.eml").write_bytes(_subject("a"))
    (tmp_path / "sub" / "box").write_bytes(_mbox(_subject("c"), _subject("d")))
    (tmp_path / ".hidden").write_bytes(b"x")
    assert [one["subject"] for one in _inspected(capsysbinary, tmp_path)] == ["a", "b", "c", "d"]


def test_what_cannot_be_opened_is_said_and_the_rest_is_read(tmp_path: Path, capsysbinary: Out) -> None:
    """One sentence each, and the exit code says that there are some."""
    (tmp_path / "a.eml").write_bytes(_subject("a"))
    assert cli.main(["inspect", "mail", "--json", str(tmp_path / "none.eml"), str(tmp_path / "a.eml")]) == 1
    told = capsysbinary.readouterr()
    assert json.loads(told.out)["subject"] == "a"
    assert b"none.eml cannot be read: No such file or directory." in told.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes in folders")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, capsysbinary: Out) -> None:
    """A pipe that nobody writes to would hold it up for ever."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.eml").write_bytes(_subject("a"))
    assert [one["subject"] for one in _inspected(capsysbinary, tmp_path)] == ["a"]
    assert cli.main(["inspect", "mail", str(tmp_path / "pipe")]) == 1
    assert b"is no file" in capsysbinary.readouterr().err


def test_for_people_it_is_some_lines(tmp_path: Path, capsysbinary: Out) -> None:
    """Who, what, how many files, and what to be careful about."""
    file = tmp_path / "a.eml"
    file.write_bytes(multi([part(), part("application/x-dosexec; name=a.exe", "data")]))
    assert cli.main(["inspect", "mail", str(file)]) == 0
    told = capsysbinary.readouterr().out.decode()
    assert "2012-04-02 14:22  ann@example.com  Hello" in told
    assert "! The attachment “a.exe” could run a program when it is opened." in told


@pytest.mark.parametrize("args", [[], ["mail"], ["letters", "x"], ["mail", "--what", "x"]])
def test_arguments_without_sense_are_refused(args: list[str], capsysbinary: Out) -> None:
    """With how it is used."""
    assert cli.main(["inspect", *args]) == 2
    assert b"usage: agentdesk inspect" in capsysbinary.readouterr().err


def test_its_help_says_what_a_line_has(capsysbinary: Out) -> None:
    """All fields of the door."""
    assert cli.main(["inspect", "mail", "--help"]) == 0
    told = capsysbinary.readouterr().out.decode()
    assert all(name in told for name in DOOR)


def test_the_receiving_server_may_be_named(tmp_path: Path, capsysbinary: Out) -> None:
    """Its results and our own domains then count."""
    file = tmp_path / "a.eml"
    results = {"Authentication-Results": "mx.shop.example; dmarc=fail", "From": "a@sh0p.example"}
    file.write_bytes(mail(headers=results))
    assert _inspected(capsysbinary, file)[0]["warnings"] == []
    named = ("--authserv-id", "mx.shop.example", "--own-domain", "shop.example")
    assert len(_inspected(capsysbinary, file, *named)[0]["warnings"]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="it has no head")
def test_whoever_reads_may_stop(tmp_path: Path) -> None:
    """`| head -1` is no error."""
    file = tmp_path / "box"
    file.write_bytes(_mbox(*[_subject(str(n)) for n in range(3000)]))
    command = f"'{sys.executable}' -m agentdesk.cli inspect mail --json '{file}' | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout)["subject"] == "0"
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such names")
def test_a_name_that_is_no_text_is_told_as_far_as_it_is(tmp_path: Path, capsysbinary: Out) -> None:
    """Names of files are bytes."""
    path = os.fsencode(tmp_path) + b"/\xff.eml"
    Path(os.fsdecode(path)).write_bytes(_subject("a"))
    assert _inspected(capsysbinary, tmp_path)[0]["file"].endswith("\ufffd.eml")


def test_a_mail_beyond_the_limit_is_read_no_further(tmp_path: Path) -> None:
    """One byte more than may be, so that whoever parses it sees that it is too large."""
    file = tmp_path / "box"
    file.write_bytes(_mbox(b"A: b\n\n" + b"x" * 200_000, _subject("two")))
    first, second = boxes.mails(file, 1000)
    assert (len(first), second[:4]) == (1001, b"From")
    (tmp_path / "a.eml").write_bytes(b"x" * 5000)
    assert [len(one) for one in boxes.mails(tmp_path / "a.eml", 1000)] == [1001]


BODIES = st.lists(
    st.sampled_from(
        [b"From ", b">From ", b"From x Mon Apr  2 18:22:10 2012", b"\n", b"\n\n", b"\r\n", b"x", b">", b"\xff"]
    ),
    max_size=12,
).map(b"".join)


@given(st.lists(BODIES, min_size=1, max_size=5))
def test_what_was_put_into_an_mbox_comes_out(bodies: list[bytes]) -> None:
    """As the writers of mboxrd quote it, whatever stands in the mails."""
    mails = [b"Subject: a\n\n" + body for body in bodies]
    quoted = [re.sub(rb"^(>*From )", rb">\1", one, flags=re.MULTILINE) for one in mails]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "box"
        file.write_bytes(b"".join(b"From x@example.com Mon Apr  2 18:22:10 2012\n" + one + b"\n\n" for one in quoted))
        read = list(boxes.mails(file))
    assert [one.rstrip(b"\n") for one in read] == [one.rstrip(b"\n") for one in mails]
