"""The help centre: what customers may read, found and shown without a script, and a way to a person on every page."""

from . import contact, doors
from .astray import told
from .shelf import Shelf

DOORS = (*doors.DOORS, *contact.DOORS)

__all__ = ["DOORS", "Shelf", "told"]
