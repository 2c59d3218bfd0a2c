"""The records of rules: versions of all of them, which one holds, and each time that one of them was set off."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from ..cases.acting import Acts
from ..kernel import Condition, Millis, Name, Question, Record, ShortText, View, eq, gt, lt, record
from ..kernel.values import ID_PATTERN

When = Literal[
    "opened", "customer", "state", "assigned", "moved", "tagged", "untagged", "priority", "field", "warned", "late"
]  # fmt: skip
WHENS: tuple[When, ...] = get_args(When)
"""opened: a case begins. customer: a word of the customer, the first one too. state, priority: it becomes another one.
assigned: somebody has it now who did not. moved: another team has it.
tagged, untagged: a tag is put on or taken off. field: a field of the case is filled in. warned, late: a clock of the
case is about to run out, or has."""
STATES = ("open", "snoozed", "solved")
CLOCKS = ("first", "next", "resolution", "stagnation", "ola")
MOST_RULES = 100
LONGEST = 60 * 24 * 366
"""Minutes."""
MOST_DEEP = 5
"""So many rules follow from one another at most."""
HOUR = 3_600_000
BUDGET = 20
"""So often in an hour rules act in one case."""
DRAFTS = "rules"
"""Where versions lie that nobody has published: seen by those who make the rules."""
IN_FORCE = "rules"

Id = Annotated[str, Meta(pattern=ID_PATTERN)]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What happens by itself: on which event, about what (any, if nothing is named), how many minutes later, for which
    cases, and what is done. `about`: a state, a person's or a team's id, a tag, a priority from 0 to 3, a clock, or
    the id of a field, which then `equals` a value, or any.
    """

    id: Id
    name: Name
    when: When
    about: Name = ""
    equals: Name = ""
    after: Annotated[int, Meta(ge=0, le=LONGEST)] = 0
    condition: Condition = Condition(())
    acts: Acts = ()


@record("rulebook", public=("state", "by", "previous", "note", "rules"))
class Rulebook(Record, frozen=True):
    """One version of all rules. Drafts have no number; what is published never changes again, so that all that a rule
    has done can be explained. `since` is when it was written, or took effect.
    """

    number: int
    state: str
    since: Millis
    by: str
    previous: str
    """The version from which it was made."""
    note: ShortText = ""
    rules: tuple[Rule, ...] = ()

    def rule(self, id: str) -> Rule | None:
        """One of its rules."""
        return next((one for one in self.rules if one.id == id), None)


@record("automation", complete=True, public=("rulebook", "off", "trial", "by", "reason"))
class Automation(Record, frozen=True):
    """Which version holds, which of its rules are switched off (`paused`: all of them are), and which draft runs beside
    it without doing anything (`trial`). There is one record of this kind.
    """

    rulebook: str
    number: int
    since: Millis
    off: tuple[str, ...] = ()
    paused: bool = False
    trial: str = ""
    by: str = ""
    reason: ShortText = ""


@record(
    "firing",
    parent=("case", "case"),
    public=("case", "rulebook", "rule", "name", "what", "state", "why", "told", "chain"),
)
class Firing(Record, frozen=True):
    """A rule was set off. `state`: waits until `due`; done; tried, that is what a draft would have done; lapsed,
    stopped or failed, and `why` says why (a word, or a refusal's sentence with what it tells). `chain` are the rules
    from whose acts this followed, the first one first.
    """

    case: str
    rulebook: str
    number: int
    rule: str
    name: Name
    what: str
    at: Millis
    due: Millis
    state: str
    why: ShortText = ""
    told: tuple[str, ...] = ()
    """Of `why`: names and values, in turn."""
    chain: tuple[str, ...] = ()
    trial: bool = False
    ended: Millis = 0
    replies: int = 0
    """How many answers it has sent."""


DUE_FIRINGS = Question("firing.due", Firing, (eq("state", "waits"), lt("due", ":now")), ("due",))
WAITING_IN = Question("firing.waiting_in", Firing, (eq("case", ":case"), eq("state", "waits")), ("due",))
FIRED_IN = Question("firing.in_case", Firing, (eq("case", ":case"), gt("at", ":since")), ("-at",))
FIRINGS = Question("firing.newest", Firing, (), ("-at",))
FIRINGS_OF = Question("firing.of_rule", Firing, (eq("rule", ":rule"),), ("-at",))
RULEBOOKS = Question("rulebook.by_state", Rulebook, (eq("state", ":state"),), ("-since",))


def in_force(view: View) -> Rulebook | None:
    """The version that holds now; None if there is none."""
    held = view.get(Automation, IN_FORCE)
    return view.get(Rulebook, held.rulebook) if held is not None and held.rulebook else None
