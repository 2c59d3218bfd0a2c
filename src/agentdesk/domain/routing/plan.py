"""The plan of routing: which teams are served by it, what cases want, how much a case takes, how long it rings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..cases import Case, Customer
from ..cases.tiers import is_of
from ..kernel import Millis, Name, Question, Record, Refusal, ShortText, View, clean, eq, record
from ..kernel.values import ID_PATTERN
from ..people import Team, Tier
from .order import LONGEST, USUAL_PATIENCE
from .wants import Trust, Wants, both, distinct, folded, spoken

MOST = 100
"""Lanes, rules and rows of one version."""
STEERING = "routing"
"""The scope of versions that nobody has published, and the id of the record that says which one holds."""

Id = Annotated[str, Meta(pattern=ID_PATTERN)]
Units = Annotated[int, Meta(ge=1, le=100)]
Few = Annotated[int, Meta(ge=0, le=100)]
Seconds = Annotated[int, Meta(ge=5, le=3600)]
Patience = Annotated[int, Meta(ge=0, le=LONGEST)]


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A channel: how much of a person one case takes, how many at a time (0: as many as fit), how long it rings (s),
    and whether cases go back to the queue if whoever has them is gone.
    """

    channel: Name
    units: Units = 1
    most: Few = 0
    ring: Seconds = 30
    back: bool = False


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What some cases want. The upper half says which: what is not named stands for all. `tiers` are those of
    customers, `domains` those of the customer's address; `language` and `region` ask for somebody who speaks the
    case's, or serves the customer's.
    """

    id: Id
    name: Name
    teams: tuple[Id, ...] = ()
    channels: tuple[Name, ...] = ()
    languages: tuple[Name, ...] = ()
    tags: tuple[Name, ...] = ()
    tiers: tuple[Name, ...] = ()
    domains: tuple[Name, ...] = ()
    priority: Annotated[int, Meta(ge=0, le=3)] = 0
    """The least."""
    skills: tuple[Name, ...] = ()
    language: bool = False
    region: bool = False
    tier: Tier = 0
    place: Trust = 0
    device: Trust = 0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Where cases go by the table: those of a team and a channel (none: of all), to a team, and to somebody in it."""

    team: Id
    channel: Name = ""
    to: Id
    person: Annotated[str, Meta(max_length=120)] = ""


USUAL_LANES = (
    Lane(channel="chat", units=2, most=3, ring=20, back=True),
    Lane(channel="email", units=1, ring=60),
)


@record("plan", public=("state", "by", "previous", "note", "teams", "lanes", "rules", "table"))
class Plan(Record, frozen=True):
    """One version of everything by which cases find people. Drafts have no number; what is published never changes.
    `teams` are those it serves: it is off for all others. `units` is how much one person can take who has no number
    of their own; after `misses` offers in a row that nobody answers somebody counts as away; `grace` (s) is how long
    somebody may be gone before their cases go back; `patience` (minutes, for each priority) how long a case waits
    before nothing newer goes ahead of it.
    """

    number: int
    state: str
    since: Millis
    by: str
    previous: str
    note: ShortText = ""
    teams: tuple[Id, ...] = ()
    lanes: tuple[Lane, ...] = USUAL_LANES
    rules: tuple[Rule, ...] = ()
    units: Units = 6
    misses: Annotated[int, Meta(ge=1, le=20)] = 3
    grace: Annotated[int, Meta(ge=0, le=3600)] = 60
    patience: tuple[Patience, Patience, Patience, Patience] = USUAL_PATIENCE
    table: tuple[Row, ...] = ()


@record("steering", complete=True, public=("plan", "by", "reason"))
class Steering(Record, frozen=True):
    """Which plan holds, and whether cases go by its table instead, because somebody has said so. There is one record of
    this kind.
    """

    plan: str
    number: int
    since: Millis
    by_hand: bool = False
    by: str = ""
    reason: ShortText = ""


PLANS = Question("plan.by_state", Plan, (eq("state", ":state"),), ("-since",))


def steering(view: View) -> tuple[Plan, Steering] | None:
    """The plan that holds and how; None if there is none, or if this place does not hold it yet."""
    found = view.get(Steering, STEERING)
    plan = view.get(Plan, found.plan) if found is not None and found.plan else None
    return None if plan is None or found is None else (plan, found)


def waits(case: Case) -> bool:
    """Whether nobody has a case that wants somebody, and it is ours."""
    return not case.assignee and case.status == "open" and not case.merged_into and not case.home


def offers(plan: Plan, held: Steering, case: Case) -> bool:
    """Whether people are asked in turn to take a case as it stands."""
    return waits(case) and case.team in plan.teams and not held.by_hand


