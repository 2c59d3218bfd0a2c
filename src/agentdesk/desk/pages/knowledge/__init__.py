"""The page of what is written down: articles, their way to the customer, and what is still missing."""

from .page import KnowledgePage

__all__ = ["KnowledgePage"]
