"""The registry of models that may read texts on desks: by hash: licence, what was measured, state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .kernel import (
    Actor,
    Change,
    Command,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    ShortText,
    View,
    clean,
    command,
    need,
    ref,
)
from .kernel import record as declare

State = Literal["trial", "in_use", "withdrawn"]
"""On trial it serves, and whoever works with it is told so; withdrawn it serves nobody any more."""
Digest = Annotated[str, Meta(min_length=64, max_length=64, pattern=r"^[0-9a-f]{64}\Z")]
Word = Annotated[str, Meta(min_length=1, max_length=60)]
Part = Annotated[float, Meta(ge=0, le=1)]
Few = Annotated[float, Meta(ge=0, le=1e7)]
MOST, MOST_TASKS, MOST_FIGURES = 100, 20, 20
OWN = "28b14163a19b9e1fe352b6e074b5f1a029abd4aca27e2be2d47f6b15489ddcb2"
"""The pack that this version was made with."""


class Figure(msgspec.Struct, frozen=True):
    """A share of `of`, with the ends of its 95 % interval."""

    name: Word
    value: Part
    low: Part
    high: Part
    of: Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Measured(msgspec.Struct, frozen=True):
    """What a bench has found for a task, on data of these digests; times in milliseconds, memory in MB."""

    task: Word
    data: Annotated[tuple[Digest, ...], Meta(min_length=1, max_length=10)]
    figures: Annotated[tuple[Figure, ...], Meta(min_length=1, max_length=MOST_FIGURES)]
    half_ms: Few
    most_ms: Few
    memory_mb: Few
    at: Millis = 0


Languages = Annotated[tuple[Word, ...], Meta(max_length=40)]


@declare("model", complete=True, public=("name", "licence", "languages", "state", "by", "note", "measured"))
class Model(Record, frozen=True):
    """A pack; its id is the SHA-256 of its file. Whatever has no such record no desk lets read."""

    name: Name
    licence: Name
    languages: tuple[str, ...]
    state: str
    by: str
    at: Millis
    note: ShortText = ""
    measured: tuple[Measured, ...] = ()


BUILT_IN = Model(OWN, "org", 0, "all-MiniLM-L6-v2 (int8)", "Apache-2.0", ("en",), "in_use", "", 0)
"""What this version came with is known from the start; a record of the same hash has the last word about it."""
MODELS = Question("model.all", Model, (), ("-at",))


def registered(view: View) -> Mapping[str, Model]:
    """All models by their hashes, what this version came with among them."""
    return {BUILT_IN.id: BUILT_IN} | {one.id: one for one in view.page(MODELS(), limit=MOST)}


@command("model.keep", "policy.manage", "system", fresh=True)
class KeepModel(Command, frozen=True):
    """Enter a model, or say in which state it is from now on."""

    model: Digest
    name: Name
    licence: Name
    state: State
    languages: Languages = ()
    note: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        name, licence, note = clean(self.name), clean(self.licence), clean(self.note)
        old = view.get(Model, self.model)
        if not name or not licence:
            raise Refusal("Say what the model is called, and under which licence it may be used.", "name")
        if self.state == "withdrawn" and not note:
            raise Refusal("Say in a few words why the model is withdrawn.", "note")
        if old is None and len(view.page(MODELS(), limit=MOST)) >= MOST:
            raise Refusal("There are {n} models already. Change one of them.", "many", n=MOST)
        measured = old.measured if old is not None else ()
        new = Model(self.model, "org", 0, name, licence, self.languages, self.state, who.id, now, note, measured)
        if old is None or msgspec.structs.replace(new, rev=old.rev, at=old.at, by=old.by) != old:
            yield Put(new)


@command("model.measure", "policy.manage", "system")
class MeasureModel(Command, frozen=True):
    """Add what a bench has found for a task; what was found before for the same task and data goes."""

    model: Annotated[str, ref("model")]
    measured: Measured

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Model, self.model, "This model is not in the registry. Enter it first.")
        if any(not one.low <= one.value <= one.high for one in self.measured.figures):
            raise Refusal("A figure lies outside its interval.", "figures")
        if self.measured in [msgspec.structs.replace(one, at=self.measured.at) for one in old.measured]:
            return
        found = msgspec.structs.replace(self.measured, at=now)
        same = (found.task, found.data)
        kept = [one for one in old.measured if (one.task, one.data) != same][-(MOST_TASKS - 1) :]
        yield Put(msgspec.structs.replace(old, rev=0, measured=(*kept, found)))
