"""The words of files that people attach: plain text, HTML, PDF, Word. Made to be run in a process of its own."""

from .kinds import KINDS, MOST_TEXT, Told, kind_of
from .reading import words_of

__all__ = ["KINDS", "MOST_TEXT", "Told", "kind_of", "words_of"]
