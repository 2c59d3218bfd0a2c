"""What figures of suggestions are called and how they are written."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from agentdesk.desk.names import channel_words, number, team_name
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.kernel import View
from agentdesk.domain.suggestions import Effect, Line

BY = (
    ("team", mark("By team")),
    ("queue", mark("By queue")),
    ("source", mark("By source")),
    ("level", mark("By level")),
)
KINDS = {
    "macro": mark("Macros"),
    "article": mark("Articles"),
    "post": mark("Answers of the forum"),
    "case": mark("Solved cases"),
    "draft": mark("Drafts of the service"),
    "ghost": mark("While typing"),
}
LEVELS = {
    "0": mark("By hand"),
    "1": mark("Search only"),
    "2": mark("By words only"),
    "3": mark("On the laptop, by meaning"),
    "4": mark("With a drafting service"),
}


def group_name(view: View, by: str, line: Line) -> str:
    """What a group is called."""
    if by == "queue":
        return tr("{team} · {channel}", team=team_name(view, line.team), channel=channel_words(line.key)[0])
    if by == "team":
        return team_name(view, line.key)
    return tr((KINDS if by == "source" else LEVELS).get(line.key, line.key))


def part(some: int, of: int) -> str:
    """A share in whole per cent, and of how many; a dash of nothing."""
    return tr("{share} % of {n}", share=round(100 * some / of), n=number(of)) if of else "–"


def milliseconds(us: int) -> str:
    """A short time, to a tenth of a millisecond."""
    return tr("{n} ms", n=QLocale().toString(us / 1_000, "f", 1))


def effect_words(found: Effect | None) -> tuple[str, str, str]:
    """Tone, words and sentence about what suggestions do to the time of an answer."""
    if found is None or not found.held:
        return "accent", tr("No effect is measured"), tr(
            "It takes cases in which suggestions are held back on purpose, of at least five people. An administrator "
            "says how many in a hundred: policy assist-holdout.")  # fmt: skip
    if not found.is_enough:
        return "accent", tr("Too few replies to compare yet"), tr(
            "With suggestions: {shown}. With suggestions held back: {held}. It takes 30 of each.",
            shown=number(found.shown), held=number(found.held))  # fmt: skip
    told = {"low": _signed(found.low), "high": _signed(found.high), "shown": number(found.shown),
            "held": number(found.held)}  # fmt: skip
    back = tr("Of a thousand such cases {shown} came back with them, {held} without.",
              shown=number(found.reopened_shown), held=number(found.reopened_held))  # fmt: skip
    sure = tr("With 95 % certainty between {low} and {high} %, from {shown} replies with and {held} without.", **told)
    if found.low <= 0 <= found.high:
        return "accent", tr("No difference in the time of an answer can be told"), f"{sure} {back}"
    if found.longer < 0:
        return "good", tr("With suggestions an answer takes {n} % less time", n=round(-100 * found.longer)), (
            f"{sure} {back}")  # fmt: skip
    return "warn", tr("With suggestions an answer takes {n} % more time", n=round(100 * found.longer)), f"{sure} {back}"


def _signed(part_: float) -> str:
    return f"{round(100 * part_):+d}".replace("-", "−")
