"""The page of those who say where cases go next."""

from .page import EscalationPage

__all__ = ["EscalationPage"]
