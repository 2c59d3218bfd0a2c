"""Markdown as hostile input: whatever is written, what is shown has no script, no foreign picture and an end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.text.markdown import LONGEST, html_of, links_of, public_part, text_of

PNG = "data:image/png;base64,iVBORw0KGgo="
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](&#x6a;avascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](vbscript:x) [y](data:text/html;base64,PHNjcmlwdD4=) [z](file:///etc/passwd)",
    "[x](//evil.example/a)",
    "![x](https://evil.example/pixel.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x" onerror="alert(1)](attached:a)',
    '<https://a.example/"onmouseover=alert(1)>',
    "[x]: javascript:alert(1)\n\n[x]",
    '```"><script>alert(1)</script>\nx\n```',
    "| a |\n|:-:|\n| <svg/onload=alert(1)> |",
    '[a](https://a.example "t\\" onclick=alert(1)")',
)
EXECUTES = re.compile(
    r"(?i)<(?!/?(?:a|blockquote|br|code|em|h[1-6]|hr|img|li|ol|p|pre|s|strong|table|tbody|td|th|thead|tr|ul)\b)[a-z/!]"
)
HANDLER = re.compile(r"(?i)<[^>]*\s(?:on\w+|style|srcset|formaction)\s*=")
FOREIGN = re.compile(r"""(?i)(?:href|src)="(?!https?://|mailto:|tel:|/(?!/)|#|data:image/(?:png|jpeg|gif|webp);)""")


def _is_safe(html: str) -> bool:
    shown = re.sub(r'(?:title|alt)="[^"]*"', "", html)
    return not (EXECUTES.search(shown) or HANDLER.search(shown) or FOREIGN.search(shown))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_runs_or_loads_comes_through(text: str) -> None:
    made = html_of(text, lambda name: name if name.startswith("https") else PNG)
    assert _is_safe(made), made
    assert "evil.example/pixel" not in re.sub(r"href=\"[^\"]*\"", "", made)


@given(
    st.lists(st.sampled_from([*HOSTILE, "[", "](", ")", "*", "`", "<", ">", "\n", "|", "&#", "x", "\x00", "أ", "- "]))
)
def test_no_mixture_of_it_does(parts: list[str]) -> None:
    text = "".join(parts)
    assert _is_safe(html_of(text, lambda _: PNG))
    text_of(text), links_of(text), public_part(text)


def test_what_is_meant_is_shown() -> None:
    made = html_of("# Refund\n\n1. **Open** the *order*\n2. `ARN`\n\n| a | b |\n|--:|---|\n| 1 | ~~2~~ |\n\n> quoted")
    for part in ("<h1>Refund</h1>", "<strong>Open</strong>", "<em>order</em>", "<code>ARN</code>", "<blockquote>"):
        assert part in made
    assert '<td align="right">1</td>' in made
    assert "<s>2</s>" in made
    assert 'href="https://a.example/x"' in html_of("[see](https://a.example/x)")


def test_pictures_come_from_where_they_are_kept() -> None:
    kept = {"attached:p1": PNG}
    assert f'src="{PNG}"' in html_of("![a door](attached:p1)", lambda name: kept.get(name, ""))
    assert html_of("![a door](attached:p2)", lambda name: kept.get(name, "")) == "<p>[a door]</p>\n"
    assert links_of("![a](attached:p1) [b](https://b.example) [b](https://b.example)") == [
        "attached:p1",
        "https://b.example",
    ]


@pytest.mark.parametrize(
    "text",
    [
        *(
            sign * 100_000
            for sign in ("[", "(", "*", "_", "`", ">", "- ", "|", "![", "<a", "**a ", "&", "\\", "~", "1. ")
        ),
        *(sign * 9_000 for sign in ("[a](", "*a_", "`a``", "<!--", "|a", "![](", "[a][b]")),
        "\n".join("> " * n + "a" for n in range(2_000)),
        "\n".join("  " * n + "- a" for n in range(400)),
        "|a" * 900 + "\n" + "|-" * 900 + "\n" + "|b\n" * 2_000,
        "[a]: b\n" * 20_000,
        "a\n" * 90_000,
        "x" * (LONGEST + 1),
    ],
    ids=lambda text: text[:12],
)
def test_what_is_made_to_cost_time_does_not(text: str) -> None:
    """What grows with the square of its length would take minutes here, and gigabytes."""
    assert len(html_of(text)) < 2_000_000
    text_of(text), links_of(text), public_part(text)


def test_words_without_signs() -> None:
    assert (
        text_of("# Refund\n\nOpen **the** order\nnow\n\n- a `b`\n\n```\ncode\n```")
        == "Refund\nOpen the order now\na b\ncode"
    )


def test_what_is_for_agents_only_stays_inside() -> None:
    text = "Open.\n\n> [!agents]\n> Never say more than four digits.\nlazy line\n\nClose.\n\n> a quote"
    left = public_part(text)
    assert left == "Open.\n\n\nClose.\n\n> a quote"
    nested = public_part("> a\n>\n> > [!AGENTS] secret\n\nend")
    assert "secret" not in nested
    assert public_part("- > [!agents]\n  > secret\n") == ""
    assert public_part("[!agents] secret") == ""
    assert "secret" not in public_part(">" * 30 + "[!agents] secret")
