"""Attachments and what they are called: RFC 2231, its misuse, and names that want to be somewhere or something else."""

from __future__ import annotations

from collections.abc import Iterator

from .making import Case, attachment, b64, multi, part, typed, word

DATA = b"%PDF-1.4 data"

NAMES: list[tuple[str | bytes, str]] = [
    # after "attachment; ", what the file is called
    ("filename=a.pdf", "a.pdf"),
    ('filename="a.pdf"', "a.pdf"),
    ('filename="two words.pdf"', "two words.pdf"),
    ("filename=two words.pdf", "two words.pdf"),
    ("filename = a.pdf", "a.pdf"),
    ('FILENAME="a.pdf"', "a.pdf"),
    ('filename="a;b.pdf"', "a;b.pdf"),
    ('filename="a\\"b.pdf"', "a_b.pdf"),
    ('filename="unclosed.pdf', "unclosed.pdf"),
    ("filename='single.pdf'", "single.pdf"),
    ("filename=a.pdf; size=13", "a.pdf"),
    ("size=13; filename=a.pdf;", "a.pdf"),
    (";; filename=a.pdf ;;", "a.pdf"),
    ("filename=a.pdf; filename=b.pdf", "a.pdf"),
    ("\r\n filename=folded.pdf", "folded.pdf"),
    # RFC 2231 and RFC 6266
    ("filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
    ("filename*=UTF-8'de'Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
    ("filename*=iso-8859-1'en'Gr%FC%DFe.pdf", "Grüße.pdf"),
    ("filename*0=very; filename*1=long.pdf", "verylong.pdf"),
    ('filename*0="very "; filename*1="long.pdf"', "very long.pdf"),
    ("filename*1=long.pdf; filename*0=very", "verylong.pdf"),
    ("filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9Fe.pdf", "Grüße.pdf"),
    ("filename*0*=utf-8''Gr%C3; filename*1*=%BC%C3%9Fe.pdf", "Grüße.pdf"),
    ("filename*0*=utf-8''Gr%C3%BC; filename*1=sse.pdf", "Grüsse.pdf"),
    ("filename=plain.pdf; filename*=utf-8''b%C3%A9.pdf", "bé.pdf"),
    ("filename*=utf-8''b%C3%A9.pdf; filename=plain.pdf", "bé.pdf"),
    ("filename*=Gr%C3%BC.pdf", "Grü.pdf"),
    ("filename*=utf-8'Gr%C3%BC.pdf", "Grü.pdf"),
    ("filename*=x-none''Gr%C3%BC.pdf", "Grü.pdf"),
    ("filename*=''Gr%C3%BC.pdf", "Grü.pdf"),
    ("filename*=utf-8''100%.pdf", "100%.pdf"),
    ("filename*=utf-8''a%ZZb.pdf", "a%ZZb.pdf"),
    ("filename*=utf-8''a%00b.pdf", "ab.pdf"),
    ("filename*=utf-8''a%0D%0Ab.pdf", "a b.pdf"),
    ("filename*0=a; filename*2=c.pdf", "a"),
    ("filename*01=b.pdf; filename*00=a", "ab.pdf"),
    ("filename*=\"utf-8''quoted.pdf\"", "quoted.pdf"),
    ("filename*99999999999999999999=a.pdf; filename=b.pdf", "b.pdf"),
    ("filename*x=a.pdf; filename=b.pdf", "b.pdf"),
    ("filename**=a.pdf; filename=b.pdf", "b.pdf"),
    ("filename*0*0=a.pdf; filename=b.pdf", "b.pdf"),
    # encoded-words where they do not belong, as most clients write them
    (f'filename="{word("Grüße.pdf")}"', "Grüße.pdf"),
    (f"filename={word('Grüße.pdf', how='Q')}", "Grüße.pdf"),
    (f'filename="{word("Grü")} {word("ße.pdf")}"', "Grüße.pdf"),
    (f'filename="{word("Grü")}\r\n {word("ße.pdf")}"', "Grüße.pdf"),
    ('filename="Grüße.pdf"', "Grüße.pdf"),
    ('filename="Grüße.pdf"'.encode("cp1252"), "Grüße.pdf"),
    ("filename=Grüße.pdf", "Grüße.pdf"),
    # where it wants to go
    ('filename="/etc/passwd"', "passwd"),
    ('filename="../../../.bashrc"', "bashrc"),
    ('filename="C:\\\\Windows\\\\evil.dll"', "evil.dll"),
    ('filename="C:\\Temp\\ann\\a.pdf"', "a.pdf"),
    ('filename="..\\\\..\\\\a.pdf"', "a.pdf"),
    ("filename*=utf-8''%2e%2e%2fa.pdf", "a.pdf"),
    (f'filename="{word("../../a.pdf")}"', "a.pdf"),
    ('filename="CON"', "_CON"),
    ('filename="nul.txt"', "_nul.txt"),
    ('filename="a.pdf:stream"', "a.pdf_stream"),
    ('filename="a<b>c|d?e*f.pdf"', "a_b_c_d_e_f.pdf"),
    ('filename="dots...pdf..."', "dots...pdf"),
    ('filename="trailing.pdf. . "', "trailing.pdf"),
    ('filename="a\tb.pdf"', "a b.pdf"),
    ("filename*=utf-8''invoice%E2%80%AEfdp.exe", "invoicefdp.exe"),
    ("filename*=utf-8''zero%E2%80%8Bwidth.pdf", "zerowidth.pdf"),
    (f'filename="{"x" * 300}.pdf"', "x" * 196 + ".pdf"),
    (f'filename="{"東" * 300}.pdf"', "東" * 196 + ".pdf"),
    # without a name
    ("", "attachment.pdf"),
    ("filename=", "attachment.pdf"),
    ('filename=""', "attachment.pdf"),
    ('filename="."', "attachment.pdf"),
    ('filename=".."', "attachment.pdf"),
    ('filename="/"', "attachment.pdf"),
    ('filename="   "', "attachment.pdf"),
    ("filename", "attachment.pdf"),
]
UNNAMED = [
    ("image/png", "attachment.png"),
    ("image/jpeg", "attachment.jpg"),
    ("application/zip", "attachment.zip"),
    ("audio/x-odd", "attachment"),
    ("text/calendar", "attachment.ics"),
    ("application/octet-stream", "attachment"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment.docx"),
]
DANGEROUS = ["a.exe", "a.pdf.exe", "a.scr", "a.js", "a.vbs", "a.lnk", "a.iso", "a.docm", "a.html", "a.hta", "A.EXE"]


def _named() -> Iterator[Case]:
    for number, (told, name) in enumerate(NAMES):
        disposition = b"attachment; " + (told if isinstance(told, bytes) else told.encode())
        parts = [part(), part("application/pdf", b64(DATA), encoding="base64", disposition=disposition)]
        expected = {"attachments": [attachment(name, "application/pdf", len(DATA))], "text": "Hello"}
        yield Case(f"name-{number}", multi(parts), expected)
    for number, (kind, name) in enumerate(UNNAMED):
        parts = [part(), part(kind, b64(DATA), encoding="base64", disposition="attachment")]
        raw = multi(parts)
        yield Case(f"unnamed-{number}", raw, {"attachments": [attachment(name, kind, len(DATA))], "text": "Hello"})


def _by_type() -> Iterator[Case]:
    """The name of the type stands in for that of the disposition."""
    found = {"attachments": [attachment("a.pdf", "application/pdf", len(DATA))], "text": "Hello"}
    for number, told in enumerate(("name=a.pdf", 'name="a.pdf"', "name*=utf-8''a.pdf", f'name="{word("a.pdf")}"')):
        yield Case(f"type-name-{number}", multi([part(), part(f"application/pdf; {told}", DATA)]), found)
    both = part("application/pdf; name=b.pdf", DATA, disposition="attachment; filename=a.pdf")
    yield Case("both-names", multi([part(), both]), found)
    inline = part("application/pdf; name=a.pdf", DATA, disposition="inline")
    yield Case("inline-pdf", multi([part(), inline]), found)
    odd = part("application/pdf; name=a.pdf", DATA, disposition="; ; filename")
    yield Case("odd-disposition", multi([part(), odd]), found)
    alone = {"text": "Hello", "attachments": []}
    yield Case("named-body", typed("text/plain; name=body.txt", "Hello", Content_Disposition="inline"), alone)
    text = part("text/plain; name=notes.txt", "My notes", disposition="attachment")
    expected = {"attachments": [attachment("notes.txt", "text/plain", 8)], "text": "Hello"}
    yield Case("text-attached", multi([part(), text]), expected)
    page = part("text/html; name=a.html", "<p>x</p>", disposition="attachment; filename=a.html")
    expected = {"attachments": [attachment("a.html", "text/html", 8)], "html_safe": None, "text": "Hello"}
    yield Case("html-attached", multi([part(), page]), expected)
    same = [part(), *[part("image/png; name=x.png", DATA, disposition="attachment") for _ in range(3)]]
    files = [attachment(name, "image/png", len(DATA)) for name in ("x.png", "x.png", "x.png")]
    yield Case("same-names", multi(same), {"attachments": files, "text": "Hello"})
    yield Case("image-alone", multi([part("image/png; name=x.png", DATA)]), {"text": "", "attachments": files[:1]})


def _sizes() -> Iterator[Case]:
    for size in (0, 1, 2, 3, 1000):
        parts = [part(), part("application/zip; name=a.zip", b64(b"z" * size), encoding="base64")]
        yield Case(f"size-{size}", multi(parts), {"attachments": [attachment("a.zip", "application/zip", size)]})
    big = b64(bytes(range(256)) * 8192)
    parts = [part(), part("application/zip; name=a.zip", big, encoding="base64")]
    yield Case("size-2M", multi(parts), {"attachments": [attachment("a.zip", "application/zip", 2_097_152)]})
    parts = [part(), part("application/x-raw; name=a.bin", bytes(range(1, 10)) + b"\r\n\r\n", encoding="binary")]
    yield Case("binary", multi(parts), {"attachments": [attachment("a.bin", "application/x-raw", 13)]})
    for name in DANGEROUS:
        parts = [part(), part("application/octet-stream", DATA, disposition=f"attachment; filename={name}")]
        expected = {
            "attachments": [attachment(name, "application/octet-stream", len(DATA))],
            "warns": ["dangerous-file"],
        }
        yield Case(f"dangerous-{name}", multi(parts), expected)


def cases() -> Iterator[Case]:
    """All of this sort."""
    yield from _named()
    yield from _by_type()
    yield from _sizes()
