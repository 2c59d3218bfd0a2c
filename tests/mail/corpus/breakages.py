"""What makes a parser of the standard library raise, or a naive one: heads that are none, traps in every field."""

from __future__ import annotations

from collections.abc import Iterator

from .making import BASE, Case, joined, mail, multi, octets, part, typed, word

FIELDS = ("From", "To", "Cc", "Reply-To", "Sender", "Subject", "Date", "Message-ID", "In-Reply-To", "References")
MORE = ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version", "Content-ID", "List-Id")
LAST = ("Authentication-Results", "Auto-Submitted", "Precedence", "Return-Path", "Received", "X-Failed-Recipients")
VALUES: dict[str, str | bytes] = {
    # each is known to make some version of email.policy.default, email.utils or email.message raise
    "empty": "",
    "space": " ",
    "nul": b"\0",
    "bytes": b"\xff\xfe\x80",
    "half": b"\xed\xa0\x80",
    "dot": ".",
    "at": "@",
    "angle": "<",
    "angles": "<>",
    "angle-at": "<@>",
    "route": "<@:>",
    "quote": '"',
    "comment": "(",
    "semicolon": ";",
    "semi-name": ";name*=",
    "group": "a:b;c",
    "group-open": "a:",
    "bracket": "[",
    "brackets": "a@[",
    "literal": "<a@[>",
    "backslash": "\\",
    "equals": "=",
    "colon": ":",
    "comma": ",",
    "slash": "/",
    "star": "x/y; a*=",
    "star-quotes": "x/y; a*=''",
    "star-charset": "x/y; filename*=idna''%ff; name*=punycode''%ff; charset*=base64''%ff",
    "star-section": "x/y; a*0*=utf-8''; a*1=; a*-1=x; a*1e9=y",
    "word-charset": "=?idna?Q?=FF?=",
    "word-undefined": "=?undefined?B?AAAA?=",
    "word-nul": "=?utf-8\0?Q?x?=",
    "word-empty": "=?utf-8?Q??=",
    "word-one": "=?utf-8?B?A?=",
    "word-in-word": "=?utf-8?Q?=?utf-8?Q?x?=?=",
    "word-address": "=?utf-8?Q?=22?= <=?utf-8?Q?a=40b?=>",
    "word-in-angle": "<=?utf-8?B?YUBi?=@example.com>",
    "word-8bit": b"=?utf-8?Q?\xc3\xbc?=",
    "cr": b"a\rb",
    "long": "x" * 3000,
    "digits": "9" * 5000,
    "arabic-digits": "٣ Apr ٢٠١٢ ١٢:٠٠:٠٠ +٠٠٠٠",
    "superscript": "² Apr 2012 ²:00:00 +²000",
    "percent": "%s %d {0}",
    "id": "<a@b> <<c@d>> <e@f",
    "id-literal": "<a@[b]>",
    "id-quoted": '<"a b"@c>',
    "id-at": "<@b>",
}


def _fields() -> Iterator[Case]:
    """Every trap in every field: the words of the mail come out all the same."""
    for name, value in VALUES.items():
        for field in FIELDS:
            kept = {key.lower(): value for key, value in (("from", "ann@example.com"), ("subject", "Hello"))}
            kept.pop(field.lower(), None)
            yield Case(f"trap-{name}-{field}", mail(headers={field: value}), {"text": "Hello", **kept})
        everywhere: dict[str, object] = dict.fromkeys((*FIELDS, *MORE, *LAST), value)
        yield Case(f"trap-{name}-everywhere", mail(headers=everywhere), {})
        inside = part(
            octets(value), "Hello", Content_Disposition=value, Content_ID=value, Content_Transfer_Encoding=value
        )
        yield Case(
            f"trap-{name}-in-part", multi([part(body="Before"), inside]), {"starts": "Before", "subject": "Hello"}
        )


def _heads() -> Iterator[Case]:
    """No head, half a head, too many of them."""
    yield Case("nothing", b"", {"from": "", "subject": "", "text": "", "attachments": [], "warns": ["no-head"]})
    for number, raw in enumerate((b"\r\n", b"\n", b"\r", b"\0", b" ", b"\xff" * 100, b"\0" * 10_000, b"\r\n" * 1000)):
        yield Case(f"no-head-{number}", raw, {"from": "", "subject": "", "attachments": [], "warns": ["no-head"]})
    yield Case("only-text", b"Just some words.\r\n", {"text": "Just some words.", "warns": ["no-head"]})
    yield Case("blank-first", b"\r\n\r\n" + mail(), {"starts": "From:", "warns": ["no-head"]})
    yield Case(
        "head-only", b"From: ann@example.com\r\nSubject: x", {"subject": "x", "text": "", "from": "ann@example.com"}
    )
    yield Case("head-cut", b"From: ann@example.com\r\nSubj", {"from": "ann@example.com", "text": "Subj"})
    odd = {"subject": "Hello", "from": "ann@example.com"}
    yield Case("mbox-line", b"From ann@example.com Mon Apr  2 18:22:10 2012\r\n" + mail(), {**odd, "text": "Hello"})
    yield Case("mbox-quoted", b">From ann@example.com Mon Apr  2 18:22:10 2012\n" + mail(), {**odd, "text": "Hello"})
    bom = b"\xef\xbb\xbf" + mail()
    yield Case("mark-first", bom, {**odd, "text": "Hello"})
    continued = b"  leading continuation\r\n" + mail()
    yield Case("starts-folded", continued, {**odd, "text": "Hello"})
    for number, line in enumerate(
        (b"no colon here", b": no name", b"b\xc3\xa4d: x", b"sp ace: x", b"\x01: x", b"a" * 9000)
    ):
        raw = mail().replace(b"Subject:", line + b"\r\nSubject:")
        yield Case(f"odd-line-{number}", raw, {"from": "ann@example.com", "warns": ["odd-head"], "subject": "Hello"})
    yield Case("space-line", mail().replace(b"Subject:", b" \t \r\nSubject:"), {**odd, "text": "Hello"})
    utf16 = mail().decode().encode("utf-16")
    yield Case("whole-mail-utf16", utf16, {"attachments": []})
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x</p>"
    yield Case("http-answer", http, {"from": "", "html_safe": "<p>x</p>"})
    yield Case("binary-file", bytes(range(256)) * 64, {"from": "", "attachments": []})
    yield Case("lf-only", mail(eol=b"\n"), {**odd, "text": "Hello"})
    yield Case("cr-only", mail(eol=b"\r").replace(b"\n", b"\r"), {**odd, "text": "Hello"})
    nuls = mail().replace(b"Hello", b"He\0llo")
    yield Case("nuls", nuls, {**odd, "text": "Hello", "warns": ["nul"]})


