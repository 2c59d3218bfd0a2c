"""Rich text: read like CommonMark reads it, line by line, and harmless whatever is in it."""

from __future__ import annotations

import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from agentdesk.text.rich import as_read, html_of_lines, lines_of, marks, parts_of, runs_of, simpler
from agentdesk.text.rich.pasted import markdown_of

PIECES = st.lists(
    st.sampled_from(["*", "**", "_", "__", "`", "``", "a", "b", " ", ".", "\\", "(", "ß", "[a](https://x.example)"]),
    max_size=14,
)
HOSTILE = st.lists(
    st.sampled_from(
        [*"*_`~[]()<>#-\n \\!|1.", "> ", "- ", "```", "[x](javascript:alert(1))", "<script>", "https://a.example/_x_",
         "[y](https://b.example)", "@[mina]", "\x00masked:payment\x00", "مرحبا", "返", "👋", '"', "'", "\t"]
    ),
    max_size=40,
).map("".join)  # fmt: skip
_OPEN = {"strong_open": "b", "em_open": "i"}


def _peer(line: str) -> list[tuple[str, str]]:
    """Each character of a line with its looks, as another reader of CommonMark has it."""
    found: list[tuple[str, str]] = []
    on: list[str] = []
    (inline,) = (token for token in MarkdownIt("commonmark").parseInline(line) if token.type == "inline")
    for token in inline.children or ():
        if token.type in _OPEN:
            on.append(_OPEN[token.type])
        elif token.type in ("strong_close", "em_close"):
            on.remove("b" if token.type == "strong_close" else "i")
        elif token.type in ("link_open", "link_close"):
            on.append("a") if token.type == "link_open" else on.remove("a")
        else:
            looks = {*on, *("c" if token.type == "code_inline" else "")}
            found += [(sign, "".join(sorted(looks))) for sign in token.content]
    return found


@given(PIECES)
def test_a_line_reads_as_commonmark_reads_it(pieces: list[str]) -> None:
    line = "x" + "".join(pieces) + "x"
    ours = [
        (sign, "".join(sorted({*run.looks, *("a" if run.href else "")}))) for run in runs_of(line) for sign in run.text
    ]
    assert ours == _peer(line)


@given(HOSTILE)
def test_whatever_is_written_is_harmless_and_nothing_is_invented(text: str) -> None:
    lines = lines_of(text)
    read = as_read(lines)
    assert read.words == "\n".join(line.words for line in lines)
    assert all(text.startswith(read.words[at : at + size], place) for at, place, size in read.stretches)
    for at in range(len(read.words)):
        place = read.source(at, at + 1)
        assert place is None or text[slice(*place)] == read.words[at]
        inside = [one for i in range(at, len(read.words)) if (one := read.source(i, i + 1))]
        assert read.source(at, len(read.words)) == ((inside[0][0], inside[-1][1]) if inside else None)
    html = html_of_lines(lines)
    assert not re.search(r"(?i)<(?!/?(?:a|blockquote|br|code|em|h3|hr|li|ol|p|pre|s|strong|ul)\b)[a-z/!]", html)
    assert not re.search(r'(?i)href="(?!https?:|mailto:|tel:)', html)
    assert all(run.href.startswith("https://") for line in lines for run in line.runs if run.href)
    shown = parts_of(lines)
    assert "\n".join("".join(run[0] for run in part.get("r", ())) for part in shown) == "\n".join(
        "".join(run.text for run in line.runs) for line in lines
    )


@given(HOSTILE)
def test_the_styles_while_typing_are_those_of_what_is_sent(text: str) -> None:
    """A word that looks bold in the field is bold in what is sent, and signs are hidden in one as in the other."""
    state, at, signs, looks = 0, 0, set[int](), dict[int, str]()
    for line in text.split("\n"):
        found, state = marks(line, state)
        for mark in found:
            assert min(mark.start, mark.length - 1, len(line) - mark.start - mark.length) >= 0
            places = range(at + mark.start, at + mark.start + mark.length)
            if mark.looks == "sign":
                signs.update(places)
            elif mark.looks not in ("quote", "heading"):
                looks.update(dict.fromkeys(places, mark.looks))
        at += len(line) + 1
    for line in lines_of(text):
        for run in line.runs:
            for place in range(run.start, run.start + len(run.text)):
                assert place not in signs
                assert looks.get(place, "") == run.looks


