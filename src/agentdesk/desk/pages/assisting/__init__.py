"""The page of suggestions: how they do, for whoever leads."""

from .page import AssistingPage

__all__ = ["AssistingPage"]
