"""HTML of a mail made safe to show: no script, no form, no style that covers, nothing that is loaded from afar.

Remote pictures are counted and stand as placeholders: the address that would tell the sender who has read is not in
the page until somebody asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

import msgspec
import nh3

from .limits import Limits
from .remarks import Notes

TAGS = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup"}
    | {"dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small"}
    | {"span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul"}
    | {"var", "wbr", "address", "article", "aside", "footer", "header", "main", "section"}
)
_GONE = frozenset(
    {"script", "style", "title", "noscript", "template", "svg", "math", "iframe", "object", "embed"}
    | {"form", "select", "textarea", "button", "video", "audio", "canvas", "xmp", "noframes", "plaintext"}
)
"""Tags of which the content goes too."""
_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "align", "valign", "style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "table": {"background", "bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": {"background", "bgcolor", "colspan", "rowspan", "width"},
    "th": {"background", "bgcolor", "colspan", "rowspan", "width"},
    "tr": {"bgcolor"},
    "col": {"span", "width"},
}
_STYLES = frozenset(
    {"color", "background-color", "font-weight", "font-style", "font-family", "font-size", "text-align"}
    | {"text-decoration", "direction", "white-space", "vertical-align", "border-collapse"}
)
_PLAIN_VALUE = re.compile(r"[\w #%.,'()+-]{1,100}")
_FORBIDDEN_VALUE = re.compile(r"(?i)url|expression|\(.*\(|var\(|attr\(|image")
_REMOTE_STYLE = re.compile(r"(?i)url\s*\(\s*['\"]?\s*(?:https?:)?//")
_SIZE = re.compile(r"([0-9.]{1,6})(px|pt|em|rem|%)?")
_LARGEST = {"px": 72.0, "pt": 54.0, "em": 5.0, "rem": 5.0, "%": 500.0}
_SIDE = re.compile(r"([0-9]{1,5}(?:\.[0-9]{0,6})?)(px|%)?")
WIDEST = 2_000
"""What claims more (px) has no claim: pages are read in windows."""
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_REMOTE = re.compile(r"(?i)\s*(?:https?:)?//")
_UNSEEN = re.compile("[\x00-\x1f\x7f]")
_SCHEMES = ("http://", "https://", "mailto:", "tel:")
PLACEHOLDER = "remote:"
_PLACED = re.compile(rf'src="{PLACEHOLDER}(\d{{1,4}})"')
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CLOSED_BY_OTHERS = frozenset(
    {"p", "li", "td", "tr", "th", "dt", "dd", "tbody", "thead", "tfoot", "option", "br", "img", "hr", "meta", "link"}
    | {"input", "col", "wbr", "area", "base", "source", "track", "param", "embed", "html", "head", "body"}
)
_LINK = re.compile(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]*>")
_SAYS_HOST = re.compile(r"(?i)\s*(?:https?://)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?:[/?#:]\S*)?\s*")
_FILES = frozenset(
    {"pdf", "doc", "docx", "xls", "xlsx", "zip", "png", "jpg", "txt", "csv", "html", "exe", "md", "py", "js"}
)


class Page(msgspec.Struct, frozen=True):
    """HTML that is safe to show, and the remote pictures behind its numbered placeholders."""

    html: str
    images: tuple[str, ...]


class _Filter:
    """What of each attribute stays; collects what would have been loaded."""

    def __init__(self, most: int) -> None:
        self.images: list[str] = []
        self._most = most

    def __call__(self, tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return self._source(value)
        if name == "background":
            self._keep(value)
            return None
        if name == "style":
            if _REMOTE_STYLE.search(value) and len(self.images) < self._most:
                self.images.append("")
            return _style(value[:2000])
        if name == "href":
            value = _UNSEEN.sub("", value).strip()  # as browsers do
            return value if value[:8].lower().startswith(_SCHEMES) else None
        if name in ("width", "height"):
            return value if _is_side(value) else None
        return value if len(value) < 2000 else None

    def _source(self, value: str) -> str | None:
        value = value.strip()
        if value[:4].lower() == "cid:" or _PICTURE.fullmatch(value):
            return value
        return f"{PLACEHOLDER}{len(self.images) - 1}" if self._keep(value) else None

    def _keep(self, value: str) -> bool:
        wanted = len(self.images) < self._most and _REMOTE.match(value) is not None
        if wanted:
            self.images.append(value)
        return wanted


def _style(value: str) -> str | None:
    """The declarations that only colour and weigh: none that places, covers, hides or loads."""
    kept = []
    for declaration in value.split(";"):
        name, _, told = declaration.partition(":")
        name, told = name.strip().lower(), told.replace("!important", "").strip()
        fits = name in _STYLES and _PLAIN_VALUE.fullmatch(told) and not _FORBIDDEN_VALUE.search(told)
        if fits and (name != "font-size" or _fits(told)):
            kept.append(f"{name}:{told}")
    return ";".join(kept) or None


def _is_side(value: str) -> bool:
    """Whether something may be so wide or high: in pixels, or in parts of its place."""
    found = _SIDE.fullmatch(value.strip())
    return found is not None and float(found[1]) <= (100 if found[2] == "%" else WIDEST)


def _fits(size: str) -> bool:
    found = _SIZE.fullmatch(size.lower())
    try:
        return not found or float(found[1]) <= _LARGEST.get(found[2] or "px", 0.0)
    except ValueError:
        return False


def safe(html: str, notes: Notes, limits: Limits) -> Page | None:
    """The page, or None where it has so many tags, or so deep, that only its text is shown."""
    if len(html) > limits.html or _is_heavy(html, limits):
        notes.add("large-html")
        return None
    keep = _Filter(limits.images)
    clean = nh3.clean(
        html.replace("\0", ""),
        tags=set(TAGS),
        clean_content_tags=set(_GONE),
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data", "remote"},
        url_relative="pass_through",
    )
    _look_at_links(clean, notes)
    return Page(clean.strip(), tuple(keep.images))


def _is_heavy(html: str, limits: Limits) -> bool:
    """Nesting costs a parser of HTML more than its length says."""
    if html.count("<") > limits.tags:
        return True
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() not in _CLOSED_BY_OTHERS:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > limits.nesting:
                return True
    return False


def _look_at_links(html: str, notes: Notes) -> None:
    """Words of a link that name a place which is not where it leads."""
    for link in _LINK.finditer(html):
        says = _SAYS_HOST.fullmatch(_ANY_TAG.sub("", link[2]))
        if says and says[1].rpartition(".")[2].lower() not in _FILES and link[1].startswith("http"):
            shown, led = says[1].lower().removeprefix("www."), _host(link[1]).removeprefix("www.")
            if not (led == shown or led.endswith("." + shown) or shown.endswith("." + led)):
                notes.add("link-lies", shown)


def _host(url: str) -> str:
    try:
        return (urlsplit(url.replace("&amp;", "&")).hostname or "").lower()
    except ValueError:
        return ""


def renumbered(html: str, by: int) -> str:
    """A page that comes after another: its pictures are numbered after those."""
    return _PLACED.sub(lambda found: f'src="{PLACEHOLDER}{int(found[1]) + by}"', html)


def without_images(html: str) -> str:
    """A safe page that will never load its remote pictures: for what goes out."""
    return _PLACED.sub("", html)


def with_images(html: str, images: Sequence[str]) -> str:
    """A safe page with its remote pictures, for one who asked for them."""

    def picture(found: re.Match[str]) -> str:
        number = int(found[1])
        url = images[number] if number < len(images) else ""
        return f'src="{escape("https:" + url if url.startswith("//") else url)}"'

    return _PLACED.sub(picture, html)
