"""What an operator can ask of the registry of models: what is in it, a model's state, and what a bench has measured."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from agentdesk.domain.kernel import Command
from agentdesk.domain.models import (
    BUILT_IN,
    MODELS,
    MOST,
    Digest,
    Figure,
    KeepModel,
    Languages,
    Measured,
    MeasureModel,
    Model,
    State,
)

from .asked import Cannot, Request, Result, listed, moment
from .core import Core

MOST_REPORT = 60_000
"""Characters of what a bench prints."""
Words = Annotated[str, Meta(max_length=200)]
Submit = Callable[[Command], Awaitable[object]]


class ModelKeep(Request, frozen=True, tag="model.keep"):
    """Enter a model, or change its state. What is left out stays as it was."""

    model: Digest
    state: State
    name: Words = ""
    licence: Words = ""
    languages: Languages = ()
    note: Words = ""


class ModelMeasure(Request, frozen=True, tag="model.measure"):
    """`report` is what `agentdesk assist bench --json` printed."""

    model: Digest
    report: Annotated[str, Meta(max_length=MOST_REPORT)]


class ModelList(Request, frozen=True, tag="model.list"):
    pass


AnyModelRequest = ModelKeep | ModelMeasure | ModelList


class Report(msgspec.Struct, frozen=True):
    """Of what a bench prints, what the registry keeps."""

    task: str
    figures: tuple[Figure, ...]
    p50_ms: float
    p99_ms: float
    memory_mb: float
    test: dict[str, str]
    model: str


async def register(core: Core, asked: AnyModelRequest, submit: Submit) -> Result:
    """`submit` gives a command in the operator's name. Raises `Cannot` with a sentence."""
    match asked:
        case ModelKeep():
            await submit(_kept(core, asked))
        case ModelMeasure():
            if _of(core, asked.model) is BUILT_IN:
                await submit(_kept(core, ModelKeep(model=asked.model, state="in_use")))
            await submit(MeasureModel(model=asked.model, measured=_measured(asked)))
    found = {BUILT_IN.id: BUILT_IN} | {one.id: one for one in core.reader.records.page(MODELS(), limit=MOST)}
    return listed([_row(one) for one in found.values()])


def _of(core: Core, model: str) -> Model | None:
    return core.reader.records.of(Model, model) or (BUILT_IN if model == BUILT_IN.id else None)


def _kept(core: Core, asked: ModelKeep) -> KeepModel:
    old = _of(core, asked.model)
    return KeepModel(
        model=asked.model,
        name=asked.name or (old.name if old is not None else ""),
        licence=asked.licence or (old.licence if old is not None else ""),
        state=asked.state,
        languages=asked.languages or (old.languages if old is not None else ()),
        note=asked.note,
    )


def _measured(asked: ModelMeasure) -> Measured:
    try:
        found = msgspec.json.decode(asked.report, type=Report)
    except (msgspec.DecodeError, RecursionError):
        raise Cannot("This is not what `agentdesk assist bench … --json` prints.") from None
    if found.model != asked.model:
        raise Cannot("This was measured with another model: its hash is not the one you gave.")
    wish = Measured(found.task, tuple(sorted(set(found.test.values()))), found.figures, found.p50_ms, found.p99_ms,
                    found.memory_mb)  # fmt: skip
    try:
        return msgspec.convert(msgspec.to_builtins(wish), Measured)
    except msgspec.ValidationError as error:
        raise Cannot(f"A figure is not as the registry needs it: {error}.") from None


def _row(one: Model) -> dict[str, Any]:
    return {
        "model": one.id,
        "name": one.name,
        "licence": one.licence,
        "languages": ", ".join(one.languages) or "-",
        "state": one.state.replace("_", " "),
        "since": moment(one.at) if one.at else "built in",
        "note": one.note or "-",
        "measured": "; ".join(map(_words, one.measured)) or "-",
    }


def _words(one: Measured) -> str:
    figures = ", ".join(f"{at.name} {at.value:.3f} [{at.low:.3f}, {at.high:.3f}]" for at in one.figures)
    return f"{one.task}: {figures}; p99 {one.most_ms} ms; data {', '.join(at[:12] for at in one.data)}"
