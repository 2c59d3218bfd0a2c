"""How parts lie within parts, as RFC 2046 has it and as it is broken: boundaries, endings, encodings, bombs."""

from __future__ import annotations

from collections.abc import Iterator

from .making import Case, attachment, b64, joined, mail, multi, nested, octets, part, qp, typed

HTML = part("text/html; charset=utf-8", "<p>Hello <b>there</b></p>")


def _whole() -> Iterator[Case]:
    both = {
        "text": "Hello",
        "html_safe": "<p>Hello <b>there</b></p>",
        "attachments": [],
        "unreadable": [],
        "quiet": True,
    }
    yield Case("alternative", multi([part(), HTML], "alternative"), both)
    yield Case("alternative-turned", multi([HTML, part()], "alternative"), both)
    yield Case("mixed", multi([part()]), {"text": "Hello", "html_safe": None})
    yield Case("mixed-two-texts", multi([part(body="One"), part(body="Two")]), {"text": "One\n\nTwo"})
    within = nested([part(), HTML], "alternative", "b2")
    pdf = part("application/pdf; name=a.pdf", b"data", disposition="attachment")
    file = {"attachments": [attachment("a.pdf", "application/pdf", 4)]}
    yield Case("mixed-alternative", multi([within, pdf]), {**both, **file})
    image = part("image/png; name=i.png", b"data", cid="<i1>", disposition="inline")
    shown = part("text/html", '<p>Hello</p><img src="cid:i1">')
    related = nested([shown, image], "related", "b2")
    picture = {"attachments": [attachment("i.png", "image/png", 4)], "text": "Hello", "within": ["cid:i1"], "images": 0}
    yield Case("related", multi([part(), related], "alternative"), picture)
    yield Case("related-top", multi([shown, image], "related"), picture)
    yield Case("html-only", typed("text/html", "<p>Hello <b>there</b></p>"), {**both, "text": "Hello there"})
    yield Case("html-empty-text", multi([part(body=" \r\n"), HTML], "alternative"), {**both, "text": "Hello there"})
    yield Case("html-upper", typed("TEXT/HTML", "<P>Hello</P>"), {"text": "Hello", "html_safe": "<p>Hello</p>"})
    signed = [part(), part("application/pgp-signature; name=signature.asc", "sig")]
    file = {"attachments": [attachment("signature.asc", "application/pgp-signature", 3)], "text": "Hello"}
    yield Case("signed", multi(signed, "signed"), file)
    yield Case("unknown-multipart", multi([part(), HTML], "x-odd"), {"text": "Hello\n\nHello there", "unreadable": []})
    digest = [part("", "From: x@example.com\r\nSubject: inner\r\n\r\nBody")]
    inner = {"attachments": [attachment("inner.eml", "message/rfc822", 43)], "text": ""}
    yield Case("digest", multi(digest, "digest"), inner)
    forwarded = part("message/rfc822", "From: x@example.com\r\nSubject: inner\r\n\r\nBody")
    yield Case("forwarded", multi([part(), forwarded]), {**inner, "text": "Hello", "from": "ann@example.com"})
    yield Case("no-mime", mail("Hello"), {"text": "Hello", "html_safe": None, "quiet": True})
    yield Case("typed-text-only", mail(headers={"Content-Type": "text"}), {"text": "Hello"})
    yield Case("empty", mail(""), {"text": "", "attachments": [], "unreadable": []})
    deeper = nested([nested([nested([part()], "mixed", "b4")], "mixed", "b3")], "mixed", "b2")
    yield Case("nested-4", multi([deeper]), {"text": "Hello", "unreadable": [], "quiet": True})
    flowed = "This is one \r\nlong line.\r\n> quoted \r\n> words\r\n  stuffed\r\n-- \r\nAnn"
    text = "This is one long line.\n> quoted words\n stuffed\n-- \nAnn"
    yield Case("flowed", typed("text/plain; format=flowed", flowed), {"text": text})
    flowed = "日本 \r\n語"
    yield Case("flowed-delsp", typed("text/plain; format=flowed; delsp=yes; charset=utf-8", flowed), {"text": "日本語"})


