"""Our threading beside Dovecot's own (THREAD=REFERENCES, RFC 5256), on stories of customers and on the hostile corpus.

Ours never joins what Dovecot's leaves apart. Where Dovecot joins more, each mail says why we do not: it believes ids
and subjects, and we believe who takes part.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from imapclient import IMAPClient
from tests.mail.corpus import all_cases
from tests.mail.post import WHY_NOT, Office
from tests.mail.post.office import DESK, PASSWORD

from agentdesk.domain.mail import Mail, TakeMail, base_subject
from agentdesk.domain.people import TEAMS
from agentdesk_server.channels.email import arrivals
from agentdesk_server.channels.email.taking import Taking
from agentdesk_server.core import open_core
from agentdesk_server.operating import Operator, TeamAdd

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "-")
LARGEST = 20_000
FORGED = "Authentication-Results: mx.desk.test; dmarc=fail"
NOW = 1_800_000_000_000


class Story:
    """Mails of one customer about one thing, and of those who mix in."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.number, self.chance, self.count = number, chance, 0
        self.jo, self.kim, self.eve = (f"{name}{number}@o.example" for name in ("jo", "kim", "eve"))

    def id(self) -> str:
        self.count += 1
        return f"{self.number}.{self.count}@o.example"

    def mail(self, id: str, sender: str, refs: Sequence[str] = (), *more: str, subject: str = "") -> bytes:
        """`refs` are named as most programs do, or by the last alone, as some do."""
        named = [f"References: {' '.join(f'<{one}>' for one in refs)}"] if len(refs) > 1 else []
        named += [f"In-Reply-To: <{refs[-1]}>"] if refs else []
        what = subject or f"{'Re: ' if refs else ''}Parcel {self.number}"
        head = [f"From: {sender}", f"To: {DESK}", f"Subject: {what}", f"Message-ID: <{id}>", *named, *more]
        return "\r\n".join([*head, "", f"This is {id}.", ""]).encode()

    def told(self) -> list[bytes]:
        """One of the ways in which such a thing goes, in the order in which its mails arrive."""
        a, b, c, d = (self.id() for _ in range(4))
        first, answered = self.mail(a, self.jo, (), f"Cc: {self.kim}"), f"ours-{a}"
        ways = [
            [
                first,
                self.mail(b, self.jo, (a, answered)),
                self.mail(c, self.kim, (b,)),
                self.mail(d, self.jo, (a, b, c)),
            ],
            [first, self.mail(b, self.eve, (a,)), self.mail(c, self.eve, (a, b)), self.mail(d, self.jo, (a, b))],
            [first, self.mail(b, self.jo, (a,), FORGED), self.mail(c, self.jo, (a,))],
            [first, self.mail(b, self.jo), self.mail(c, self.kim)],
            [self.mail(b, self.jo, (a,)), first, self.mail(c, self.jo, (a, b))],
            [self.mail(b, self.jo, (answered,)), self.mail(c, self.jo, (answered,))],
            [first, self.mail(a, self.jo, (), "X-Again: yes")],
            [first, self.mail(b, self.jo, (), subject=f"Lamp {self.number}"), self.mail(c, self.jo, (a, b))],
        ]
        return ways[self.number % len(ways)]


def post() -> list[bytes]:
    """All mails as they arrive: the stories, one among the other, then some of the hostile ones."""
    chance = random.Random(5)
    waiting = [Story(number, chance).told() for number in range(48)]
    found: list[bytes] = []
    while waiting:
        story = chance.choice(waiting)
        found.append(story.pop(0))
        waiting = [one for one in waiting if one]
    return found + [case.raw for case in all_cases()[::12] if len(case.raw) < LARGEST and case.raw.strip()]


def by_dovecot(mails: Sequence[bytes]) -> list[int]:
    """Which thread each is in."""
    office = Office()
    office.folder.chmod(0o755)
    office.tokens.start()
    try:
        office.start_dovecot()
        with IMAPClient("127.0.0.1", office.imap, ssl=False) as client:
            client.login(DESK, PASSWORD)
            client.multiappend("INBOX", mails)
            client.select_folder("INBOX", readonly=True)
            threads = client.thread("REFERENCES", "ALL")
    finally:
        office.__exit__()
    found = {uid: number for number, thread in enumerate(threads) for uid in leaves(thread)}
    return [found[uid] for uid in sorted(found)]


