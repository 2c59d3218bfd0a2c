"""What a customer has read in the help centre: remembered by their own browser, noted on the case that they open."""

from __future__ import annotations

import re
import secrets
from hashlib import blake2b
from urllib.parse import parse_qs, urlsplit

import msgspec

from agentdesk.domain.governed import UseAnswer
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.values import clean
from agentdesk.domain.knowledge import NoteMiss

from .core import Core
from .gate.seen import given

COOKIE = "agentdesk_help"
MOST = 10
"""So many articles are remembered, the newest last."""
LONGEST = 200
"""Characters of what was looked for."""
_READER = re.compile(r"[A-Za-z0-9_-]{22}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Trail(msgspec.Struct, frozen=True):
    """Which browser it is (`reader`), and the articles that were read in it, oldest first. It names nobody."""

    reader: str = ""
    read: tuple[str, ...] = ()

    def after(self, document: str) -> Trail:
        """The trail after one more article; what no cookie could hold is left out."""
        if not _ID.fullmatch(document):
            return self
        read = (*(one for one in self.read if one != document), document)[-MOST:]
        return Trail(self.reader or secrets.token_urlsafe(16), read)

    def begun(self) -> Trail:
        """The trail of a browser that can be told from others."""
        return self if self.reader else Trail(secrets.token_urlsafe(16), self.read)

    def cookie(self) -> str:
        """How the browser keeps it."""
        return "~".join((self.reader, *self.read))


def trail_of(cookie: str | None) -> Trail:
    """The trail in a cookie; none where it is not one of ours. What it says is only believed of articles that are."""
    reader, *read = (cookie or "").split("~")[: MOST + 1]
    if not _READER.fullmatch(reader):
        return Trail()
    return Trail(reader, tuple(dict.fromkeys(one for one in read if _ID.fullmatch(one))))


def sought_at(page: str) -> str:
    """What was looked for, from the address of a page of the help centre; nothing from any other."""
    try:
        parts = urlsplit(page)
    except ValueError:
        return ""
    return as_sought(parse_qs(parts.query).get("q", [""])[0]) if parts.path.startswith("/help") else ""


def as_sought(text: str) -> str:
    """Words that somebody looks for, on one line and not too many."""
    return " ".join(clean(text).split())[:LONGEST]


async def carry_over(core: Core, case: str, read: tuple[str, ...], sought: str) -> None:
    """Note on a case what its customer had read and looked for before they wrote. Repeating it changes nothing."""
    wishes: list[Command] = [
        UseAnswer(use=_id("use", case, one), kind="document", record=one, case=case, how="read") for one in read
    ]
    if sought:
        wishes.append(NoteMiss(miss=_id("miss", case, sought), words=sought, what="wrote", case=case))
    who = Actor("help", "channel", "Help centre", device="help")
    for wish in wishes:
        await core.writer.submit(given(who, wish))  # what is gone in the meantime is refused, and nothing is lost


def _id(kind: str, case: str, about: str) -> str:
    return f"{kind}-{blake2b(f'{case}:{about}'.encode(), digest_size=16).hexdigest()}"
