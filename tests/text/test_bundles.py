"""Articles of other help desks: what is read of any page, links that lead home, files that come back as they went."""

from __future__ import annotations

import contextlib
import io
import zipfile
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.text.bundles import Form, bundle, bundled, packed_as
from agentdesk.text.enclosed import LARGEST
from agentdesk.text.folders import LONGEST, Sheet, Unreadable
from agentdesk.text.pages import page_read

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30)
TITLE = WORDS.map(lambda one: " ".join(one.split())).filter(bool)
SIGNS = st.sampled_from(
    ["# A", "- b", "```", "| a |", "[x](/help/articles/a0)", "</template>", "<b>", "&amp;", "---", "![p](x.png)"]
)
TEXT = (
    st.lists(st.one_of(WORDS, SIGNS), min_size=1, max_size=8)
    .map("\n".join)
    .filter(lambda one: bool(one.strip()) and "](a" not in one)
)


def illustrated(text: str, shots: list[bytes]) -> str:
    """Pictures before the words: behind them a fence may be open."""
    names = (f"![A *word*](attached:{sha256(shot).hexdigest()})" for shot in shots)
    return "\n".join((*names, text)).strip()


CONFLUENCE = """<html lang="de"><head><title>Refund late - Space</title><meta name="keywords" content="a, b"></head>
<body><nav>Menu</nav><div id="header">Logo</div><div id="main-content" class="wiki-content"><h1>Refund late</h1>
<p>Ask <b>the bank</b>, see <a href="b%20c.html#x">other</a>, <a href="https://x.zendesk.com/hc/en/articles/b c">that
</a>, <a href="javascript:alert(1)">bad</a>.</p><table><tr><th>Bank</th><th>Days</th></tr><tr><td><p>most | some</p>
</td><td>3</td></tr></table><ol><li>One<ul><li>Two</li></ul></li></ol><img src="p/a.png" alt="A picture">
<ac:macro>x</ac:macro></div>Foot"""
PIECES = ("<div>", "<ul><li>", "<table><tr><td>", "<!--", "<a href=", "&", "<p>", "<li>", "<pre>", "<td>", "</b><i>")


MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF0000WEBP")
SHOTS = st.builds(bytes.__add__, st.sampled_from(MAGIC), st.binary(min_size=16, max_size=40))


@given(
    st.lists(st.tuples(TITLE, TEXT, st.lists(SHOTS, max_size=3)), min_size=1, max_size=4),
    st.sampled_from(["markdown", "html"]),
)
def test_what_goes_out_comes_back_as_it_was(told: list[tuple[str, str, list[bytes]]], form: Form) -> None:
    """With its pictures, each once, and named by what it is."""
    pictures = {sha256(shot).hexdigest(): shot for _, _, shots in told for shot in shots}
    sheets = [
        Sheet(title, {"id": f"a{n}", "title": title, "language": "de", "tags": "x, y"}, illustrated(text, shots))
        for n, (title, text, shots) in enumerate(told)
    ]
    found = bundle("a.zip", packed_as(form, sheets, pictures))
    assert not found.notes
    for digest, came in found.pictures.items():
        assert came.data == pictures[digest]
    assert found.pictures.keys() == pictures.keys()
    assert [(dict(one.facts), one.text) for one in found.sheets] == [(dict(one.facts), one.text) for one in sheets]


def test_a_page_of_another_help_desk_is_an_article() -> None:
    other_page = "<h2>Other</h2><p>It is here.</p>"
    found = bundled([("space/a.html", CONFLUENCE), ("space/b c.html", other_page), ("c.html", "")])
    first, other = found.sheets
    home = f"/help/articles/{other.facts['id']}"
    assert (first.facts["title"], first.facts["language"], first.facts["tags"]) == ("Refund late", "de", "a, b")
    assert other.facts["title"] == "Other"
    assert f"see [other]({home}), [that]({home})" in first.text
    for gone in ("Menu", "Logo", "Foot", "javascript"):
        assert gone not in first.text
    assert "| Bank | Days |\n| --- | --- |\n| most \\| some | 3 |" in first.text
    assert "1. One\n   - Two" in first.text
    told = {(one.name, one.what) for one in found.notes}
    assert {("space/a.html", "picture"), ("space/a.html", "ac:macro"), ("c.html", "empty")} <= told
    assert bundled([("space/a.html", CONFLUENCE)]).sheets[0].facts["id"] == first.facts["id"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<table><tr><th colspan=2>Fees</th></tr><tr><td>Bank</td><td><ul><li>3<li>4</ul></td></tr></table><p>on",
            "| Fees |  |\n| --- | --- |\n| Bank | • 3  • 4 |\n\non",
        ),
        ("<table><tr><td>a<pre>b\nc</pre></td><td>d</td></tr></table>", "| a b c | d |\n| --- | --- |"),
        ("<pre>```\ncode ````\n```</pre><p>on", "`````\n```\ncode ````\n```\n`````\n\non"),
        ("<pre>a</pre><p>b", "```\na\n```\n\nb"),
    ],
)
def test_nothing_of_a_table_is_lost_and_nothing_leaves_its_fence(html: str, text: str) -> None:
    assert page_read(html, lambda href: href).text == text


