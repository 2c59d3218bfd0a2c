"""What is due, in words: the figure of a row, the chip of a conversation, the name of a clock."""

from __future__ import annotations

from typing import NamedTuple

from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import DAY, HOUR, MINUTE, SECOND, short_age
from agentdesk.domain.cases import NEVER, Case

ICON = "ph.timer"
LATE, SOON, LATER = "late", "soon", "later"
TONES = {LATE: "bad", SOON: "warn", LATER: "plain"}
INKS = {LATE: "bad", SOON: "warn", LATER: "muted"}
CLOCKS = {
    "first": mark("First reply"),
    "next": mark("Next reply"),
    "resolution": mark("Solution"),
    "stagnation": mark("Next step"),
    "ola": mark("Taking over"),
}
_LATE = {
    "first": mark("Reply overdue {time}"),
    "next": mark("Reply overdue {time}"),
    "resolution": mark("Solution overdue {time}"),
    "stagnation": mark("Next step overdue {time}"),
    "ola": mark("Taking over is overdue {time}"),
}
_AHEAD = {
    "first": mark("Reply in {time}"),
    "next": mark("Reply in {time}"),
    "resolution": mark("Solution in {time}"),
    "stagnation": mark("Next step in {time}"),
    "ola": mark("Take over in {time}"),
}
_SOON = {
    "first": mark("Reply soon {time}"),
    "next": mark("Reply soon {time}"),
    "resolution": mark("Solution soon {time}"),
    "stagnation": mark("Next step soon {time}"),
    "ola": mark("Take over soon {time}"),
}
_WORDS = {LATE: _LATE, SOON: _SOON, LATER: _AHEAD}


class Due(NamedTuple):
    """How much time is left, as a figure that never shifts the row (a minus sign: overdue), and as a sentence."""

    state: str
    figure: str
    sentence: str

    @property
    def tone(self) -> str:
        """Of a chip."""
        return TONES[self.state]

    @property
    def ink(self) -> str:
        """Of a figure."""
        return INKS[self.state]


def clock_name(metric: str) -> str:
    """What a clock is called."""
    return tr(CLOCKS.get(metric, metric))


def due_of(case: Case, now: int) -> Due | None:
    """When the next clock of a case runs out, as seen now (ms, UTC); None if none runs."""
    if not case.clocked or not 0 < case.due < NEVER:
        return None
    left = case.due - now
    state = LATE if left < 0 else SOON if case.due_soon and now >= case.due_soon else LATER
    # A moment that is not over yet still shows: the last second ends with it.
    figure = stopwatch(-left) if left < 0 else stopwatch(left + SECOND - 1)
    words = _WORDS[state].get(case.due_what, _WORDS[state]["next"])
    return Due(state, tr("−{time}", time=figure) if left < 0 else figure, tr(words, time=figure))


def stopwatch(elapsed: int) -> str:
    """A time that runs: "4:12", "1:12:00", and by days from the second one on."""
    if elapsed >= 2 * DAY:
        return short_age(elapsed)
    hours, minutes, seconds = elapsed // HOUR, elapsed // MINUTE % 60, elapsed // SECOND % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
