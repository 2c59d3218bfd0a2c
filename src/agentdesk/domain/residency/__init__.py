"""Residency: in which region which data is kept, and what other regions see of it."""

from .bringing import BeginStubs, End, KeepStubs
from .pins import PinClass, SettleHere, UnpinClass
from .records import (
    HERE,
    KEPT_CASES,
    KEPT_CUSTOMERS,
    PINNABLE,
    PINS,
    Neighbour,
    Pin,
    Residence,
    here,
    pinned,
    region_word,
)
from .telling import KINDS, told

__all__ = [
    "HERE",
    "KEPT_CASES",
    "KEPT_CUSTOMERS",
    "KINDS",
    "PINNABLE",
    "PINS",
    "BeginStubs",
    "End",
    "KeepStubs",
    "Neighbour",
    "Pin",
    "PinClass",
    "Residence",
    "SettleHere",
    "UnpinClass",
    "here",
    "pinned",
    "region_word",
    "told",
]
