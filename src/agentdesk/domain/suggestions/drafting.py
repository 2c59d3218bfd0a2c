"""Drafts of a service that the operator has connected: who may ask for one, and what an answer is made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ..cases import Case, CaseId
from ..kernel import Actor, Change, Command, Fact, Put, View, command, need
from .records import SourceId
from .steering import ASSIST, AssistState

MOST_SOURCES = 5
DRAFT = "draft"
"""The kind of a source that is none: `draft:ID`."""


class Sentence(msgspec.Struct, frozen=True):
    """What the service wrote, and by which sources. `wrong` says what no source supports: source (none is named),
    words, number, link, negation, placeholder; or language, whose words for these are not known. What is wrong is never
    put in at one stroke.
    """

    text: str
    sources: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """Where the value of a placeholder stands: in a message, from one sign to another; with no message, in the name of
    the customer.
    """

    name: str
    message: str
    start: int
    end: int


class Cited(msgspec.Struct, frozen=True):
    """A source that was shown to the service."""

    source: str
    title: str
    version: int
    at: int


class Draft(msgspec.Struct, frozen=True):
    """What came back, judged. `prompt` is the SHA-256 of what was asked; times in milliseconds."""

    sentences: tuple[Sentence, ...]
    sources: tuple[Cited, ...]
    places: tuple[Place, ...]
    host: str
    model: str
    prompt: str
    took: int


@command("suggestion.draft", "answer.use")
class AskDraft(Command, frozen=True):
    """Have the service write a draft for a case, from these sources. The log has that it was asked, and no words."""

    case: CaseId
    sources: Annotated[tuple[SourceId, ...], Meta(max_length=MOST_SOURCES)] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = need(view, Case, self.case, "This case is no longer there.")
        yield Fact("suggestion.draft_asked", "case", case.id, len(self.sources))


@command("assist.service", "system")
class NoteService(Command, frozen=True):
    """Whether there is a drafting service, and whether it rests after failures: all desks name it."""

    state: Literal["", "on", "resting"]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        held = view.get(AssistState, ASSIST) or AssistState(ASSIST, "org", 0)
        if held.service != self.state:
            yield Put(msgspec.structs.replace(held, rev=0, service=self.state))
