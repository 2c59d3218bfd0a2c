"""Articles as files: what goes out comes in as it was, and no archive is read further than it may be."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.text.folders import LONGEST, Sheet, Unreadable, packed, read, unpacked, written

LINE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=40).map(
    lambda one: " ".join(one.split())
)


@given(LINE, LINE)
def test_what_is_written_is_read(title: str, text: str) -> None:
    sheet = read("x.md", written({"title": title or "T", "tags": "a, b"}, text))
    assert (sheet.facts["title"], sheet.facts["tags"], sheet.text) == (title or "T", "a, b", text.strip())


@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused(data: bytes) -> None:
    for one in (data, b"PK\x03\x04" + data):
        try:
            assert all("title" in sheet.facts for sheet in unpacked("a/b.md", one))
        except Unreadable:
            pass


def test_names_in_an_archive_are_its_own_and_lead_nowhere_else() -> None:
    sheets = [Sheet(name, {"title": name}, "x") for name in ("../../etc/passwd", "A", "a", "", "أين؟")]
    with zipfile.ZipFile(io.BytesIO(packed(sheets))) as archive:
        names = archive.namelist()
    assert len({name.lower() for name in names}) == len(sheets)
    assert not any("/" in name or name.startswith(".") for name in names)
    assert [one.facts["title"] for one in unpacked("a.zip", packed(sheets))][1:3] == ["A", "a"]


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.md", b"0" * (20 * LONGEST))
    with pytest.raises(Unreadable, match="too long"):
        unpacked("a.zip", out.getvalue())
