"""Recorded mails of real programs: who, when, what about, what is new in them, and what is quoted or signed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mail.fixtures import (
    COMMON,
    CRISP,
    FIRST_LINES,
    NEW,
    NOT_QUOTED,
    PAGES,
    REPLIES,
    SAYS,
    TALON,
    WHOLE,
)

from agentdesk.text import mail


@pytest.fixture(scope="module")
def recorded(data_dir: Path) -> Path:
    """The folder of recorded data, with the mails in it."""
    if not (data_dir / CRISP).is_dir():
        pytest.skip(f"the data folder is missing: {data_dir / CRISP}; set AGENTDESK_DATA")
    return data_dir


def _read(text: bytes) -> mail.Mail:
    return mail.parse(b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text)


@pytest.mark.parametrize("name", sorted(REPLIES))
def test_a_recorded_reply_comes_out_right(recorded: Path, name: str) -> None:
    """All of it, from the sender to what is new in the text."""
    address, person, subject, date, new = REPLIES[name]
    read = mail.parse((recorded / TALON / "standard_replies" / f"{name}.eml").read_bytes())
    assert (read.sender.address, read.sender.name) == (address, person)
    assert (read.subject, read.date) == (subject, date)
    assert mail.visible(read).splitlines()[0].strip() == new
    assert len(mail.visible(read).splitlines()) == 1 if name != "thunderbird" else True
    assert not read.unreadable
    assert not read.attachments


@pytest.mark.parametrize("name", PAGES)
def test_a_recorded_page_comes_out_right(recorded: Path, name: str) -> None:
    """Its text, and what of it is new."""
    page = (recorded / TALON / "html_replies" / f"{name}.html").read_bytes()
    read = mail.parse(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page)
    assert [line for line in mail.visible(read).splitlines() if line] == SAYS
    assert "Hello! How are you?" in read.text
    assert "Hello! How are you?" in (read.html or "")


def test_texts_that_begin_alike_are_folded_after_it(recorded: Path) -> None:
    """What is quoted below the same five lines is folded, in all languages and forms recorded."""
    files = [file for file in sorted((recorded / CRISP).glob("*.txt")) if file.read_text("utf-8").startswith(COMMON)]
    assert len(files) > 40
    wrong = []
    for file in files:
        lines = file.read_text("utf-8").splitlines()
        if (
            file.stem not in NOT_QUOTED
            and mail.visible(_read(file.read_bytes())) != "\n".join(lines[:FIRST_LINES]).strip()
        ):
            wrong.append(file.stem)
    assert not wrong


@pytest.mark.parametrize("name", sorted(NEW))
def test_what_is_new_in_a_recorded_text_stays(recorded: Path, name: str) -> None:
    """And nothing else does."""
    assert mail.visible(_read((recorded / CRISP / f"{name}.txt").read_bytes())) == NEW[name]


@pytest.mark.parametrize("name", [*WHOLE, *NOT_QUOTED])
def test_what_only_looks_like_a_quote_stays(recorded: Path, name: str) -> None:
    """Nothing of these is folded."""
    assert not _read((recorded / CRISP / f"{name}.txt").read_bytes()).folds
