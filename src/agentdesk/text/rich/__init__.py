"""What colleagues write, in Markdown: its lines, their words and looks, for every place where it is shown."""

from .lines import Line, Read, as_read, lines_of
from .marks import FENCED, Mark, marks
from .runs import Run, runs_of
from .shown import html_of_lines, is_plain, parts_of
from .simpler import simpler

__all__ = [
    "FENCED",
    "Line",
    "Mark",
    "Read",
    "Run",
    "as_read",
    "html_of_lines",
    "is_plain",
    "lines_of",
    "marks",
    "parts_of",
    "runs_of",
    "simpler",
]
