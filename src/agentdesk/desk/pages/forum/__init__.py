"""The page of the forum."""

from .page import ForumPage

__all__ = ["ForumPage"]
