"""The page of those who say by when what is due."""

from .page import ClocksPage

__all__ = ["ClocksPage"]
