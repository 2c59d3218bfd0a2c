"""What the sample company knows: macros, articles that were approved and published, and what its people asked."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from agentdesk.domain.forum import Accept, Answer, Ask, CastVote
from agentdesk.domain.governed import Approve, Begin, Publish, Submit
from agentdesk.domain.kernel import Command
from agentdesk.domain.knowledge import ARTICLE, Article, Audience
from agentdesk.domain.macros import AddMacro, Wording
from agentdesk_server.resources import resource

from .company import HOUR, MINUTE

WRITER, LEAD = "mina", "rosa"
Given = tuple[int, str, Command]
"""When (ms before the conversations begin, or before now), who, what."""


class MacroLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A macro that all share; each text with its language."""

    name: str
    texts: tuple[tuple[str, str], ...]


class ArticleLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article as it was published."""

    id: str
    title: str
    category: str
    tags: tuple[str, ...]
    audience: Audience
    text: str


class TopicLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question, its answers (who, text), the one that solved it, and who found the question useful."""

    id: str
    by: str
    space: str
    title: str
    tags: tuple[str, ...]
    text: str
    answers: tuple[tuple[str, str], ...]
    votes: tuple[str, ...]
    accepted: int | None = None


class Library(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    macros: tuple[MacroLine, ...]
    articles: tuple[ArticleLine, ...]
    topics: tuple[TopicLine, ...]


def library() -> Library:
    """As it is written."""
    return msgspec.json.decode(resource("sample/library.json").read_bytes(), type=Library)


def known() -> Iterator[Given]:
    """Macros and articles: there before anybody wrote."""
    for at, macro in enumerate(library().macros):
        texts = tuple(Wording(language, text) for language, text in macro.texts)
        yield HOUR, LEAD, AddMacro(macro=f"sample-macro-{at}", name=macro.name, texts=texts, acts=(), audience="all")
    for one in library().articles:
        edition, told = f"sample-{one.id}-1", Article(audience=one.audience, category=one.category, tags=one.tags)
        details = msgspec.json.encode(told).decode()
        yield HOUR, WRITER, Begin(
            document=f"sample-{one.id}", edition=edition, register=ARTICLE, title=one.title, text=one.text,
            details=details,
        )  # fmt: skip
        yield HOUR, WRITER, Submit(edition=edition, reviewer=LEAD)
        yield HOUR, LEAD, Approve(edition=edition)
        yield HOUR, LEAD, Publish(edition=edition)


def asked() -> Iterator[Given]:
    """What the people asked one another today."""
    for age, one in enumerate(library().topics):
        at, topic = (5 - age) * HOUR, f"sample-topic-{one.id}"
        post = f"{topic}-0"
        yield at, one.by, Ask(
            topic=topic, post=post, space=one.space, title=one.title, text=one.text, tags=one.tags
        )  # fmt: skip
        for number, (who, text) in enumerate(one.answers, 1):
            yield at - number * 10 * MINUTE, who, Answer(topic=topic, post=f"{topic}-{number}", text=text)
        for who in one.votes:
            yield at - 40 * MINUTE, who, CastVote(post=post)
        if one.accepted is not None:
            yield at - 45 * MINUTE, one.by, Accept(topic=topic, post=f"{topic}-{one.accepted + 1}")
