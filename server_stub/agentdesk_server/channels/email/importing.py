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


class MailImport(Request, frozen=True, tag="mail.import"):
    """`skip` mails of the paths were looked at before."""

    paths: Annotated[list[Annotated[str, Meta(max_length=4096)]], Meta(min_length=1, max_length=10_000)]
    team: Text
    mailbox: Annotated[str, Meta(max_length=200)] = ""
    own: list[str] = []
    authserv_id: Annotated[str, Meta(max_length=200)] = ""
    skip: Annotated[int, Meta(ge=0)] = 0


class Progress(msgspec.Struct):
    """How far an import has come: mails looked at, of these new and known ones, and what was not taken in."""

    seen: int = 0
    taken: int = 0
    known: int = 0
    troubles: list[str] = []
    done: bool = False


async def import_mails(core: Core, asked: MailImport, team: str) -> Result:
    """The next mails of the paths. Raises `Cannot` if a path is none. What cannot be opened stands in the troubles."""
    _check(asked.paths)
    box = arrivals.Box(team, asked.mailbox, tuple(asked.own), asked.authserv_id)
    progress, taking, end = Progress(seen=asked.skip), Taking(core), time.monotonic() + SECONDS
    source = islice(_all(asked.paths, progress.troubles), asked.skip, None)
    while time.monotonic() < end and not progress.done:
        group = await asyncio.to_thread(_next, source, lambda raw: arrivals.read(raw, box, core.clock()))
        progress.done = not group
        await _take(taking, group, progress)
    return Result(rows=[msgspec.to_builtins(progress)])


def _check(paths: list[str]) -> None:
    for path in paths:
        if not Path(path).is_absolute() or "\0" in path:
            raise Cannot("Give the whole path of each file.")
        if not Path(path).exists():
            raise Cannot(f"{path}: there is no such file or folder.")


async def _take(taking: Taking, group: list[arrivals.Taken], progress: Progress) -> None:
    answers = await taking.take(group)
    progress.seen += len(group)
    for number, answer in enumerate(answers, progress.seen - len(group) + 1):
        progress.taken += answer.word == "taken"
        progress.known += answer.word == "known"
        if answer.word == "refused":
            progress.troubles.append(f"mail {number} was not taken: {answer.sentence}")


def _next(source: Iterator[bytes], read: Callable[[bytes], arrivals.Taken]) -> list[arrivals.Taken]:
    """The next group, read."""
    group: list[arrivals.Taken] = []
    size = 0
    while len(group) < GROUP and size < GROUP_BYTES and (raw := next(source, None)) is not None:
        group.append(read(raw))
        size += len(raw)
    return group


def _all(paths: list[str], troubles: list[str]) -> Iterator[bytes]:
    for path in chain.from_iterable(boxes.files(Path(one)) for one in paths):
        try:
            yield from (raw for raw in boxes.mails(path) if raw.strip())
        except OSError as error:
            troubles.append(f"{path} cannot be read: {error.strerror}")


def progress_of(result: Result) -> Progress:
    """What a request gave."""
    rows: list[dict[str, Any]] = result.rows
    return msgspec.convert(rows[0], Progress)
