"""What can be chosen for cases: people and teams, tags, priorities, times, other cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agentdesk.desk.desk import Desk
from agentdesk.desk.entries import Entry
from agentdesk.desk.fuzzy import score
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.list_times import presets, typed, written
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.cases import CUSTOMER_CASES, Case, Message
from agentdesk.domain.kernel import Masked
from agentdesk.domain.people import PEOPLE, TEAMS
from agentdesk.domain.queue import ALL, BY_NUMBER

PRIORITY_NAMES = (mark("Low"), mark("Normal"), mark("High"), mark("Urgent"))
MOST = 40
Choices = Callable[[str], Sequence[Entry]]


def best(text: str, entries: Sequence[Entry]) -> list[Entry]:
    """Those that match, the best first; all in their order if nothing was typed."""
    if not text.strip():
        return list(entries)[:MOST]
    worth = [(max(score(text, e.title), score(text, e.words) // 2 if e.words else 0), e) for e in entries]
    return [entry for value, entry in sorted(worth, key=lambda pair: -pair[0]) if value][:MOST]


def people(desk: Desk, run: Callable[[str, str], object]) -> Choices:
    """A colleague or a team: `run(person, team)`; people of one's own teams first."""
    teams = desk.view.page(TEAMS(), limit=500)
    names = {team.id: team.name for team in teams}
    mine = set(desk.me.teams)
    entries = [Entry(tr("Me"), tr("People"), lambda: run(desk.me.id, ""), "ph.user", hint=desk.me.name)]
    staff = sorted(desk.view.page(PEOPLE(), limit=2000), key=lambda one: (not mine & set(one.teams), one.name))
    for person in staff:
        if person.id != desk.me.id and person.teams:
            hint = ", ".join(names.get(team, team) for team in person.teams)
            entries.append(Entry(person.name, tr("People"), _with(run, person.id, ""), "ph.user", hint, words=hint))
    entries += [Entry(team.name, tr("Teams"), _with(run, "", team.id), "ph.users-three") for team in teams]
    return lambda text: best(text, entries)


def _with(run: Callable[[str, str], object], person: str, team: str) -> Callable[[], object]:
    return lambda: run(person, team)


def priorities(run: Callable[[int], object]) -> Choices:
    """The four priorities, the most urgent first."""
    icons = ("ph.arrow-down", "ph.equals", "ph.arrow-up", "ph.warning")
    entries = [
        Entry(tr(PRIORITY_NAMES[at]), tr("Priority"), lambda at=at: run(at), icons[at])  # type: ignore[misc]
        for at in (3, 2, 1, 0)
    ]
    return lambda text: best(text, entries)


def times(desk: Desk, run: Callable[[int], object]) -> Choices:
    """Presets, and whatever time is typed."""

    def choices(text: str) -> list[Entry]:
        now = desk.now()
        found = [_time(name, at, now, run) for name, at in presets(now)]
        at = typed(text, now) if text.strip() else None
        own = [_time(written(at, now), at, now, run)] if at is not None else []
        return [*own, *best(text, found)]

    return choices


def _time(name: str, at: int, now: int, run: Callable[[int], object]) -> Entry:
    hint = written(at, now)
    return Entry(name, tr("Snooze until"), lambda: run(at), "ph.clock", hint if hint != name else "")


def tags_to_add(desk: Desk, have: Sequence[str], run: Callable[[str], object]) -> Choices:
    """Words in use, the commonest first, and a new one."""
    known = {word: None for word in _tags_in_use(desk) if word not in have}
    entries = [Entry(word, tr("Tags"), _word(run, word), "ph.tag") for word in known]

    def choices(text: str) -> list[Entry]:
        word = " ".join(text.split())[:40]
        new = [Entry(tr("New tag “{tag}”", tag=word), tr("Tags"), _word(run, word), "ph.plus")]
        return [*best(text, entries), *(new if word and word not in known else ())]

    return choices


def tags_to_remove(have: Sequence[str], run: Callable[[str], object]) -> Choices:
    """The words on these cases."""
    entries = [Entry(word, tr("Tags"), _word(run, word), "ph.tag") for word in have]
    return lambda text: best(text, entries)


def _word(run: Callable[[str], object], word: str) -> Callable[[], object]:
    return lambda: run(word)


def _tags_in_use(desk: Desk) -> list[str]:
    """From the newest cases: enough to know a team's words."""
    counts: dict[str, int] = {}
    for case in desk.view.page(ALL(), limit=300):
        for word in filter(lambda tag: not Masked.read(tag), case.tags):
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word.casefold()))


def cases(desk: Desk, than: Case, run: Callable[[str], object], same_customer: bool) -> Choices:
    """Another case: of the same customer first; by number or words."""
    own = [case for case in desk.view.page(CUSTOMER_CASES(customer=than.customer), limit=20) if case.id != than.id]

    def choices(text: str) -> list[Entry]:
        listed = {case.id: case for case in own if not text.strip() or _named(text, case)}
        if text.strip():
            for case in found(desk, text):
                if case.id != than.id and (not same_customer or case.customer == than.customer):
                    listed.setdefault(case.id, case)
        return [_case(case, than, run) for case in listed.values() if not case.merged_into][:MOST]

    return choices


def found(desk: Desk, text: str) -> list[Case]:
    digits = text.strip().lstrip("#").replace(" ", "")
    if digits.isdecimal() and len(digits) < 12:
        return list(desk.view.page(BY_NUMBER(number=int(digits)), limit=5))
    found_cases: dict[str, Case] = {}
    for hit in desk.search(text, 20):
        case = hit if isinstance(hit, Case) else desk.view.get(Case, hit.case) if isinstance(hit, Message) else None
        if case is not None:
            found_cases.setdefault(case.id, case)
    return list(found_cases.values())


def _named(text: str, case: Case) -> bool:
    return bool(score(text, f"{case.number} {case.subject} {case.customer_name}"))


def _case(case: Case, than: Case, run: Callable[[str], object]) -> Entry:
    group = tr("Same customer") if case.customer == than.customer else tr("Other cases")
    number = f"#{case.number} " if case.number else ""
    title = number + words(case.subject or case.preview)
    return Entry(title, group, _word(run, case.id), "ph.tray", words(case.customer_name))
