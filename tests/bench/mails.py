"""How fast mails are read, beside the library's own parser and beside bytes that are only read and stored."""

from __future__ import annotations

import email
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench.figures import Figure, at_most, run
from tests.mail.corpus.making import b64, mail, multi, nested, part, qp, typed

from agentdesk.text.mail import parse

MAILS, QUICK = 20_000, 1_000
ROUNDS = 3
TIMES = 6.0
WORDS = ["the", "order", "number", "does", "not", "arrive", "please", "refund", "invoice", "später", "größer", "thanks"]


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """Each way the best of some rounds over the same files, in turn, so that what disturbs one disturbs all."""
    with tempfile.TemporaryDirectory() as folder:
        files = _written(Path(folder), QUICK if quick else MAILS)
        size = sum(file.stat().st_size for file in files)
        best = {way: float("inf") for way in WAYS}
        for _ in range(ROUNDS):
            for way, read in WAYS.items():
                best[way] = min(best[way], _timed(files, read, Path(folder)))
    each = {way: seconds / len(files) * 1000 for way, seconds in best.items()}
    about = f"the library's parser, which decodes nothing, {size / len(files) / 1024:.0f} KB a mail"
    stored = f"only read and stored: {each['stored']:.3f} ms; library"
    return [
        at_most("Reading a mail", TIMES, each["ours"], each["library"], "ms", about),
        at_most("Reading and storing a mail", TIMES, each["ours"] + each["stored"], each["library"], "ms", stored),
    ]


def _timed(files: Sequence[Path], read: Callable[[bytes, Path], object], folder: Path) -> float:
    begun = time.perf_counter()
    for file in files:
        read(file.read_bytes(), folder)
    return time.perf_counter() - begun


def _store(raw: bytes, folder: Path) -> None:
    with (folder / "stored").open("ab") as file:
        file.write(raw)


WAYS: dict[str, Callable[[bytes, Path], object]] = {
    "stored": _store,
    "library": lambda raw, _: email.message_from_bytes(raw),
    "ours": lambda raw, _: parse(raw),
}


def _written(folder: Path, count: int) -> list[Path]:
    """Mails such as customers send: mostly text with HTML, with what they answer quoted below, some with a file."""
    files = []
    for number, raw in enumerate(written(count)):
        files.append(folder / f"{number}.eml")
        files[-1].write_bytes(raw)
    return files


def written(count: int) -> Iterator[bytes]:
    """The mails themselves: the same ones each time."""
    chance = random.Random(1)
    for number in range(count):
        yield _mail(number, chance)


def _mail(number: int, chance: random.Random) -> bytes:
    said = "\n\n".join(_line(chance, chance.randint(10, 60)) for _ in range(chance.randint(1, 5)))
    quoted = "\n".join("> " + _line(chance, 10) for _ in range(chance.randint(0, 40)))
    text = f"{said}\n\nOn Mon, Apr 2, 2012 at 6:22 PM Desk <desk@shop.example> wrote:\n\n{quoted}"
    html = "<html><body>" + "".join(f"<p style='color:red'>{one}</p>" for one in text.split("\n\n")) + "</body></html>"
    plain = part("text/plain; charset=utf-8", qp(text), encoding="quoted-printable")
    both = [plain, part("text/html; charset=utf-8", qp(html), encoding="quoted-printable")]
    headers = {
        "Received": ["from a.example by b.example; Mon, 02 Apr 2012 18:22:10 +0400"] * 4,
        "From": f"Ann {number} <ann{number}@example.com>",
        "Message-ID": f"<{number}@example.com>",
    }
    kind = number % 10
    if kind < 6:
        return multi(both, "alternative", **headers)
    if kind < 8:
        return typed("text/plain; charset=utf-8", qp(text), "quoted-printable", **headers)
    if kind < 9:
        return mail(text, headers)
    data = b64(chance.randbytes(chance.randint(1000, 100_000)))
    file = part("application/pdf", data, encoding="base64", disposition="attachment; filename=a.pdf")
    return multi([nested(both, "alternative", "b2"), file], **headers)


def _line(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(words))


if __name__ == "__main__":
    main()
