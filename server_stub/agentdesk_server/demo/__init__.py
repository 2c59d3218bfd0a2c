"""`agentdesk demo`: the sample company on this machine, customers that keep arriving, and a desk to work them."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

from agentdesk.store.crypt import private_folder
from agentdesk_server.core import CannotStart
from agentdesk_server.limits import port_number

from .children import ChildFailed, child, kill_all
from .customers import Pace
from .seed import CannotSeed
from .stage import ADMIN, LEAD, Stage, stage
from .tour import tour

__all__ = ["main", "shots_main"]

DONE, FAILED = 0, 1
NO_SCREEN = ("offscreen", "minimal")
Work = Callable[[Stage], Awaitable[None]]


def main(argv: list[str]) -> int:
    """0 when it ended because somebody wanted it to, 1 with a sentence if something broke."""
    options = _parser().parse_args(argv)
    return _run(options, lambda play: _perform(play, options))


def shots_main(argv: list[str]) -> int:
    """`agentdesk shots`: the tour alone, on a sample company of its own."""
    parser = argparse.ArgumentParser(prog="agentdesk shots", description="Pictures of every page, without a screen.")
    parser.add_argument("--to", metavar="DIR", type=Path, default=Path("shots"), help="where to (shots)")
    options = parser.parse_args(argv, argparse.Namespace(data=None, port=0, rate=20.0, seed=1, minutes=None))
    try:
        options.to.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=options.to).close()  # minutes go by before the first picture is kept
    except OSError as error:
        print(
            f"agentdesk shots: {options.to} takes no files: {error.strerror}. Choose another folder.", file=sys.stderr
        )
        return FAILED
    return _run(options, lambda play: _tour(play, options.to))


def _run(options: argparse.Namespace, work: Work) -> int:
    with _folder(options.data) as folder:
        try:
            asyncio.run(_main(folder, options, work))
        except (KeyboardInterrupt, asyncio.CancelledError):
            print("\nended", file=sys.stderr)
        except (ChildFailed, CannotSeed, CannotStart, OSError) as error:
            print(f"agentdesk: {error}", file=sys.stderr)
            return FAILED
        finally:
            kill_all()
    return DONE


async def _main(folder: Path, options: argparse.Namespace, work: Work) -> None:
    _end_when_told()
    print("preparing the sample company …", flush=True)
    async with stage(folder, options.port, Pace(rate=options.rate, seed=options.seed)) as play:
        _say_where(play)
        async with _watched(play, options.minutes):
            await work(play)


def _end_when_told() -> None:
    """A polite kill is a Ctrl+C."""
    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


@contextlib.asynccontextmanager
async def _watched(play: Stage, minutes: float | None) -> AsyncIterator[None]:
    """Let the work go on until it is over or time is up. Raises `ChildFailed` if the server or the customers end."""
    task = asyncio.current_task()
    ended: list[str] = []

    def end(why: str) -> None:
        ended.append(why)
        if task is not None:
            task.cancel()

    async def watch() -> None:
        waiting = {asyncio.create_task(play.serving.wait()), play.customers}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        end("The server has ended." if play.serving.returncode is not None else "The customers have ended.")

    watcher = asyncio.create_task(watch())
    clock = asyncio.get_running_loop().call_later(minutes * 60, end, "") if minutes else None
    try:
        yield
    except asyncio.CancelledError:
        if not ended or task is None:
            raise
        task.uncancel()
        if ended[0]:
            raise ChildFailed(ended[0]) from None
    finally:
        watcher.cancel()
        if clock:
            clock.cancel()


async def _perform(play: Stage, options: argparse.Namespace) -> None:
    if options.no_desk:
        print("Ctrl+C ends it.", flush=True)
        await asyncio.Event().wait()
    elif can_show():
        await _desk(play)
    else:
        print("There is no display here, so the desk goes on a tour by itself and takes pictures.", flush=True)
        await _tour(play, options.shots)


async def _desk(play: Stage) -> None:
    """A desk with somebody signed in. It keeps nothing: the company is gone when the demo ends."""
    arguments = ("--server", play.url, "--email", play.agent, "--password-stdin")
    with tempfile.TemporaryDirectory(prefix="agentdesk-desk-") as folder:  # also when the desk is ended from outside
        room = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
        async with child("agentdesk.desk.guest", *arguments, secret=play.password, env=room) as desk:
            if await desk.wait():
                raise ChildFailed("The desk ended with an error.")


async def _tour(play: Stage, to: Path) -> None:
    pictures = await tour(play, to)
    print(f"{len(pictures)} pictures in {to}:", *(f"  {path.name}" for path in pictures), sep="\n", flush=True)


def can_show() -> bool:
    """Whether a window would be seen by anybody."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform in NO_SCREEN or not sys.platform.startswith("linux"):
        return platform not in NO_SCREEN
    return bool(platform or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _say_where(play: Stage) -> None:
    company = play.company
    print(
        f"\n{company.name}, a company that does not exist, is open.\n"
        f"  be a customer    {play.url}/demo\n"
        f"  server           {play.url}\n"
        f"  agent            {play.agent}\n"
        f"  lead, admin      {company.email(LEAD)}, {company.email(ADMIN)}\n"
        f"  password         {play.password}   (everybody's, for this run only)\n"
        f"  data             {play.home}   (agentdesk admin --data {play.home} …)\n"
        "  second factor    nobody needs one here; in a company of your own: agentdesk admin second-factor require\n",
        flush=True,
    )


@contextlib.contextmanager
def _folder(named: Path | None) -> Iterator[Path]:
    """The folder that was named, which stays; or a new one, which goes."""
    if named is not None:
        yield private_folder(named.absolute())
        return
    folder = Path(tempfile.mkdtemp(prefix="agentdesk-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agentdesk demo", description=__doc__)
    parser.add_argument("--no-desk", action="store_true", help="only the server and its customers")
    parser.add_argument("--minutes", metavar="N", type=float, help="end by itself after so long")
    parser.add_argument("--rate", metavar="R", type=_rate, default=4.0, help="customers a minute (4)")
    parser.add_argument("--port", metavar="N", type=port_number, default=0, help="the server's port (any free one)")
    parser.add_argument("--data", metavar="DIR", type=Path, help="keep the company here (else nothing is kept)")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="another number, other customers (1)")
    parser.add_argument("--shots", metavar="DIR", type=Path, default=Path("shots"), help="pictures, without a display")
    return parser


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 < rate <= 6000:
        raise argparse.ArgumentTypeError("more than 0, at most 6000")
    return rate