def leaves(thread: object) -> Iterator[int]:
    if isinstance(thread, int):
        yield thread
    elif isinstance(thread, tuple | list):
        for one in thread:
            yield from leaves(one)


def by_us(mails: Sequence[bytes], folder: Path) -> tuple[list[TakeMail], list[Mail]]:
    """Each as it was read, and as it was put into a case by a real server."""

    async def never(_: str) -> str:
        return ""

    async def work() -> tuple[list[TakeMail], list[Mail]]:
        async with open_core(folder) as core:
            await Operator(core, never).do(TeamAdd(name="Support"))
            (team,) = core.reader.records.page(TEAMS(), limit=1)
            box = arrivals.Box(team.id, DESK, (DESK,), "mx.desk.test")
            taken = [arrivals.read(raw, box, NOW) for raw in mails]
            answers = await Taking(core).take(taken)
            assert {one.word for one in answers} <= {"taken", "known"}, Counter(one.sentence for one in answers)
            records = core.reader.records.get_many("mail", [one.command.message for one in taken])
            found = [records[one.command.message] for one in taken]
            return [one.command for one in taken], [one for one in found if isinstance(one, Mail)]

    return asyncio.run(work())


def named(one: TakeMail) -> tuple[str, ...]:
    return (*one.in_reply_to, *one.references)


def why_apart(at: int, apart: set[int], read: Sequence[TakeMail], put: Sequence[Mail]) -> str:
    """Why a mail is not in one case with earlier ones that Dovecot has in its thread; empty: no reason is known."""
    one, ids = read[at], set(named(read[at]))
    refused = [reason.partition(" ")[2] for reason in put[at].related]
    takes_part = {address for i in apart for address in (put[i].peer, put[i].sender, *put[i].to, *put[i].cc)}
    known = {i for i in range(at) if read[i].message_id in ids}
    naming = [set(named(other)) for other in read if one.message_id and one.message_id in named(other)]
    if "forged" in refused:
        return "forged" if one.forged else ""
    if "stranger" in refused:
        return "stranger" if any(sender not in takes_part for sender in one.senders) else ""
    if "elsewhere" in refused:
        return "names two cases"
    if any(put[i].case == put[at].case for i in known):
        return "follows what it answers"
    if not known and one.message_id and any(one.message_id in named(read[i]) for i in apart):
        return "came after its answer"
    if not known and any(ids & set(named(read[i])) for i in apart):
        return "both answer a mail that never came"
    if not known and any(read[i].message_id in names for i in apart for names in naming):
        return "a later mail names both"
    if any(base_subject(one.subject) == base_subject(read[i].subject) for i in apart):
        return "only the subject is the same"
    return ""


def test_ours_agrees_with_dovecots_except_where_it_says_why(tmp_path: Path) -> None:
    mails = post()
    threads, (read, put) = by_dovecot(mails), by_us(mails, tmp_path / "server")
    assert len(threads) == len(mails) == len(put)
    reasons: Counter[str] = Counter()
    for at, (thread, mail) in enumerate(zip(threads, put, strict=True)):
        theirs = {i for i in range(at) if threads[i] == thread}
        ours = {i for i in range(at) if put[i].case == mail.case}
        assert ours <= theirs, (mails[at], [mails[i] for i in ours - theirs])
        reason = why_apart(at, theirs - ours, read, put) if theirs - ours else "agrees"
        assert reason, (mails[at], mail.related, [mails[i] for i in theirs - ours][:3])
        reasons[reason] += 1
    assert {reason for reason, count in reasons.items() if count >= 5} == {
        "agrees", "forged", "stranger", "names two cases", "follows what it answers", "came after its answer",
        "both answer a mail that never came", "a later mail names both", "only the subject is the same",
    }, reasons  # fmt: skip