def _messages() -> Iterator[Case]:
    """`message/*` whose inside is no message: a KeyError, an AttributeError or an assertion in the library."""
    kinds = (
        "rfc822",
        "delivery-status",
        "partial",
        "external-body",
        "global",
        "news",
        "http",
        "disposition-notification",
    )
    inside: tuple[str | bytes, ...] = (
        "",
        "x",
        "\r\n",
        "a: b",
        ": ",
        b"\xff\0",
        "--b1",
        "Content-Type: multipart/mixed\r\n\r\nx",
    )
    for kind in kinds:
        for number, body in enumerate(inside):
            raw = multi([part(), part(f"message/{kind}", body)])
            yield Case(f"message-{kind}-{number}", raw, {"text": "Hello", "subject": "Hello", "bounce": None})
        yield Case(
            f"message-{kind}-top", typed(f"message/{kind}", "x"), {"subject": "Hello", "from": "ann@example.com"}
        )
        raw = typed(f"message/{kind}", "eA==", "base64")
        yield Case(f"message-{kind}-base64", raw, {"subject": "Hello", "bounce": None})
    charset = part("message/rfc822; charset=idna", "Subject: =?idna?Q?=FF?=\r\n\r\nx")
    yield Case("message-charset", multi([part(), charset]), {"text": "Hello"})
    status = part("message/delivery-status", "Action: failed\r\nStatus: 5.1.1")
    yield Case("status-outside-report", multi([part(), status]), {"text": "Hello", "bounce": None})


def _fixed() -> Iterator[Case]:
    """Reported against the library, one by one."""
    raw = mail(headers={"From": word("a\nb") + "@example.com"})
    yield Case("newline-in-local-part", raw, {"text": "Hello"})
    yield Case("address-none", mail(headers={"To": "a@b.example <"}), {"text": "Hello", "to": ["a@b.example"]})
    yield Case("get-all-bytes", mail(headers={"To": b"\xe4 <a@b.example>"}), {"to": ["a@b.example"]})
    raw = typed("text/plain; charset=\xe4", "x")
    yield Case("charset-not-ascii", raw, {"text": "x"})
    raw = typed("text/plain; charset*0=utf; charset*1=-8", "ä")
    yield Case("charset-in-sections", raw, {"text": "ä"})
    raw = typed("text/plain", "x", Content_Disposition="attachment; filename*=utf-8''%")
    yield Case("percent-at-end", raw, {"text": "", "subject": "Hello"})
    raw = typed("text/plain;\r\n\tname*0*=''\r\n\t*1*=x", "x")
    yield Case("section-without-name", raw, {"subject": "Hello"})
    raw = mail(headers={"Message-ID": "<abc.123@[example.com>"})
    yield Case("id-open-bracket", raw, {"text": "Hello", "message_id": "abc.123@[example.com"})
    raw = mail(headers={"Message-ID": "<>"})
    yield Case("id-empty", raw, {"text": "Hello", "message_id": ""})
    raw = typed('multipart/mixed; boundary="\xe4"', joined([part()], "\xe4".encode()))
    yield Case("boundary-eight-bit", raw, {"text": "Hello"})
    raw = octets("\r\n".join(f"{name}: {value}" for name, value in BASE.items()) + "\r\nX:\r\n\r\nHello")
    yield Case("header-without-value", raw, {"text": "Hello"})
    raw = mail(headers={"Content-Type": "multipart/mixed; boundary=b1", "Content-Transfer-Encoding": "base64"})
    yield Case("multipart-base64-word", raw, {"subject": "Hello"})
    yield Case("date-huge-zone", mail(headers={"Date": "Mon, 02 Apr 2012 12:00:00 +" + "9" * 400}), {"text": "Hello"})
    yield Case("surrogate-subject", mail(headers={"Subject": b"\xed\xb3\xbf\xf0\x9f"}), {"text": "Hello"})


def cases() -> Iterator[Case]:
    """All of this sort."""
    yield from _fields()
    yield from _heads()
    yield from _messages()
    yield from _fixed()
