"""A row of the queue as words and numbers: what is painted, and what a screen reader says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from agentdesk.desk.desk import Desk
from agentdesk.desk.due import due_of, stopwatch
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.saved_told import told
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import DAY, HOUR, MINUTE, short_age
from agentdesk.domain.cases import Case, Mention, ReadMark, unread
from agentdesk.domain.kernel import Record
from agentdesk.domain.kernel.terms import Term, places
from agentdesk.domain.people import Person
from agentdesk.text.rich import lines_of

CHANNELS = {
    "email": "ph.envelope-simple", "mail": "ph.envelope-simple", "chat": "ph.chat-circle", "web": "ph.chat-circle",
    "phone": "ph.phone", "voice": "ph.phone", "sms": "ph.chat-text", "whatsapp": "ph.whatsapp-logo",
    "forum": "ph.users-three", "form": "ph.note-pencil",
}  # fmt: skip
PRIORITY = {0: (mark("Low"), "plain"), 2: (mark("High"), "warn"), 3: (mark("Urgent"), "bad")}
LONG = {"chat": (5 * MINUTE, 20 * MINUTE)}
LONG_ELSE = (4 * HOUR, DAY)
"""From when on waiting is long, and very long: in a chat somebody sits there."""
TAGS_SHOWN = 2
MOST_READ, BEFORE, CUT = 20_000, 24, 120
"""So much of a text is looked at for a hit; so much of it stands before the hit and is shown."""


@dataclass(frozen=True, slots=True)
class RowFacts:
    """All that a row shows."""

    case: str
    name: str
    subject: str
    preview: str
    icon: str
    age: str
    waits: str = ""
    waits_tone: str = "muted"
    due: str = ""
    """What is due when, as a sentence."""
    chips: tuple[tuple[str, str], ...] = ()
    unread: int = 0
    pending: bool = False
    viewers: tuple[str, ...] = ()
    assignee: str = ""
    """Which colleague has it; or what the view wants told."""
    found: str = ""
    """What a search has found in it, cut to the words around."""
    terms: tuple[Term, ...] = ()
    away: bool = False

    def spoken(self) -> str:
        """The row for a screen reader."""
        parts = [self.name, self.subject, self.found]
        parts += [tr("from the archive")] if self.away else []
        parts += [tr("{n} unread", n=self.unread)] if self.unread else []
        parts += [self.due or tr("waiting for {time}", time=self.waits)] if self.waits else []
        parts += [text for text, _ in self.chips]
        parts += [tr("waiting to be sent")] if self.pending else []
        parts += [tr("{name} is looking at it", name=name) for name in self.viewers]
        return ", ".join(part for part in parts if part)


class Found(NamedTuple):
    """What a search has found in a case: what it says there, the words, and whether it is the archive's."""

    line: str
    terms: tuple[Term, ...]
    away: bool = False


def _plain(text: str) -> str:
    """Words without the signs that say how they look: a row has one look."""
    return " ".join(line.words for line in lines_of(text))


def case_of(desk: Desk, record: Record) -> Case | None:
    """The case that a row is about."""
    return record if isinstance(record, Case) else desk.view.get(Case, cast(Mention, record).case)


def facts(desk: Desk, record: Record, found: Found | None = None, columns: Sequence[str] = ()) -> RowFacts | None:
    """What a row shows, and these columns; None if its case is not on this laptop."""
    case = case_of(desk, record)
    if case is None:
        return None
    now = desk.now()
    due = due_of(case, now) if case.status == "open" else None
    waits, tone = (due.figure, due.ink) if due is not None else waiting(case, now)
    mention = record if isinstance(record, Mention) else None
    mark_of = desk.view.get(ReadMark, f"{desk.me.id}:{case.id}")
    return RowFacts(
        case=case.id,
        name=words(case.customer_name) or tr("Unknown customer"),
        subject=words(mention.text if mention else case.subject or case.preview),
        preview=_plain(words(case.preview)),
        icon="ph.at" if mention else CHANNELS.get(case.channel, "ph.tray"),
        age=short_age(max(0, now - (mention.at if mention else case.updated_at))),
        waits=waits,
        waits_tone=tone,
        due=due.sentence if due is not None else "",
        chips=chips(case, now),
        unread=int(not mention.seen) if mention else unread(case, mark_of) if reads(case, desk) else 0,
        pending=desk.waits("case", case.id),
        viewers=tuple(seen.name for seen in desk.viewing(case.id))[:3],
        assignee=told(desk, case, columns) if columns else _colleague(desk, case),
        found=found.line if found is not None else "",
        terms=found.terms if found is not None else (),
        away=found is not None and found.away,
    )


def snippet(text: str, terms: tuple[Term, ...]) -> str:
    """The words around the first hit, on one line; nothing if there is none."""
    line = " ".join(text[:MOST_READ].split())
    at = next((start for start, _ in places(line, terms, 1)), -1)
    if at < 0:
        return ""
    start = max(0, at - BEFORE)
    if start:
        start = line.find(" ", start, at) + 1 or start
    return "…" * bool(start) + line[start : start + CUT] + "…" * (len(line) > start + CUT)


def _colleague(desk: Desk, case: Case) -> str:
    """Who has it, if it is somebody else."""
    return name_of(desk, case.assignee) if case.assignee and case.assignee != desk.me.id else ""


def reads(case: Case, desk: Desk) -> bool:
    """Whether it matters to this person what is new: one's own open cases and those that nobody has."""
    return case.status != "solved" and case.assignee in ("", desk.me.id)


def name_of(desk: Desk, person: str) -> str:
    """A colleague's name."""
    found = desk.view.get(Person, person)
    return found.name if found else ""


def waiting(case: Case, now: int) -> tuple[str, str]:
    """How long the customer has waited, and the token that says how bad that is."""
    if case.status == "snoozed" and case.snoozed_until:
        return tr("in {age}", age=short_age(max(MINUTE, case.snoozed_until - now))), "faint"
    if not case.waiting_since or case.status != "open":
        return "", "muted"
    waited = max(0, now - case.waiting_since)
    long, very = LONG.get(case.channel, LONG_ELSE)
    return stopwatch(waited), "bad" if waited >= very else "warn" if waited >= long else "muted"


def chips(case: Case, now: int) -> tuple[tuple[str, str], ...]:
    """Priority first, then tags: (text, tone)."""
    found = [(tr(PRIORITY[case.priority][0]), PRIORITY[case.priority][1])] if case.priority in PRIORITY else []
    found += [(words(tag), "violet" if tag.casefold() == "vip" else "plain") for tag in case.tags[:TAGS_SHOWN]]
    if len(case.tags) > TAGS_SHOWN:
        found.append((f"+{len(case.tags) - TAGS_SHOWN}", "plain"))
    if case.status == "solved":
        found.insert(0, (tr("Solved"), "good"))
    return tuple(found)
