"""Network addresses in text: IPv4 and IPv6."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from .spans import Span

_FOUR = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_SIX = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{4,39}(?:(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])")
_QUAD, _COLONS = re.compile(r"\.\d{1,3}\."), re.compile(r":[0-9A-Fa-f]{0,4}:")
"""What there is in each of them, and in few texts."""
_VERSION = re.compile(r"(?i)(?:\bv|version|release|build|firmware|update)[ .:]{0,2}$")


def addresses(text: str) -> Iterator[Span]:
    """All addresses. Numbers of versions look alike: what follows such a word is none."""
    for found in _FOUR.finditer(text) if _QUAD.search(text) else ():
        parts = found.group().split(".")
        if all(int(part) < 256 for part in parts) and not _VERSION.search(
            text, max(0, found.start() - 12), found.start()
        ):
            yield Span(found.start(), found.end(), "contact", "ip")
    if _COLONS.search(text):
        for found in _SIX.finditer(text):
            if found.group().count(":") > 2 and _is_six(found.group()):
                yield Span(found.start(), found.end(), "contact", "ip")


def _is_six(text: str) -> bool:
    try:
        return len(ipaddress.IPv6Address(text).compressed) > 4
    except ValueError:
        return False
