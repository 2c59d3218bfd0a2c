"""What a proof for one reply says: checked against its entries, then told in sentences. Offline, nothing is trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from agentdesk.domain.audit.leaf import Leaf
from agentdesk.domain.suggestions import ActOnSuggestion, NoteSent, Offer
from agentdesk.domain.suggestions.proving import Stated
from agentdesk.domain.suggestions.steering import BY_WORDS

T = TypeVar("T")
STATED, OFFER, ACT, SENT = "suggestion.prove", "suggestion.offer", "suggestion.act", "suggestion.sent"
KINDS: Mapping[str, type[object]] = {STATED: Stated, OFFER: Offer, ACT: ActOnSuggestion, SENT: NoteSent}
_ODD = re.compile(r"[^A-Za-z0-9._:@/+=-]")


class Contradiction(ValueError):
    """What the entries say does not fit together; the text is a sentence."""


class Story(msgspec.Struct):
    """What the opened entries say, read as the commands that they were."""

    stated: Stated
    offers: dict[str, Offer] = {}
    acts: dict[str, list[ActOnSuggestion]] = {}
    sent: dict[str, NoteSent] = {}


def sentences(leaves: Mapping[int, Leaf], opened: Mapping[int, bytes]) -> list[str]:
    """What is proved, for people. `leaves` stand in the log, `opened` are the arguments of some of them, by number.
    Raises `Contradiction`.
    """
    story = _read(leaves, opened)
    message, entries = story.stated.message, story.stated.entries
    if not {*entries} <= leaves.keys():
        raise Contradiction("Entries about the reply are left out of this proof.")
    written = leaves[entries[0]] if entries else None
    if written is None or ("message", message) not in written.touched:
        raise Contradiction("The entry in which the reply was written is not among those that are proved.")
    speak = {number for number in entries[1:] if leaves[number].command in KINDS}
    if not speak.isdisjoint(opened) and not speak <= opened.keys():
        raise Contradiction("Some entries about the reply are not opened in this proof.")
    said = [f"The reply {_plain(message)} was written on {_when(written.time)} ({_plain(written.command)})."]
    for id in story.stated.suggestions:
        said += _about(story, id)
    if not story.stated.suggestions:
        said.append("No suggestion belongs to it: the server has written that into the log as it made this proof.")
    return said


def _read(leaves: Mapping[int, Leaf], opened: Mapping[int, bytes]) -> Story:
    found = [(leaves[n], _decoded(leaves[n].command, args)) for n, args in sorted(opened.items())]
    stated = [what for _, what in found if isinstance(what, Stated)]
    if len(stated) != 1:
        raise Contradiction("These entries do not say of which one reply they speak.")
    story = Story(stated[0])
    for leaf, what in found:
        match what:
            case Offer():
                _fit(story, leaf, what.suggestion)
                story.offers[what.suggestion] = what
            case ActOnSuggestion():
                _fit(story, leaf, what.suggestion)
                story.acts.setdefault(what.suggestion, []).append(what)
            case NoteSent():
                _fit(story, leaf, what.suggestion)
                story.sent[what.suggestion] = what  # the last one counts: a reply before it was taken back
    if any(one.message != story.stated.message for one in story.sent.values()):
        raise Contradiction("A suggestion in this proof went into another reply.")
    return story


def _decoded(command: str, arguments: bytes) -> object:
    kind = KINDS.get(command)
    if kind is None:
        raise Contradiction("An entry is opened that has nothing to do with suggestions.")
    try:
        return msgspec.msgpack.decode(arguments, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        raise Contradiction("The arguments of an entry are not those of its command.") from None


def _fit(story: Story, leaf: Leaf, id: str) -> None:
    """An opened entry speaks of a suggestion that belongs to the reply; what it changed is that suggestion."""
    if id not in story.stated.suggestions or ("suggestion", id) not in leaf.touched or leaf.outcome != "done":
        raise Contradiction("An entry speaks of a suggestion that does not belong to the reply.")


def _about(story: Story, id: str) -> Iterator[str]:
    offer, sent = story.offers.get(id), story.sent.get(id)
    if offer is None:
        yield f"The suggestion {_plain(id)} belongs to it; what was said about it can no longer be read: it was erased."
        return
    yield from _shown(id, offer)
    weighed = ", ".join(
        f"{_plain(one.source)} (version {one.version}, score {one.score:.2f})" for one in offer.candidates
    )
    model = f"the model {_plain(offer.model)}" if offer.model else "no model, by words"
    if offer.head:
        model += f", what was learned from the team's own cases (version {offer.head})"
    why = f" ({_plain(offer.why)})" if offer.why else ""
    yield (f"It was looked for on level {offer.level}{why}, with {model}, rules {offer.rules}, shown from "
           f"{offer.threshold:.2f} on. Weighed: {weighed or 'nothing'}.")  # fmt: skip
    yield from _used(offer, story.acts.get(id, []), sent)


def _shown(id: str, offer: Offer) -> Iterator[str]:
    if offer.shown:
        yield f"Suggestion {_plain(id)} was shown before: {', '.join(map(_plain, offer.shown))}."
    elif offer.held:
        yield f"Nothing was shown: suggestion {_plain(id)} was held back on purpose."
    elif offer.level < BY_WORDS:
        yield f"Nothing was shown: {_plain(id)} says that nobody was asked, for the reason “{_plain(offer.why)}”."
    else:
        yield f"Nothing was shown: suggestion {_plain(id)} kept quiet, for nothing fitted well enough."


def _used(offer: Offer, acts: list[ActOnSuggestion], sent: NoteSent | None) -> Iterator[str]:
    last = next((one for one in reversed(acts) if one.action != "opened"), None)
    if last is not None and last.action == "accepted":
        version = next((f", version {one.version}" for one in offer.candidates if one.source == last.source), "")
        edits = sent.edits if sent is not None else 0
        share = f", {round(100 * edits / last.chars)} %" if last.chars else ""
        yield (f"{_plain(last.source)}{version} was put in, {last.chars} characters; {edits} of them were changed "
               f"before it was sent{share}.")  # fmt: skip
    elif offer.shown:
        why = f"{last.action} ({last.reason or 'no reason'})" if last is not None else "ignored"
        yield f"None of it was put in: it was {why}."
    if sent is not None:
        yield f"The text that was sent has the SHA-256 {_plain(sent.final_sha256)}."


def _plain(text: str) -> str:
    """An id as it may be shown on any terminal."""
    return _ODD.sub("?", text)


def _when(ms: int) -> str:
    return datetime.fromtimestamp(min(ms, 253_402_300_799_000) / 1000, UTC).isoformat(timespec="seconds")
