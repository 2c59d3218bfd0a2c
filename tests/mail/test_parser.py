"""Every hostile and odd mail comes out as was said before there was a parser, and none is ever refused."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mail.corpus import Case, all_cases

from agentdesk.text import mail
from agentdesk.text.mail import DEFAULT, Limits, Mail, Receiver
from agentdesk.text.mail.pages import TAGS
from agentdesk.text.mail.remarks import SENTENCES

RECEIVER = Receiver("mx.shop.example", ("shop.example", "big-shop.example"))
DOOR = (
    *("file", "from", "from_name", "to", "cc", "subject", "date", "text", "html_safe", "message_id", "in_reply_to"),
    *("references", "auto_submitted", "bounce", "attachments", "unreadable", "warnings"),
)
LINES = re.compile("[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
ATTRIBUTES = {
    *(
        "dir",
        "lang",
        "title",
        "align",
        "valign",
        "style",
        "href",
        "rel",
        "src",
        "alt",
        "width",
        "height",
        "color",
        "face",
    ),
    *("size", "start", "type", "bgcolor", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "span"),
}
LEADS, SHOWS = ("http://", "https://", "mailto:", "tel:"), ("cid:", "data:image/", "remote:")


class _Tags(HTMLParser):
    """The tags of a page, as another parser than ours sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.seen.append((tag, {name: value or "" for name, value in attrs}))


def _page_is_safe(html: str) -> None:
    tags = _Tags()
    tags.feed(html)
    tags.close()
    for tag, attributes in tags.seen:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert attributes.get("href", "tel:").strip().lower().startswith(LEADS)
        assert attributes.get("src", "cid:").strip().lower().startswith(SHOWS)
        assert not re.search(r"(?i)url|expression|position|@import|\\\\", attributes.get("style", ""))


def _shown(read: Mail) -> dict[str, Any]:
    """The door's fields, and the others that a case may say something about."""
    codes = [remark.code for remark in read.remarks]
    return mail.told(read) | {
        "visible": mail.visible(read),
        "images": len(read.images),
        "answerable": read.answerable,
        "checks": {"spf": read.checks.spf, "dkim": read.checks.dkim, "dmarc": read.checks.dmarc},
        "warns": codes,
        "quiet": not codes,
        "why": [one.why for one in read.unreadable],
        "starts": read.text,
    }


def _fits(key: str, wanted: Any, shown: dict[str, Any]) -> bool:
    html = shown["html_safe"] or ""
    match key:
        case "within":
            return all(words in html for words in wanted)
        case "without":
            return not any(words in html for words in wanted)
        case "warns" | "why":
            return set(wanted) <= set(shown[key])
        case "starts":
            return bool(shown[key].startswith(wanted))
    return bool(shown[key] == wanted)


def _is_safe(read: Mail) -> None:
    """What holds for every mail there is."""
    told = mail.told(read, "x.eml")
    assert tuple(told) == DOOR
    assert json.loads(msgspec.json.encode(told)) == told
    people = (*read.senders, *read.to, *read.cc, *read.reply_to)
    names = [word for one in people for word in (one.name, one.address)] + [one.name for one in read.attachments]
    ids = [read.message_id, *read.in_reply_to, *read.references]
    assert not any(LINES.search(word) for word in [read.subject, *names, *ids])
    assert not CONTROL.search(read.text)
    assert not any("/" in one.name or "\\" in one.name or one.name.startswith(".") for one in read.attachments)
    if read.html is not None:
        _page_is_safe(read.html)
    ends = [(fold.start, fold.end) for fold in read.folds]
    assert ends == sorted(ends)
    assert all(0 <= start <= end <= len(read.text) for start, end in ends)
    assert {remark.code for remark in read.remarks} | {one.why for one in read.unreadable} <= set(SENTENCES)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_it_comes_out_as_was_said(case: Case) -> None:
    """Each field that the case speaks of; and what holds for every mail."""
    read = mail.parse(case.raw, RECEIVER)
    shown = _shown(read)
    wrong = {key: (wanted, shown.get(key)) for key, wanted in case.expected.items() if not _fits(key, wanted, shown)}
    assert not wrong
    _is_safe(read)


