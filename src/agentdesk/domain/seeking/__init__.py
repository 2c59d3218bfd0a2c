"""Seeking: what somebody looks for, read from a line, and whether something is it."""

from .days import Days, day_of
from .fitting import Eyes, Hit, Seen, fits
from .looking import Index, hit_of, steps
from .reading import OPERATORS, Reading, begun, read
from .sought import Fault, Filter, Sought

__all__ = [
    "OPERATORS",
    "Days",
    "Eyes",
    "Fault",
    "Filter",
    "Hit",
    "Index",
    "Reading",
    "Seen",
    "Sought",
    "begun",
    "day_of",
    "fits",
    "hit_of",
    "read",
    "steps",
]