def _boundaries() -> Iterator[Case]:
    ok = {"text": "Hello", "attachments": [], "unreadable": []}
    for number, odd in enumerate(("a b", "=_x'()+_,-./:=?", "--", "-" * 70, "x" * 70, "0", "b1--", "ü")):
        yield Case(f"boundary-{number}", multi([part()], boundary=odd), ok)
    yield Case("boundary-long", multi([part()], boundary="x" * 500), ok)
    body = joined([part()])
    for number, told in enumerate(
        ("boundary=b1", "boundary='b1'", "boundary*=us-ascii''b1", "BOUNDARY=b1", "boundary=b1;")
    ):
        yield Case(f"boundary-told-{number}", typed(f"multipart/mixed; {told}", body), ok)
    yield Case("boundary-2231-parts", typed('multipart/mixed; boundary*0="b"; boundary*1="1"', body), ok)
    yield Case("boundary-folded", typed('multipart/mixed;\r\n\tboundary="b1"', body), ok)
    yield Case("boundary-space-end", typed('multipart/mixed; boundary="b1 "', body), ok)
    preamble = b"This is a multi-part message in MIME format.\r\n" + body + b"Epilogue that nobody reads.\r\n"
    yield Case("preamble", typed('multipart/mixed; boundary="b1"', preamble), ok)
    prefix = joined([nested([part()], "mixed", "b1x")])
    yield Case("boundary-prefix", typed('multipart/mixed; boundary="b1"', prefix), ok)
    spaced = body.replace(b"--b1\r\n", b"--b1 \t\r\n")
    yield Case("boundary-trailing-space", typed('multipart/mixed; boundary="b1"', spaced), ok)
    middle = joined([part(body="Hello --b1 is no boundary")])
    yield Case(
        "boundary-in-line", typed('multipart/mixed; boundary="b1"', middle), {"text": "Hello --b1 is no boundary"}
    )
    no_blank = b"--b1\r\nContent-Type: text/plain\r\nHello\r\n--b1--\r\n"
    yield Case("no-blank-line", typed('multipart/mixed; boundary="b1"', no_blank), ok)
    bare = b"--b1\r\n\r\nHello\r\n--b1--\r\n"
    yield Case("part-without-headers", typed('multipart/mixed; boundary="b1"', bare), ok)
    same = nested([part()], "mixed", "b1")
    yield Case("same-boundary-inside", multi([same]), {"starts": "Hello"})
    yield Case("no-eol-at-end", typed('multipart/mixed; boundary="b1"', body.rstrip()), ok)
    after = body + b"--b1\r\n\r\nafter the end\r\n"
    yield Case("part-after-end", typed('multipart/mixed; boundary="b1"', after), ok)
    for number, eol in enumerate((b"\n", b"\r")):
        raw = multi([part(), part("application/zip; name=a.zip", b64(b"zip"), encoding="base64")])
        raw = raw.replace(b"\r\n", eol)
        file = [attachment("a.zip", "application/zip", 3)]
        yield Case(f"line-ends-{number}", raw, {**ok, "attachments": file, "subject": "Hello"})


