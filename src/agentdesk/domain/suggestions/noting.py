"""How it comes into the ledger: what was offered or withheld, what was done with it, which reply it went into."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ..cases import Case, CaseId, Message, said_or_coming
from ..governed import Use
from ..governed.records import LIBRARY
from ..kernel import RECORDS, Actor, Change, Command, Fact, Put, Refusal, Remove, View, command, need, on_changing, ref
from .records import (
    MOST_CANDIDATES,
    OF_MESSAGE,
    Candidates,
    Count,
    Digest,
    Reason,
    Share,
    SourceId,
    Sources,
    Suggestion,
    SuggestionId,
    Word,
)

ANSWERS = {"article": "document", "post": "topic"}
"""Kinds of sources whose worth is counted → the record that it is counted for."""


@command("suggestion.offer", "answer.use", quiet=True)
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
    held: Sources = ()
    head: Count = 0
    why: Word = ""
    service: Annotated[str, Meta(max_length=200)] = ""
    ranker: Count = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Suggestion, self.suggestion) is not None:
            return
        case = need(view, Case, self.case, "This case is no longer there.")
        if not {*self.shown, *self.held} <= {one.source for one in self.candidates}:
            raise Refusal("What was shown was not among what was weighed.", "shown")
        if self.shown and self.held:
            raise Refusal("A case has its suggestions shown or held back, not both.", "held")
        action = "shown" if self.shown else "held" if self.held else "withheld"
        yield Put(
            Suggestion(
                self.suggestion, case.scope, 0, case.id, self.turn, who.id, now, self.trigger, self.level, self.model,
                self.rules, self.threshold, self.input_sha256, self.masked, self.language, self.latency_us,
                self.candidates, self.shown, action, held=self.held, head=self.head, why=self.why, service=self.service,
                ranker=self.ranker,
            )
        )  # fmt: skip
        yield from _counted(view, self.shown, case, who, now)
        yield Fact(f"suggestion.{action}", "suggestion", self.suggestion, len(self.shown))


def _counted(view: View, shown: Iterable[str], case: Case, who: Actor, now: int) -> Iterable[Change]:
    """What articles and topics are worth: each counts as suggested once in a case."""
    for source in shown:
        kind, _, id = source.partition(":")
        use = f"{id}:{case.id}:suggested"
        if kind not in ANSWERS or view.get(RECORDS[ANSWERS[kind]].cls, id) is None or view.get(Use, use) is not None:
            continue
        yield Put(Use(use, LIBRARY, 0, ANSWERS[kind], id, case.id, "suggested", who.id, now))


@command("suggestion.act", "answer.use", quiet=True)
class ActOnSuggestion(Command, frozen=True):
    """Note that a suggestion's source was opened, that it was put into the reply, that this was undone at once, or that
    it was dismissed, and why.
    """

    suggestion: SuggestionId
    case: CaseId
    source: SourceId
    action: Literal["opened", "accepted", "dismissed", "undone"]
    reason: Reason = ""
    chars: Count = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = _own(view, self.suggestion, self.case, who)
        if self.source not in old.shown:
            raise Refusal("This was not suggested.", "source")
        if old.message:
            raise Refusal("The reply to this suggestion is sent already.", "sent")
        if self.action == "undone":
            if old.action == "accepted":  # put in and taken out at once: that is no yes
                yield Put(msgspec.structs.replace(old, rev=0, action="shown", action_at=now, chosen="", chars=0))
                yield Fact("suggestion.undone", "suggestion", old.id)
            return
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


@command("suggestion.sent", "answer.use", quiet=True)
class NoteSent(Command, frozen=True):
    """Join a suggestion to the reply that was sent or planned after it. Where nothing was accepted, it was ignored."""

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
        reply = said_or_coming(view, self.message)
        if reply is None:
            need(view, Message, self.message, "This reply is no longer there.")
        if reply != (old.case, who.id):
            raise Refusal("This reply is somebody else's.", "reply")
        accepted = old.action == "accepted"
        action = old.action if accepted or old.action in ("dismissed", "withheld", "held") else "ignored"
        yield Put(
            msgspec.structs.replace(
                old, rev=0, action=action, message=self.message, final_sha256=self.final_sha256,
                edits=self.edits if accepted else 0, action_at=old.action_at or now,
            )
        )  # fmt: skip
        yield Fact(f"suggestion.sent_{action}", "suggestion", old.id, self.edits if accepted else 0)


@on_changing
def taken_back(view: View, changes: list[Change], now: int) -> list[Change]:
    """The changes with the suggestions that were joined to a reply which does not go: they wait for another one."""
    kept = {change.record.id for change in changes if isinstance(change, Put)}
    more = [
        Put(_unjoined(one))
        for change in changes
        if isinstance(change, Remove) and change.how == "deleted" and change.id not in kept
        if said_or_coming(view, change.id) is not None
        for one in view.page(OF_MESSAGE(message=change.id), limit=MOST_CANDIDATES)
    ]
    return [*changes, *more]


def _unjoined(old: Suggestion) -> Suggestion:
    action = "shown" if old.action == "ignored" else old.action
    return msgspec.structs.replace(old, rev=0, action=action, message="", edits=0, final_sha256="")


def _own(view: View, id: str, case: str, who: Actor) -> Suggestion:
    found = need(view, Suggestion, id, "This suggestion is no longer there.")
    if found.case != case:
        raise Refusal("This suggestion is of another case.", "case")
    if found.by != who.id:
        raise Refusal("This was suggested to somebody else.", "other")
    return found
