"""Encoded-words of RFC 2047 and their abuse, raw eight-bit headers, folding, and breaks smuggled into headers."""

from __future__ import annotations

from collections.abc import Iterator

from .making import Case, mail, octets, word

SUBJECTS: list[tuple[str | bytes, str]] = [
    # RFC 2047, section 8
    ("=?ISO-8859-1?Q?a?=", "a"),
    ("=?ISO-8859-1?Q?a?= b", "a b"),
    ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
    ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
    ("=?ISO-8859-1?Q?a?=\r\n =?ISO-8859-1?Q?b?=", "ab"),
    ("=?ISO-8859-1?Q?a_b?=", "a b"),
    ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
    # what clients really write
    ("=?utf-8?Q?Hello World?=", "Hello World"),
    ("=?utf-8?q?caf=c3=a9?=", "café"),
    ("=?utf-8*en?Q?caf=C3=A9?=", "café"),
    ("=?UTF-8?B?R3LDvMOfZQ?=", "Grüße"),
    ("=?UTF-8?B?R3LDvMOfZQ==?=tail", "Grüßetail"),
    ("head=?UTF-8?B?R3LDvMOfZQ==?=", "headGrüße"),
    ("=?UTF-8?B?R3LD?= =?UTF-8?B?vMOfZQ==?=", "Grüße"),
    ("=?UTF-8?Q?Gr=C3?= =?UTF-8?Q?=BC=C3=9Fe?=", "Grüße"),
    ("=?UTF-8?Q?Gr=C3?=\r\n\t=?UTF-8?B?vMOfZQ==?=", "Grüße"),
    ("=?UTF-8?B?R3LD vMOfZQ==?=", "Grüße"),
    ("=?UTF-8?B?R3LD!vMOf*ZQ==?=", "Grüße"),
    ("Re: [Ticket #5] =?utf-8?Q?=C3=9Cber?= alles", "Re: [Ticket #5] Über alles"),
    ('"=?utf-8?Q?=C3=9Cber?="', '"Über"'),
    ("=?utf-8?Q?a?= and =?utf-8?Q?b?=", "a and b"),
    ("=?utf-8?Q?=?=", "="),
    ("=?utf-8?Q?100%=?=", "100%="),
    ("=?utf-8?Q?=ZZ?=", "=ZZ"),
    ("=?utf-8?Q??= x", "x"),
    ("=?utf-8?B??= x", "x"),
    # what is no encoded-word stays as it is
    ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
    ("=?utf-8?Q?abc", "=?utf-8?Q?abc"),
    ("=?utf-8?abc?=", "=?utf-8?abc?="),
    ("=??Q?abc?=", "=??Q?abc?="),
    ("=?=?=?=?=", "=?=?=?=?="),
    ("?=?=?Q?", "?=?=?Q?"),
    ("a =? b ?= c", "a =? b ?= c"),
    # decoded once, never again
    (word("=?utf-8?Q?b?="), "=?utf-8?Q?b?="),
    (word("=?utf-8?Q?a?=", how="Q"), "=?utf-8?Q?a?="),
    # breaks and what is not seen
    (word("a\r\nBcc: evil@example.com"), "a Bcc: evil@example.com"),
    (word("a\nb", how="Q"), "a b"),
    (word("a\0b"), "ab"),
    (word("a\x07b\x1b[31m"), "ab[31m"),
    (word("a\u2028b"), "a b"),
    (word("gp\u202excod.exe"), "gpxcod.exe"),
    (word("\ufeffmark"), "mark"),
    ("=?utf-7?Q?+AOk-?=", "é"),
    ("=?utf-8?B?////?= x", "ÿÿÿ x"),
    # raw bytes
    ("Grüße", "Grüße"),
    ("Grüße".encode("cp1252"), "Grüße"),
    ("東京 🙂", "東京 🙂"),
    (b"\xff\xfe odd", "ÿþ odd"),
    ("Grüße =?utf-8?Q?=C3=BC?=", "Grüße ü"),
    (b"nul\0inside", "nulinside"),
    # folding
    ("a\r\n b", "a b"),
    ("a\r\n\tb", "a b"),
    ("a\r\n  \r\n b", "a b"),
    ("  spaces   inside  ", "spaces inside"),
    ("\r\n starts on the next line", "starts on the next line"),
    ("", ""),
    (" ", ""),
    ("\t", ""),
    (": a colon", ": a colon"),
]


def _subjects() -> Iterator[Case]:
    for number, (told, subject) in enumerate(SUBJECTS):
        expected = {"subject": subject, "from": "ann@example.com", "text": "Hello", "to": ["desk@shop.example"]}
        yield Case(f"subject-{number}", mail(headers={"Subject": told}), expected)


def _large() -> Iterator[Case]:
    many = " ".join([word("ä")] * 3000)
    yield Case("words-3000", mail(headers={"Subject": many}), {"starts": "Hello", "warns": ["long-header"]})
    for number, bomb in enumerate(("=?" * 50_000, "=?utf-8?Q?" * 20_000, "?=" * 50_000, "=?a?b?" * 20_000 + "?=")):
        yield Case(f"words-bomb-{number}", mail(headers={"Subject": bomb}), {"text": "Hello"})
    yield Case("long-subject", mail(headers={"Subject": "x" * 200_000}), {"text": "Hello", "warns": ["long-header"]})
    folded = "\r\n ".join(["word"] * 20_000)
    yield Case("folded-bomb", mail(headers={"Subject": folded}), {"text": "Hello", "warns": ["long-header"]})
    yield Case("q-bomb", mail(headers={"Subject": f"=?utf-8?Q?{'=C3=A9' * 100}?="}), {"subject": "é" * 100})


def _missing() -> Iterator[Case]:
    yield Case("no-subject", mail(headers={"Subject": None}), {"subject": "", "text": "Hello"})
    yield Case("two-subjects", mail(headers={"Subject": ["one", "two"]}), {"subject": "one", "warns": ["twice"]})
    same = {"subject": "one", "quiet": True}
    yield Case("two-same", mail(headers={"Subject": ["one", "one"]}), same)
    yield Case("case-of-names", mail().replace(b"Subject:", b"sUBJECT:"), {"subject": "Hello"})
    yield Case("space-before-colon", mail().replace(b"Subject:", b"Subject :"), {"subject": "Hello"})
    yield Case("no-space-after", mail().replace(b"Subject: ", b"Subject:"), {"subject": "Hello"})


def _injected() -> Iterator[Case]:
    """One line break in a header begins a new one only where the whole mail breaks its lines so."""
    raw = mail(headers={"Subject": b"a\rBcc: x@example.com"})
    yield Case("bare-cr-in-header", raw, {"subject": "a Bcc: x@example.com", "text": "Hello"})
    raw = mail(headers={"Subject": "a\x0bb\x0cc"})
    yield Case("vertical-space", raw, {"subject": "a b c", "text": "Hello"})
    raw = mail(headers={"Subject": "a\x85b\u2028c"})
    yield Case("unicode-breaks", raw, {"subject": "a b c", "text": "Hello"})
    raw = octets("From: ann@example.com\nSubject: a\r\n b\nTo: desk@shop.example\n\nHello\n")
    yield Case("mixed-ends", raw, {"subject": "a b", "text": "Hello", "to": ["desk@shop.example"]})


def cases() -> Iterator[Case]:
    """All of this sort."""
    yield from _subjects()
    yield from _large()
    yield from _missing()
    yield from _injected()
