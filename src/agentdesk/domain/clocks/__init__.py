"""Clocks: by when what is due, who is told when time runs out, and why it is due just then."""

from .backtest import BacktestPart, Line, Outcome, outcomes, speaks_of_tiers, summed
from .calendars import ALWAYS, Calendar, Holiday, add, between, is_open, spans
from .explaining import Explanation, Step, explained, explanation
from .firing import ALERTS_FOR_LEADS, ALERTS_TO, DUE_CLOCKS, Alert, Ring
from .following import thread
from .governing import BEHIND, Discard, Draft, Publish, Renew
from .ical import Found, holidays_in
from .rules import (
    IN_FORCE,
    METRICS,
    REGIMES,
    USUAL_LADDER,
    Policy,
    Regime,
    Ruling,
    Rung,
    Target,
    gaps,
    in_force,
    policy_for,
    versions,
)
from .running import Clock, Run, next_due

__all__ = [
    "ALERTS_FOR_LEADS",
    "ALERTS_TO",
    "ALWAYS",
    "BEHIND",
    "DUE_CLOCKS",
    "IN_FORCE",
    "METRICS",
    "REGIMES",
    "USUAL_LADDER",
    "Alert",
    "BacktestPart",
    "Calendar",
    "Clock",
    "Discard",
    "Draft",
    "Explanation",
    "Found",
    "Holiday",
    "Line",
    "Outcome",
    "Policy",
    "Publish",
    "Regime",
    "Renew",
    "Ring",
    "Ruling",
    "Run",
    "Rung",
    "Step",
    "Target",
    "add",
    "between",
    "explained",
    "explanation",
    "gaps",
    "holidays_in",
    "in_force",
    "is_open",
    "next_due",
    "outcomes",
    "policy_for",
    "spans",
    "speaks_of_tiers",
    "summed",
    "thread",
    "versions",
]
