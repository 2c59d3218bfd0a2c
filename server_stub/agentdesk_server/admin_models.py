"""`agentdesk admin model`: the registry of models that may read texts on desks."""

from __future__ import annotations

import argparse
from pathlib import Path

from agentdesk.domain.models import State

from .asked import Cannot
from .models import MOST_REPORT, AnyModelRequest, ModelKeep, ModelList, ModelMeasure

STATES: dict[str, State] = {"trial": "trial", "in-use": "in_use", "withdrawn": "withdrawn"}


def add_model_parsers(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words on the command line."""
    model = what.add_parser("model", help="list, state, measure").add_subparsers(dest="do", required=True)
    model.add_parser("list", help="all models, what was measured of them, and their state")
    state = model.add_parser("state", help="enter a model, or change its state; what is left out stays")
    state.add_argument("model", metavar="SHA256", help="of the pack's file")
    state.add_argument("state", choices=STATES, help="no desk reads with one that is withdrawn, or that is not here")
    state.add_argument("--name", default="")
    state.add_argument("--licence", default="", help="such as Apache-2.0")
    state.add_argument("--languages", default="", metavar="L", help="such as en,de")
    state.add_argument("--note", default="", help="why")
    measure = model.add_parser("measure", help="add what a bench has measured")
    measure.add_argument("model", metavar="SHA256")
    measure.add_argument("file", metavar="FILE", type=Path, help="what `agentdesk assist bench TASK … --json` printed")


def model_request(options: argparse.Namespace) -> AnyModelRequest:
    """What was asked for. Raises `Cannot`."""
    match options.do:
        case "state":
            languages = tuple(word.strip() for word in options.languages.split(",") if word.strip())
            return ModelKeep(model=options.model.lower(), state=STATES[options.state], name=options.name,
                             licence=options.licence, languages=languages, note=options.note)  # fmt: skip
        case "measure":
            return ModelMeasure(model=options.model.lower(), report=_report(options.file))
        case _:
            return ModelList()


def _report(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as lines:
            found = lines.read(MOST_REPORT + 1)
    except (OSError, UnicodeError) as error:
        raise Cannot(f"{file} cannot be read: {error}.") from None
    if len(found) > MOST_REPORT:
        raise Cannot(f"{file} is too long: what a bench prints has at most {MOST_REPORT:,} characters.")
    return found
