"""Routing: which case goes to whom, so that nobody is forgotten and nobody is asked for more than they can do."""

from .order import USUAL_PATIENCE, jain, place, urgency
from .roster import Job, Roster, Seat
from .wants import Traits, Trust, Wants, both, fits, folded, spoken

__all__ = [
    "USUAL_PATIENCE",
    "Job",
    "Roster",
    "Seat",
    "Traits",
    "Trust",
    "Wants",
    "both",
    "fits",
    "folded",
    "jain",
    "place",
    "spoken",
    "urgency",
]
