"""What the states of an article are called, and the rules by which it is looked at again."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QDateTime, QLocale

from agentdesk.desk.hidden import words
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.governed import TRANSLATIONS, USES_OF, Document, state_of
from agentdesk.domain.governed.registers import DAY
from agentdesk.domain.governed.using import CAME_BACK
from agentdesk.domain.kernel import View
from agentdesk.domain.knowledge import RATINGS, article_of, out_of_date

_ALONE = "\ue0a1"
"""Marks what is for agents alone while a page is made; no text has it from outside."""
_QUOTE = re.compile(rf"(<blockquote>(?:\s*<p><strong>{_ALONE})?|</blockquote>)")
CARD = '<table width="100%" cellspacing="0" class="alone"><tr><td class="alone">'
CARD_ENDS = "</td></tr></table>"
_INSIDE = re.compile(r"^([ >]*>[ \t]?)\[!agents\]", re.IGNORECASE | re.MULTILINE)
SOON = 14 * DAY
MOST = 50
AUDIENCES = {"agents": mark("For agents"), "customers": mark("For customers"), "both": mark("For agents and customers")}
RULES = {
    "FREQ=MONTHLY;INTERVAL=1": mark("every month"),
    "FREQ=MONTHLY;INTERVAL=3": mark("every 3 months"),
    "FREQ=MONTHLY;INTERVAL=6": mark("every 6 months"),
    "FREQ=YEARLY;INTERVAL=1": mark("every year"),
    "": mark("never"),
}
REMINDERS = {
    "review": mark("is to be looked at again"),
    "expired": mark("is out of force: nobody has looked at it in time"),
    "asked": mark("waits for your look"),
    "approved": mark("was approved"),
    "returned": mark("came back with an answer"),
    "given": mark("is yours to look after now"),
}
_STATES: dict[str, tuple[str, str]] = {
    "expired": (mark("expired: not suggested"), "bad"),
    "over": (mark("its time is over"), "bad"),
    "retired": (mark("retired"), "plain"),
}
_WORK = {
    "draft": (mark("draft"), "plain"),
    "review": (mark("waits for a look"), "warn"),
    "approved": (mark("approved, not published"), "accent"),
}


def state_chip(document: Document, now: int) -> tuple[str, str]:
    """(word, tone): what one has to know first."""
    state = state_of(document, now)
    if state in _STATES:
        word, tone = _STATES[state]
        return tr(word), tone
    if document.work in ("review", "approved") or state == "draft":
        word, tone = _WORK.get(document.work, _WORK["draft"])
        return tr(word), tone
    left = document.review_at - now
    if document.review_at and left <= 0:
        return tr("review is due"), "warn"
    if document.review_at and left < SOON:
        return tr("review in {n} days", n=-(-left // DAY)), "warn"
    return tr("version {n}", n=document.number), "good"


def about(document: Document) -> str:
    """Category and language, for a line of the list."""
    category, language = article_of(document).category, language_word(document.language)
    return tr("{category} · {language}", category=category, language=language) if category else language


def language_word(code: str) -> str:
    """A language by its own name; the code where Qt knows none."""
    if code == "en":
        return "English"  # Qt says of which country
    locale = QLocale(code)
    return locale.nativeLanguageName() if locale.language() != QLocale.Language.C else code


def as_read(markdown: str, draw: Callable[[str], str]) -> str:
    """The page of a text as agents read it: what is for them alone says so, and stands on a card."""
    plain = markdown.replace(_ALONE, "")
    return _on_cards(draw(_INSIDE.sub(lambda found: f"{found[1]}**{_ALONE}{tr('Agents only.')}**", plain)))


def _on_cards(html: str) -> str:
    """Quotes that begin with the sign become cards: rich text of Qt gives no ground to a quote."""
    made, opened = list[str](), list[bool]()
    for part in _QUOTE.split(html):
        card = part.startswith("<blockquote>") and part.endswith(_ALONE)
        if part.startswith("<blockquote>"):
            opened.append(card)
        closes = part == "</blockquote>" and bool(opened) and opened.pop()
        made.append(f"{CARD}<p><strong>" if card else CARD_ENDS if closes else part)
    return "".join(made).replace(_ALONE, "")


def day(at: int) -> str:
    """A day as the person's system writes it; nothing for never."""
    moment = QDateTime.fromMSecsSinceEpoch(at).date()
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat) if at else ""


def title_of(document: Document) -> str:
    """The title as it may be read here."""
    return words(document.title)


def facts(document: Document, view: View, name: Callable[[View, str], str]) -> list[tuple[str, str]]:
    """For whom it is, who looks after it, and until when it holds."""
    article, rule = article_of(document), RULES.get(document.rule, document.rule)
    lists = (
        (tr("Tags"), article.tags), (tr("Regions"), article.regions), (tr("Products"), article.products),
        (tr("Tiers"), article.tiers),
    )  # fmt: skip
    return [
        (tr("For whom"), tr(AUDIENCES[article.audience])),
        (tr("Category"), article.category),
        *((title, ", ".join(some)) for title, some in lists),
        (tr("Owner"), name(view, document.owner)),
        (tr("Looked at"), tr(rule)),
        (tr("Next review"), day(document.review_at)),
        (tr("In force since"), day(document.since) if document.state == "published" else ""),
        (tr("In force until"), day(document.until)),
        (tr("Next version from"), day(document.comes_at)),
    ]


def worth(document: Document, view: View) -> list[tuple[str, str]]:
    """What came of it: where it was sent, whether it helped, and in which languages it can be read."""
    told = {"kind": "document", "record": document.id}
    sent = sum(view.count(USES_OF(**told, how=how)) for how in ("text", "link"))
    yes, no = (view.count(RATINGS(document=document.id, helpful=one)) for one in (True, False))
    languages = [one for one in in_languages(document, view) if one.id != document.id]
    old = [language_word(one.language) for one in languages if one.of and late(one, view)]
    return [
        (tr("Sent"), str(sent)),
        (tr("Solved"), str(view.count(USES_OF(**told, how="solved")))),
        (tr("Came back"), str(view.count(CAME_BACK(**told)))),
        (tr("Helpful"), tr("{n} of {all}", n=yes, all=yes + no) if yes + no else ""),
        (tr("Languages"), ", ".join(language_word(one.language) for one in languages)),
        (tr("Out of date"), tr("this translation") if late(document, view) else ", ".join(old)),
    ]


def in_languages(document: Document, view: View) -> list[Document]:
    """What there is of it in each language, the original first; what was retired is left out."""
    root = document.of or document.id
    original = view.get(Document, root)
    found = [*((original,) if original is not None else ()), *view.page(TRANSLATIONS(document=root), limit=MOST)]
    return [one for one in found if one.state != "retired" or one.id == document.id]


def late(document: Document, view: View) -> bool:
    """Whether it is a translation of an older version than the one that holds."""
    return bool(document.of) and out_of_date(document, view.get(Document, document.of))
