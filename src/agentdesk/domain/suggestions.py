"""What was suggested and what came of it: one record for each question of a case, shown or withheld, without a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .cases import Case, CaseId, Message
from .kernel import Actor, Change, Command, Fact, Millis, Put, Question, Record, Refusal, View, command, eq, need, ref
from .kernel import record as declare

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
    "reason", "message", "final_sha256"))  # fmt: skip
class Suggestion(Record, frozen=True):
    """One question and what came of it. `turn` is the number of the message that it answers; `level` and `model` say
    what looked, `rules` by which rules, `threshold` from when on anything is shown; `shown` are the sources of the
    cards, none if it kept quiet. `action`: shown, withheld, opened, accepted, dismissed, ignored. Once a reply is sent,
    `message` names it, `edits` how many signs were changed of the `chars` that were put in, `final_sha256` its text.
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


OF_CASE = Question("suggestion.of_case", Suggestion, (eq("case", ":case"),), ("-at",))
OF_MESSAGE = Question("suggestion.of_message", Suggestion, (eq("message", ":message"),), ())


@command("suggestion.offer", "answer.use")
class Offer(Command, frozen=True):
    """Note what was suggested for a case, or that nothing was."""

    suggestion: Annotated[str, ref("suggestion", creates=True)]
    case: CaseId
    turn: Count
    level: Annotated[int, Meta(ge=0, le=9)]
    rules: Count
    threshold: Share
    input_sha256: Digest
    candidates: Candidates
    shown: Sources
    trigger: Literal["auto", "asked"] = "auto"
    model: Digest = ""
    masked: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    language: Word = ""
    latency_us: Count = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Suggestion, self.suggestion) is not None:
            return
        case = need(view, Case, self.case, "This case is no longer there.")
        if not {*self.shown} <= {one.source for one in self.candidates}:
            raise Refusal("What was shown was not among what was weighed.", "shown")
        action = "shown" if self.shown else "withheld"
        yield Put(
            Suggestion(
                self.suggestion, case.scope, 0, case.id, self.turn, who.id, now, self.trigger, self.level, self.model,
                self.rules, self.threshold, self.input_sha256, self.masked, self.language, self.latency_us,
                self.candidates, self.shown, action,
            )
        )  # fmt: skip
        yield Fact(f"suggestion.{action}", "suggestion", self.suggestion, len(self.shown))


@command("suggestion.act", "answer.use")
class ActOnSuggestion(Command, frozen=True):
    """Note that a suggestion's source was opened, that it was put into the reply, or that it was dismissed, and why."""

    suggestion: SuggestionId
    case: CaseId
    source: SourceId
    action: Literal["opened", "accepted", "dismissed"]
    reason: Reason = ""
    chars: Count = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = _own(view, self.suggestion, self.case, who)
        if self.source not in old.shown:
            raise Refusal("This was not suggested.", "source")
        if old.message:
            raise Refusal("The reply to this suggestion is sent already.", "sent")
        chars = self.chars if self.action == "accepted" else 0
        said = (old.action, old.chosen, old.reason, old.chars)
        if said == (self.action, self.source, self.reason, chars) or (self.action, old.action) == (
            "opened",
            "accepted",
        ):
            return
        yield Put(
            msgspec.structs.replace(
                old, rev=0, action=self.action, action_at=now, chosen=self.source, reason=self.reason,
                chars=chars,
            )
        )  # fmt: skip
        yield Fact(f"suggestion.{self.action}", "suggestion", old.id, self.chars)


@command("suggestion.sent", "answer.use")
class NoteSent(Command, frozen=True):
    """Join a suggestion to the reply that was sent after it. Where nothing was accepted, it was ignored."""

    suggestion: SuggestionId
    case: CaseId
    message: Annotated[str, ref("message")]
    edits: Count
    final_sha256: Digest

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = _own(view, self.suggestion, self.case, who)
        if old.message == self.message:
            return
        if old.message:
            raise Refusal("The reply to this suggestion is sent already.", "sent")
        reply = need(view, Message, self.message, "This reply is no longer there.")
        if (reply.case, reply.author, reply.kind) != (old.case, who.id, "reply"):
            raise Refusal("This reply is somebody else's.", "reply")
        accepted = old.action == "accepted"
        action = old.action if accepted or old.action in ("dismissed", "withheld") else "ignored"
        yield Put(
            msgspec.structs.replace(
                old, rev=0, action=action, message=self.message, final_sha256=self.final_sha256,
                edits=self.edits if accepted else 0, action_at=old.action_at or now,
            )
        )  # fmt: skip
        yield Fact(f"suggestion.sent_{action}", "suggestion", old.id, self.edits if accepted else 0)


def _own(view: View, id: str, case: str, who: Actor) -> Suggestion:
    found = need(view, Suggestion, id, "This suggestion is no longer there.")
    if found.case != case:
        raise Refusal("This suggestion is of another case.", "case")
    if found.by != who.id:
        raise Refusal("This was suggested to somebody else.", "other")
    return found


def share_edited(found: Suggestion) -> float:
    """How much of what was put in was changed before it was sent, from 0; strict acceptance is at most 0.4."""
    return found.edits / found.chars if found.chars else 0.0
