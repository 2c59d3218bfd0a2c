"""The help centre: only what customers may read, no dead end, nothing of what a stranger sends is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from tests.server.running import PATIENCE, Company
from tests.server.shelved import Library

from agentdesk.domain.cases import MESSAGES, Case
from agentdesk.domain.governed import USES_IN, Retire
from agentdesk.domain.knowledge import MISSES, RATINGS
from agentdesk.store.records import Records
from agentdesk_server.portal.help import pages, paper, words
from agentdesk_server.readers import COOKIE, Trail, sought_at, trail_of
from agentdesk_server.state import Server

HOSTILE = (
    "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(2)>\n\n# One\n\n#### Deep\n\n# Two"
)
REFUND = """Every refund has a number.

# Find it

Open the order.

| Bank | Days |
|------|-----:|
| most | 3 |

> [!agents]
> The hidden phrase is marmalade.
"""


@pytest.fixture(scope="module")
def library(shop: Company) -> Library:
    """A shelf with something of each sort on it."""
    made = Library(shop)
    made.publish("refund", "Where is my refund?", REFUND, category="Payments", tags=["refund"])
    german = {"language": "de", "of": "refund", "of_number": 1}
    made.publish("refund-de", "Wo ist meine Erstattung?", "Jede Erstattung hat eine Nummer.", **german)
    made.publish("hostile", 'A "bowl" <b>broke</b>', HOSTILE, products=["Bowls"])
    made.publish("inside", "Secret procedure", "For agents alone.", audience="agents")
    made.publish("south", "Only in the south", "Of no matter here.", regions=["south"])
    made.publish("gold", "Only for gold", "Of no matter here.", tiers=["gold"])
    made.publish("arabic", "أين طلبي؟", "انظر إلى رقم الشحنة.", language="ar")
    for number in range(8):
        made.publish(f"m{number}", f"Parcel number {number}", f"What to do with parcel {number}.", category="Parcels")
    return made


@pytest.fixture
def page(shop: Company, library: Library) -> Iterator[requests.Session]:
    """A browser that speaks English."""
    with requests.Session() as session:
        session.headers["Accept-Language"] = "en-GB,de;q=0.5"
        yield session


def get(session: requests.Session, shop: Company, path: str, **more: Any) -> requests.Response:
    return session.get(urljoin(shop.url, path), timeout=PATIENCE, **more)


class Found(HTMLParser):
    """The links and forms of a page, and the order of its headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str]] = []
        self.levels: list[int] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append(tag)
        if tag == "a" and told.get("href"):
            self.links.append(str(told["href"]))
        if tag == "form":
            self.forms.append((str(told["method"]), str(told["action"])))
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        assert not any(name.startswith("on") or name == "style" for name in told), told


