"""Mails in files, taken in by `agentdesk import`: some at a time, for as long as one request may take."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from agentdesk_server.asked import Cannot, Request, Result, Text
from agentdesk_server.core import Core

from . import arrivals, boxes
from .taking import Taking

SECONDS = 20.0
"""For so long one request goes on; whoever asks then asks for the rest."""
GROUP, GROUP_BYTES = 200, 8 * 1024 * 1024
"""Mails that share their way to the disk."""
Number = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class Place(msgspec.Struct, frozen=True):
    """How far an import has come: mails looked at, files that are done with, and bytes of the one after them."""

    seen: Number = 0
    files: Number = 0
    offset: Number = 0


class MailImport(Request, frozen=True, tag="mail.import"):
    """What comes before `place` was looked at before."""

    paths: Annotated[list[Annotated[str, Meta(max_length=4096)]], Meta(min_length=1, max_length=10_000)]
    team: Text
    mailbox: Annotated[str, Meta(max_length=200)] = ""
    own: list[str] = []
    authserv_id: Annotated[str, Meta(max_length=200)] = ""
    place: Place = Place()


class Progress(msgspec.Struct):
    """What came of a request: where the next one goes on, how many were new and known, and what was not taken in."""

    place: Place
    taken: int = 0
    known: int = 0
    troubles: list[str] = []
    done: bool = False


async def import_mails(core: Core, asked: MailImport, team: str) -> Result:
    """The next mails of the paths. Raises `Cannot` if a path is none. What cannot be opened stands in the troubles."""
    _check(asked.paths)
    box = arrivals.Box(team, asked.mailbox, tuple(asked.own), asked.authserv_id)
    progress, taking, end = Progress(asked.place), Taking(core), time.monotonic() + SECONDS
    source = _all(asked.paths, asked.place, progress.troubles)
    while not progress.done:
        group, place = await asyncio.to_thread(_next, source, lambda raw: arrivals.read(raw, box, core.clock()))
        progress.done = not group
        await _take(taking, group, progress)
        progress.place = place or progress.place
        if time.monotonic() >= end:
            break
    return Result(rows=[msgspec.to_builtins(progress)])


def _check(paths: list[str]) -> None:
    for path in paths:
        if not Path(path).is_absolute() or "\0" in path:
            raise Cannot("Give the whole path of each file.")
        if not Path(path).exists():
            raise Cannot(f"{path}: there is no such file or folder.")


async def _take(taking: Taking, group: list[arrivals.Taken], progress: Progress) -> None:
    for number, answer in enumerate(await taking.take(group), progress.place.seen + 1):
        progress.taken += answer.word == "taken"
        progress.known += answer.word == "known"
        if answer.word == "refused":
            progress.troubles.append(f"mail {number} was not taken: {answer.sentence}")


def _next(
    source: Iterator[tuple[bytes, Place]], read: Callable[[bytes], arrivals.Taken]
) -> tuple[list[arrivals.Taken], Place | None]:
    """The next group, read, and the place behind it."""
    group: list[arrivals.Taken] = []
    size = 0
    place: Place | None = None
    while len(group) < GROUP and size < GROUP_BYTES and (found := next(source, None)) is not None:
        raw, place = found
        group.append(read(raw))
        size += len(raw)
    return group, place


def _all(paths: list[str], place: Place, troubles: list[str]) -> Iterator[tuple[bytes, Place]]:
    """The mails behind a place, each with the place behind it."""
    files, seen = chain.from_iterable(boxes.files(Path(one)) for one in paths), place.seen
    for done, path in enumerate(islice(files, place.files, None), place.files):
        try:
            for raw, offset in boxes.mails_from(path, place.offset if done == place.files else 0):
                if raw.strip():
                    seen += 1
                    yield raw, Place(seen, done, offset)
        except OSError as error:
            troubles.append(f"{path} cannot be read: {error.strerror}")


def progress_of(result: Result) -> Progress:
    """What a request gave."""
    rows: list[dict[str, Any]] = result.rows
    return msgspec.convert(rows[0], Progress)
