"""Canaries: marked values that stand for what people say and are called, and the search for each in any disguise."""

from __future__ import annotations

import json
import random
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

LETTERS = "bcdfghjklmnpqrstvwxz"
EDGE = 2
"""What is encoded in groups of three bytes looks otherwise at both ends, by what stands beside it."""


def word(length: int = 12) -> str:
    """Letters that stand together nowhere else."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def card() -> str:
    """A number of a payment card (Luhn) in one piece."""
    digits = [4, *(random.SystemRandom().randrange(10) for _ in range(14))]
    doubled = [sum(divmod(2 * digit, 10)) if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return "".join(map(str, (*digits, -sum(doubled) % 10)))


def number(length: int) -> str:
    """Digits as of a telephone or a customer."""
    return "".join(str(secrets.randbelow(10)) for _ in range(length))


class Canaries:
    """What was planted, by what it stands for."""

    def __init__(self) -> None:
        self.text: dict[str, str] = {}
        self.raw: dict[str, bytes] = {}

    def plant(self, what: str, form: str = "{}") -> str:
        """A new one: the text to plant, with what marks it in it. `form` says how it must look."""
        assert what not in self.text, what
        mark = word()
        self.text[what] = mark
        return form.format(mark)

    def name(self, what: str) -> str:
        """One with letters that each encoding writes in its own way, and that a search must fold."""
        assert what not in self.text, what
        self.text[what] = f"Zoë {word(9).title()} Ünal"
        return self.text[what]

    def know(self, what: str, value: str | bytes) -> None:
        """One that was not made here: a token, a key."""
        if isinstance(value, str):
            self.text[what] = value
        else:
            self.raw[what] = value

    def __len__(self) -> int:
        return len(self.text) + len(self.raw)

    def sightings(self, *folders: Path) -> list[str]:
        """Where any of them can be read: in any file, or in what it is called."""
        needles = [(what, *forms) for what, forms in self._needles()]
        found = []
        for path in files(folders):
            data = path.read_bytes() + b"\0" + bytes(path)
            folded = data.lower()
            for what, exact, blurred in needles:
                hits = [form for form in exact if form in data] + [form for form in blurred if form in folded]
                found += [f"{what} in {path}: {form!r}" for form in hits[:1]]
        return found

    def _needles(self) -> Iterator[tuple[str, tuple[list[bytes], list[bytes]]]]:
        """What to look for: exact bytes, and bytes to be looked for in lower case."""
        for what, text in self.text.items():
            exact: list[bytes] = []
            blurred: list[bytes] = []
            for value in {text, text.lower(), text.upper(), text.casefold()}:
                utf8, *wide = (value.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
                percent = (quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1])
                blurred += [one.lower() for one in (utf8, *wide, *(form.encode() for form in percent))]
                blurred.append(utf8.hex().encode())
                exact += [form for one in (utf8, *wide) for form in in_base64(one)]
            yield what, (exact, blurred)
        for what, raw in self.raw.items():
            yield what, ([raw, *in_base64(raw)], [raw.hex().encode()])


def in_base64(data: bytes) -> Iterator[bytes]:
    """How it looks in Base64 wherever it begins in what is encoded, without the ends that others have a part in."""
    for shift in range(3):
        padded = bytes(shift) + data
        for encode in (b64encode, urlsafe_b64encode):
            whole = encode(padded).rstrip(b"=")
            start = -(-8 * shift // 6)
            yield whole[start : len(whole) - (EDGE if len(padded) % 3 else 0)]


def files(folders: tuple[Path, ...]) -> Iterator[Path]:
    """All that can be read, and nothing that is reached by a link."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path
