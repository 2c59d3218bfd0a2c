"""A large company, the same each time: its records, and an encrypted replica of them that is kept between runs."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
from tests.bench.laptop import data_key

from agentdesk.domain.cases import Case, Conversation, Customer, Message
from agentdesk.domain.cases.thread import open_scope, past_scope, ranked
from agentdesk.domain.catalogue import RECORDS
from agentdesk.domain.kernel import Record, spec_of
from agentdesk.domain.people import Person, Team
from agentdesk.protocol import encode_rows, row_hash
from agentdesk.protocol.frames import CaughtUp, Delta, Scope, Welcome, Who
from agentdesk.store.crypt import private_folder
from agentdesk.store.tables import fingerprint
from agentdesk.sync.confirmed import Confirmed
from agentdesk.sync.files import open_replica

NOW = 1_790_000_000_000
HOUR = 3_600_000
KEY = data_key()
TEAM, PERSON, DEVICE, SERVER, EMAIL = "billing", "mina", "desk-bench", "http://127.0.0.1:9", "mina@example.com"
OPEN_SHARE = 20
"""One case in so many is open; the others are solved, as on any laptop that is some months old."""
PER_CASE = 10
RARE, RARE_EVERY = "voucher", 100
"""A word that stands in exactly one message of so many."""
MADE_BY = 4
"""Counted up when what is made here changes: kept replicas are then made anew."""
_SAID = """
order parcel refund invoice delivery account password address payment receipt card bank late broken missing
wrong size colour return exchange label courier tracking number morning evening week month please thanks again
still waiting answer call mail phone app screen button page error message cannot open close change update
cancel confirm charged twice amount total discount price shop store customer name street city country the a is
was not and to of for in on with from my your our it this that have has been will would could can do does did
when where why how what who because after before until since today yesterday tomorrow
"""


class Sizes(msgspec.Struct, frozen=True):
    """How large a company is."""

    cases: int = 100_000
    per_case: int = PER_CASE

    @property
    def messages(self) -> int:
        return self.cases * self.per_case


def words() -> list[str]:
    """Some thousand words, common ones first, as in any language."""
    rng = random.Random(7)
    parts = [c + v for c in "bcdfghjklmnprstvwz" for v in ("a", "e", "i", "o", "u", "an", "er", "il", "on")]
    made = ("".join(rng.choices(parts, k=rng.choice((2, 3, 3, 4)))) for _ in range(6_000))
    return list(dict.fromkeys((*_SAID.split(), *made)))


def sentences(rng: random.Random, count: int = 20_000) -> list[str]:
    """What people write, made of words as common as words are."""
    known = words()
    weights = [1 / (place + 3) for place in range(len(known))]
    drawn = iter(rng.choices(known, weights, k=count * 14))
    return [" ".join(islice(drawn, rng.randint(4, 14))).capitalize() + "." for _ in range(count)]


class Company:
    """Makes records in order; each case's revision is its own."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self._rng = random.Random(11)
        self._said = sentences(self._rng)
        self._number = 0

    def people(self) -> list[Record]:
        """The team and those in it."""
        team = Team(TEAM, "org", 1, "Billing")
        names = ("Mina Berg", "Jonas Keller", "Aylin Demir", "Tom Ward")
        return [
            team,
            *(Person(n.split()[0].lower(), "org", 1, n, f"{n.split()[0].lower()}@example.com", "agent", (TEAM,))
              for n in names),
        ]  # fmt: skip

    def cases(self) -> Iterator[tuple[str, list[Record]]]:
        """Each case with its scope, its customer and all that was said in it."""
        for number in range(1, self.sizes.cases + 1):
            yield self._case(number)

    def _text(self) -> str:
        self._number += 1
        said = " ".join(self._rng.choices(self._said, k=self._rng.choice((1, 1, 2, 3))))
        marked = f" {RARE}" if self._number % RARE_EVERY == 0 else ""
        return f"{said}{marked} A-{self._number * 7919 % 10_000_019}"

    def _case(self, number: int) -> tuple[str, list[Record]]:
        is_open = number % OPEN_SHARE == 0
        scope = open_scope(TEAM) if is_open else past_scope(TEAM)
        opened = NOW - (self.sizes.cases - number + 2) * HOUR
        customer = f"customer-{(number + 1) // 2}"
        name = f"Customer {(number + 1) // 2}"
        rows: list[Record] = []
        if number % 2:
            rows.append(Customer(customer, "customers", number + 1, name, f"c{number}@example.com", "en", opened))
        id = f"{opened:012x}-7000-8000-{number:012x}"
        said = [self._message(id, scope, number + 1, seq, name, opened) for seq in range(1, self.sizes.per_case + 1)]
        rows.append(self._head(id, scope, number, customer, name, opened, said, is_open))
        rows.append(Conversation(f"{id}-c", scope, number + 1, id, "chat", customer, opened))
        rows += said
        return scope, rows

    def _message(self, case: str, scope: str, rev: int, seq: int, name: str, opened: int) -> Message:
        inward = seq % 2 == 1
        at = opened + seq * 60_000 + self._rng.randrange(50_000)
        return Message(
            f"{case}-{seq}", scope, rev, case, f"{case}-c", seq, "customer" if inward else "reply",
            "" if inward else PERSON, name if inward else "Mina Berg", self._text(), at, at,
            "" if inward else "delivered",
        )  # fmt: skip

    def _head(
        self, id: str, scope: str, number: int, customer: str, name: str, opened: int, said: list[Message],
        is_open: bool,
    ) -> Case:  # fmt: skip
        last = said[-1]
        head = Case(
            id, scope, 0, number, self._rng.choice(self._said)[:60], customer, name, TEAM, "chat", "en", opened,
            last.at, 0, PERSON if number % (OPEN_SHARE * 4) == 0 else "", "open" if is_open else "solved",
            seq=len(said), in_seq=len(said) - 1, out_seq=len(said), preview=last.text[:80],
            waiting_since=last.at if is_open else 0, solved_at=0 if is_open else last.at,
        )  # fmt: skip
        return msgspec.structs.replace(ranked(head), rev=number + 1)