def test_no_link_is_a_dead_end(page: requests.Session, shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page that can be reached answers, in a frame that leads on, and from each there is a way to a person."""
    monkeypatch.setattr(pages, "PAGE", 5)
    waiting, seen = ["/help", "/help?lang=ar", "/help/search?q=parcel", "/help/search?q=xyzzy"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = get(page, shop, path)
        assert answer.status_code == 200, path
        found = Found(answer.text)
        assert found.levels[0] == 1, path
        assert all(after <= before + 1 for before, after in zip(found.levels, found.levels[1:], strict=False)), path
        assert (
            any(urlsplit(link).path == "/help/contact" for link in found.links)
            or (("post", path.partition("?")[0]) in [(m, a.partition("?")[0]) for m, a in found.forms])
            or "conversation" in path
        ), path
        assert "/widget.js" in answer.text
        for link in found.links:
            assert link.startswith(("/help", "#")), (path, link)
            waiting.append(link.partition("#")[0] or path)
    assert len(seen) > 60
    assert any("page=2" in path for path in seen)
    astray = [
        "articles/nothing",
        "elsewhere",
        "articles/inside",
        "articles/",
        "foo/bar",
        "%22%3E%3Cscript%3E/x/",
        "%00",
    ]
    for path in (*(f"/help/{one}" for one in astray), "/help?site=nowhere", "/help/contact?site=nowhere"):
        answer = get(page, shop, path)
        assert (answer.status_code, "/help/contact" in answer.text) == (404, True), path
        assert get(page, shop, Found(answer.text).links[1]).status_code == 200
    assert get(page, shop, "/help/?lang=de").url == f"{shop.url}/help?lang=de"
    back = get(page, shop, "/help/articles/refund/helpful")  # the address of a form that was sent
    assert (back.status_code, back.headers["Allow"], "/help/contact" in back.text) == (405, "POST", True)


def test_what_goes_wrong_is_told_on_a_page(
    page: requests.Session, shop: Company, monkeypatch: pytest.MonkeyPatch, expect_log: Any
) -> None:
    """Also where the server is at fault, or nobody may be served at all; and the longest text that may be sent goes."""
    long = page.post(f"{shop.url}/help/contact", {"text": "語" * 3_999 + "x", "name": "名" * 120}, timeout=PATIENCE)
    assert (long.status_code, "語x" in long.text) == (200, True)
    lines = page.post(f"{shop.url}/help/contact", {"text": "a\r\n" * 1_999 + "zz"}, timeout=PATIENCE)
    assert "<br>zz" in lines.text
    more = page.post(f"{shop.url}/help/contact", data=b"x" * 80_000, timeout=PATIENCE)
    assert (more.status_code, "make it shorter" in more.text) == (413, True)
    expect_log("ERROR uvicorn.error: Exception in ASGI application")
    for broken, wrong, status in (("is_served", lambda *_: False, 404), ("trail_of", {}.__getitem__, 500)):
        with monkeypatch.context() as later:
            later.setattr(f"agentdesk_server.portal.help.visit.{broken}", wrong)
            answer = get(page, shop, "/help?lang=de")
        assert (answer.status_code, answer.headers["Content-Language"]) == (status, "de")
        assert Found(answer.text).levels == [1]
    requests.get(f"{shop.url}/livez", timeout=PATIENCE)  # the log line is written after the answer


def test_every_article_stands_on_a_page_of_its_topic(
    page: requests.Session, shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of those that belong to none; and the product that was chosen stays chosen, as the topic does."""
    monkeypatch.setattr(pages, "PAGE", 1)

    def walked(path: str) -> list[str]:
        found, read, seen = [path], list[str](), list[str]()
        for one in found:
            links = Found(get(page, shop, one).text).links
            read += [link for link in links if link.startswith("/help/articles/")]
            found += [link for link in links if "page=" in link and "lang=" not in link and link not in found]
            seen.append(one)
        assert all("product=Bowls" in one for one in seen) or "product" not in path
        return sorted(set(read))

    assert walked("/help?topic=") == ["/help/articles/arabic", "/help/articles/hostile"]
    assert walked("/help?topic=Parcels&product=Bowls") == [f"/help/articles/m{n}" for n in range(8)]
    form = get(page, shop, "/help?topic=").text.partition('<form class="products"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="topic" value="">' in form


def test_only_what_customers_may_read_here_is_there(page: requests.Session, shop: Company) -> None:
    """Not what is for agents, for another region or for a tier; nor does a search tell what stands in it."""
    front = get(page, shop, "/help?topic=").text + get(page, shop, "/help").text
    for hidden in ("Secret procedure", "Only in the south", "Only for gold"):
        assert hidden not in front
        assert hidden not in get(page, shop, "/help/search", params={"q": hidden}).text.partition("<main")[2].replace(
            f"“{hidden}”", ""
        )
    article = get(page, shop, "/help/articles/refund").text
    assert "marmalade" not in article
    assert '<td align="right">3</td>' in article
    assert "/help/articles/" not in get(page, shop, "/help/search?q=marmalade").text
    assert "/help/articles/refund" in get(page, shop, "/help/search?q=orde").text  # unfinished words
    assert "/help/articles/refund" in get(page, shop, "/help/search?q=my+refund+never+came+at+all").text  # like it


def test_hostile_words_stand_as_they_were_typed(page: requests.Session, shop: Company) -> None:
    """Of an article, of a search, of an address and of a cookie."""
    found = Found(get(page, shop, "/help/articles/hostile").text)
    assert found.tags.count("script") == 1
    assert found.levels == [1, 2, 3, 2, 2, 2]
    for nasty in ('"><script>alert(1)</script>', "{0.__class__}", "%s{words}", "\x00\x1b", "‮abc", "a" * 5_000):
        answer = get(page, shop, "/help/search", params={"q": nasty, "before": nasty, "topic": nasty, "lang": nasty})
        assert answer.status_code == 200
        assert Found(answer.text).tags.count("script") == 1
    page.cookies.set(COOKIE, '"><script>~../..~refund', path="/")
    assert "<script>~" not in get(page, shop, "/help/contact").text


def test_each_page_wears_a_strict_policy_and_a_mark(page: requests.Session, shop: Company) -> None:
    """No inline script or style, and nothing is sent twice; another language is another page."""
    answer = get(page, shop, "/help/articles/refund")
    assert answer.headers["Content-Security-Policy"] == paper.POLICY
    assert "unsafe" not in paper.POLICY
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = get(page, shop, "/help/articles/refund", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")
    german = get(page, shop, "/help/articles/refund?lang=de", headers={"If-None-Match": answer.headers["ETag"]})
    assert (german.status_code, german.headers["Content-Language"]) == (200, "de")
    style = get(page, shop, "/help/style.css")
    assert get(page, shop, "/help/style.css", headers={"If-None-Match": style.headers["ETag"]}).status_code == 304


def test_a_language_is_chosen_and_an_old_translation_says_so(
    page: requests.Session, shop: Company, library: Library
) -> None:
    """In lists the wanted language stands for the article; what is older than its original is marked."""
    german = get(page, shop, "/help/search?q=Erstattung&lang=de").text
    assert german.count("/help/articles/refund") == 1
    assert '<html lang="de" dir="ltr">' in german
    assert "veraltet" not in get(page, shop, "/help/articles/refund-de?lang=de").text
    library.rewrite("refund", "refund-2", REFUND + "\nAnd more.")
    old = get(page, shop, "/help/articles/refund-de?lang=de").text
    assert "Diese Übersetzung ist veraltet" in old
    assert "/help/articles/refund?lang=de" in old
    arabic = get(page, shop, "/help/articles/arabic?lang=ar").text
    assert '<html lang="ar" dir="rtl">' in arabic
    assert '<article lang="ar" dir="rtl">' in arabic
    assert "not there in your language" in get(page, shop, "/help/articles/arabic").text
    library.publish("swiss", "Velo", "Das Velo kommt heute.", language="de-CH", of="m1", of_number=1)
    swiss = get(page, shop, "/help/search?q=Velo&lang=de").text
    assert ("Deutsch</small>" in swiss, swiss.count("/help/articles/swiss")) == (False, 1)
    assert "noch nicht in Ihrer Sprache" not in get(page, shop, "/help/articles/swiss?lang=de").text


def test_a_reader_says_once_whether_it_helped(page: requests.Session, shop: Company) -> None:
    """Said anew the last word counts; another browser is another reader; a form from elsewhere is nobody's word."""
    url, records = f"{shop.url}/help/articles/refund/helpful", shop.state.reader.records

    def counted() -> tuple[int, int]:
        return tuple(len(records.page(RATINGS(document="refund", helpful=yes))) for yes in (True, False))  # type: ignore[return-value]

    get(page, shop, "/help/articles/refund")
    answer = page.post(url, {"helpful": "yes"}, timeout=PATIENCE)
    assert "Thank you for telling us." in answer.text
    page.post(url, {"helpful": "no", "reason": "Which <b>bank</b>?"}, timeout=PATIENCE)
    assert counted() == (0, 1)
    (rating,) = records.page(RATINGS(document="refund", helpful=False))
    assert rating.reason == "Which <b>bank</b>?"
    assert requests.post(url, {"helpful": "yes"}, timeout=PATIENCE).status_code == 200
    assert counted() == (1, 1)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert requests.post(url, {"helpful": "yes"}, headers=headers, timeout=PATIENCE).status_code == 404
    assert requests.post(url, data=b"helpful=perhaps\xff", timeout=PATIENCE).status_code == 404
    assert requests.post(url, data=b"x" * 80_000, timeout=PATIENCE).status_code == 413
    assert counted() == (1, 1)


def test_what_was_read_and_sought_goes_along_to_a_person(page: requests.Session, shop: Company) -> None:
    """From a search in vain to an article to the form: the case knows it all, and the answer is on the page."""
    records = shop.state.reader.records
    get(page, shop, "/help/search?q=umbrella")
    get(page, shop, "/help/articles/m3?q=umbrella")
    form = get(page, shop, "/help/contact?q=umbrella").text
    assert "Parcel number 3" in form
    assert "You searched for “umbrella”" in form
    fields = {
        "text": "Where is\nmy <umbrella>?",
        "name": "Ida",
        "email": "ida@example.org",
        "q": "umbrella",
        "carry": "yes",
    }
    assert page.post(f"{shop.url}/help/contact", {**fields, "text": " \n"}, timeout=PATIENCE).status_code == 422
    answer = page.post(f"{shop.url}/help/contact", fields, timeout=PATIENCE)
    assert "Where is<br>my &lt;umbrella&gt;?" in answer.text
    case = newest(records)
    assert (case.customer_name, case.channel) == ("Ida", "chat")
    assert {(use.record, use.how) for use in records.page(USES_IN(case=case.id))} == {("m3", "read")}
    misses = {(one.words, one.what) for one in records.page(MISSES(since=0), limit=500)}
    assert {("umbrella", "none"), ("umbrella", "wrote")} <= misses
    page.post(f"{shop.url}/help/conversation", {"text": "Still there?"}, timeout=PATIENCE)
    texts = [one.text for one in records.page(MESSAGES(case=case.id)) if one.kind == "customer"]
    assert texts == ["Still there?", "Where is\nmy <umbrella>?"]
    assert newest(records).id == case.id
    with requests.Session() as other:
        assert "Still there?" not in get(other, shop, "/help/conversation").text
        told = {**fields, "carry": "", "text": "Without a word of it"}
        other.cookies.set(COOKIE, Trail().after("refund").cookie(), path="/")
        other.post(f"{shop.url}/help/contact", told, timeout=PATIENCE)
    assert records.page(USES_IN(case=newest(records).id)) == []


def test_links_in_an_article_stay_at_the_site(shop: Company, page: requests.Session, library: Library) -> None:
    """What is named in the address is kept, but for what a link names itself; nothing else of the text is touched."""
    key = shop.key
    library.publish("ways", "Ways", (
        '[on](/help/articles/refund#find-it) [to](</help?topic=A&lang=fr> "a > b") [out](https://x.example/help/) '
        '[near](/helpful) `<a href="/help/articles/refund">`'
    ))  # fmt: skip
    text = get(page, shop, f"/help/articles/ways?site={key}&lang=en").text
    inside = Found(text.partition("<article")[2].partition("</article>")[0]).links
    assert f"/help/articles/refund?site={key}&lang=en#find-it" in inside
    assert f"/help?site={key}&lang=fr&topic=A" in inside
    assert {"https://x.example/help/", "/helpful"} <= {*inside}
    assert '&lt;a href="/help/articles/refund"&gt;' in text
    assert 'href="/help/articles/refund#find-it"' in get(page, shop, "/help/articles/ways").text
    library.give(library.head, Retire(document="ways"))  # no other test is to follow what leads away


def newest(records: Records) -> Case:
    """The case that was opened last."""
    (_, found), *_ = records.find.latest("case", 1)
    assert isinstance(found, Case)
    return found


def test_the_shelf_follows_what_happens_to_an_article(
    page: requests.Session, shop: Company, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes when it runs out, by the time alone; comes back when it was looked at; and goes when it is retired."""
    library.publish("tide", "High tide", "At noon.", category="Sea")
    before = library.document("tide")

    def stands() -> bool:
        shown = [
            get(page, shop, path).text.count("/help/articles/tide") > 0
            for path in ("/help?topic=Sea", "/help/search?q=tide")
        ]
        shown.append(get(page, shop, "/help/articles/tide").status_code == 200)
        assert len(set(shown)) == 1
        return shown[0]

    assert stands()
    now = shop.state.clock()
    with monkeypatch.context() as later:
        later.setattr(Server, "clock", property(lambda _: lambda: before.expires_at + 1))
        assert not stands()
    assert shop.state.clock() - now < 60_000
    assert stands()
    library.give(library.head, Retire(document="tide"))
    assert not stands()


def test_cookies_and_addresses_are_only_believed_as_far_as_they_go() -> None:
    trail = Trail().after("a").after("b").after("a").after("no/such id")
    assert trail.read == ("b", "a")
    assert trail_of(trail.cookie()) == trail
    assert trail_of("short~a") == trail_of(None) == trail_of("é" * 22) == Trail()
    assert len(trail_of("~".join(("x" * 22, *map(str, range(99))))).read) == 10
    assert sought_at("https://x.example/help/search?q=my+bowl%0a") == "my bowl"
    assert sought_at("https://x.example/shop?q=my+bowl") == sought_at("http://[broken") == ""


def test_every_sentence_is_there_in_every_language() -> None:
    """And all that are kept are used."""
    source = "".join(one.read_text(encoding="utf-8") for one in Path(paper.__file__).parent.glob("*.py"))
    kept = {language: set(told) for language, told in words._words().items() if language != "names"}
    assert set(kept) == set(words.SPOKEN) - {"en"}
    used = set(re.findall(r"""(?:word|said)\(\s*["']([^"']+)["']""", source))
    used |= set(re.findall(r"""else (?:visit\.)?said\(\s*"([^"]+)""", source))
    assert all(told == used for told in kept.values()), [told ^ used for told in kept.values()]
    for language in kept:
        for sentence, told in words._words()[language].items():
            assert sorted(re.findall(r"\{\w+\}", told)) == sorted(re.findall(r"\{\w+\}", sentence))
