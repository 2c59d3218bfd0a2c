"""What is composed is what is read again, by us and by the library; nothing in it can bring a header of its own."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.domain.kernel import clean
from agentdesk.text import mail
from agentdesk.text.mail import Address, Attachment, CannotSend, Outgoing, Signature, compose, signature_for, threaded

AT = 1_333_376_530_000
ANN = Address("ann@example.com", "Ann Example")
DESK = Address("desk@shop.example", "Shop")
NAMES = (
    *("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    *("Content-Disposition", "Content-ID"),
)


def _outgoing(**changed: Any) -> Outgoing:
    told: dict[str, Any] = {
        "command": "cmd-1",
        "at": AT,
        "sender": DESK,
        "to": (ANN,),
        "subject": "Hi",
        "text": "Hello",
    }
    return Outgoing(**told | changed)


def _library(raw: bytes) -> EmailMessage:
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


def test_the_same_command_gives_the_same_bytes() -> None:
    """A retry is the same mail; another command is another one; the id tells nothing of the command."""
    one = compose(_outgoing())
    assert compose(_outgoing()) == one
    assert compose(_outgoing(command="cmd-2")).message_id != one.message_id
    assert mail.parse(one.raw).message_id == one.message_id == mail.message_id("cmd-1", "shop.example")
    assert "cmd" not in one.message_id


def test_it_says_all_that_was_asked_for() -> None:
    """Read again by our own parser."""
    files = (
        Attachment("Grüße.pdf", "application/pdf", b"%PDF", "", False),
        Attachment("a.txt", "text/plain", b"\0\r\n\xff"),
    )
    sent = _outgoing(
        cc=(Address("bob@example.com"),),
        subject="Grüße – 東京",
        text="Line one\n\nFrom here\n.\n> quoted  \n",
        attachments=files,
        signature="Shop\nTel. 555",
        reply_to="desk+c1.x@shop.example",
        in_reply_to="a@b",
        references=("r@b", "a@b"),
        language="de",
    )
    composed = compose(sent)
    read = mail.parse(composed.raw)
    assert (read.sender, read.to, read.cc) == (DESK, (ANN,), (Address("bob@example.com"),))
    assert (read.subject, read.date) == (sent.subject, AT)
    assert read.text == "Line one\n\nFrom here\n.\n> quoted\n\n-- \nShop\nTel. 555"
    assert mail.visible(read) == "Line one\n\nFrom here\n."
    assert (read.in_reply_to, read.references) == (("a@b",), ("r@b", "a@b"))
    assert [(one.name, one.media_type, one.content) for one in read.attachments] == [
        (one.name, one.media_type, one.content) for one in files
    ]
    assert [one.address for one in read.reply_to] == ["desk+c1.x@shop.example"]
    assert (read.auto_submitted, read.answerable, read.unreadable, read.remarks) == (None, True, (), ())
    assert composed.envelope_from == "desk@shop.example"
    assert composed.envelope_to == ("ann@example.com", "bob@example.com")
    assert not composed.international


def test_the_library_reads_the_same() -> None:
    """A second reader, so that no mistake of ours hides another."""
    raw = compose(
        _outgoing(subject="Grüße", to=(Address("x@example.com", 'A, "B" ü'),), html="<p>Hello <b>x</b></p>")
    ).raw
    read = _library(raw)
    assert not read.defects
    assert read["Subject"] == "Grüße"
    assert read["To"].addresses[0].display_name == 'A, "B" ü'
    assert read["Date"].datetime.timestamp() * 1000 == AT
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert plain.get_content().splitlines() == ["Hello"]
    assert html is not None
    assert "<p>Hello <b>x</b></p>" in html.get_content()


def test_html_is_made_from_the_text_where_none_is_given() -> None:
    """Escaped, with paragraphs and links."""
    read = mail.parse(compose(_outgoing(text="a < b\nc\n\nsee https://x.example/?a=1&b=2.", signature="<Ann>")).raw)
    assert read.html is not None
    assert '<p dir="auto">a &lt; b<br>c</p>' in read.html
    assert '<a href="https://x.example/?a=1&amp;b=2"' in read.html
    assert "&lt;Ann&gt;" in read.html


def test_html_of_ours_is_cleaned_too() -> None:
    """What was pasted may hold anything; pictures that came along stay, those from elsewhere do not go out."""
    html = "<p onclick=x>Hi</p><script>x</script><img src='cid:i@x'><img src='https://t.example/p'>"
    picture = Attachment("i.png", "image/png", b"png", "i@x", True)
    read = mail.parse(compose(_outgoing(html=html, attachments=(picture,))).raw)
    assert read.html is not None
    assert "cid:i@x" in read.html
    assert "script" not in read.html
    assert "onclick" not in read.html
    assert read.images == ()
    assert [(one.name, one.inline, one.content_id) for one in read.attachments] == [("i.png", True, "i@x")]


@pytest.mark.parametrize(("how", "sender"), [("auto-replied", ""), ("auto-generated", "desk@shop.example")])
def test_what_a_machine_writes_says_so(how: str, sender: str) -> None:
    """And an automatic answer has no envelope sender that another machine could answer."""
    composed = compose(_outgoing(automatic=how))
    read = mail.parse(composed.raw)
    assert (read.auto_submitted, read.answerable, composed.envelope_from) == (how, False, sender)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"to": ()}, "nobody to send"),
        ({"to": (Address("no address"),)}, "no address that mail"),
        ({"to": (Address("a@b.example\r\nBcc: x@y.example"),)}, "no address that mail"),
        ({"to": (Address("a@b.example>, <x@y.example"),)}, "no address that mail"),
        ({"sender": Address("")}, "no address that mail"),
        ({"reply_to": "x"}, "no address that mail"),
        ({"to": (Address("a@" + "ü" * 300 + ".example"),)}, "no address that mail"),
        ({"automatic": "yes\r\nX: y"}, "how an automatic"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(changed: dict[str, Any], words: str) -> None:
    """One sentence, for the person who wants to send it."""
    with pytest.raises(CannotSend, match=words) as refused:
        compose(_outgoing(**changed))
    assert "\n" not in str(refused.value)


def test_addresses_of_all_scripts() -> None:
    """A domain goes in ASCII; a name before the @ needs a server that knows it."""
    composed = compose(_outgoing(to=(Address("ann@müller.example", "Jörg"),)))
    assert composed.envelope_to == ("ann@xn--mller-kva.example",)
    assert not composed.international
    composed = compose(_outgoing(to=(Address("jörg@example.com"), Address("JÖRG@example.com"))))
    assert composed.international
    assert len(composed.envelope_to) == 1


def test_threads_go_on() -> None:
    """As RFC 5322 says, from References, else from In-Reply-To; too many are cut in the middle."""

    def head(lines: str) -> mail.Mail:
        return mail.parse(f"From: a@b.example\r\n{lines}\r\n\r\nx".encode())

    assert threaded(head("Message-ID: <c@x>\r\nReferences: <a@x> <b@x>")) == ("c@x", ("a@x", "b@x", "c@x"))
    assert threaded(head("Message-ID: <c@x>\r\nIn-Reply-To: <b@x> <z@x>")) == ("c@x", ("b@x", "c@x"))
    assert threaded(head("Subject: x")) == ("", ())
    many = tuple(f"m{n}@x" for n in range(50))
    read = mail.parse(compose(_outgoing(references=many)).raw)
    assert read.references == many[:1] + many[-19:]


def test_the_nearest_signature_is_taken() -> None:
    """Of the team before that of all, in the language before that of any."""
    known = [
        Signature("all"),
        Signature("all-de", "", "de"),
        Signature("team", "t"),
        Signature("team-de", "t", "de-AT"),
    ]
    asked = [("t", "de-AT"), ("t", "de_at"), ("t", "de"), ("t", "fr"), ("x", "de-CH"), ("x", "")]
    found = [signature_for(known, *one) for one in asked]
    assert found == ["team-de", "team-de", "team", "team", "all-de", "all"]
    assert signature_for([], "t", "de") == ""


hostile = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["\r\nBcc: x@y.example", "\n", "\r", "\0", "=?utf-8?Q?", "?=", "\u2028", "ü", '"', "\\", "<a@b>", " "]
        ),
        max_size=8,
    ).map("".join),
)


@given(hostile, hostile, hostile, hostile, hostile, hostile)
def test_no_words_bring_a_header(subject: str, name: str, text: str, file: str, id: str, language: str) -> None:
    """Whatever stands in any field: only our headers, each once, in ASCII lines of a length that servers take."""
    sent = _outgoing(
        subject=subject,
        to=(Address("ann@example.com", name),),
        text=text,
        html=text,
        signature=name,
        in_reply_to=id,
        references=(id, "r@x"),
        language=language,
        attachments=(Attachment(file, subject, b"x", id, True),),
    )
    raw = compose(sent).raw
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    head = raw.partition(b"\r\n\r\n")[0].decode()
    told = [line.partition(":")[0] for line in head.split("\r\n") if line[:1] not in (" ", "\t")]
    assert set(told) <= set(NAMES)
    assert len(told) == len(set(told))
    read = mail.parse(raw)
    assert [one.address for one in read.to] == ["ann@example.com"]
    assert len(read.attachments) == 1
    assert read.attachments[0].content == b"x"
    assert not {"unclosed", "no-boundary", "odd-head", "twice", "bad-encoding"} & {one.code for one in read.remarks}


@given(st.text(max_size=300), st.text(max_size=80))
def test_words_come_back_as_they_were(text: str, subject: str) -> None:
    """Of all scripts; only what cannot be seen is gone."""
    read = mail.parse(compose(_outgoing(text=text, subject=subject)).raw)
    assert read.text == clean(text)
