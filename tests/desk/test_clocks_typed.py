"""Times and hours as people type them, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.desk.pages.clocks.typed import (
    four_times,
    minutes_of,
    times_written,
    written,
)
from agentdesk.desk.typed import Unclear, whole
from agentdesk.desk.weekly import windows_of, windows_written


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30", 30),
        ("30m", 30),
        ("4h", 240),
        ("1h 30m", 90),
        ("1H30", 90),
        ("2d", 2880),
        ("-", 0),
        (" ", 0),
        ("90 min", 90),
    ],
)
def test_a_time(text: str, minutes: int) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["soon", "1:30", "h", "-5", "1h 30m 20s", "٣", "999999999"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(Unclear, match=r"is no time\. Write it like"):
        minutes_of(text)


def test_four_times() -> None:
    assert four_times("8h, 1h, 30m, 15m") == (480, 60, 30, 15)
    assert four_times("2h") == (120, 120, 120, 120)
    with pytest.raises(Unclear, match="Write four times"):
        four_times("1h, 2h")


@given(st.tuples(*[st.integers(0, 86_400)] * 4))
def test_times_survive_being_written(times: tuple[int, int, int, int]) -> None:
    assert four_times(times_written(times)) == times
    assert minutes_of(written(times[0])) == times[0]


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("Mon 9-17", ((0, 540, 1020),)),
        ("Mon-Tue 09:00-12:00, 13:00-17:00", ((0, 540, 720), (0, 780, 1020), (1, 540, 720), (1, 780, 1020))),
        ("Sa-Mo 0-24", ((0, 0, 1440), (5, 0, 1440), (6, 0, 1440))),
        ("monday 8:30-9:00; Freitag 10-11", ((0, 510, 540), (4, 600, 660))),
        ("", ()),
    ],
)
def test_hours(text: str, windows: tuple[tuple[int, int, int], ...]) -> None:
    assert windows_of(text) == windows


@pytest.mark.parametrize(
    "text", ["9-17", "Mon", "Mon 17-9", "Mon 9-25", "Mon 9:70-10", "Xyz 9-10", "Mon 9-10 11-12", "Mon-? 9-10"]
)
def test_what_is_unclear(text: str) -> None:
    with pytest.raises(Unclear, match=r"is unclear\. Write it like"):
        windows_of(text)


WINDOW = st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(lambda w: w[1] < w[2])


@given(st.lists(WINDOW, max_size=12))
def test_hours_survive_being_written(windows: list[tuple[int, int, int]]) -> None:
    wanted = tuple(sorted(set(windows)))
    assert windows_of(windows_written(wanted)) == wanted


def test_whole_numbers() -> None:
    assert whole(" 80 ", 0, 99) == 80
    for text in ("", "100", "-1", "8.5", "٣"):
        with pytest.raises(Unclear, match="Write a whole number from 0 to 99"):
            whole(text, 0, 99)
