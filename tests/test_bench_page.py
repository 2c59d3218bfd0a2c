"""The page of benchmarks: what is taken again is put in its place, and nothing else is touched."""

from __future__ import annotations

from tests.bench.figures import Figure
from tests.bench.page import page

START, SEARCH = Figure("Start", "≤ 2 ×", "1.9 ×", "bare", 0.95), Figure("Search", "≤ 20 ms", "31 ms", "", 1.55)


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| Figure")]


def test_a_page_tells_each_figure_and_its_day() -> None:
    assert rows(page([START, SEARCH], "1 May 2026")) == [
        "| Start | ≤ 2 × | 1.9 × | bare | met | 1 May 2026 |",
        "| Search | ≤ 20 ms | 31 ms |  | **missed** | 1 May 2026 |",
    ]


def test_what_is_taken_again_takes_its_place_and_the_rest_stays() -> None:
    old = page([START, SEARCH], "1 May 2026") + "\n## By hand\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    again = Figure("Start", "≤ 2 ×", "1.2 ×", "bare", 0.6)
    new = page([again, Figure("Views", "≤ 5 ms", "4 ms", "", 0.8)], "2 May 2026", old)
    assert [line.rpartition(" | ")[2] for line in rows(new)[:3]] == ["2 May 2026 |", "1 May 2026 |", "2 May 2026 |"]
    assert rows(new)[0].startswith("| Start | ≤ 2 × | 1.2 ×")
    assert new.endswith("## By hand\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert page([], "3 May 2026", new) == new
