"""HTML that wants to run, to load, to spy, to cover, to lie about where a link goes, or to use up time and memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .making import Case, mail, typed

SAFE: list[tuple[str, list[str], list[str]]] = [
    # HTML, what must be in what comes of it, what must not
    ("<p>a</p><script>alert(1)</script>", ["<p>a</p>"], ["script", "alert"]),
    ("<p onclick=alert(1)>a</p>", ["<p>a</p>"], ["onclick"]),
    ("<img src=x onerror=alert(1)>a", ["a"], ["onerror", "alert"]),
    ("<svg onload=alert(1)><p>a</p></svg>", [], ["svg", "onload"]),
    ("<a href='javascript:alert(1)'>a</a>", ["a"], ["javascript"]),
    ("<a href=' java\nscript:alert(1)'>a</a>", ["a"], ["script:"]),
    ("<a href='&#106;avascript:alert(1)'>a</a>", ["a"], ["avascript:"]),
    ("<a href='vbscript:x'>a</a>", ["a"], ["vbscript"]),
    ("<a href='data:text/html,<script>x</script>'>a</a>", ["a"], ["data:", "script"]),
    ("<a href='file:///etc/passwd'>a</a>", ["a"], ["file:"]),
    ("<a href='https://x.example/'>a</a>", ["https://x.example/", "noopener"], []),
    ("<a href='mailto:a@b.example'>a</a>", ["mailto:a@b.example"], []),
    ("<a href='tel:+49301'>a</a>", ["tel:+49301"], []),
    ("<a href='https:\t/x.example'>a</a>", ["a"], ["href"]),
    ("<a href='ht\ntps://x.example'>a</a>", ['href="https://x.example"'], []),
    ("<a href='//x.example'>a</a>", ["a"], ["href"]),
    ("<a href='/local'>a</a>", ["a"], ["href"]),
    ("<iframe src='https://x.example'></iframe>a", ["a"], ["iframe", "x.example"]),
    ("<object data=x></object><embed src=x>a", ["a"], ["object", "embed"]),
    ("<form action='https://x.example'><input name=p><button>Go</button></form>", [], ["form", "input", "button"]),
    ("<base href='https://x.example/'><a href='y'>a</a>", ["a"], ["base", "x.example"]),
    ("<meta http-equiv=refresh content='0;url=https://x.example'>a", ["a"], ["meta", "refresh", "x.example"]),
    ("<link rel=stylesheet href='https://x.example/a.css'>a", ["a"], ["link", "x.example"]),
    ("<style>p{background:url(https://x.example/)}</style><p>a</p>", ["<p>a</p>"], ["style", "x.example"]),
    ("<title>t</title><p>a</p>", ["<p>a</p>"], ["title"]),
    ("<!-- secret --><p>a</p>", ["<p>a</p>"], ["secret"]),
    ("<p style='position:fixed;top:0'>a</p>", ["a"], ["position", "fixed"]),
    ("<p style='color:red'>a</p>", ["color:red"], []),
    ("<p style='background:url(https://x.example/p.gif)'>a</p>", ["a"], ["x.example", "url("]),
    ("<p style='color:expression(alert(1))'>a</p>", ["a"], ["expression"]),
    ("<p style='width:100000px;height:9999em'>a</p>", ["a"], ["100000px"]),
    ("<p style='-moz-binding:url(x)'>a</p>", ["a"], ["binding"]),
    ("<p style='color:\\75rl(x)'>a</p>", ["a"], ["\\75"]),
    ("<p id=x class=y name=z>a</p>", ["<p>a</p>"], ["id=", "class"]),
    ("<table><tr><td colspan=2>a</td></tr></table>", ["<table>", 'colspan="2"'], []),
    ("<ul><li>a<li>b</ul>", ["<ul><li>a</li><li>b</li></ul>"], []),
    ("<p>unclosed <b>bold", ["<b>bold</b>"], []),
    ("a < b & c > d", ["a &lt; b &amp; c &gt; d"], []),
    ("<math><mi//xlink:href='data:x,<script>alert(4)</script>'>", [], ["script>", "xlink"]),
    ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", [], ["onerror=alert(1)>"]),
    ("<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>", [], ["onerror", "alert"]),
    ("<template><script>x</script></template>a", ["a"], ["script", "template"]),
    ("<xmp><p title='</xmp><img src onerror=alert(1)>'>", [], ["<img src onerror"]),
    ("<a href='https://x.example' target=_top>a</a>", [], ["_top"]),
    ("<video src='https://x.example/v' poster='https://x.example/p'></video>a", ["a"], ["video", "x.example"]),
    ("<p dir=rtl>שלום</p>", ['dir="rtl"', "שלום"], []),
    ("<blockquote cite='https://x.example'>a</blockquote>", ["<blockquote>a</blockquote>"], ["x.example"]),
    ("<b>\0a</b>", ["<b>a</b>"], ["\0"]),
]
IMAGES: list[tuple[str, int, list[str]]] = [
    ("<img src='https://t.example/p.gif'>", 1, ["t.example"]),
    ("<img src='http://t.example/p.gif' width=1 height=1>", 1, ["t.example"]),
    ("<img src='//t.example/p.gif'>", 1, ["t.example"]),
    ("<img src='HTTPS://T.example/p.gif'>", 1, ["T.example"]),
    ("<img src=' https://t.example/p.gif '>", 1, ["t.example"]),
    ("<img src='https://t.example/1'><img src='https://t.example/2'>", 2, ["t.example"]),
    ("<img srcset='https://t.example/1 2x' src='https://t.example/2'>", 1, ["t.example"]),
    ("<img src='cid:i1'>", 0, []),
    ("<img src='data:image/png;base64,iVBORw0KGgo='>", 0, []),
    ("<img src='data:image/svg+xml,<svg/>'>", 0, ["svg"]),
    ("<img src='data:text/html,x'>", 0, ["text/html"]),
    ("<img src='file:///etc/passwd'>", 0, ["file:"]),
    ("<img src='ftp://t.example/x'>", 0, ["ftp:"]),
    ("<img src='relative.png'>", 0, ["relative"]),
    ("<img src=''>", 0, []),
    ("<table background='https://t.example/b.gif'><tr><td>x</td></tr></table>", 1, ["t.example"]),
    ("<td background='https://t.example/b.gif'>x</td>", 0, ["t.example"]),
    ("<p style='background-image:url(https://t.example/b.gif)'>x</p>", 1, ["t.example"]),
    ("<p style='background:URL(\"https://t.example/b.gif\")'>x</p>", 1, ["t.example"]),
]
TEXTS: list[tuple[str, str]] = [
    ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    ("One<br>Two", "One\nTwo"),
    ("One<br><br>Two", "One\n\nTwo"),
    ("<div>One</div><div>Two</div>", "One\nTwo"),
    ("<div>One<div>Two</div></div>", "One\nTwo"),
    ("<p>a  b\n c</p>", "a b c"),
    ("<pre>a  b\n  c</pre>", "a  b\n  c"),
    ("<ul><li>One</li><li>Two</li></ul>", "• One\n• Two"),
    ("<ol><li>One</li><li>Two</li></ol>", "• One\n• Two"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    ("<h1>Head</h1><p>Text</p>", "Head\n\nText"),
    ("<a href='https://x.example/a'>here</a>", "here <https://x.example/a>"),
    ("<a href='https://x.example/a'>https://x.example/a</a>", "https://x.example/a"),
    ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
    ("<b>bold</b> <i>it</i>", "bold it"),
    ("a<b>b</b>c", "abc"),
    ("&lt;tag&gt; &amp; &nbsp; &euro;", "<tag> & €"),
    ("<img src='cid:x' alt='A picture'>", "[A picture]"),
    ("<img src='https://t.example/x'>", ""),
    ("<blockquote>quoted<br>words</blockquote>mine", "> quoted\n> words\n\nmine"),
    ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
    ("a<hr>b", "a\n---\nb"),
    ("", ""),
    ("<script>x</script>", ""),
    ("plain words\nin lines", "plain words in lines"),
]


def _pages() -> Iterator[Case]:
    for number, (html, within, without) in enumerate(SAFE):
        raw = typed("text/html; charset=utf-8", html, "8bit")
        yield Case(f"safe-{number}", raw, {"within": within, "without": without, "subject": "Hello"})
    for number, (html, count, without) in enumerate(IMAGES):
        expected: dict[str, Any] = {"images": count, "without": without}
        expected |= {"warns": ["remote-images"]} if count else {}
        yield Case(f"image-{number}", typed("text/html", html), expected)
    for number, (html, text) in enumerate(TEXTS):
        yield Case(f"text-of-{number}", typed("text/html; charset=utf-8", html, "8bit"), {"text": text})


def _bombs() -> Iterator[Case]:
    bombs = {
        "divs": "<div>" * 50_000 + "deep",
        "bold": "<b>" * 50_000 + "deep",
        "nested-links": "<a href=x>" * 20_000 + "deep",
        "tables": "<table>" * 20_000 + "deep",
        "mixed-format": "<b><i><u><p>" * 10_000 + "deep",
        "unclosed-tags": "<" * 500_000,
        "attributes": "<p " + "a=b " * 100_000 + ">deep</p>",
        "attribute": f"<p title='{'x' * 1_000_000}'>deep</p>",
        "entities": "&amp;" * 200_000,
        "comments": "<!--" * 200_000,
        "quotes": "<blockquote>" * 5000 + "deep",
        "lists": "<ul><li>" * 10_000 + "deep",
        "selects": "<select><option>" * 20_000 + "deep",
        "cdata": "<![CDATA[" * 100_000,
        "images": "<img src=https://t.example/x>" * 20_000,
        "style": f"<p style='{'color:red;' * 50_000}'>deep</p>",
        "5M": "<p>word</p>" * 450_000,
    }
    for name, html in bombs.items():
        yield Case(f"html-bomb-{name}", typed("text/html", html), {"subject": "Hello", "from": "ann@example.com"})


def _links() -> Iterator[Case]:
    lies = {"warns": ["link-lies"]}
    html = "<a href='https://evil.example/x'>https://shop.example/login</a>"
    yield Case("link-lies", typed("text/html", html), lies)
    html = "<a href='https://evil.example/x'>www.shop.example</a>"
    yield Case("link-lies-www", typed("text/html", html), lies)
    for number, html in enumerate(
        (
            "<a href='https://www.shop.example/x'>shop.example</a>",
            "<a href='https://shop.example/x'>our shop</a>",
            "<a href='https://shop.example/x'>https://shop.example/</a>",
            "<a href='https://shop.example/x'>report.pdf</a>",
            "<a href='https://click.shop.example/x'>shop.example</a>",
            "<a href='mailto:a@b.example'>shop.example</a>",
        )
    ):
        yield Case(f"link-honest-{number}", typed("text/html", html), {"quiet": True})


def _look_alikes() -> Iterator[Case]:
    """Our own domains are shop.example and big-shop.example."""
    for number, domain in enumerate(
        (
            *("sh0p.example", "shop-example.com", "shоp.example", "shop.exarnple", "shopp.example", "sohp.example"),
            *("big-sh0p.example", "bigshop.example", "big-shop.exarnple", "shop.example.evil.example"),
        )
    ):
        raw = mail(headers={"From": f"Help <help@{domain}>"})
        yield Case(f"look-alike-{number}", raw, {"warns": ["look-alike"], "from": f"help@{domain}"})
    for number, domain in enumerate(
        ("shop.example", "mail.shop.example", "example.com", "shape.test", "bookshop.example")
    ):
        yield Case(f"no-look-alike-{number}", mail(headers={"From": f"Help <help@{domain}>"}), {"quiet": True})


def cases() -> Iterator[Case]:
    """All of this sort."""
    for some in (_pages, _bombs, _links, _look_alikes):
        yield from some()
