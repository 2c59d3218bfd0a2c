"""Articles as files: what goes out comes in as it was, and no archive is read further than it may be."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agentdesk.text.folders import LONGEST, MOST_BYTES, Sheet, Unreadable, packed, read, unpacked, written

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


def test_a_name_that_was_made_for_another_is_not_taken_twice() -> None:
    sheets = [Sheet(name, {"title": name}, "x") for name in ("a", "a-2", "a", "a-3", "A")]
    with zipfile.ZipFile(io.BytesIO(packed(sheets))) as archive:
        assert archive.namelist() == ["a.md", "a-2.md", "a-3.md", "a-3-2.md", "A-4.md"]


@given(st.sampled_from((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)),
       st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=5))  # fmt: skip
@example(zipfile.ZIP_DEFLATED, [(40, 255), (41, 255)])
def test_an_archive_that_was_damaged_is_read_or_refused(means: int, damage: list[tuple[int, int]]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", means) as archive:
        archive.writestr("a.md", "hello " * 300)
        archive.writestr("ä.md", "world")
    data = bytearray(out.getvalue())
    for place, byte in damage:
        data[place % len(data)] = byte
    try:
        assert all("title" in sheet.facts for sheet in unpacked("a.zip", bytes(data)))
    except Unreadable:
        pass


def test_many_bombs_are_refused_before_any_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(MOST_BYTES // (4 * LONGEST) + 1):
            archive.writestr(f"{number}.md", b" " * (4 * LONGEST))
    with pytest.raises(Unreadable, match="too many files"):
        unpacked("a.zip", out.getvalue())
