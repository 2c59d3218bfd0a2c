"""`agentdesk assist bench TASK --train FILE … --test FILE [--json]`: measures a task on labelled lines of JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ..embedder import Embedder
from ..mood import load
from ..pack import BadPack, read
from ..packs import EMBEDDER_SHA256
from .figures import Figure, Report, at_rank, digest, memory_mb, told
from .finding import articles, intents, replies
from .reading import language, pii, sentiment

Lines = list[dict[str, Any]]
Measured = tuple[list[Figure], list[float]]
FINDING: dict[str, Callable[[Lines, Lines, Embedder | None], Measured]] = {
    "intents": intents,
    "replies": replies,
    "articles": articles,
}
TASKS: dict[str, str] = {
    "intents": ('{"text", "label"}; label null: nothing is to be suggested'),
    "replies": ('{"context": [{"who", "text"}], "reply", "dialogue"}: the reply among 100'),
    "articles": ('{"question", "filter"?, "article": {"id", "title", "text"}} or, to be found, its id'),
    "pii": ('{"text", "spans": [[start, end, type]]}'),
    "sentiment": ('{"text", "label"}: label from -4 to 4, or negative, neutral, positive'),
    "language": ('{"text", "label"}'),
}
"""Task → what a line of its files holds."""
MOST = 256 << 20
"""Bytes of one file: all of it is held at once."""


class BadLines(Exception):
    """A file is not what the task reads; the text is a sentence for people."""


def main(argv: list[str], pack: str, mood: str) -> int:
    """The exit code: 2 for a wrong call or files that cannot be read. `pack`: where the model lies; `mood`: what was
    learned of moods.
    """
    if argv[:1] != ["bench"]:
        print("usage: agentdesk assist bench TASK --test FILE (bench --help says more)", file=sys.stderr)
        return 2
    chosen = _arguments(argv[1:])
    if chosen.task in FINDING and not chosen.train:
        print(f"agentdesk assist bench: {chosen.task} needs --train FILE: what may be suggested", file=sys.stderr)
        return 2
    try:
        embedder = None if chosen.by_words else Embedder(read(Path(pack), EMBEDDER_SHA256))
    except BadPack as error:
        print(f"agentdesk assist bench: {error} Or measure without it: --by-words", file=sys.stderr)
        return 2
    try:
        train = [line for path in chosen.train for line in _lines(path)]
        test = _lines(chosen.test)
        figures, times = _measured(chosen.task, train, test, embedder, mood)
    except (BadLines, KeyError, TypeError, ValueError) as error:
        sentence = error if isinstance(error, BadLines) else f"a line is not as {chosen.task} needs it ({error!r})"
        print(f"agentdesk assist bench: {sentence}. A line is {TASKS[chosen.task]}", file=sys.stderr)
        return 2
    report = Report(
        task=chosen.task,
        figures=tuple(figures),
        p50_ms=at_rank(times, 0.5),
        p99_ms=at_rank(times, 0.99),
        memory_mb=memory_mb(),
        train={path.name: digest(path) for path in chosen.train},
        test={chosen.test.name: digest(chosen.test)},
        model="" if embedder is None else EMBEDDER_SHA256,
    )
    print(msgspec.json.encode(report).decode() if chosen.json else told(report))
    return 0


def _measured(task: str, train: Lines, test: Lines, embedder: Embedder | None, mood: str) -> Measured:
    if task in FINDING:
        return FINDING[task](train, test, embedder)
    if task == "sentiment":
        if (learned := load(Path(mood))) is None:
            raise BadLines("what was learned of moods is missing from this installation")
        return sentiment(learned, test, embedder)
    return pii(test) if task == "pii" else language(test)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="agentdesk assist bench", description=__doc__)
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--train", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument("--test", type=Path, required=True, metavar="FILE")
    parser.add_argument("--by-words", action="store_true", help="without the model, as where its pack is missing")
    parser.add_argument("--json", action="store_true", help="a record that cites the data's digests")
    return parser.parse_args(list(argv))


def _lines(path: Path) -> Lines:
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
        if len(data) > MOST:
            raise BadLines(f"{path} is too large: a file has at most {MOST >> 20} MB")
        found = [msgspec.json.decode(line) for line in data.splitlines() if line.strip()]
    except OSError as error:
        raise BadLines(f"{path} cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadLines(f"{path} is not JSON, one object a line") from error
    if not found or not all(isinstance(line, dict) for line in found):
        raise BadLines(f"{path} has no lines, or some that are no objects")
    return found