@pytest.mark.parametrize(
    ("letters", "charset"), [("cp1252", "iso-8859-1"), ("cp1251", "windows-1251"), ("utf-16", ""), ("utf-8", "latin1")]
)
def test_a_page_is_read_in_its_own_letters(letters: str, charset: str) -> None:
    words = "Счёт" if letters == "cp1251" else "Größe"
    page = f'<html><head><meta charset="{charset}"></head><body><h1>{words}</h1><p>{words} 5</p></body></html>'
    found = bundle("a.html", page.encode(letters))
    assert (found.sheets[0].facts["title"], found.sheets[0].text, found.notes) == (words, f"{words} 5", [])


def test_letters_that_cannot_be_read_are_told() -> None:
    found = bundle("a.html", "<p>a \ufffd</p>".encode())
    assert [one.what for one in found.notes] == ["letters"]


def test_what_a_system_puts_beside_pages_is_no_article_and_a_long_one_is_named() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a/b.html", "<p>words</p>")
        archive.writestr("__MACOSX/a/._b.html", bytes(range(256)))
        archive.writestr("a/.b.html", "<p>x</p>")
    assert [one.name for one in bundle("a.zip", out.getvalue()).sheets] == ["a/b.html"]
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("long.html", "x" * (LONGEST + 1))
    with pytest.raises(Unreadable, match="too long") as refused:
        bundle("a.zip", out.getvalue())
    assert refused.value.about == "long.html"


@given(st.binary(max_size=400))
def test_any_page_is_read_or_refused(data: bytes) -> None:
    for name in ("a.html", "a.zip"):
        with contextlib.suppress(Unreadable):
            bundle(name, data)


@pytest.mark.parametrize("piece", PIECES)
def test_a_page_that_was_made_to_cost_time_is_read(piece: str) -> None:
    text = page_read(piece * 20_000 + "words <script>alert(1)</script>", lambda href: href).text
    assert "alert" not in text or piece in ("<!--", "<a href=")


def test_pictures_of_another_help_desk_come_with_their_words() -> None:
    """By their place beside the page; what is no picture, or is not there, stays as words."""
    page = """<h1>T</h1><p>See <img src="img/a%20b.png" alt="the [x] ledger"> and <img src="img/c.png" alt="nothing">
    <img src="//x.example/img/a%20b.png" alt="afar"> <img src="../../a b.png" alt="outside"></p>"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("space/t.html", page)
        archive.writestr("space/img/a b.png", MAGIC[0] + b"picture")
        archive.writestr("space/img/c.png", b"<script>")
    found = bundle("a.zip", out.getvalue())
    (digest,) = found.pictures
    assert found.pictures[digest].name == "a b.png"
    assert f"(attached:{digest}) and nothing" in found.sheets[0].text
    assert "ledger" in found.sheets[0].text
    assert found.sheets[0].text.count("attached:") == 1
    assert [one.about for one in found.notes] == ["img/c.png", "//x.example/img/a%20b.png", "../../a b.png"]


def test_an_archive_promises_no_more_pictures_than_it_may_bring() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", "![x](big.png) ![y](small.png)")
        archive.writestr("big.png", MAGIC[0] + bytes(LARGEST))
        archive.writestr("small.png", MAGIC[0])
    found = bundle("a.zip", out.getvalue())
    assert [one.name for one in found.pictures.values()] == ["small.png"]
    assert "![x](big.png)" in found.sheets[0].text