@given(st.binary(max_size=2000))
def test_bytes_of_any_kind_are_read(raw: bytes) -> None:
    """Nothing raises."""
    _is_safe(mail.parse(raw, RECEIVER))


PIECES = st.sampled_from(
    [
        *(
            b"From: ",
            b"To: ",
            b"Subject: ",
            b"Date: ",
            b"Content-Type: ",
            b"\r\n",
            b"\n",
            b"\r\n\r\n",
            b" ",
            b"\t",
            b"\r",
        ),
        *(
            b"multipart/mixed; boundary=b1",
            b"multipart/alternative; boundary=b1",
            b"text/html",
            b"text/plain; charset=",
        ),
        *(
            b"--b1\r\n",
            b"--b1--\r\n",
            b"=?utf-8?Q?",
            b"=?utf-7?B?",
            b"?=",
            b"<a@b.example>",
            b'"',
            b"(",
            b")",
            b"<",
            b">",
        ),
        *(b"utf-16", b"iso-2022-jp", b"hz", b"\x1b$B", b"base64", b"Content-Transfer-Encoding: ", b"quoted-printable"),
        *(
            b"message/rfc822",
            b"message/delivery-status",
            b"Status: 5.1.1",
            b"Action: failed",
            b"filename*0*=utf-8''%",
            b";",
        ),
        *(
            b"<p>",
            b"<img src=//x.example>",
            b"<a href=javascript:x>",
            b"<script>",
            b"On Monday 1.2.2003 a@b wrote:\r\n",
            b"> ",
        ),
        *(
            b"\0",
            b"\xff",
            b"\xc3",
            b"\xed\xa0\x80",
            b"2 Apr 2012 12:00:00",
            b"+0000",
            b"+2AA-",
            b"-- \n",
            b"=",
            b"AAAA",
        ),
    ]
)


@given(st.lists(PIECES, max_size=60).map(b"".join))
def test_pieces_of_mails_in_any_order_are_read(raw: bytes) -> None:
    """Nothing raises, and what is shown is safe, however the words of mails are put together."""
    _is_safe(mail.parse(raw, RECEIVER))


@given(st.data())
def test_a_mail_that_is_damaged_is_read(data: st.DataObject) -> None:
    """One of the corpus, cut or with bytes changed."""
    small = [case.raw for case in all_cases() if 0 < len(case.raw) < 5000]
    raw = bytearray(data.draw(st.sampled_from(small)))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    _is_safe(mail.parse(bytes(raw[: data.draw(st.integers(0, len(raw)))]), RECEIVER))


def test_limits_are_data() -> None:
    """A tighter one holds, and says so."""
    head = b"From: a@b.example\r\nTo: c@d.example, e@f.example\r\nSubject: " + b"x" * 50 + b"\r\n\r\n"
    read = mail.parse(head + b"Hello there", limits=Limits(addresses=1, subject=10, text=5))
    assert ([one.address for one in read.to], read.subject, read.text) == (["c@d.example"], "x" * 10, "Hello")
    assert {"many-addresses", "long-header", "long-text"} <= {remark.code for remark in read.remarks}
    read = mail.parse(head + b"y" * 1000, limits=Limits(mail=len(head) + 3))
    assert read.text == "yyy"
    assert "large" in {remark.code for remark in read.remarks}


def test_what_is_cut_from_the_text_is_kept_raw() -> None:
    """Nothing is dropped: the part stands among the unreadable, whole."""
    read = mail.parse(b"From: a@b.example\r\n\r\n" + b"z" * (DEFAULT.text + 10))
    assert len(read.text) == DEFAULT.text
    assert [(one.why, len(one.raw)) for one in read.unreadable] == [("long-text", DEFAULT.text + 10)]


def test_nobody_is_believed_who_is_not_configured() -> None:
    """Without an authserv-id no result counts, whatever the mail says."""
    raw = b"From: a@b.example\r\nAuthentication-Results: mx.shop.example; dmarc=pass\r\n\r\nx"
    assert mail.parse(raw).checks == mail.Checks()
    assert mail.parse(raw, RECEIVER).checks.dmarc == "pass"


