"""Who may do what: the table of rights, seen as anybody, and the doors into single cases."""

from .page import RightsPage

__all__ = ["RightsPage"]
