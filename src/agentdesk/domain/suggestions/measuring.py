"""How suggestions do, in figures of groups: never of a person, and of no group with fewer than five people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from .effect import Arm, Effect, effect, median
from .records import Count
from .steering import BY_WORDS

FEWEST = 5
"""Of a group with fewer people nothing is told; nor may what is told of others give it away."""
STRICT = 0.4
"""Accepted strictly: what was put in was sent with at most this share of it changed."""
GHOST = "ghost"
"""What finishes a line while one types: a kind of its own, counted beside the cards and never among them."""
By = Literal["team", "queue", "source", "level"]
Name = Annotated[str, Meta(max_length=250)]


class Asked(NamedTuple):
    """One record of the ledger, as it counts here. `sent_after` (ms) is how long the reply took; None: none was sent
    yet. `kinds` are those of the sources shown, `chosen` that of the one put in; `week` is that in which it was asked.
    """

    by: str
    team: str
    channel: str
    level: int
    action: str
    kinds: tuple[str, ...]
    chosen: str
    held: bool
    latency_us: int
    chars: int
    edits: int
    sent_after: int | None
    reopened: bool
    week: int = 0


class Line(msgspec.Struct, frozen=True):
    """What a group of people did with what was suggested to them; `team` and `key` say which. Of `asked` questions
    cards were `shown` for some, `held` back on purpose for some, and for the rest it kept quiet (`silent`). Of those
    shown, `sent` had a reply: `accepted` went into it, `strict` nearly as they were, others were `ignored` or
    `dismissed`. `edited` is the share changed of what was accepted, in thousandths, half of them less; `half_us` and
    `most_us` the time to the cards that half and 99 of 100 took.
    """

    team: Name
    key: Name
    people: Count
    asked: Count
    shown: Count
    silent: Count
    held: Count
    sent: Count
    accepted: Count
    strict: Count
    ignored: Count
    dismissed: Count
    edited: Count
    half_us: Count
    most_us: Count


class Measures(msgspec.Struct, frozen=True):
    """What a server has counted from `since` until `until` (ms, UTC). `hidden` groups are too small to be told of; with
    `whole` None not even all together are enough.
    """

    since: Count
    until: Count
    by: By
    lines: tuple[Line, ...]
    hidden: Count
    whole: Line | None
    effect: Effect | None


def measured(asked: Sequence[Asked], by: By, since: int, until: int) -> Measures:
    """Count. All that is told is about weeks of teams in which at least five people were asked, and the figures of
    several weeks are the sums of what each tells by itself: no difference of two figures, of today's or of last week's,
    speaks of fewer. Where a rule or a drill let nothing be looked for, nobody was asked.
    """
    weeks: dict[int, list[Asked]] = {}
    for one in asked:
        if one.level >= BY_WORDS or one.kinds or one.held:
            weeks.setdefault(one.week, []).append(one)
    left: list[Asked] = []
    told: dict[Group, list[Asked]] = {}
    seen: set[Group] = set()
    teams: set[str] = set()
    for _, rows in sorted(weeks.items()):
        cards = [one for one in rows if one.kinds != (GHOST,)]
        teams |= {one.team for one in cards}
        some = _of_large_teams(cards)
        left += some
        groups = _grouped(_of_large_teams(rows) if by == "source" else some, by)
        seen |= groups.keys()
        for key in groups.keys() - _kept_quiet(groups):
            told.setdefault(key, []).extend(groups[key])
    small = teams - {one.team for one in left}
    return Measures(
        since=since,
        until=until,
        by=by,
        lines=tuple(
            sorted(
                (_line(*key, some, key[1] if by == "source" else "") for key, some in told.items()),
                key=lambda line: (line.team, line.key),
            )
        ),
        hidden=len(seen) - len(told) + len(small),
        whole=_line("", "", left) if left else None,
        effect=_effect(left),
    )


def _of_large_teams(asked: Sequence[Asked]) -> list[Asked]:
    """Those of teams of which five people were asked."""
    counted = {key for key, of_team in _grouped(asked, "team").items() if _people(of_team) >= FEWEST}
    return [one for one in asked if ("", one.team) in counted]


Group = tuple[str, str]


def _grouped(asked: Iterable[Asked], by: By) -> dict[Group, list[Asked]]:
    found: dict[Group, list[Asked]] = {}
    for one in asked:
        for key in _keys(one, by):
            found.setdefault(key, []).append(one)
    return found


def _keys(one: Asked, by: By) -> Iterator[Group]:
    if by == "team":
        yield "", one.team
    elif by == "queue":
        yield one.team, one.channel
    elif by == "level":
        yield "", str(one.level)
    else:
        yield from (("", kind) for kind in dict.fromkeys(one.kinds))


def _kept_quiet(groups: dict[Group, list[Asked]]) -> set[Group]:
    """Groups of which nothing is told: those that are too small, and beside them, within the same whole, as many of the
    next larger ones as it takes for all of these to have five people together: otherwise whoever takes what is told
    from the whole knows the small one.
    """
    quiet: set[Group] = set()
    for whole in {team for team, _ in groups}:
        mine = sorted(((_people(some), key) for key, some in groups.items() if key[0] == whole))
        small = [key for people, key in mine if people < FEWEST]
        for _people_in, key in mine[len(small) :]:
            if not small or len({one.by for inside in small for one in groups[inside]}) >= FEWEST:
                break
            small.append(key)
        quiet.update(small)
    return quiet


def _people(asked: Iterable[Asked]) -> int:
    return len({one.by for one in asked})


def _line(team: str, key: str, asked: Sequence[Asked], kind: str = "") -> Line:
    """With a `kind` of source only what was put in from such a one counts as accepted."""
    shown = [one for one in asked if one.kinds]
    sent = [one for one in shown if one.sent_after is not None]
    used = [one for one in sent if one.action == "accepted" and kind in ("", one.chosen)]
    edits = [one.edits / one.chars if one.chars else 0.0 for one in used]
    times = sorted(one.latency_us for one in asked)
    held = sum(one.held for one in asked)
    return Line(
        team=team,
        key=key,
        people=_people(asked),
        asked=len(asked),
        shown=len(shown),
        silent=len(asked) - len(shown) - held,
        held=held,
        sent=len(sent),
        accepted=len(used),
        strict=sum(edit <= STRICT for edit in edits),
        ignored=sum(one.action in ("ignored", "opened") for one in sent),
        dismissed=sum(one.action == "dismissed" for one in sent),
        edited=round(1_000 * median(edits)),
        half_us=times[(len(times) - 1) // 2],
        most_us=times[min(len(times) - 1, (99 * len(times)) // 100)],
    )


def _effect(asked: Sequence[Asked]) -> Effect | None:
    """Of replies to questions for which there was something to show: with it, and with it held back."""
    answered = [one for one in asked if one.sent_after is not None and (one.kinds or one.held)]
    arms = [[one for one in answered if one.held is held] for held in (False, True)]
    if any(_people(arm) < FEWEST for arm in arms):
        return None
    shown, held = (
        Arm([one.sent_after or 0 for one in arm], sum(one.reopened for one in arm), len(arm)) for arm in arms
    )
    return effect(shown, held)
