"""Bodies and headers in all charsets: known by many names, unknown, wrong, and such as are traps."""

from __future__ import annotations

from collections.abc import Iterator

from .making import Case, b64, mail, qp, typed, word

KNOWN = [
    # label, codec, text
    ("utf-8", "utf-8", "Grüße aus Köln – 東京 🙂"),
    ("UTF8", "utf-8", "naïve café"),
    ("utf-8", "utf-8-sig", "mit Marke am Anfang: ä"),
    ("iso-8859-1", "latin-1", "Grüße, déjà vu"),
    ("latin1", "latin-1", "mañana"),
    ("iso8859-1", "latin-1", "façade"),
    ("iso-8859-1", "cp1252", "“quoted” – and €"),
    ("us-ascii", "cp1252", "it’s 5 €"),
    ("iso-8859-2", "iso8859-2", "Zażółć gęślą jaźń"),
    ("iso-8859-5", "iso8859-5", "Привет"),
    ("iso-8859-6", "iso8859-6", "مرحبا"),
    ("iso-8859-7", "iso8859-7", "Καλημέρα"),
    ("iso-8859-8", "iso8859-8", "שלום"),
    ("iso-8859-8-i", "iso8859-8", "שלום"),
    ("iso-8859-9", "cp1254", "İstanbul ğış"),
    ("iso-8859-13", "iso8859-13", "Ąžuolas"),
    ("iso-8859-15", "iso8859-15", "10 € œuvre"),
    ("windows-1250", "cp1250", "Příliš žluťoučký"),
    ("windows-1251", "cp1251", "Здравствуйте"),
    ("windows-1252", "cp1252", "“smart” €"),
    ("windows1252", "cp1252", "señor…"),
    ("cp1252", "cp1252", "über"),
    ("windows-1253", "cp1253", "Αθήνα"),
    ("windows-1254", "cp1254", "Şişli"),
    ("windows-1255", "cp1255", "תודה"),
    ("windows-1256", "cp1256", "شكرا"),
    ("windows-1257", "cp1257", "Rīga"),
    ("windows-1258", "cp1258", "Hà"),
    ("koi8-r", "koi8-r", "Привет, мир"),
    ("koi8-u", "koi8-u", "Київ їжак"),
    ("ibm850", "cp850", "Größe"),
    ("cp437", "cp437", "naïf"),
    ("cp866", "cp866", "Привет"),
    ("macintosh", "mac-roman", "Ünïcödé"),
    ("x-mac-roman", "mac-roman", "Œuvre"),
    ("gb2312", "gb18030", "你好，镕"),
    ("gbk", "gbk", "谢谢"),
    ("x-gbk", "gbk", "订单"),
    ("cp936", "gbk", "退款"),
    ("gb18030", "gb18030", "发票€"),
    ("big5", "big5", "謝謝"),
    ("big5-hkscs", "big5hkscs", "唔該"),
    ("shift_jis", "cp932", "①こんにちは"),
    ("x-sjis", "cp932", "注文"),
    ("euc-jp", "euc-jp", "返金"),
    ("euc-kr", "cp949", "안녕하세요 똠"),
    ("ks_c_5601-1987", "cp949", "주문 햏"),
    ("tis-620", "cp874", "สวัสดี"),
    ("windows-874", "cp874", "ขอบคุณ"),
]
SEVEN = [
    ("iso-2022-jp", "iso2022_jp", "日本語のメール"),
    ("csISO2022JP", "iso2022_jp", "件名"),
    ("iso-2022-kr", "iso2022_kr", "한국어"),
    ("hz-gb-2312", "hz", "中文"),
    ("utf-7", "utf-7", "Grüße 東京"),
    ("unicode-1-1-utf-7", "utf-7", "ça va"),
]
WIDE = [
    ("utf-16", "utf-16", "wide ä 東"),
    ("utf-16le", "utf-16-le", "little ä"),
    ("utf-16be", "utf-16-be", "big ä"),
    ("utf-32", "utf-32", "wider ä"),
]
TRAPS = [
    *("base64", "rot13", "rot_13", "hex", "zlib", "bz2", "quopri", "uu", "idna", "punycode", "unicode_escape"),
    *("raw_unicode_escape", "undefined", "mbcs", "oem", "charmap", "x-unknown", "unknown-8bit", "..", "x\0y"),
    *("encodings.utf_8", "../../etc/passwd", "ü", "x" * 5000, "utf-8-and-a-half", "%s", "None", "1", "=?utf-8?q?x?="),
    *("ansi_x3.110-1983", "x-user-defined", "aliases", "cp99999", "string_escape", "palmos", "uni code"),
]


def _bodies() -> Iterator[Case]:
    for number, (label, codec, text) in enumerate(KNOWN):
        data, kind = (text + "\r\n").encode(codec), f"text/plain; charset={label}"
        expected = {"text": text, "unreadable": [], "attachments": [], "html_safe": None}
        yield Case(f"body-8bit-{number}-{label}", typed(kind, data, "8bit"), expected)
        yield Case(f"body-base64-{number}-{label}", typed(kind, b64(data), "base64"), expected)
        yield Case(f"body-qp-{number}-{label}", typed(kind, qp(data), "quoted-printable"), expected)
    for label, codec, text in SEVEN:
        kind = f"text/plain; charset={label}"
        yield Case(f"body-7bit-{label}", typed(kind, text.encode(codec), "7bit"), {"text": text, "unreadable": []})
        yield Case(f"body-b64-{label}", typed(kind, b64(text.encode(codec)), "base64"), {"text": text})
    for label, codec, text in WIDE:
        raw = typed(f"text/plain; charset={label}", b64(text.encode(codec)), "base64")
        yield Case(f"body-wide-{label}", raw, {"text": text, "unreadable": []})


