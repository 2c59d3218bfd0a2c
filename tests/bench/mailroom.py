"""How fast mails become cases, beside the library's own parse of the same bytes; and how soon one is where it goes."""

from __future__ import annotations

import asyncio
import email
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, at_most, below, run
from tests.bench.mails import written
from tests.mail.post import WHY_NOT, Office
from tests.mail.post.office import CUSTOMER, DESK, PASSWORD
from tests.server.running import Company, Desk, company, uuid7

from agentdesk.text.mail import message_id
from agentdesk_server.channels.email import boxes
from agentdesk_server.channels.email.importing import MailImport, Place, progress_of
from agentdesk_server.channels.email.operating import MailboxAdd
from agentdesk_server.core import open_core
from agentdesk_server.operating import Operator, TeamAdd

MAILS, QUICK = 10_000, 1_000
TIMES, SECONDS, TRIES = 6.0, 2.0, 15


def main() -> None:
    run(measure, __doc__, MAILS)


def measure(quick: bool, count: int = MAILS) -> list[Figure]:
    """The import, and where Dovecot and Postfix are installed, the way in and the way out."""
    with tempfile.TemporaryDirectory() as folder:
        figures = [_imported(Path(folder), QUICK if quick else count)]
        if not WHY_NOT:
            figures += _there_and_back(Path(folder), 5 if quick else TRIES)
    return figures


def _imported(folder: Path, count: int) -> Figure:
    box = _mbox(folder, count)
    ours = asyncio.run(_import(folder / "server", box, count))
    library, stored = _parsed(box), _stored(box, folder / "copy")
    rate = f"{count:,} mails, {count / ours:,.0f} a second"
    beside = f"{rate}; only read and stored: {stored / count * 1000:.3f} ms; the library's parse"
    return at_most("Importing a mail", TIMES, ours / count * 1000, library / count * 1000, "ms", beside)


def _mbox(folder: Path, count: int) -> Path:
    place = folder / "mails.mbox"
    with place.open("wb") as file:
        for raw in written(count):
            file.write(b"From a@b Mon Apr  2 18:22:10 2012\n" + raw.replace(b"\nFrom ", b"\n>From ") + b"\n\n")
    return place


async def _import(folder: Path, box: Path, count: int) -> float:
    async def never(_: str) -> str:
        return ""

    async with open_core(folder) as core:
        operator = Operator(core, never)
        await operator.do(TeamAdd(name="Support"))
        begun, place, done = time.perf_counter(), Place(), False
        while not done:
            progress = progress_of(await operator.do(MailImport(paths=[str(box)], team="Support", place=place)))
            place, done = progress.place, progress.done
        spent = time.perf_counter() - begun
    assert place.seen == count, (place, progress.troubles[:3])
    return spent


def _parsed(box: Path) -> float:
    begun = time.perf_counter()
    for raw in boxes.mails(box):
        email.message_from_bytes(raw)
    return time.perf_counter() - begun


def _stored(box: Path, copy: Path) -> float:
    """The floor: the bytes read and on the disk, and nothing looked at."""
    begun = time.perf_counter()
    with box.open("rb") as source, copy.open("wb") as target:
        while piece := source.read(1 << 20):
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    return time.perf_counter() - begun


def _there_and_back(folder: Path, tries: int) -> list[Figure]:
    with Office() as office, company(folder / "loop") as made:
        add = MailboxAdd(
            address=DESK, team="Billing", imap=f"127.0.0.1:{office.imap}", smtp=f"127.0.0.1:{office.smtp}",
            plain=True, secret=PASSWORD,
        )  # fmt: skip
        made.running.operate(add)
        made.running.do(_look(made))
        desk = Desk(made.url, made.sign_in())
        desk.until("caught_up")
        both = [_once(office, made, desk, number) for number in range(tries + 1)][1:]
        desk.close()
    told = f"median of {tries}; the slowest {{:.2f}} s"
    come, go = [one[0] for one in both], [one[1] for one in both]
    return [
        below("A mail at Dovecot is on the desk", SECONDS, statistics.median(come), "s", told.format(max(come))),
        below("A reply is at Postfix", SECONDS, statistics.median(go), "s", told.format(max(go))),
    ]


async def _look(made: Company) -> None:
    made.state.mail.look()


def _once(office: Office, made: Company, desk: Desk, number: int) -> tuple[float, float]:
    """Seconds from the delivery to the desk, and from the reply until Postfix has it."""
    subject = f"Number {number}"
    head = (
        f"From: {CUSTOMER}\r\nTo: {DESK}\r\nSubject: {subject}\r\nMessage-ID: <{uuid7()}@example.test>\r\n\r\nHello\r\n"
    )
    begun = time.perf_counter()
    office.deliver(head.encode())
    case = ""
    while not case:
        frames = json.loads(desk.socket.recv(timeout=30))
        rows = (row for frame in frames if frame["t"] == "delta" for row in frame.get("put", {}).get("case", []))
        case = next((str(row["id"]) for row in rows if row["subject"] == subject), "")
    came = time.perf_counter() - begun
    message = uuid7()
    begun = time.perf_counter()
    assert desk.do("case.reply", case=case, message=message, text="Soon.", seen=99)["status"] == "done"
    id, log = message_id(message, "desk.test"), office.folder / "postfix/log"
    while f"message-id=<{id}>" not in log.read_text():
        time.sleep(0.01)
    return came, time.perf_counter() - begun


if __name__ == "__main__":
    main()
