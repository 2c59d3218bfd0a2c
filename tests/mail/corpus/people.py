"""Senders and recipients as they are written: right, sloppy, forged, empty, by the ten thousand."""

from __future__ import annotations

from collections.abc import Iterator

from .making import Case, mail, octets, word

FROM: list[tuple[str | bytes, str, str]] = [
    # what stands there, address, name
    ("ann@example.com", "ann@example.com", ""),
    ("<ann@example.com>", "ann@example.com", ""),
    ("Ann <ann@example.com>", "ann@example.com", "Ann"),
    ("Ann Example<ann@example.com>", "ann@example.com", "Ann Example"),
    ('"Ann Example" <ann@example.com>', "ann@example.com", "Ann Example"),
    ('"Example, Ann" <ann@example.com>', "ann@example.com", "Example, Ann"),
    ('"Ann \\"The Boss\\" Example" <ann@example.com>', "ann@example.com", 'Ann "The Boss" Example'),
    ('"Ann\\\\Bob" <ann@example.com>', "ann@example.com", "Ann\\Bob"),
    ("ann@example.com (Ann Example)", "ann@example.com", "Ann Example"),
    ("Ann (work) <ann@example.com>", "ann@example.com", "Ann"),
    ("(Ann) <ann@example.com>", "ann@example.com", "Ann"),
    ("Ann (a (nested) comment) <ann@example.com>", "ann@example.com", "Ann"),
    ("Ann Example ann@example.com", "ann@example.com", "Ann Example"),
    ("<ann@example.com> Ann", "ann@example.com", "Ann"),
    ("'Ann Example' <ann@example.com>", "ann@example.com", "Ann Example"),
    ("Ann Q. Example <ann@example.com>", "ann@example.com", "Ann Q. Example"),
    ("Ann\tExample  <ann@example.com>", "ann@example.com", "Ann Example"),
    ("Ann <ann@example.com", "ann@example.com", "Ann"),
    ("Ann ann@example.com>", "ann@example.com", "Ann"),
    ("Ann <<ann@example.com>>", "ann@example.com", "Ann"),
    ("Ann < ann@example.com >", "ann@example.com", "Ann"),
    ("Ann <mailto:ann@example.com>", "ann@example.com", "Ann"),
    ("<@relay.example,@b.example:ann@example.com>", "ann@example.com", ""),
    ('"ann b"@example.com', '"ann b"@example.com', ""),
    ('"Ann" <"ann@home"@example.com>', '"ann@home"@example.com', "Ann"),
    ("ann+tag=x@example.com", "ann+tag=x@example.com", ""),
    ("o'brien@example.com", "o'brien@example.com", ""),
    ("ann@[192.0.2.1]", "ann@[192.0.2.1]", ""),
    ("ann@[IPv6:2001:db8::1]", "ann@[IPv6:2001:db8::1]", ""),
    ("jörg@müller.example", "jörg@müller.example", ""),
    ("Jörg <joerg@example.com>", "joerg@example.com", "Jörg"),
    ("Jörg <joerg@example.com>".encode("cp1252"), "joerg@example.com", "Jörg"),
    ("用户 <user@例え.テスト>", "user@例え.テスト", "用户"),
    ("Ann@Example.COM", "Ann@Example.COM", ""),
    ("Ann <ann @ example.com>", "ann@example.com", "Ann"),
    ('"Ann <ann@example.com>', "ann@example.com", "Ann"),
    ('Ann" <ann@example.com>', "ann@example.com", "Ann"),
    ("Ann (unclosed <ann@example.com>", "ann@example.com", "Ann (unclosed"),
    ("Ann) <ann@example.com>", "ann@example.com", "Ann)"),
    ("undisclosed-recipients:;", "", ""),
    ("Team: ann@example.com, bob@example.com;", "ann@example.com", ""),
    ("Ann", "", "Ann"),
    ("<>", "", ""),
    ('""', "", ""),
    ('"" <ann@example.com>', "ann@example.com", ""),
    ("@", "", "@"),
    ("@example.com", "", "@example.com"),
    ("ann@", "", "ann@"),
    ("<ann>", "", "ann"),
    (",", "", ""),
    (",,, ann@example.com ,,", "ann@example.com", ""),
    (";", "", ""),
    ("<", "", ""),
    (">", "", ""),
    ('"', "", ""),
    ("(", "", "("),
    ("\\", "", "\\"),
    ("", "", ""),
    # encoded words in every place; structure comes first, decoding after
    ("=?utf-8?Q?J=C3=B6rg?= <joerg@example.com>", "joerg@example.com", "Jörg"),
    ('"=?utf-8?Q?J=C3=B6rg?=" <joerg@example.com>', "joerg@example.com", "Jörg"),
    ("=?utf-8?Q?J=C3=B6rg?= =?utf-8?Q?M=C3=BCller?= <j@example.com>", "j@example.com", "JörgMüller"),
    ("=?utf-8?Q?J=C3=B6rg,_Chef?= <j@example.com>", "j@example.com", "Jörg, Chef"),
    ("=?utf-8?Q?J=C3=B6rg_=28Chef=29?= <j@example.com>", "j@example.com", "Jörg (Chef)"),
    (word('"x" <evil@example.net>, ') + " <ann@example.com>", "ann@example.com", '"x" <evil@example.net>,'),
    (word("evil@example.net"), "", "evil@example.net"),
    ("ann@example.com (=?utf-8?Q?J=C3=B6rg?=)", "ann@example.com", "Jörg"),
    (word("a\r\nBcc: x@y.example") + " <ann@example.com>", "ann@example.com", "a Bcc: x@y.example"),
    (word("Ann\0") + " <ann@example.com>", "ann@example.com", "Ann"),
    ("ann\u202e@example.com", "", "ann@example.com"),
    ("Ann <an\u200bn@example.com>", "", "Ann"),
    # a name that says another address than the mail comes from
    ('"boss@shop.example" <evil@example.net>', "evil@example.net", "boss@shop.example"),
    ("boss@shop.example <evil@example.net>", "evil@example.net", "boss@shop.example"),
    ("Ann \u202egro.elpmaxe@nna <ann@example.com>", "ann@example.com", "Ann gro.elpmaxe@nna"),
]
TO: list[tuple[str | list[str] | None, list[str]]] = [
    ("a@x.example, b@x.example", ["a@x.example", "b@x.example"]),
    ("a@x.example,b@x.example", ["a@x.example", "b@x.example"]),
    ("a@x.example; b@x.example", ["a@x.example", "b@x.example"]),
    ("A <a@x.example>; B <b@x.example>;", ["a@x.example", "b@x.example"]),
    ('"A, B; C" <a@x.example>, b@x.example', ["a@x.example", "b@x.example"]),
    ("Team: a@x.example, B <b@x.example>;, c@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
    ("undisclosed-recipients:;", []),
    ("undisclosed-recipients: ;", []),
    ("Undisclosed recipients:;", []),
    ("a@x.example,\r\n b@x.example,\r\n\tc@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
    ("=?utf-8?q?A?= <a@x.example>\r\n =?utf-8?q?=2C?= b@x.example", ["a@x.example", "b@x.example"]),
    ("a@x.example, , b@x.example", ["a@x.example", "b@x.example"]),
    ("<a@x.example>,<b@x.example>", ["a@x.example", "b@x.example"]),
    ("<a@x.example> <b@x.example>", ["a@x.example", "b@x.example"]),
    (["a@x.example", "b@x.example"], ["a@x.example", "b@x.example"]),
    ("a@x.example, a@x.example", ["a@x.example", "a@x.example"]),
    ("a@x.example (one, two), b@x.example", ["a@x.example", "b@x.example"]),
    ('"unclosed <a@x.example>, b@x.example', ["a@x.example", "b@x.example"]),
    ("no address here, b@x.example", ["b@x.example"]),
    ("A: B: a@x.example;;", ["a@x.example"]),
    (None, []),
    ("", []),
]


def _senders() -> Iterator[Case]:
    for number, (told, address, name) in enumerate(FROM):
        expected = {"from": address, "from_name": name, "subject": "Hello", "text": "Hello"}
        yield Case(f"from-{number}", mail(headers={"From": told}), expected)
    for number, (recipients, addresses) in enumerate(TO):
        for field in ("To", "Cc"):
            raw = mail(headers={"To": None, field: recipients})
            yield Case(f"{field.lower()}-{number}", raw, {field.lower(): addresses, "text": "Hello"})


def _warned() -> Iterator[Case]:
    like = {"warns": ["name-is-address"], "from": "evil@example.net"}
    yield Case("name-forged", mail(headers={"From": '"boss@shop.example" <evil@example.net>'}), like)
    raw = mail(headers={"From": word("boss@shop.example") + " <evil@example.net>"})
    yield Case("name-forged-coded", raw, like)
    raw = mail(headers={"From": '"ann@example.com" <Ann@Example.com>'})
    yield Case("name-is-own-address", raw, {"quiet": True, "from": "Ann@Example.com"})
    raw = mail(headers={"From": "Ann \u202egro.x <ann@example.com>"})
    yield Case("name-turned", raw, {"warns": ["turned"], "from_name": "Ann gro.x"})
    raw = mail(headers={"From": "Shop <help@shоp.example>"})  # the o is Cyrillic
    yield Case("domain-mixed", raw, {"warns": ["mixed-scripts"], "from": "help@shоp.example"})
    coded = f"help@xn--{'shоp'.encode('punycode').decode()}.example"
    raw = mail(headers={"From": f"Shop <{coded}>"})
    yield Case("domain-punycode", raw, {"warns": ["mixed-scripts"], "from": coded})
    half = "shоp\ud800".encode("punycode").decode()
    raw = mail(headers={"From": f"help@xn--{half}.example"})
    yield Case("domain-half-character", raw, {"warns": ["mixed-scripts"], "from": f"help@xn--{half}.example"})
    raw = mail(headers={"From": ["Ann <ann@example.com>", "Eve <eve@example.net>"]})
    yield Case("two-from", raw, {"from": "ann@example.com", "warns": ["twice"]})
    raw = mail(headers={"From": "Ann <ann@example.com>, Eve <eve@example.net>"})
    yield Case("from-two-people", raw, {"from": "ann@example.com", "warns": ["several-senders"]})
    raw = mail(headers={"From": None, "Sender": "Bot <bot@example.com>"})
    yield Case("only-sender", raw, {"from": "bot@example.com", "from_name": "Bot", "warns": ["no-from"]})
    yield Case("no-from", mail(headers={"From": None}), {"from": "", "from_name": "", "warns": ["no-from"]})
    raw = mail(headers={"From": None, "Reply-To": "Eve <eve@example.net>"})
    yield Case("only-reply-to", raw, {"from": "", "warns": ["no-from"]})
    raw = mail(headers={"Reply-To": "Eve <eve@example.net>"})
    yield Case("reply-to-elsewhere", raw, {"from": "ann@example.com", "warns": ["reply-elsewhere"]})
    yield Case("reply-to-kin", mail(headers={"Reply-To": "x@mail.example.com"}), {"quiet": True})
    yield Case("reply-to-same", mail(headers={"Reply-To": "x@Example.com"}), {"quiet": True})
    for number, bad in enumerate(("ann@home@example.com", "Ann <ann@exa mple.com>", "ann@.", "ann@-.-", "a b c@")):
        yield Case(f"odd-address-{number}", mail(headers={"From": bad}), {"warns": ["bad-address"], "text": "Hello"})


def _many() -> Iterator[Case]:
    everyone = [f"person{number}@example.com" for number in range(10_000)]
    raw = mail(headers={"To": ",\r\n ".join(everyone)})
    yield Case("ten-thousand", raw, {"to": everyone, "from": "ann@example.com", "text": "Hello"})
    named = ", ".join(f'"Person, {number}" <{address}>' for number, address in enumerate(everyone))
    yield Case("ten-thousand-named", mail(headers={"Cc": named}), {"cc": everyone, "to": ["desk@shop.example"]})
    raw = mail(headers={"To": "=?x?q?b?= " * 100_000})
    yield Case("to-100000-words", raw, {"from": "ann@example.com", "to": [], "text": "Hello"})
    raw = mail(headers={"To": [f"p{number}@x.example" for number in range(3000)]})
    yield Case("header-3000-times", raw, {"from": "ann@example.com", "text": "Hello"})
    raw = mail(headers={"To": ", ".join(f"p{number}@x.example" for number in range(60_000))})
    yield Case("sixty-thousand", raw, {"warns": ["many-addresses"], "text": "Hello"})
    bombs = ("(" * 100_000, '"' * 99_999, "<" * 100_000, "\\" * 100_000, "a:" * 50_000, "," * 100_000, "@" * 100_000)
    for number, bomb in enumerate(
        (*bombs, '"\\' * 50_000, "<(" * 50_000, "()" * 50_000, "a " * 50_000, "a@b " * 25_000)
    ):
        yield Case(f"address-bomb-{number}", mail(headers={"From": bomb, "To": bomb}), {"text": "Hello"})
    raw = octets("To: a@x.example\r\nTo: b@x.example\r\nFrom: ann@example.com\r\n\r\nHello")
    yield Case("to-before-from", raw, {"to": ["a@x.example", "b@x.example"], "from": "ann@example.com"})


def cases() -> Iterator[Case]:
    """All of this sort."""
    yield from _senders()
    yield from _warned()
    yield from _many()
