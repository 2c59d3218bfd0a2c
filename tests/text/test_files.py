"""Words of attached files: of well-made ones all, of hostile ones a state, within limits that the system holds."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
import zlib

import docx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentdesk.text.files import MOST_TEXT, Told, kind_of, words_of
from agentdesk.text.files.kinds import MOST_BYTES


def pdf(*pages: str, body: bytes = b"") -> bytes:
    """A PDF by hand, one line of Latin text a page."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, text in enumerate(pages):
        packed = zlib.compress(body or f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("cp1252"))
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * n} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        parts.append(b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(packed), packed))
    out, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj %s endobj\n" % (n, part)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(parts) + 1, table, len(parts) + 1, len(out),
    )  # fmt: skip


def word(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    made = docx.Document()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    if rows:
        table = made.add_table(len(rows), len(rows[0]))
        for at, row in enumerate(rows):
            for cell, text in zip(table.rows[at].cells, row, strict=True):
                cell.text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def packed(**parts: bytes) -> bytes:
    """A ZIP that calls itself a Word document, with other parts in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(f"word/{name}.xml", part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        ("Grüße,\r\n\r\n  your  invoice".encode(), "text", "Grüße,\nyour invoice"),
        ("Grüße".encode("cp1252"), "text", "Grüße"), ("荷物".encode("utf-16"), "text", "荷物"),
        (b"<p>One <b>two</b></p><script>no</script><p>three &amp; four", "html", "One two\nthree & four"),
        (pdf("Invoice 1043", "Grüße"), "pdf", "Invoice 1043\nGrüße"),
        (word("Dear Lena,", "荷物 is late", rows=(("Sum", "12"),)), "docx", "Dear Lena,\n荷物 is late\nSum 12"),
        (b"", "text", ""),
    ],
)  # fmt: skip
def test_words_are_read(data: bytes, kind: str, words: str) -> None:
    assert words_of(data, kind) == Told("read", words)


BILLION = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w>&b;</w>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w>&a;</w>'


@pytest.mark.parametrize(
    ("data", "kind", "state"),
    [
        (packed(document=b"\0" * 80_000_000), "docx", "large"), (packed(document=BILLION), "docx", "unreadable"),
        (packed(document=OUTSIDE), "docx", "unreadable"),
        (packed(document=OUTSIDE.decode().encode("utf-16")), "docx", "unreadable"),
        (packed(**{f"p{n}": b"" for n in range(2_500)}), "docx", "large"), (b"PK\3\4 no", "docx", "unreadable"),
        (b"", "docx", "unreadable"), (b"", "pdf", "unreadable"), (b"%PDF-1.4 nothing", "pdf", "unreadable"),
        (b"[" * 200_000, "pdf", "unreadable"), (b"MZ\0\0\0", "text", "unreadable"),
        (b"x" * (MOST_BYTES + 1), "text", "large"),
    ],
)  # fmt: skip
def test_hostile_files_end_as_a_state(data: bytes, kind: str, state: str) -> None:
    assert words_of(data, kind) == Told(state)


def test_long_ones_are_cut_between_words() -> None:
    told = words_of(b"parcel " * MOST_TEXT, "text")
    assert told.state == "cut"
    assert len(told.text) <= MOST_TEXT
    assert set(told.text.split()) == {"parcel"}


@pytest.mark.parametrize(("kind", "most"), [("text", 8 * MOST_TEXT), ("html", 40 * MOST_TEXT)])
@pytest.mark.parametrize("sign", ["ü", "荷", "😀"])
def test_long_ones_are_not_cut_within_a_sign(kind: str, most: int, sign: str) -> None:
    for shift in range(len(sign.encode())):
        told = words_of(b"x" * shift + f"{sign} ".encode() * (most // 2), kind)
        assert told.state == "cut"
        assert set(told.text) <= {"x", " ", sign}


@given(st.binary(max_size=400), st.sampled_from(["text", "html", "pdf", "docx"]))
@settings(max_examples=60)
def test_no_bytes_make_it_stumble(data: bytes, kind: str) -> None:
    assert words_of(data, kind).state in ("read", "cut", "unreadable", "locked", "large")


@pytest.mark.skipif(sys.platform == "win32", reason="there whoever started it ends it by the clock")
def test_the_system_ends_what_takes_too_much() -> None:
    """In its own process it has little memory: a page that unpacks to a mountain is not read."""
    bomb = pdf("x", body=b" " * 150_000_000)
    assert len(bomb) < 2_000_000
    done = subprocess.run(
        [sys.executable, "-m", "agentdesk.text.files", "pdf"], input=bomb, capture_output=True, timeout=60
    )
    told = msgspec.json.decode(done.stdout, type=Told) if done.returncode == 0 else Told("large")
    assert told.text == ""
    assert told.state in ("large", "unreadable")


def test_kinds_are_told_by_type_and_by_name() -> None:
    assert kind_of("text/plain; charset=utf-8", "x") == "text"
    assert kind_of("application/octet-stream", "Invoice.PDF") == "pdf"
    assert kind_of("image/png", "a.pdf") == ""
    assert kind_of("", "no ending") == ""
