"""The record of what was suggested and what came of it: one for each question of a case, without a text."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ..kernel import Millis, Question, Record, eq, gt, ref
from ..kernel import record as declare

MOST_CANDIDATES = 10
Word = Annotated[str, Meta(max_length=60)]
Digest = Annotated[str, Meta(max_length=64, pattern=r"^[0-9a-f]*\Z")]
SourceId = Annotated[str, Meta(max_length=140)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Share = Annotated[float, Meta(ge=0, le=1_000)]
SuggestionId = Annotated[str, ref("suggestion")]
Reason = Literal["", "wrong", "outdated", "tone", "not_needed"]


class Considered(msgspec.Struct, frozen=True, array_like=True):
    """A source that was weighed, and by how much: what it is like in meaning, in words, and by past cases."""

    source: SourceId
    kind: Word
    version: Count
    at: Millis
    semantic: Share
    lexical: Share
    votes: Share
    score: Share


Candidates = Annotated[tuple[Considered, ...], Meta(max_length=MOST_CANDIDATES)]
Sources = Annotated[tuple[SourceId, ...], Meta(max_length=3)]


@declare("suggestion", parent=("case", "case"), public=(
    "case", "by", "trigger", "model", "input_sha256", "masked", "language", "candidates", "shown", "action", "chosen",
    "reason", "message", "final_sha256", "held", "why", "service"),
    added={"held": 3, "head": 3, "why": 3, "service": 3, "ranker": 3})  # fmt: skip
class Suggestion(Record, frozen=True):
    """One question and what came of it. `turn` is the number of the message that it answers; `level` and `model` say
    what looked, `rules` by which rules, `threshold` from when on anything is shown; `shown` are the sources of the
    cards, none if it kept quiet; `held` those that would have been shown, were this not a case without suggestions on
    purpose. `action`: shown, withheld, held, opened, accepted, dismissed, ignored. Once a reply is sent or
    planned, `message` names it, `edits` how many signs were changed of the `chars` that were put in, `final_sha256` its
    text; nothing does any more when that reply was taken back.
    """

    case: str
    turn: int
    by: str
    at: Millis
    trigger: str
    level: int
    model: str
    rules: int
    threshold: Share
    input_sha256: str
    masked: tuple[str, ...]
    language: str
    latency_us: int
    candidates: tuple[Considered, ...]
    shown: tuple[str, ...]
    action: str
    action_at: Millis = 0
    chosen: str = ""
    reason: str = ""
    chars: int = 0
    message: str = ""
    edits: int = 0
    final_sha256: str = ""
    held: tuple[str, ...] = ()
    head: int = 0
    """The version of what was learned of macros from the team's own cases; 0: nothing was."""
    why: str = ""
    """The word for what kept it from a higher level: worker, index, pack, drill, rule, off and the like."""
    service: str = ""
    """Of a draft: host and model of the service that wrote it."""
    ranker: int = 0
    """The version of what was learned of replies in the team's own words; 0: nothing was."""


OF_CASE = Question("suggestion.of_case", Suggestion, (eq("case", ":case"),), ("-at",))
OF_MESSAGE = Question("suggestion.of_message", Suggestion, (eq("message", ":message"),), ())
SINCE = Question("suggestion.since", Suggestion, (gt("at", ":since"),), ("at",))


def share_edited(found: Suggestion) -> float:
    """How much of what was put in was changed before it was sent, from 0; strict acceptance is at most 0.4."""
    return found.edits / found.chars if found.chars else 0.0
