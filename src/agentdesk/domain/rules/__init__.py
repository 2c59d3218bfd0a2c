"""Rules: what happens by itself to a case, on an event or some time after it, by versions that leads publish."""

from . import arming
from .acting import ActOnRule
from .governing import DiscardRules, DraftRules, PublishRules, RollBackRules, SwitchRules, TryRules
from .past import Match, MatchesPart, matches
from .records import (
    CLOCKS,
    DUE_FIRINGS,
    FIRINGS,
    FIRINGS_OF,
    IN_FORCE,
    RULEBOOKS,
    STATES,
    WHENS,
    Automation,
    Firing,
    Rule,
    Rulebook,
    When,
    in_force,
)

__all__ = [
    "CLOCKS",
    "DUE_FIRINGS",
    "FIRINGS",
    "FIRINGS_OF",
    "IN_FORCE",
    "RULEBOOKS",
    "STATES",
    "WHENS",
    "ActOnRule",
    "Automation",
    "DiscardRules",
    "DraftRules",
    "Firing",
    "Match",
    "MatchesPart",
    "PublishRules",
    "RollBackRules",
    "Rule",
    "Rulebook",
    "SwitchRules",
    "TryRules",
    "When",
    "arming",
    "in_force",
    "matches",
]
