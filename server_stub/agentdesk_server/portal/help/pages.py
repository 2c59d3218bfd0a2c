"""What stands on the pages of the help centre: topics, results, an article and the question whether it helped."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from html import escape, unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from agentdesk.domain.governed.files import file_at
from agentdesk.domain.knowledge import article_path, picture_path
from agentdesk.text.markdown import html_of, text_of

from . import words
from .paper import framed, hidden, outlined
from .shelf import Shown
from .visit import HOME, Visit

PAGE = 40
NEWEST = 8
SUMMARY = 180
"""Characters of an article that a list shows."""
READABLE = 4_000
"""So many are looked at for that."""
_INWARD = re.compile(rf'(<(?:a\b[^>]*? href|img\b(?:[^>"]|"[^"]*")*? src)=")({re.escape(HOME)}(?:[/?#][^"]*)?)(?=")')
"""A link to a page or a picture of ours in HTML that was made clean: quotes inside of a value are written as entities
there.
"""


def front(visit: Visit, topic: str | None, product: str, page: str) -> tuple[str, str]:
    """Title and body of the front page, or of one topic of it; `topic` is empty for what belongs to none."""
    found = visit.shelf.all(visit.place)
    products = sorted({one for shown in found for one in shown.about.products})
    if product in products:
        found = [one for one in found if not one.about.products or product in one.about.products]
    chosen = _products(visit, products, product, topic)
    if topic is not None:
        return _topic(visit, found, topic, page, chosen, product)
    title = visit.said("How can we help?")
    newest = sorted(found, key=lambda one: -one.document.since)[:NEWEST]
    counts = Counter(one.about.category for one in found)
    named = sorted(filter(None, counts), key=str.casefold)
    topics = "".join(
        f'<li><a href="{_topic_link(visit, one, product=product)}" dir="auto">{escape(one)}</a> '
        f"<span>{counts[one]}</span></li>"
        for one in named
    )
    rest = visit.said("Other topics") if named else visit.said("All articles")
    if counts[""]:
        topics += (
            f'<li><a href="{_topic_link(visit, "", product=product)}">{escape(rest)}</a> <span>{counts[""]}</span></li>'
        )
    parts = [f"<h1>{escape(title)}</h1>", chosen]
    if not found:
        parts.append(f"<p>{visit.word('There is nothing to read here yet. Write to us.')}</p>")
    else:
        parts.append(f'<h2>{visit.word("Topics")}</h2><ul class="topics">{topics}</ul>')
        parts.append(f"<h2>{visit.word('Newest articles')}</h2>{_list(visit, newest)}")
    return title, "\n".join(parts)


def _topic_link(visit: Visit, topic: str, **more: str) -> str:
    """Where a topic is, as it stands in a page; the empty one is there too, and not the front page."""
    url = visit.url(**more)
    return escape(f"{url}{'&' if '?' in url else '?'}{urlencode({'topic': topic})}")


def _topic(visit: Visit, found: list[Shown], topic: str, page: str, chosen: str, product: str) -> tuple[str, str]:
    title = topic or visit.said("All articles")
    inside = [one for one in found if one.about.category == topic]
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    last = max(1, -(-len(inside) // PAGE))
    number = min(max(1, number), last)
    parts = [f'<h1 dir="auto">{escape(title)}</h1>', chosen, _list(visit, inside[(number - 1) * PAGE : number * PAGE])]
    if not inside:
        parts.append(f"<p>{visit.word('There is nothing to read here yet. Write to us.')}</p>")
    links = [(visit.said("Earlier page"), number - 1), (visit.said("Next page"), number + 1)]
    made = "".join(
        f'<a href="{_topic_link(visit, topic, product=product, page=str(to))}">{escape(word)}</a> '
        for word, to in links
        if 1 <= to <= last
    )
    parts += [f'<nav class="pages" aria-label="{visit.word("Pages")}">{made}</nav>'] if made else []
    return title, "\n".join(parts)


def _products(visit: Visit, products: list[str], chosen: str, topic: str | None) -> str:
    if not products:
        return ""
    options = "".join(
        f'<option value="{escape(one)}"{" selected" if one == chosen else ""}>{escape(one)}</option>'
        for one in products
    )
    every = visit.word("All products")
    here = f'<input type="hidden" name="topic" value="{escape(topic)}">' if topic is not None else ""
    return (
        f'<form class="products" action="{HOME}" method="get">{hidden(visit)}{here}'
        f'<label for="product">{visit.word("Product")}</label> <select id="product" name="product">'
        f'<option value="">{every}</option>{options}</select> <button>{visit.word("Show")}</button></form>'
    )


def nothing_sought(visit: Visit) -> str:
    """The page of a search for nothing."""
    return sentence(visit, visit.said("Say in a few words what you look for."))


def sentence(visit: Visit, text: str) -> str:
    """A page that says one thing."""
    return f"<h1>{escape(text)}</h1>\n{_back(visit)}"


def results(visit: Visit, sought: str, found: list[Shown]) -> str:
    """What was found; what to do where nothing was."""
    title = visit.word("Results for “{words}”", words=sought)
    if found:
        return f'<h1 dir="auto">{title}</h1>\n{_list(visit, found, sought)}'
    none = visit.word("Nothing was found. Try other words, or write to us.")
    return f'<h1 dir="auto">{title}</h1>\n<p role="status">{none}</p>\n' + _back(visit)


def _back(visit: Visit) -> str:
    return f'<p><a href="{visit.link()}">{visit.word("Back to the help centre")}</a></p>'


def _list(visit: Visit, found: list[Shown], sought: str = "") -> str:
    return f'<ul class="found">{"".join(_line(visit, one, sought) for one in found)}</ul>'


def _line(visit: Visit, shown: Shown, sought: str) -> str:
    document = shown.document
    summary = " ".join(text_of(visit.shelf.text(shown.id)[:READABLE]).split())
    short = summary if len(summary) <= SUMMARY else summary[:SUMMARY].rsplit(" ", 1)[0] + "…"
    other = "" if shown.is_in(visit.place.language) else words.language_name(document.language)
    mark = f" <small>{escape(other)}</small>" if other else ""
    url = visit.link(article_path(shown.id), q=sought)
    way = f'lang="{escape(document.language)}" dir="{words.direction(document.language)}"'
    return f'<li><a href="{url}" {way}>{escape(document.title)}</a>{mark}<p {way}>{escape(short)}</p></li>'


def article(visit: Visit, shown: Shown, sought: str, thanked: str) -> str:
    """An article with its languages, and the question whether it helped."""
    document = shown.document
    html = html_of(visit.shelf.text(shown.id), lambda address: picture_path(shown.id, file_at(address)))
    body = framed(outlined(led_on(visit, html)), visit.said("Table"))
    way = f'lang="{escape(document.language)}" dir="{words.direction(document.language)}"'
    when = datetime.fromtimestamp(document.since / 1000, UTC).strftime("%Y-%m-%d")
    topic = shown.about.category
    trail = f'<a href="{visit.link(topic=topic)}" dir="auto">{escape(topic)}</a>' if topic else ""
    return "\n".join(
        (
            f'<nav class="trail" aria-label="{visit.word("You are here")}">'
            f'<a href="{visit.link()}">{visit.word("Help centre")}</a> {trail}</nav>',
            f"<article {way}><h1>{escape(document.title)}</h1>",
            _told(visit, shown, sought),
            f"{body}</article>",
            f'<p class="when">{visit.word("Last changed on {day}", day=when)}</p>',
            _asked(visit, shown, sought, bool(thanked)),
        )
    )


def led_on(visit: Visit, html: str) -> str:
    """An article whose links to what the help centre has keep what every link here keeps: the site, the language."""

    def kept(found: re.Match[str]) -> str:
        link = urlsplit(unescape(found[2]))
        query = urlencode({**dict(visit.kept), **dict(parse_qsl(link.query))})
        return found[1] + escape(link._replace(query=query).geturl())

    return _INWARD.sub(kept, html) if visit.kept else html


def _told(visit: Visit, shown: Shown, sought: str) -> str:
    """What is to be known before reading: an older translation, another language."""
    word, versions = visit.word, visit.shelf.versions(shown, visit.place)
    way = f'lang="{visit.speaks}" dir="{words.direction(visit.speaks)}"'
    notes = []
    if visit.shelf.is_old(shown):
        notes.append(f'<p class="note" {way}>{word("This translation is out of date: another text is newer.")}</p>')
    elif not shown.is_in(visit.place.language) and versions[:1] == [shown]:
        notes.append(f'<p class="note" {way}>{word("This article is not there in your language yet.")}</p>')
    others = [one for one in versions if one.id != shown.id]
    links = " ".join(
        f'<a href="{visit.link(article_path(one.id), q=sought)}" hreflang="{escape(one.document.language)}" '
        f'lang="{escape(one.document.language)}">{escape(words.language_name(one.document.language))}</a>'
        for one in others
    )
    if links:
        label = word("This article in other languages")
        notes.append(f'<nav class="versions" aria-label="{label}" dir="{words.direction(visit.speaks)}">{links}</nav>')
    return "\n".join(notes)


def _asked(visit: Visit, shown: Shown, sought: str, thanked: bool) -> str:
    word = visit.word
    if thanked:
        thanks = word("Thank you for telling us.")
        return f'<section class="asked"><p id="said" role="status">{thanks}</p></section>'
    start = f'<form action="{visit.link(f"{article_path(shown.id)}/helpful", q=sought)}" method="post">'
    return (
        f'<section class="asked" aria-labelledby="helped"><h2 id="helped">{word("Did this help?")}</h2>'
        f'{start}<button name="helpful" value="yes">{word("Yes")}</button></form>'
        f"<details><summary>{word('No')}</summary>"
        f'{start}<label for="reason">{word("What was missing?")}</label>'
        f'<textarea id="reason" name="reason" maxlength="200" rows="3" dir="auto"></textarea>'
        f'<button name="helpful" value="no">{word("Send")}</button></form></details></section>'
    )
