"""Recorded dialogues: one JSON object a line, plain or gzipped; what the customer said in each, and when."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec

from agentdesk.domain.kernel import clean

DATA_ENV = "AGENTDESK_DATA"
LONGEST_LINE = 4 * 1024 * 1024
CUSTOMER = "U"


class Turn(msgspec.Struct, frozen=True):
    """One turn as it is written: `s` is U for the customer, A for the agent; anything else is passed over."""

    s: str
    t: str = ""
    ts: Annotated[float, msgspec.Meta(ge=0, le=1e11)] = 0.0


class Written(msgspec.Struct, frozen=True):
    """One line of a file. Fields that we do not know are passed over."""

    id: str | int
    turns: tuple[Turn, ...]


class Line(msgspec.Struct, frozen=True):
    """What the customer says: the number of the turn, the words, and the seconds since the customer's line before."""

    turn: int
    text: str
    pause: float


class Dialogue(msgspec.Struct, frozen=True):
    """The customer's side of a recorded dialogue."""

    id: str
    started: float
    lines: tuple[Line, ...]


def find(name: str) -> Path:
    """The file, here or in the folder that AGENTDESK_DATA names. `FileNotFoundError` if it is in neither."""
    here = Path(name)
    folder = Path(os.environ.get(DATA_ENV) or Path(__file__).resolve().parents[4] / "shared" / "data")
    for path in (here, folder / name):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{name} is neither here nor in {folder} ({DATA_ENV} names another folder).")


def read(path: Path) -> Iterator[Dialogue]:
    """The dialogues in which the customer says something. `ValueError` names the line that is none."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        number = 0
        while data := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(data) > LONGEST_LINE:
                raise ValueError(f"{path.name}, line {number}: longer than {LONGEST_LINE} bytes.")
            if data.strip() and (dialogue := _read_line(data, f"{path.name}, line {number}")).lines:
                yield dialogue


def _read_line(data: bytes, where: str) -> Dialogue:
    try:
        written = msgspec.json.decode(data, type=Written)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{where}: {error}") from None
    said = [(n, turn) for n, turn in enumerate(written.turns) if turn.s == CUSTOMER and clean(turn.t)]
    before = [turn.ts for _, turn in said[:1]] + [turn.ts for _, turn in said]
    lines = tuple(
        Line(n, clean(turn.t), max(0.0, turn.ts - then)) for (n, turn), then in zip(said, before, strict=False)
    )
    return Dialogue(str(written.id), before[0] if before else 0.0, lines)


def message_id(run: str, dialogue: Dialogue, line: Line) -> str:
    """A message's id, a UUIDv7 that follows from run, dialogue and turn: to say it twice is to say it once."""
    digest = sha256(msgspec.json.encode([run, dialogue.id, line.turn])).digest()
    head = (int(dialogue.started * 1000) + line.turn) % 2**48
    high = head << 16 | 0x7000 | int.from_bytes(digest[:2], "big") & 0x0FFF
    low = 0b10 << 62 | int.from_bytes(digest[2:10], "big") & 2**62 - 1
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
