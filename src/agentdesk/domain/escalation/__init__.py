"""Escalation: a verified graph of who takes cases next, and how a case is handed on without losing its owner."""

from .following import kept
from .governing import DiscardGraph, DraftGraph, PublishGraph
from .graph import (
    FREE_TRANSFERS,
    GRAPH,
    GRAPHS,
    SORTS,
    Graph,
    InForce,
    Node,
    Way,
    after,
    hours_of,
    in_force,
    node_for,
)
from .hours import is_open, turns_at
from .moving import Answer, Escalate, Return, Value, back_to, foreseen
from .standing import HANDOFFS, WHYS, Handoff, Stand, accountable, newest, node_of
from .targets import Target, against, locked, missing, targets
from .verifying import Finding, verify

__all__ = [
    "FREE_TRANSFERS",
    "GRAPH",
    "GRAPHS",
    "HANDOFFS",
    "SORTS",
    "WHYS",
    "Answer",
    "DiscardGraph",
    "DraftGraph",
    "Escalate",
    "Finding",
    "Graph",
    "Handoff",
    "InForce",
    "Node",
    "PublishGraph",
    "Return",
    "Stand",
    "Target",
    "Value",
    "Way",
    "accountable",
    "after",
    "against",
    "back_to",
    "foreseen",
    "hours_of",
    "in_force",
    "is_open",
    "kept",
    "locked",
    "missing",
    "newest",
    "node_for",
    "node_of",
    "targets",
    "turns_at",
    "verify",
]
