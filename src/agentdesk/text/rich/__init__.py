"""What colleagues write, in Markdown: its lines, their words and looks, for every place where it is shown."""

from .lines import Line, lines_of, source_places
from .marks import FENCED, Mark, marks
from .runs import Run, runs_of
from .shown import html_of_lines, is_plain, parts_of
from .simpler import simpler

__all__ = [
    "FENCED",
    "Line",
    "Mark",
    "Run",
    "html_of_lines",
    "is_plain",
    "lines_of",
    "marks",
    "parts_of",
    "runs_of",
    "simpler",
    "source_places",
]