# --- The replica -----------------------------------------------------------------------------------------------------

PAGE = 200
"""Cases that enter the replica in one transaction."""
SCOPES = [
    Scope("org", 0), Scope(f"user:{PERSON}", 1), Scope(open_scope(TEAM), 2), Scope(past_scope(TEAM), 5),
]  # fmt: skip


def replica(sizes: Sizes) -> Path:
    """The folder of a desk whose `replica.db` holds such a company, caught up; made once and then kept."""
    folder = kept() / f"{fingerprint()}-{MADE_BY}-{sizes.cases}x{sizes.per_case}"
    done = folder / "done"
    if not done.exists():
        for left in private_folder(folder).glob("replica.db*"):
            left.unlink()
        fill(folder / "replica.db", sizes)
        done.touch()
    return folder


def kept() -> Path:
    """Where large files stay between runs."""
    user = os.getuid() if hasattr(os, "getuid") else "all"
    return private_folder(Path(tempfile.gettempdir()) / f"agentdesk-bench-{user}")


def fill(path: Path, sizes: Sizes) -> None:
    """Let a whole company enter a new replica, as a catch-up would."""
    conn = open_replica(path, KEY)
    confirmed = Confirmed(conn)
    company = Company(sizes)
    confirmed.apply([welcome(sizes)])
    checks = {scope.id: [0, 0] for scope in SCOPES}
    confirmed.apply([*deltas({"org": company.people()}, {}, 1, checks)])
    cursors: dict[str, int] = {}
    made = company.cases()
    while some := list(islice(made, PAGE)):
        gathered: dict[str, list[Record]] = {}
        for scope, records in some:
            gathered.setdefault(scope, []).extend(records)
        newest = max(record.rev for records in gathered.values() for record in records)
        confirmed.apply([*deltas(gathered, cursors, newest, checks)])
    head = sizes.cases + 1
    confirmed.apply([CaughtUp(scope=s, rev=head, count=count, check=xor) for s, (count, xor) in checks.items()])
    assert not confirmed.behind, "a check has failed"
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    conn.execute("PRAGMA optimize").fetchall()
    conn.close()


def welcome(sizes: Sizes, epoch: str = "bench") -> Welcome:
    """What a server of this company says first."""
    return Welcome(
        epoch=epoch, now=NOW, view="agent", schema=1, head=sizes.cases + 1, min_rev=0, safe=0,
        who=Who(PERSON, "Mina Berg", "agent", (TEAM,)), scopes=SCOPES, done=0,
    )  # fmt: skip


def deltas(
    gathered: dict[str, list[Record]], cursors: dict[str, int], to: int, checks: dict[str, list[int]]
) -> Iterator[Delta]:
    """Records as they come over the wire; keeps the check of each scope."""
    for scope, records in gathered.items():
        by_kind: dict[str, list[Record]] = {}
        for record in records:
            by_kind.setdefault(spec_of(record).kind, []).append(record)
            check = checks[scope]
            check[0] += 1
            check[1] ^= row_hash(spec_of(record).kind, record.id, record.rev)
        assert by_kind.keys() <= RECORDS.keys()
        put = {kind: msgspec.Raw(encode_rows(kind, some, binary=True)) for kind, some in by_kind.items()}
        yield Delta(scope=scope, from_=cursors.get(scope, 0), to=to, put=put)
        cursors[scope] = to