def test_remote_pictures_come_back_only_when_asked_for() -> None:
    """The page holds no address of theirs; whoever asks gets it, escaped."""
    raw = b'Content-Type: text/html\r\n\r\n<p>x</p><img src="https://t.example/p?a=1&amp;b=%22"><img src="cid:1">'
    read = mail.parse(raw)
    assert read.html is not None
    assert "t.example" not in read.html
    assert read.images == ("https://t.example/p?a=1&b=%22",)
    shown = mail.with_images(read.html, read.images)
    assert 'src="https://t.example/p?a=1&amp;b=%22"' in shown
    assert 'src="cid:1"' in shown
    assert mail.with_images('<img src="remote:7">', ()) == '<img src="">'


def test_pictures_of_several_pages_keep_their_numbers() -> None:
    """Each placeholder finds its own picture."""
    part = b"--b\r\nContent-Type: text/html\r\n\r\n<img src=https://t.example/%d>\r\n"
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part % 1 + part % 2 + b"--b--\r\n"
    read = mail.parse(raw)
    assert read.images == ("https://t.example/1", "https://t.example/2")
    shown = mail.with_images(read.html or "", read.images)
    assert shown.index("t.example/1") < shown.index("t.example/2")


def test_a_bounce_says_which_mail_it_is_about() -> None:
    """Its id, and the server's words: without them nobody may mark anything as failed."""
    status = b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    raw = (
        b"From: mailer-daemon@x.example\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nSorry\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        + status
        + b"Diagnostic-Code: smtp; 550 no such user\r\n\r\n--b\r\n"
        b"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <sent@shop.example>\r\n\r\n--b--\r\n"
    )
    bounce = mail.parse(raw).bounces[0]
    assert (bounce.original, bounce.words) == ("sent@shop.example", "550 no such user")


def test_a_list_says_how_to_leave_it() -> None:
    """Read, never followed."""
    raw = b"List-Id: News <news.x.example>\r\nList-Unsubscribe: <mailto:u@x.example>, <https://x.example/u>\r\n"
    read = mail.parse(raw + b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nx")
    assert read.mailing_list == mail.MailingList("News <news.x.example>", "", "mailto:u@x.example", True)


def test_a_mail_is_the_same_however_it_arrives() -> None:
    """The way adds headers, and the mailbox; another text under the same id is another mail."""
    raw = b"From: Ann <ann@example.com>\r\nTo: desk@shop.example\r\nMessage-ID: <a@x>\r\nSubject: Hi\r\n\r\nHello"
    one = mail.identity(raw)
    assert mail.identity(b"Received: from x\r\nDelivered-To: desk@shop.example\r\n" + raw + b"\r\n\r\n") == one
    assert mail.identity(raw.replace(b"\r\n", b"\n").replace(b"Subject: ", b"Subject:\n ")) == one
    assert mail.identity(raw.replace(b"Hello", b"Hullo")) != one
    assert mail.identity(raw.replace(b"ann@", b"eve@")) != one


def test_a_blind_copy_says_for_whom_it_was() -> None:
    """In what the servers wrote, which is where our signed address then stands."""
    read = mail.parse(
        b"Delivered-To: desk+c1.x@shop.example\r\nX-Original-To: <b@shop.example>\r\nTo: x@y.example\r\n\r\n"
    )
    assert read.delivered_to == ("desk+c1.x@shop.example", "b@shop.example")


@pytest.mark.parametrize(
    ("head", "may"),
    [
        ("From: ann@example.com\r\nTo: Desk@shop.example", True),
        ("From: ann@example.com\r\nTo: x@y.example\r\nCc: desk@shop.example", True),
        ("From: ann@example.com\r\nTo: x@y.example", False),  # it came as a blind copy, or by a list
        ("From: DESK@shop.example\r\nTo: desk@shop.example", False),  # our own, come back
        ("From: ann@example.com\r\nTo: desk@shop.example\r\nAuto-Submitted: auto-replied", False),
        ("From: ann@example.com\r\nTo: desk@shop.example\r\nList-Id: <x>", False),
        ("To: desk@shop.example", False),
    ],
)
def test_machines_answer_only_people_who_wrote_to_us(head: str, may: bool) -> None:
    """RFC 3834: else two of them go on for ever."""
    assert mail.may_answer(mail.parse(f"{head}\r\n\r\nHello".encode()), ["desk@shop.example"]) is may
