"""Working time, against a slow reference: a second counts if the wall clock then shows a time in a window."""

from __future__ import annotations

import random
from bisect import bisect_left
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.domain.clocks import ALWAYS, Calendar, Holiday, add, between, is_open, spans
from agentdesk.domain.clocks.calendars import LAST, checked_calendar, holidays_within
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.kernel.zones import stretches

ZONES = (
    *("Europe/Berlin", "Europe/London", "Europe/Lisbon", "Atlantic/Azores", "America/New_York", "America/Los_Angeles"),
    *("America/St_Johns", "America/Havana", "America/Santiago", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Kathmandu"),
    *("Asia/Beirut", "Asia/Tehran", "Africa/Cairo", "Africa/Casablanca", "Australia/Adelaide", "Australia/Lord_Howe"),
    *("Pacific/Chatham", "Pacific/Apia"),
)
WEEK = tuple(range(7))
HOURS = ((0, 150), (151, 485), (780, 1020), (1350, 1440))
SPLIT = tuple((day, *hours) for day in WEEK for hours in HOURS)
OFFICE = Calendar("office", "Office", "Europe/Berlin", tuple((day, 540, 1020) for day in range(5)))


def shows(at: int, zone: ZoneInfo, free: int) -> bool:
    """The rule itself, for one second: by the hours of every day (SPLIT), without a holiday."""
    wall = datetime.fromtimestamp(at, zone)
    if wall.year * 10_000 + wall.month * 100 + wall.day == free:
        return False
    minute = wall.hour * 60 + wall.minute
    return any(first <= minute < end for first, end in HOURS)


def turns(zone: str, year: int) -> list[int]:
    """Around which hours of a year a zone's clocks are set."""
    start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    hours = range(start, start + 366 * 86_400, 3600)
    told = [datetime.fromtimestamp(hour, ZoneInfo(zone)).utcoffset() for hour in hours]
    return [hour for hour, one, other in zip(hours, told, told[1:], strict=False) if one != other]


@pytest.mark.parametrize("zone", ZONES)
def test_it_is_what_walking_second_by_second_gives(zone: str) -> None:
    """Hours around each time that the clocks are set, and around a usual midnight, with a holiday in it."""
    chance = random.Random(zone)
    year = 2010 if zone in ("Pacific/Apia", "America/Sao_Paulo", "America/St_Johns") else 2026
    for middle in [*turns(zone, year)[:2], int(datetime(year, 6, 16, tzinfo=UTC).timestamp())]:
        local = datetime.fromtimestamp(middle + 5 * 3600, ZoneInfo(zone))
        free = Holiday(local.year * 10_000 + local.month * 100 + local.day, "A holiday")
        calendar = Calendar("c", "C", zone, SPLIT, (free,))
        begin, end = middle - 8 * 3600, middle + 8 * 3600
        told = [0, *accumulate(int(shows(second, ZoneInfo(zone), free.day)) for second in range(begin, end))]
        for _ in range(200):
            left, right = sorted(chance.choices(range(len(told)), k=2))
            counted = told[right] - told[left]
            assert between(calendar, (begin + left) * 1000, (begin + right) * 1000) == counted * 1000
            if counted:
                wanted = chance.randint(1, counted)
                first = bisect_left(told, told[left] + wanted)
                assert add(calendar, (begin + left) * 1000, wanted * 1000) == (begin + first) * 1000
        found = [at for at in range(begin, end) if told[at - begin + 1] > told[at - begin]]
        walked = [
            at for left, right in spans(calendar, begin * 1000, end * 1000) for at in range(left // 1000, right // 1000)
        ]
        assert walked == found


def test_a_day_that_a_zone_left_out_counts_nothing() -> None:
    """Samoa went from the 29th to the 31st of December 2011."""
    samoa = Calendar("s", "Samoa", "Pacific/Apia", ALWAYS.windows, (Holiday(20111230),))
    start, end = (int(datetime(2011, 12, day, tzinfo=UTC).timestamp()) * 1000 for day in (29, 31))
    assert between(samoa, start, end) == end - start


WINDOWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(lambda w: w[1] + 60 <= w[2]),
    min_size=1, max_size=12,
)  # fmt: skip
MOMENTS = st.integers(946_684_800_000, 2_800_000_000_000)


@given(st.sampled_from(ZONES), WINDOWS, MOMENTS, st.integers(1, 200 * 3_600_000))
def test_adding_and_counting_are_one(zone: str, windows: list[tuple[int, int, int]], start: int, work: int) -> None:
    calendar = checked_calendar(Calendar("c", "C", zone, tuple(windows)))
    due = add(calendar, start, work)
    assert due is not None
    assert between(calendar, start, due) == work
    assert between(calendar, start, due - 1) == work - 1  # the first such moment
    middle = (start + due) // 2
    assert between(calendar, start, middle) + between(calendar, middle, due) == work
    assert sum(right - left for left, right in spans(calendar, start, due)) == work


@given(st.sampled_from(ZONES), st.integers(0, 40_000))
def test_a_day_of_utc_is_covered_without_gap(zone: str, day: int) -> None:
    parts = stretches(ZoneInfo(zone), day)
    assert (parts[0][0], parts[-1][1]) == (day * 86_400, (day + 1) * 86_400)
    assert all(left[1] == right[0] for left, right in pairwise(parts))


def test_around_the_clock_is_the_clock() -> None:
    assert add(ALWAYS, 1_800_000_000_123, 86_400_000 * 30) == 1_800_000_000_123 + 86_400_000 * 30
    assert between(ALWAYS, 5, 3) == 0
    assert is_open(ALWAYS, 0)


def test_work_ends_with_the_window_in_which_it_is_done() -> None:
    """Not with the next one that opens."""
    friday_five = int(datetime(2026, 11, 20, 16, 0, tzinfo=UTC).timestamp()) * 1000
    assert add(OFFICE, friday_five - 3_600_000, 3_600_000) == friday_five
    assert add(OFFICE, friday_five - 3_600_000, 3_600_001) == friday_five + 64 * 3_600_000 + 1
    assert not is_open(OFFICE, friday_five)


def test_what_is_due_in_another_century_is_not_due() -> None:
    assert add(OFFICE, LAST - 1000, 3_600_000) is None
    assert add(OFFICE, 2**53, 1) is None
    assert between(OFFICE, LAST + 5, LAST + 10) == 0


def test_holidays_are_named_where_work_would_have_been_done() -> None:
    calendar = msgspec.structs.replace(
        OFFICE, holidays=(Holiday(20261225, "Christmas"), Holiday(20261226, "Boxing Day"))
    )
    start, end = (int(datetime(2026, 12, day, tzinfo=UTC).timestamp()) * 1000 for day in (24, 29))
    assert holidays_within(calendar, start, end) == ["Christmas"]  # the 26th is a Saturday
    assert between(calendar, start, end) == 2 * 8 * 3_600_000  # Thursday and Monday


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " \x00"}, "A calendar needs a name."),
        ({"zone": "Mars/Olympus"}, "Mars/Olympus is no time zone. Write it like Europe/Berlin, or UTC."),
        ({"zone": "../../etc/passwd"}, "../../etc/passwd is no time zone. Write it like Europe/Berlin, or UTC."),
        ({"zone": "Europe"}, "Europe is no time zone. Write it like Europe/Berlin, or UTC."),
        ({"zone": "localtime"}, "localtime is no time zone. Write it like Europe/Berlin, or UTC."),
        ({"windows": ((0, 600, 540),)}, "In Office a window ends before it begins."),
        ({"windows": ((0, 0, 30), (0, 15, 45))}, "Office needs at least one hour of work in a week."),
        ({"windows": ()}, "Office needs at least one hour of work in a week."),
        ({"holidays": (Holiday(20260230),)}, "20260230 is no day. Write it like 20261225."),
        (
            {"holidays": tuple(Holiday(20260101) for _ in range(2001))},
            "Office has too much in it: a calendar takes 200 windows and 2000 holidays.",
        ),
    ],
)
def test_what_cannot_be_counted_with(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refusal) as told:
        checked_calendar(msgspec.structs.replace(OFFICE, **change))
    assert str(told.value) == sentence


def test_a_calendar_is_kept_in_order() -> None:
    windows = ((1, 600, 700), (0, 700, 800), (0, 600, 700), (1, 650, 900))
    kept = checked_calendar(
        msgspec.structs.replace(OFFICE, windows=windows, holidays=(Holiday(20270101), Holiday(20260101)))
    )
    assert kept.windows == ((0, 600, 800), (1, 600, 900))
    assert [holiday.day for holiday in kept.holidays] == [20260101, 20270101]
