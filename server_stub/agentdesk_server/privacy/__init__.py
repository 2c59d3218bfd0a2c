"""What the server does for privacy on its own: it goes on with erasures, cleans up after them, keeps the schedule."""

from .cleaning import Cleaning
from .erasures import Erasures
from .schedule import Schedule, daily

__all__ = ["Cleaning", "Erasures", "Schedule", "daily"]
