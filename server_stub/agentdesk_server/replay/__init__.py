"""`agentdesk replay`: recorded dialogues as live customers, through the same door as every visitor."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from itertools import islice
from pathlib import Path

from .book import Book, default_path
from .dialogues import find, read
from .entrance import Place, place_at, reach
from .playing import Manner, Tally, play

__all__ = ["main"]

ALL_TAKEN, NOT_ALL_TAKEN, USAGE, INTERRUPTED = 0, 1, 2, 130
DEMO_SITE = "pk_fennel_and_oak"


def main(argv: list[str]) -> int:
    """Replay as the arguments say: 0 only if every message was acknowledged."""
    options = _parser().parse_args(argv)
    try:
        place = place_at(options.server, options.site, options.origin)
        path = find(options.file)
        book = Book(options.state or default_path(place, path, options.run))
        return asyncio.run(_replay(path, place, options, book))
    except (OSError, ValueError) as error:
        print(f"agentdesk replay: {error}", file=sys.stderr)
        return USAGE
    except ExceptionGroup as group:
        print(f"agentdesk replay: {group.exceptions[0]}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("stopped; the same command again goes on where this one ended", file=sys.stderr)
        return INTERRUPTED


async def _replay(path: Path, place: Place, options: argparse.Namespace, book: Book) -> int:
    manner = Manner(options.speed, options.visitors, options.run, options.patience)
    await reach(place)
    started = time.monotonic()
    with book:
        tally = await play(islice(read(path), options.limit or None), place, manner, book, _Progress())
    if not tally.messages:
        raise ValueError(f"{path} has no dialogue in which a customer says anything. The README shows what a line is.")
    print(summary(tally, time.monotonic() - started))
    for reason, count in tally.reasons.items():
        print(f"  {count} × {reason}", file=sys.stderr)
    return NOT_ALL_TAKEN if tally.failed else ALL_TAKEN


def summary(tally: Tally, seconds: float) -> str:
    """The one line at the end."""
    rate = tally.acknowledged / max(seconds, 0.001)
    return (
        f"{tally.dialogues} dialogues, {tally.messages} messages: {tally.acknowledged} acknowledged, "
        f"{tally.failed} not, in {seconds:.1f} s ({rate:.0f} a second)"
    )


class _Progress:
    """Says now and then how far it is, where somebody looks."""

    def __init__(self) -> None:
        self._then = time.monotonic()

    def __call__(self, tally: Tally) -> None:
        now = time.monotonic()
        if now - self._then > 1 and sys.stderr.isatty():
            self._then = now
            print(f"\r{tally.dialogues} dialogues, {tally.acknowledged} messages", end="\r", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agentdesk replay", description=__doc__)
    parser.add_argument("file", metavar="FILE", help="JSON lines, .gz or not; also looked for in AGENTDESK_DATA")
    parser.add_argument("--server", metavar="URL", required=True, help="such as http://127.0.0.1:18080")
    parser.add_argument("--site", metavar="KEY", default=DEMO_SITE, help="the site's public key (else the demo's)")
    parser.add_argument("--origin", metavar="ORIGIN", default="", help="the page to come from (else the server's own)")
    parser.add_argument("--speed", metavar="X", type=_speed, default=1.0, help="1 as recorded (default), 0 no pauses")
    parser.add_argument("--visitors", metavar="N", type=_some, default=20, help="so many at a time (default 20)")
    parser.add_argument("--limit", metavar="N", type=_some, default=0, help="so many dialogues (else all)")
    parser.add_argument("--run", metavar="NAME", default="", help="another name plays the same again, as new customers")
    parser.add_argument("--state", metavar="FILE", type=Path, help="who played what, to go on after a kill")
    parser.add_argument("--patience", metavar="S", type=_speed, default=120.0, help="seconds without an answer (120)")
    return parser


def _some(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _speed(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1e9:
        raise argparse.ArgumentTypeError("0 or more")
    return number
