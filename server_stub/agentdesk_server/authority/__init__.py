"""The one writer: decides, numbers, records and remembers. No sockets here."""

from .core import Authority
from .database import Database, open_server_database
from .entries import Entry, Outcome, Part, Submission

__all__ = ["Authority", "Database", "Entry", "Outcome", "Part", "Submission", "open_server_database"]