def row_for(plan: Plan, held: Steering, case: Case) -> Row | None:
    """What the table says of a case that waits: a row of its channel before one of all channels. It speaks for teams
    that the plan does not serve, and for all while cases go by hand.
    """
    if not waits(case) or (case.team in plan.teams and not held.by_hand):
        return None
    rows = [row for row in plan.table if row.team == case.team and row.channel in ("", case.channel)]
    return max(rows, key=lambda row: bool(row.channel), default=None)


def lane_of(plan: Plan, channel: str) -> Lane:
    """What holds for a channel; for one that is not named, what usually does."""
    return next((lane for lane in plan.lanes if lane.channel == channel), Lane(channel=channel or "other"))


def wants_of(view: View, plan: Plan, case: Case) -> Wants:
    """All that the rules ask for a case. Tier, place and device of the strictest, skills of all of them. Which line a
    case was handed on to goes before the one that its customer's tier asks for.
    """
    customer = view.get(Customer, case.customer)
    wants = Wants(case.team, tier=case.tier)
    for rule in plan.rules:
        if _speaks_of(rule, case, customer):
            asked = _asked(view, rule, case, customer)
            own = bool(rule.tiers and case.tier)
            wants = both(wants, msgspec.structs.replace(asked, tier=0) if own else asked)
    return wants


def _speaks_of(rule: Rule, case: Case, customer: Customer | None) -> bool:
    address = customer.email.rpartition("@")[2].casefold() if customer is not None else ""
    return (
        (not rule.teams or case.team in rule.teams)
        and (not rule.channels or case.channel in rule.channels)
        and (not rule.languages or spoken(case.language) in map(spoken, rule.languages))
        and is_of(case.customer_tier, rule.tiers)
        and (not rule.tags or not folded(rule.tags).isdisjoint(folded(case.tags)))
        and (not rule.domains or (bool(address) and address in rule.domains))
        and case.priority >= rule.priority
    )


def _asked(view: View, rule: Rule, case: Case, customer: Customer | None) -> Wants:
    team = view.get(Team, case.team)
    region = (customer.region if customer is not None else "") or (team.region if team is not None else "")
    return Wants(
        case.team,
        folded(rule.skills),
        spoken(case.language) if rule.language else "",
        region if rule.region else "",
        rule.tier,
        rule.place,
        rule.device,
    )


def checked(plan: Plan) -> Plan:
    """A plan as it may be kept. Raises `Refusal` for what contradicts itself."""
    if max(len(plan.lanes), len(plan.rules), len(plan.table), len(plan.teams)) > MOST:
        raise Refusal("A plan takes at most {most} teams, channels, rules and rows.", "long", most=MOST)
    lanes = tuple(msgspec.structs.replace(lane, channel=clean(lane.channel)) for lane in plan.lanes)
    rules = tuple(map(_checked, plan.rules))
    if not all(lane.channel for lane in lanes):
        raise Refusal("A channel needs a name.", "name")
    _once((lane.channel for lane in lanes), "The channel {id} is named twice.")
    _once((rule.id for rule in rules), "Two rules have the same id {id}.")
    heavy = next((lane.channel for lane in lanes if lane.units > plan.units), "")
    if heavy:
        raise Refusal(
            "One case of {channel} takes more than a person can: nobody would get it.", "units", channel=heavy
        )
    _once((f"{row.team} {row.channel}" for row in plan.table), "The table says twice where the same cases go.")
    if _turns_round({(row.team, row.to) for row in plan.table if row.team != row.to}):
        raise Refusal("The table sends cases round in a circle: they would never arrive.", "circle")
    return msgspec.structs.replace(plan, teams=tuple(dict.fromkeys(plan.teams)), lanes=lanes, rules=rules)


def _turns_round(steps: set[tuple[str, str]]) -> bool:
    """Whether one can come back to where one began."""
    while steps:
        ends = {to for _, to in steps} - {team for team, _ in steps}
        if not ends:
            return True
        steps = {step for step in steps if step[1] not in ends}
    return False


def _checked(rule: Rule) -> Rule:
    name = clean(rule.name)
    if not name:
        raise Refusal("A rule needs a name.", "name")
    domains = tuple(sorted({clean(one).lstrip("@").casefold() for one in rule.domains} - {""}))
    words = {field: distinct(getattr(rule, field)) for field in ("channels", "languages", "tags", "tiers", "skills")}
    return msgspec.structs.replace(rule, name=name, domains=domains, **words)


def _once(ids: Iterable[str], sentence: str) -> None:
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise Refusal(sentence, "twice", id=id)
        seen.add(id)
