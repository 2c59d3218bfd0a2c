"""E-mail addresses in text, in all scripts, and as people write them who fear robots."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .spans import Span

LOCAL_MOST, DOMAIN_MOST = 64, 253
_DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LITERAL = re.compile(r"\[(?:IPv6:)?[0-9a-fA-F:.]{3,45}\]")
_LOCAL = frozenset("!#$%&'*+-/=?^_`{|}~.")
VEIL = r"\s?(?:at|@|ät|arroba|chez|kukac)\s?[\])}>]"
"""What stands for an @, after a bracket; without one it stands between spaces."""
DOT = r"(?:\s?[\[({<]\s?(?:dot|punkt|punto|ponto|point|\.)\s?[\])}>]\s?|\s(?:dot|punkt|punto|ponto|point)\s|\.)"
_VEILED_AT = re.compile(rf"[aA\[({{<](?:(?<=[aA])(?i:t|rroba)\s|(?<![aA])(?i:{VEIL})\s?)")
_VEILED_DOMAIN = re.compile(rf"(?i)[\w-]{{1,63}}(?:{DOT}[\w-]{{1,63}}){{1,4}}(?!\w)")
_SPELLED = re.compile(r"(?i)[\[({<]|\s(?:dot|punkt|punto|ponto|point)\s")


def emails(text: str) -> Iterator[Span]:
    """All addresses. One pass from each @ outwards: the time is linear, whatever the text."""
    at, floor = text.find("@"), 0
    while at >= 0:
        span = _around(text, at, floor)
        if span is not None:
            yield Span(*span, "contact", "email")
            floor = span[1]
        at = text.find("@", at + 1)
    for left, right in _veiled(text):
        start, domain = _local_start(text, left, 0), _VEILED_DOMAIN.match(text, right)
        # Plain words have "at" and full stops too: without brackets, the dot must be spelled out as well.
        if domain is not None and start < left and _SPELLED.search(text[left:right] + domain.group()):
            yield Span(start, domain.end(), "contact", "email")


def _veiled(text: str) -> Iterator[tuple[int, int]]:
    """What stands for an @, with the spaces around it: one may stand before a bracket, one does before a word."""
    floor = 0
    for mark in _VEILED_AT.finditer(text):
        left, right = mark.span()
        spaced = left > floor and text[left - 1].isspace()
        if spaced or text[left] not in "aA":
            yield left - spaced, right
            floor = right


def _around(text: str, at: int, floor: int) -> tuple[int, int] | None:
    start = _local_start(text, at, floor)
    right = at + 1 + (text[at + 1 : at + 2] == " " and text[at - 1 : at] == " ")
    domain = _DOMAIN.match(text, right, right + DOMAIN_MOST) or _LITERAL.match(text, right)
    if start == at or domain is None:
        return None
    end = domain.end()
    name = domain.group().rpartition(".")[2]
    if not domain.group().startswith("[") and (len(name) < 2 or name.isdigit()):
        return None
    return start, end


def _local_start(text: str, at: int, floor: int) -> int:
    """Where the part before the @ begins; `at` if there is none."""
    end = at - 1 if text[at - 1 : at] == " " and text[at + 1 : at + 2] == " " else at
    if text[end - 1 : end] == '"':
        quote = text.rfind('"', max(floor, end - LOCAL_MOST), end - 1)
        return quote if quote >= 0 else at
    start = end
    while start > max(floor, end - LOCAL_MOST) and (text[start - 1].isalnum() or text[start - 1] in _LOCAL):
        start -= 1
    while start < end and text[start] in "'*`{|=/.":  # marks around an address are none of it
        start += 1
    return start if start < end else at