def _headers() -> Iterator[Case]:
    for number, (label, codec, text) in enumerate([*KNOWN, *SEVEN]):
        if label == "us-ascii" or codec == "utf-8-sig":
            continue
        for how in "bBqQ" if number == 0 else "BQ":
            coded = word(text, codec, how, label)
            raw = mail(headers={"Subject": f"Re: {coded}", "From": f"{coded} <ann@example.com>"})
            expected = {"subject": f"Re: {text}", "from_name": text, "from": "ann@example.com", "text": "Hello"}
            yield Case(f"word-{how}-{number}-{label}", raw, expected)


def _traps() -> Iterator[Case]:
    for number, label in enumerate(TRAPS):
        raw = typed(f'text/plain; charset="{label}"', "Plain \\u00e9 words =3D +AOk-")
        expected = {"text": "Plain \\u00e9 words =3D +AOk-", "warns": ["unknown-charset"], "unreadable": []}
        yield Case(f"trap-ascii-{number}", raw, expected)
        raw = typed(f'text/plain; charset="{label}"', "Grüße", "8bit")
        yield Case(f"trap-utf8-{number}", raw, {"text": "Grüße", "warns": ["unknown-charset"]})
        if "?" not in label and label.isascii() and "\0" not in label and " " not in label and len(label) < 76:
            raw = mail(headers={"Subject": f"=?{label}?Q?Gr=C3=BC=C3=9Fe?="})
            yield Case(f"trap-word-{number}", raw, {"subject": "Grüße", "text": "Hello"})


def _wrong() -> Iterator[Case]:
    ok = {"text": "Hello", "unreadable": []}
    yield Case("no-charset-ascii", typed("text/plain", "Hello"), ok | {"quiet": True})
    for number, empty in enumerate(("text/plain; charset=", 'text/plain; charset=""', "text/plain; charset")):
        yield Case(f"empty-charset-{number}", typed(empty, "Hello"), ok)
    yield Case("quoted-once", typed("text/plain; charset='utf-8'", "Grüße"), {"text": "Grüße"})
    yield Case("charset-comment", typed("text/plain; charset=utf-8 (Plain)", "Grüße"), {"text": "Grüße"})
    yield Case("charset-2231", typed("text/plain; charset*=us-ascii'en'utf-8", "Grüße"), {"text": "Grüße"})
    yield Case("charset-2231-bad", typed("text/plain; charset*=x'", "Grüße"), {"text": "Grüße"})
    yield Case("charset-twice", typed("text/plain; charset=utf-8; charset=koi8-r", "Grüße"), {"text": "Grüße"})
    yield Case("charset-spaces", typed("text/plain ;  charset = utf-8 ", "Grüße"), {"text": "Grüße"})
    yield Case("no-charset-utf8", typed("text/plain", "Grüße"), {"text": "Grüße", "unreadable": []})
    yield Case("no-charset-cp1252", typed("text/plain", "Grüße €".encode("cp1252")), {"text": "Grüße €"})
    raw = typed("text/plain; charset=utf-8", "Grüße".encode("cp1252"))
    yield Case("utf8-is-cp1252", raw, {"text": "Grüße", "warns": ["wrong-charset"]})
    raw = typed("text/plain; charset=us-ascii", "東京")
    yield Case("ascii-is-utf8", raw, {"text": "東京"})
    raw = typed("text/plain; charset=utf-8", "東京 ".encode() + b"\xff" + " 大阪".encode())
    wrong = {"text": "東京 \ufffd 大阪", "warns": ["wrong-charset"], "why": ["wrong-charset"]}
    yield Case("utf8-one-bad", raw, wrong)
    raw = typed("text/plain; charset=gb2312", "谢谢".encode("gbk") + b"\xff" + "订单".encode("gbk"))
    yield Case("gbk-one-bad", raw, {"starts": "谢谢", "warns": ["wrong-charset"], "why": ["wrong-charset"]})
    raw = typed("text/plain; charset=x-secret", "Grüße".encode("cp1252"))
    yield Case("unknown-8bit", raw, {"text": "Grüße", "warns": ["unknown-charset"], "why": ["unknown-charset"]})
    raw = typed("text/plain; charset=utf-8", b"cut \xe6\x9d")
    yield Case("utf8-cut-at-end", raw, {"starts": "cut", "warns": ["wrong-charset"]})
    raw = typed("text/plain; charset=utf-16le", b64(b"a\0b"), "base64")
    yield Case("utf16-odd", raw, {"starts": "a", "warns": ["wrong-charset"]})
    raw = typed("text/plain; charset=utf-8", b64(b"\xed\xa0\x80 half"), "base64")
    yield Case("half-character", raw, {"warns": ["wrong-charset"]})
    raw = typed("text/plain; charset=iso-2022-jp", b"\x1b$B%")
    yield Case("jis-cut", raw, {"subject": "Hello", "warns": ["wrong-charset"]})


def _halves() -> Iterator[Case]:
    """Half characters that a charset lets through: nothing that is stored, sent or shown may hold them."""
    for kind in ("plain", "html"):
        raw = typed(f"text/{kind}; charset=utf-7", b"a +2AA- b +3AA- c")
        yield Case(f"halves-{kind}", raw, {"starts": "a", "subject": "Hello"})
    raw = mail(headers={"Subject": "=?utf-7?Q?a+2AA-b?=", "From": "=?utf-7?Q?c+3AA-d?= <ann@example.com>"})
    yield Case("halves-header", raw, {"subject": "ab", "from_name": "cd", "from": "ann@example.com"})


def cases() -> Iterator[Case]:
    """All of this sort."""
    yield from _halves()
    yield from _bodies()
    yield from _headers()
    yield from _traps()
    yield from _wrong()
