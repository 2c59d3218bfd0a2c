"""Mails that the library writes are read as it was told to write them: a second opinion on all that is well-formed."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.domain.kernel import clean
from agentdesk.text import mail

UNFOLDED = SMTP.clone(max_line_length=100_000)
"""Where the library breaks lines it makes a mess of names that are not ASCII: addresses go into encoded-words."""
PLAIN = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="\ufffe\uffff")
LINES = st.text(PLAIN, max_size=80).map(lambda text: " ".join(text.split()))
WORDS = LINES.filter(lambda line: "=?" not in line)
BODIES = st.lists(LINES, max_size=6).map("\n".join)
LOCALS = st.from_regex(r"[a-z0-9]([a-z0-9._+-]{0,10}[a-z0-9])?", fullmatch=True).filter(lambda local: ".." not in local)
DOMAINS = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?\.example", fullmatch=True)
PEOPLE = st.builds(lambda name, local, domain: Address(name, local, domain), WORDS, LOCALS, DOMAINS)
FILES = st.tuples(
    WORDS.filter(bool), st.sampled_from(["application/pdf", "image/png", "text/csv"]), st.binary(max_size=300)
)
WHENS = st.datetimes(datetime(1970, 1, 2), datetime(9989, 1, 1), timezones=st.timezones())  # noqa: DTZ001 it asks for none


@given(
    WORDS,
    PEOPLE,
    st.lists(PEOPLE, min_size=1, max_size=5),
    BODIES,
    st.sampled_from(["quoted-printable", "base64", "8bit"]),
)
def test_words_and_people(subject: str, sender: Address, to: list[Address], body: str, encoding: str) -> None:
    """Names, addresses, subject and text."""
    written = EmailMessage(policy=UNFOLDED)
    written["From"], written["To"], written["Subject"] = sender, to, subject
    written.set_content(body, cte=encoding)
    read = mail.parse(written.as_bytes())
    assert (read.sender.address, read.sender.name) == (sender.addr_spec, sender.display_name)
    assert [(one.address, one.name) for one in read.to] == [(one.addr_spec, one.display_name) for one in to]
    assert (read.subject, read.text) == (subject, clean(body))
    assert not read.unreadable


@given(BODIES, st.booleans(), st.lists(FILES, max_size=4))
def test_structures(body: str, has_html: bool, files: list[tuple[str, str, bytes]]) -> None:
    """Text, HTML and files, as deep as the library nests them."""
    written = EmailMessage(policy=SMTP)
    written.set_content(body)
    if has_html:
        written.add_alternative("<p>Hello</p>", subtype="html")
    for name, kind, data in files:
        written.add_attachment(data, *kind.split("/"), filename=name)
    read = mail.parse(written.as_bytes())
    assert read.text == clean(body) or (not clean(body) and read.text == ("Hello" if has_html else ""))
    assert read.html == ("<p>Hello</p>" if has_html else None)
    assert [(one.media_type, one.content) for one in read.attachments] == [(kind, data) for _, kind, data in files]
    assert not {"unclosed", "no-boundary", "bad-encoding", "odd-head", "twice"} & {one.code for one in read.remarks}


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "iso-8859-15", "koi8-r", "shift_jis", "gb2312", "iso-2022-jp"]
)
def test_charsets(charset: str) -> None:
    """Each way in which the library codes a body and a subject in this charset."""
    text = {"koi8-r": "Привет", "shift_jis": "こんにちは", "gb2312": "你好", "iso-2022-jp": "件名"}.get(
        charset, "Grüße"
    )
    written = EmailMessage(policy=SMTP)
    written.set_content(text, charset=charset)
    assert mail.parse(written.as_bytes()).text == text


@given(WHENS)
def test_dates(when: datetime) -> None:
    """In all zones, to the second."""
    whole = when.replace(microsecond=0)
    seconds = int(whole.timestamp())
    offset = whole.utcoffset()
    if offset is None or offset.total_seconds() % 60:  # before there were whole minutes: no mail can say it
        return
    read = mail.parse(f"Date: {format_datetime(whole)}\r\n\r\n".encode())
    assert read.date == seconds * 1000