SIGNS = [*"ab12*_`~[]()<>#-+.!\\&;:'\"/|@=", "https://a.example/b_c", "مر", "返"]
WORDS = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=12).map("".join)
TAGS = [*"<>/ab =\"'-!&;", "<b>", "</b>", "<ul>", "<ol start='9'>", "<li>", "</ul>", "<pre>", "</pre>", "<blockquote>"]


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4))
def test_pasted_words_stay_what_they_are(lines: list[str]) -> None:
    html = "<p>" + "<br>".join(map(escape, lines)) + "</p>"
    assert [line.words for line in lines_of(markdown_of(html))] == lines


@given(st.lists(st.sampled_from(TAGS), max_size=60).map("".join))
def test_pasted_html_of_any_kind_becomes_text(html: str) -> None:
    html_of_lines(lines_of(markdown_of(html)))


@pytest.mark.parametrize(("html", "text"), [
    ("<p>Hi <b>bold </b>and <i>it</i></p><p>more", "Hi **bold** and *it*\n\nmore"),
    ("<ul><li>one<li>two<ol><li>n</ol></ul>", "- one\n- two\n   1. n"),
    ("<a href='https://q.example/(a)'>w</a>", "[w](<https://q.example/(a)>)"),
    ("<a href='javascript:x'>w</a><script>x</script><img src=x>", "w"),
    ("<pre>a\n  b</pre>c", "```\na\n  b\n```\n\nc"),
    ("<blockquote>q<p>r</blockquote>", "> q\n>\n> r"),
    ("<b style='font-weight:normal'>plain</b><span style='font-weight:700'>bold</span>", "plain**bold**"),
    ("<h2>Head</h2>x", "## Head\n\nx"),
    ("<meta charset=utf-8><code>a`b</code>", "``a`b``"),
])  # fmt: skip
def test_looks_become_signs(html: str, text: str) -> None:
    assert markdown_of(html) == text


def test_a_mail_shows_what_was_written() -> None:
    text = "Dear **Lena**,\nsee:\n\n- one\n- two\n   1. deep\n> said\n```\n<x> *y*\n```"
    html = re.sub(r"\s*\n\s*", "", html_of_lines(lines_of(text)))
    assert html == (
        '<p>Dear <strong>Lena</strong>,<br>see:</p><ul><li>one</li><li>two<ol><li value="1">deep</li></ol></li></ul>'
        "<blockquote><p>said</p></blockquote><pre><code>&lt;x&gt; *y*</code></pre>"
    )


def test_what_was_made_to_cost_time_is_shown_as_it_is() -> None:
    for text in ("*a " * 50_000, "[" * 150_000, "> " * 90_000, "[a](" * 40_000, "`" * 100_001 + "x", "~~a" * 9_000):
        lines = lines_of(text)
        assert "".join(run.text for line in lines for run in line.runs).replace(" ", "")[:40]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a | b\n--|--\n1 | 2\n3 | \n\nend | of it", "- a: 1; b: 2\n- a: 3\n\nend | of it"),
        ("| a |\n|---|\n| x \\| y |\nafter", "- a: x | y\nafter"),
        ("| a | b |\n|---|---|", "- a; b"),
        ("| a | b |\n|---|\n| 1 | 2 |", "| a | b |\n|---|\n| 1 | 2 |"),
        ("```\n| a |\n|---|\n![x](y)\n```\n![x](y)", "```\n| a |\n|---|\n![x](y)\n```\nx"),
        ("[![look](https://a.example/p.png)](https://a.example) ![](p)!", "[look](https://a.example) !"),
        ("a || b, wow![", "a || b, wow!["),
    ],
)
def test_tables_and_pictures_are_told_in_what_a_reply_shows(text: str, told: str) -> None:
    assert simpler(text) == told
    assert simpler(told) == told or "|" in told


@given(st.text(alphabet="|-:![]()`~\\ a\n", max_size=300))
def test_any_text_can_be_told_simpler(text: str) -> None:
    made = simpler(text)
    assert made == text or "|" in text or "![" in text
