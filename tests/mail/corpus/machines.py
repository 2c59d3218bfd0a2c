"""What machines write: bounces, automatic answers, lists, results of the receiving server's checks, ids of threads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .making import Case, b64, mail, multi, part

ORIGINAL = "From: desk@shop.example\r\nMessage-ID: <sent1@shop.example>\r\nSubject: Hi\r\n\r\n"


def _report(status: str, kind: str = "delivery-status") -> bytes:
    parts = [part(body="Sorry."), part(f"message/{kind}", status), part("message/rfc822", ORIGINAL)]
    more = {"From": "MAILER-DAEMON@mx.example", "Return_Path": "<>", "Auto_Submitted": "auto-replied"}
    return multi(parts, f"report; report-type={kind}", "b1", **more)


def _status(recipient: str, action: str, status: str, words: str = "") -> str:
    lines = [f"Final-Recipient: rfc822; {recipient}", f"Action: {action}", f"Status: {status}"]
    lines += [f"Diagnostic-Code: smtp; {words}"] if words else []
    return "Reporting-MTA: dns; mx.example\r\n\r\n" + "\r\n".join(lines) + "\r\n"


def _bounced(status: str, recipient: str, kind: str) -> dict[str, Any]:
    return {"bounce": {"status": status, "recipient": recipient, "kind": kind}, "text": "Sorry."}


def _bounces() -> Iterator[Case]:
    gone = "550 5.1.1 <a@x.example>: User unknown"
    told: list[tuple[str, dict[str, Any] | None]] = [
        (_status("a@x.example", "failed", "5.1.1", gone), _bounced("5.1.1", "a@x.example", "hard")),
        (_status("a@x.example", "Failed", "5.2.2 (full)"), _bounced("5.2.2", "a@x.example", "hard")),
        (_status("<a@x.example>", "failed", "5.0.0"), _bounced("5.0.0", "a@x.example", "hard")),
        (_status("a@x.example", "delayed", "4.4.1"), _bounced("4.4.1", "a@x.example", "soft")),
        (_status("a@x.example", "failed", "4.4.7"), _bounced("4.4.7", "a@x.example", "soft")),
        (_status("a@x.example", "failed", "4.2.2"), _bounced("4.2.2", "a@x.example", "soft")),
        (_status("a@x.example", "delivered", "2.0.0"), None),
        (_status("a@x.example", "relayed", "2.0.0"), None),
        (_status("a@x.example", "expanded", "2.0.0"), None),
        (_status("a@x.example", "failed", ""), _bounced("5.0.0", "a@x.example", "hard")),
        (_status("a@x.example", "failed", "nonsense", gone), _bounced("5.1.1", "a@x.example", "hard")),
        (_status("a@x.example", "delayed", ""), _bounced("4.0.0", "a@x.example", "soft")),
        (_status("a@x.example", "", "5.7.1"), _bounced("5.7.1", "a@x.example", "hard")),
        (_status("", "failed", "5.1.1"), _bounced("5.1.1", "", "hard")),
        (_status("ü@x.example", "failed", "5.6.7"), _bounced("5.6.7", "ü@x.example", "hard")),
        ("", None),
        ("\r\n\r\n", None),
        ("garbage without colons", None),
        ("Reporting-MTA: dns; mx.example\r\n", None),
        (
            "Action: failed\r\nStatus: 5.1.1\r\nOriginal-Recipient: rfc822;a@x.example",
            _bounced("5.1.1", "a@x.example", "hard"),
        ),
    ]
    for number, (status, expected) in enumerate(told):
        yield Case(f"bounce-{number}", _report(status), {"bounce": None, "text": "Sorry.", **(expected or {})})
    two = _status("a@x.example", "delivered", "2.0.0") + "\r\n" + _status("b@x.example", "failed", "5.1.1")
    yield Case("bounce-second-failed", _report(two), _bounced("5.1.1", "b@x.example", "hard"))
    two = _status("a@x.example", "delayed", "4.4.1") + "\r\n" + _status("b@x.example", "failed", "5.1.1")
    yield Case("bounce-worst-first", _report(two), _bounced("5.1.1", "b@x.example", "hard"))
    coded = part("message/delivery-status", b64(told[0][0]), encoding="base64")
    raw = multi([part(body="Sorry."), coded], "report; report-type=delivery-status")
    yield Case("bounce-base64", raw, _bounced("5.1.1", "a@x.example", "hard"))
    utf8 = multi([part(body="Sorry."), part("message/global-delivery-status", told[0][0])], "report")
    yield Case("bounce-global", utf8, _bounced("5.1.1", "a@x.example", "hard"))
    many = "\r\n".join(_status(f"p{number}@x.example", "failed", "5.1.1") for number in range(5000))
    yield Case("bounce-5000", _report(many), _bounced("5.1.1", "p0@x.example", "hard"))
    receipt = _report(
        "Final-Recipient: rfc822;a@x.example\r\nDisposition: x; displayed", kind="disposition-notification"
    )
    yield Case("read-receipt", receipt, {"bounce": None, "auto_submitted": "auto-replied"})
    exim = mail(
        "This message was created automatically.\r\n\r\n  a@x.example\r\n    550 5.1.1 no such user\r\n",
        {
            "From": "Mail Delivery System <Mailer-Daemon@mx.example>",
            "X-Failed-Recipients": "a@x.example",
            "Auto-Submitted": "auto-replied",
        },
    )
    yield Case("bounce-exim", exim, {"bounce": {"status": "5.1.1", "recipient": "a@x.example", "kind": "hard"}})
    qmail = "Hi. This is the qmail-send program at mx.example.\r\n\r\n<a@x.example>:\r\n550 no mailbox here\r\n"
    raw = mail(qmail, {"From": "MAILER-DAEMON@mx.example", "Return-Path": "<>", "Subject": "failure notice"})
    yield Case("bounce-qmail", raw, {"bounce": {"status": "5.0.0", "recipient": "a@x.example", "kind": "hard"}})
    raw = mail("My boss said 550 5.1.1 to <a@x.example>", {"Subject": "failure notice"})
    yield Case("bounce-only-quoted", raw, {"bounce": None})


def _automatic() -> Iterator[Case]:
    told: list[tuple[dict[str, Any], str | None, bool]] = [
        # headers, what it says of itself, whether an automatic answer may go to it
        ({}, None, True),
        ({"Auto-Submitted": "no"}, "no", True),
        ({"Auto-Submitted": "auto-replied"}, "auto-replied", False),
        ({"Auto-Submitted": "Auto-Replied (vacation)"}, "auto-replied", False),
        ({"Auto-Submitted": "auto-generated"}, "auto-generated", False),
        ({"Auto-Submitted": 'auto-generated; owner-email="x@y.example"'}, "auto-generated", False),
        ({"Auto-Submitted": "auto-notified"}, "auto-notified", False),
        ({"Auto-Submitted": "whatever"}, "whatever", False),
        ({"Auto-Submitted": ""}, None, True),
        ({"Auto-Submitted": ["no", "auto-replied"]}, "auto-replied", False),
        ({"X-Autoreply": "yes"}, "auto-replied", False),
        ({"X-Autorespond": "Out of office"}, "auto-replied", False),
        ({"X-Auto-Reply-From": "a@x.example"}, "auto-replied", False),
        ({"Precedence": "auto_reply"}, "auto-replied", False),
        ({"Precedence": "bulk"}, None, False),
        ({"Precedence": "junk"}, None, False),
        ({"Precedence": "List"}, None, False),
        ({"Precedence": "first-class"}, None, True),
        ({"List-Id": "News <news.shop.example>"}, None, False),
        ({"List-Unsubscribe": "<https://x.example/u>"}, None, False),
        ({"Return-Path": "<>"}, None, False),
        ({"Return-Path": "<ann@example.com>"}, None, True),
        ({"From": "MAILER-DAEMON@mx.example"}, None, False),
        ({"From": "Postmaster@mx.example"}, None, False),
        ({"From": "no-reply@mx.example"}, None, False),
        ({"From": "noreply+5@mx.example"}, None, False),
        ({"From": "owner-list@mx.example"}, None, False),
        ({"From": "list-request@mx.example"}, None, False),
        ({"From": "Nora Reply <nora@mx.example>"}, None, True),
        ({"From": ""}, None, False),
        ({"X-Auto-Response-Suppress": "All"}, None, False),
        ({"X-Auto-Response-Suppress": "DR, OOF, AutoReply"}, None, False),
        ({"X-Auto-Response-Suppress": "RN, NRN"}, None, True),
        ({"X-Loop": "desk@shop.example"}, None, False),
        ({"Subject": "Out of office"}, None, True),
        ({"Auto-Submitted": "no", "Precedence": "bulk"}, "no", False),
    ]
    for number, (headers, word, answer) in enumerate(told):
        raw = mail(headers=headers)
        yield Case(f"automatic-{number}", raw, {"auto_submitted": word, "answerable": answer, "text": "Hello"})


def _ids() -> Iterator[Case]:
    told: list[tuple[str, list[str]]] = [
        ("<a@x.example>", ["a@x.example"]),
        ("<a@x.example> <b@x.example>", ["a@x.example", "b@x.example"]),
        ("<a@x.example><b@x.example>", ["a@x.example", "b@x.example"]),
        ("<a@x.example>,<b@x.example>", ["a@x.example", "b@x.example"]),
        ("<a@x.example>\r\n\t<b@x.example>", ["a@x.example", "b@x.example"]),
        ("a@x.example b@x.example", ["a@x.example", "b@x.example"]),
        ("<a@x.example> <a@x.example>", ["a@x.example"]),
        ("<no-at-sign>", ["no-at-sign"]),
        ('<"quoted local"@x.example>', ['"quoted local"@x.example']),
        ("Your message of Monday <a@x.example>", ["a@x.example"]),
        ('"Ann" <ann@example.com>\'s message "Hi" <a@x.example>', ["ann@example.com", "a@x.example"]),
        ("< a@x.example >", ["a@x.example"]),
        ("<a@x.example", ["a@x.example"]),
        ("(c <d@e>) <a@x.example>", ["a@x.example"]),
        ("<a%b+c=d@x.example>", ["a%b+c=d@x.example"]),
        ("<A@X.Example>", ["A@X.Example"]),
        ("nothing", []),
        ("<>", []),
        ("", []),
    ]
    for number, (value, ids) in enumerate(told):
        raw = mail(headers={"References": value, "In-Reply-To": value})
        first = ids[0] if ids else ""
        yield Case(f"ids-{number}", raw, {"references": ids, "in_reply_to": first, "message_id": "m1@example.com"})
    for number, (value, ids) in enumerate(told[:2] + told[4:5] + told[7:9] + told[11:13] + told[15:]):
        raw = mail(headers={"Message-ID": value})
        yield Case(f"id-{number}", raw, {"message_id": ids[0] if ids else "", "references": []})
    raw = mail(headers={"Message-ID": ["<a@x.example>", "<b@x.example>"]})
    yield Case("two-ids", raw, {"message_id": "a@x.example", "warns": ["twice"]})
    yield Case("no-id", mail(headers={"Message-ID": None}), {"message_id": ""})
    many = [f"m{number}@x.example" for number in range(5000)]
    raw = mail(headers={"References": "\r\n ".join(f"<{one}>" for one in many)})
    yield Case("references-5000", raw, {"references": many[:1] + many[-199:], "warns": ["many-references"]})
    for number, bomb in enumerate(("<" * 100_000, "<a" * 50_000, "> <" * 50_000, "@" * 100_000, "(" * 100_000)):
        yield Case(f"ids-bomb-{number}", mail(headers={"References": bomb}), {"text": "Hello"})
    raw = mail(headers={"Message-ID": "<" + "x" * 5000 + "@x.example>"})
    yield Case("id-long", raw, {"text": "Hello", "message_id": "", "warns": ["long-header"]})


def _checked() -> Iterator[Case]:
    """Authentication-Results of the configured server, mx.shop.example, and of nobody else."""
    mine = "mx.shop.example; spf=pass smtp.mailfrom=ann@example.com; dkim=pass header.d=example.com; "
    mine += "dmarc=pass header.from=example.com"
    good = {"spf": "pass", "dkim": "pass", "dmarc": "pass"}
    none = {"spf": "", "dkim": "", "dmarc": ""}
    told: list[tuple[Any, dict[str, str]]] = [
        (mine, good),
        (mine.replace("; ", ";\r\n\t"), good),
        (mine.upper(), good),
        (mine.replace("mx.shop.example", "mx.shop.example 1"), good),
        (mine.replace("mx.shop.example", "evil.example"), none),
        (mine.replace("mx.shop.example", "mx.shop.example.evil.example"), none),
        (mine.replace("mx.shop.example", "xmx.shop.example"), none),
        (mine.replace("mx.shop.example", '"mx.shop.example"'), good),
        ("(c) " + mine, good),
        (mine.replace("pass", "fail"), {"spf": "fail", "dkim": "fail", "dmarc": "fail"}),
        ("mx.shop.example; none", none),
        ("mx.shop.example", none),
        ("", none),
        ("mx.shop.example; spf=softfail (bad; dkim=pass) smtp.mailfrom=x", {**none, "spf": "softfail"}),
        ("mx.shop.example; spf=fail (a (b) c; dkim=pass (d) e; dmarc=pass)", {**none, "spf": "fail"}),
        ("mx.shop.example; spf=fail (never closed; dkim=pass", {**none, "spf": "fail"}),
        ('mx.shop.example; spf=fail reason="x; dkim=pass"', {**none, "spf": "fail"}),
        ("mx.shop.example; dkim=fail header.d=a.example; dkim=pass header.d=b.example", {**none, "dkim": "pass"}),
        ("mx.shop.example; dkim/1=pass header.d=b.example", {**none, "dkim": "pass"}),
        ("mx.shop.example; spf = pass", {**none, "spf": "pass"}),
        ("mx.shop.example; spf=weird", {**none, "spf": "weird"}),
        ([mine.replace("pass", "fail"), mine], {"spf": "fail", "dkim": "fail", "dmarc": "fail"}),
        ([mine.replace("mx.", "evil."), mine], good),
        (["mx.shop.example; spf=pass", "mx.shop.example; dkim=fail"], {"spf": "pass", "dkim": "fail", "dmarc": ""}),
        ("(" * 10_000 + mine, none),
        (";" * 50_000, none),
    ]
    for number, (value, expected) in enumerate(told):
        raw = mail(headers={"Authentication-Results": value})
        yield Case(f"checked-{number}", raw, {"checks": expected, "text": "Hello"})
    yield Case("checked-none", mail(), {"checks": none})
    raw = mail(headers={"Authentication-Results": mine.replace("dmarc=pass", "dmarc=fail")})
    yield Case("checked-failed", raw, {"warns": ["not-proved"]})


def cases() -> Iterator[Case]:
    """All of this sort."""
    for some in (_bounces, _automatic, _ids, _checked):
        yield from some()
