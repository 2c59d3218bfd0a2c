"""Rules that are set off: whatever command changes a case, what follows by rule is written down in the same commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from ..cases import Case
from ..cases.acting import Laid
from ..cases.records import Counter
from ..cases.walking import every
from ..kernel import Change, Put, View, on_changing
from .occasions import Occasion, meets, occasions, sets_off, still
from .records import (
    BUDGET,
    FIRED_IN,
    HOUR,
    IN_FORCE,
    MOST_DEEP,
    WAITING_IN,
    Automation,
    Firing,
    Rule,
    Rulebook,
)

MINUTE = 60_000
MOST_WAITING = 500
ACTED = ("waits", "done", "failed")
"""What counts towards the budget of a case."""


@on_changing
def armed(view: View, changes: list[Change], now: int) -> list[Change]:
    """The changes with the rules that they set off, and without those that wait for what is over. A desk sets nothing
    off: what follows comes from where all is known.
    """
    held = view.get(Automation, IN_FORCE)
    if held is None or not view.knows(Counter, "case"):
        return changes
    books = [
        (book, id == held.trial) for id in (held.rulebook, held.trial) if id and (book := view.get(Rulebook, id))
    ]  # fmt: skip
    if not any(book.rules for book, _ in books):
        return changes
    found, laid = occasions(view, changes), Laid(view)
    laid.lay(changes)
    over = list(_over(laid, changes, books, now))
    if not found and not over:
        return changes
    ended = {change.record.id for change in over}
    cause = next((one for one in _firings(changes) if one.state == "done" and one.ended == now), None)
    begun = list(_begun(laid, found, [(b, t) for b, t in books if t or not held.paused], held, cause, ended, now))
    return [*changes, *over, *begun]


def _firings(changes: Sequence[Change]) -> Iterator[Firing]:
    return (c.record for c in changes if isinstance(c, Put) and isinstance(c.record, Firing))


def _over(laid: Laid, changes: Sequence[Change], books: Sequence[tuple[Rulebook, bool]], now: int) -> Iterator[Put]:
    """What waits in a case for something that is no longer so."""
    if not any(rule.after for book, _ in books for rule in book.rules):
        return
    for case in {c.record.id: c.record for c in changes if isinstance(c, Put) and isinstance(c.record, Case)}.values():
        for one in laid.page(WAITING_IN(case=case.id), limit=MOST_WAITING):
            rule = next((r for book, trial in books if trial == one.trial and (r := book.rule(one.rule))), None)
            if rule is not None and rule.after and not still(rule, case, laid):
                yield Put(msgspec.structs.replace(one, rev=0, state="lapsed", why="over", ended=now))


def _begun(
    laid: Laid, found: Sequence[Occasion], books: Sequence[tuple[Rulebook, bool]], held: Automation,
    cause: Firing | None, ended: set[str], now: int,
) -> Iterator[Put]:  # fmt: skip
    """What is set off, each rule once for a case."""
    made: dict[tuple[str, str, bool], Firing] = {}
    for one in found:
        for book, trial in books:
            for rule in book.rules:
                key = (one.case.id, rule.id, trial)
                if key in made or (not trial and rule.id in held.off) or not sets_off(rule, one):
                    continue
                if rule.after and _waits(laid, *key, ended):
                    continue
                if not rule.after and not meets(rule.condition, one.case, laid, now):
                    continue
                firing = _firing(laid, one.case, rule, (book, trial), cause, now)
                if firing is not None:
                    made[key] = firing
                    laid.lay([Put(firing)])
    yield from map(Put, made.values())


def _waits(view: Laid, case: str, rule: str, trial: bool, ended: set[str]) -> bool:
    """Whether this rule waits in the case already: what came first counts, and nobody can put it off by more of it."""
    waiting = view.page(WAITING_IN(case=case), limit=MOST_WAITING)
    return any((one.rule, one.trial) == (rule, trial) and one.id not in ended for one in waiting)


def _firing(
    view: Laid, case: Case, rule: Rule, of: tuple[Rulebook, bool], cause: Firing | None, now: int
) -> Firing | None:
    """The firing, or the word of why there is none; nothing if a rule would only have set itself off."""
    book, trial = of
    chain = (*cause.chain, cause.rule) if cause is not None and not trial else ()
    if chain and chain[-1] == rule.id:
        return None
    why = "ring" if rule.id in chain else "deep" if len(chain) >= MOST_DEEP else ""
    id = _id(view, case.id, now)
    if not why and not trial and _spent(view, case.id, now):
        why, id = "budget", f"{case.id}:{now // HOUR}:{rule.id}"
        if view.get(Firing, id) is not None:
            return None  # said once an hour
    return Firing(
        id, case.scope, 0, case.id, book.id, book.number, rule.id, rule.name, rule.when, now,
        now + rule.after * MINUTE, "stopped" if why else "waits", why, (), chain, trial, now if why else 0,
    )  # fmt: skip


def _id(view: Laid, case: str, now: int) -> str:
    """An id that is not in use: two commands may come in one millisecond."""
    turn = 0
    while view.get(Firing, f"{case}:{now}:{turn:03}") is not None:
        turn += 1
    return f"{case}:{now}:{turn:03}"


def _spent(view: Laid, case: str, now: int) -> bool:
    """Whether the budget of a case is used up. All that was set off is looked at: of what only was on trial, or was
    stopped, there may be any number.
    """
    fired = every(view, FIRED_IN(case=case, since=now - HOUR))
    acted = (one for one in fired if not one.trial and one.state in ACTED)
    return sum(1 for _ in islice(acted, BUDGET)) == BUDGET
