"""Links of a draft held against those of its sources: as wholes, by scheme, host and path, never as part of another."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_SIGN = r"[^\s<>\"“”«»‹›\[\]{}|]"
_LINK = re.compile(
    rf"(?P<web>(?:[a-z][a-z0-9+.-]*:)?[/\\]{{2}}{_SIGN}+|[a-z][a-z0-9+.-]*:[/\\]{_SIGN}+)"
    rf"|(?P<other>\b(?:javascript|data|vbscript|file|tel|sms|blob|about):{_SIGN}+)"
    r"|(?P<mail>(?:mailto:)?[\w.+%-]+@[\w.-]+\w)"
    r"|(?P<bare>(?:\b(?:[\w-]+[.。])+(?:xn--[a-z0-9-]+|[^\W\d_]{2,})|\b(?:\d{1,3}\.){3}\d{1,3})\b\.?"
    rf"(?::\d+)?(?:[/\\?#@]{_SIGN}*)?)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(?:([a-z][a-z0-9+.-]*):)?[/]*([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_AFTER = ".,;:!?'’*_`~"
"""What ends a sentence, not the link before it."""
_PORTS = {"http": ":80", "https": ":443"}


class Link(NamedTuple):
    """A link in its plain form. `scheme` is empty where none is written."""

    scheme: str
    host: str
    path: str


def links(text: str) -> set[Link]:
    """All that somebody could follow; a bare name of a host is a link too."""
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return {_plain(found[0], found.lastgroup or "") for found in _LINK.finditer(text)}


def foreign(text: str, support: str) -> bool:
    """Whether there is a link in a text that is not in the other. Without a scheme, any of the web will do."""
    there = links(support)
    there |= {link._replace(scheme="") for link in there if link.scheme in _PORTS}
    there |= {link._replace(scheme=scheme) for link in links(support) if not link.scheme for scheme in _PORTS}
    return not links(text) <= there


def _plain(text: str, kind: str) -> Link:
    text = text.rstrip(_AFTER)
    while text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip(_AFTER)
    if kind == "mail":
        return Link("mailto", text.lower().removeprefix("mailto:"), "")
    if kind == "other":
        return Link(text.partition(":")[0].lower(), "", text.partition(":")[2])
    scheme, host, path = "", "", text.replace("\\", "/")
    if (found := _PARTS.match(path if kind == "web" else f"//{path}")) is not None:
        scheme, host, path = (found[1] or "").lower(), found[2].lower().replace("。", "."), found[3]
    host = host.removesuffix(_PORTS[scheme]) if scheme in _PORTS else host
    return Link(scheme, _ascii(host.removesuffix(".")), "" if path == "/" else path)


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:  # no name of a host: it is compared as it stands
        return host