def _broken() -> Iterator[Case]:
    unclosed = typed('multipart/mixed; boundary="b1"', joined([part()], closed=False))
    yield Case("unclosed", unclosed, {"text": "Hello", "warns": ["unclosed"]})
    two = multi([nested([part(), HTML], "alternative", "b2").replace(b"--b2--", b"")])
    yield Case("unclosed-inside", two, {"text": "Hello", "warns": ["unclosed"]})
    plain = joined([part()])
    yield Case("missing-boundary", typed("multipart/mixed", plain), {"text": "Hello", "warns": ["no-boundary"]})
    yield Case(
        "empty-boundary", typed('multipart/mixed; boundary=""', plain), {"text": "Hello", "warns": ["no-boundary"]}
    )
    raw = typed('multipart/mixed; boundary="other"', plain)
    yield Case("wrong-boundary", raw, {"text": "Hello", "warns": ["no-boundary"]})
    raw = typed('multipart/mixed; boundary="b1"', "Just words.")
    yield Case("multipart-of-words", raw, {"text": "Just words.", "warns": ["no-boundary"]})
    yield Case(
        "multipart-of-nothing", typed('multipart/mixed; boundary="b1"', ""), {"text": "", "warns": ["no-boundary"]}
    )
    raw = typed('multipart/mixed; boundary="b1"', "--b1--\r\n")
    yield Case("multipart-only-end", raw, {"text": "", "attachments": []})
    raw = typed('multipart/mixed; boundary="b1"', "--b1\r\n--b1\r\n--b1--\r\n")
    yield Case("multipart-empty-parts", raw, {"text": "", "attachments": []})
    cut = multi([part(), part("application/zip; name=a.zip", b64(b"z" * 3000), encoding="base64")])[:-2100]
    yield Case("cut-in-attachment", cut, {"text": "Hello", "warns": ["unclosed"]})
    for number, kind in enumerate(
        ("", ";", "/", "text/", "/plain", "text/plain/x", "text plain", "ü/ü", "text/x y", "*/*")
    ):
        yield Case(f"odd-type-{number}", typed(kind, "Hello"), {"text": "Hello", "unreadable": []})
    for number, kind in enumerate(("multipart", "multipart/", "multipart/;boundary=b1")):
        yield Case(f"odd-multipart-{number}", typed(kind, plain), {"starts": "", "subject": "Hello"})
    raw = mail("Hello", {"Content-Type": ["text/plain", "text/html"], "MIME-Version": "1.0"})
    yield Case("two-types", raw, {"text": "Hello", "html_safe": None, "warns": ["twice"]})
    for number, version in enumerate(("2.0", "", "1.0 (comment)", "x", "1")):
        yield Case(f"mime-version-{number}", multi([part()], MIME_Version=version), {"text": "Hello"})


def _encodings() -> Iterator[Case]:
    text = {"text": "Grüße", "unreadable": []}
    kind = "text/plain; charset=utf-8"
    for number, how in enumerate(("base64", "BASE64", " base64 ", "base64;", "base64 (c)", '"base64"', "Base64\r\n")):
        yield Case(f"encoding-told-{number}", typed(kind, b64("Grüße"), how), text)
    for number, how in enumerate(
        ("8bit", "7bit", "binary", "8-bit", "utf-8", "none", "", "x-unknown", "quoted_printable?")
    ):
        yield Case(f"encoding-plain-{number}", typed(kind, "Grüße", how), text)
    yield Case("qp-plain", typed(kind, "Gr=C3=BC=C3=9Fe", "quoted-printable"), text)
    yield Case("qp-lower", typed(kind, "Gr=c3=bc=c3=9fe", "Quoted-Printable"), text)
    yield Case("qp-soft", typed(kind, "Gr=C3=\r\n=BC=C3=9F=\r\ne", "quoted-printable"), text)
    yield Case("qp-soft-space", typed(kind, "Gr=C3=BC= \t\r\n=C3=9Fe", "quoted-printable"), text)
    yield Case("qp-lf", typed(kind, b"Gr=C3=BC=\n=C3=9Fe\n", "quoted-printable"), text)
    yield Case("qp-raw", typed(kind, "Grüße", "quoted-printable"), text)
    yield Case("qp-bad", typed(kind, "100% =ZZ = x =", "quoted-printable"), {"starts": "100% =ZZ = x"})
    yield Case("qp-long", typed(kind, qp("ä" * 5000), "quoted-printable"), {"text": "ä" * 5000})
    odd = (
        "R3LDvMOfZQ",
        "R3LDvMOfZQ=",
        "R3LDvMOfZQ===",
        "R3LD\r\nvMOf\r\nZQ==",
        "R 3 L D v M O f Z Q = =",
        "R3LDvMOfZQ==\0",
    )
    for number, coded in enumerate((*odd, "R3LDv!!MOf@@ZQ==", "\r\n\r\nR3LDvMOfZQ==", "R3LDvMOfZQ==\r\n\r\n")):
        yield Case(f"base64-odd-{number}", typed(kind, coded, "base64"), {"text": "Grüße"})
    footer = "R3LDvMOfZQ==\r\n\r\n_______\r\nA list's footer, not coded.\r\n"
    yield Case("base64-footer", typed(kind, footer, "base64"), {"starts": "Grüße", "warns": ["bad-encoding"]})
    blank = "\r\n" * 500_000
    yield Case("base64-far", typed(kind, f"{blank}R3LDvMOf!ZQ==", "base64"), text)
    yield Case("base64-is-text", typed(kind, "Hello, plain words!", "base64"), {"warns": ["bad-encoding"]})
    parts = [b64("Gr\u00fc"), b64("\u00dfe")]
    yield Case("base64-joined", typed(kind, b"\r\n".join(parts), "base64"), text)
    yield Case("base64-one-sign", typed(kind, "R", "base64"), {"text": "", "warns": ["bad-encoding"]})
    coded = b'begin 644 a.txt\n"2&D \n \nend\n'
    yield Case("uuencode", typed("text/plain", coded, "x-uuencode"), {"text": "Hi"})
    yield Case("uuencode-bad", typed("text/plain", "begin 644\nzzzz", "uuencode"), {"warns": ["bad-encoding"]})
    multipart = typed('multipart/mixed; boundary="b1"', joined([part()]), "base64")
    yield Case("multipart-base64", multipart, {"text": "Hello"})  # forbidden, and written all the same
    coded = typed('multipart/mixed; boundary="b1"', b64(joined([part()])), "base64")
    yield Case("multipart-really-base64", coded, {"text": "Hello"})


def _bombs() -> Iterator[Case]:
    deep = part()
    for level in range(200):
        deep = nested([deep], "mixed", f"n{level}")
    yield Case("nested-200", multi([deep]), {"subject": "Hello", "warns": ["too-deep"], "why": ["too-deep"]})
    same = b'Content-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\n'
    yield Case(
        "nested-same-5000", typed('multipart/mixed; boundary="b1"', b"--b1\r\n" + same * 5000), {"subject": "Hello"}
    )
    inner = b"Content-Type: message/rfc822\r\n\r\n"
    yield Case("messages-5000", typed("message/rfc822", inner * 5000 + b"\r\nHello"), {"subject": "Hello"})
    yield Case("parts-20000", multi([b"\r\nx"] * 20_000), {"subject": "Hello", "warns": ["too-many-parts"]})
    files = [part("application/zip", "z", disposition=f"attachment; filename=f{n}.zip") for n in range(3000)]
    yield Case("files-3000", multi([part(), *files]), {"text": "Hello", "warns": ["too-many-parts"]})
    yield Case("headers-50000", mail("Hello", {"X-A": ["b"] * 50_000}), {"subject": "Hello"})
    late = mail("Hello", {"X-A": ["b"] * 50_000, "From": None})
    yield Case("headers-many-no-from", late, {"from": "", "subject": "Hello", "warns": ["no-from"]})
    yield Case("line-of-5M", mail("x" * 5_000_000), {"starts": "xxx", "warns": ["long-text"]})
    yield Case("lines-1M", mail("\r\n" * 1_000_000 + "Hello"), {"subject": "Hello"})
    yield Case("parameters-20000", typed("text/plain; " + "a=b; " * 20_000, "Hello"), {"text": "Hello"})
    counted = "; ".join(f"name*{n}=x" for n in range(20_000))
    yield Case("continuations-20000", typed(f"text/plain; {counted}", "Hello"), {"subject": "Hello"})
    nul = octets("Hel\0lo\0\0")
    yield Case("nul-body", typed("text/plain; charset=utf-8", nul), {"text": "Hello", "warns": ["nul"]})
    starts = typed('multipart/mixed; boundary="b1"', b"--b1\r\n" * 100_000)
    yield Case("boundaries-100000", starts, {"subject": "Hello"})
    yield Case(
        "almost-boundaries", typed('multipart/mixed; boundary="b1"', b"--b1x\r\n" * 200_000), {"subject": "Hello"}
    )


def cases() -> Iterator[Case]:
    """All of this sort."""
    for some in (_whole, _boundaries, _broken, _encodings, _bombs):
        yield from some()
