"""The page of due times, and the chip that explains them, as somebody presses them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import MINUTE, FakeDesk
from tests.desk.paged import desk_as, in_window

from agentdesk.desk.due import due_of
from agentdesk.desk.pages.clocks import ClocksPage
from agentdesk.desk.pages.queue.header import CaseHeader
from agentdesk.desk.pages.queue.row import facts
from agentdesk.desk.pages.queue.why_due import WhyDialog, open_why
from agentdesk.desk.settings import Settings
from agentdesk.domain.cases import Case, Snooze
from agentdesk.domain.clocks import REGIMES, Draft, Holiday, Policy, Publish, Ruling, Rung, Target, in_force
from agentdesk.domain.kernel import Actor

HOUR = 60 * MINUTE


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = desk_as("admin", "planning")
    yield made
    made.close()


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot, tmp_path: Path) -> Iterator[ClocksPage]:
    with in_window(ClocksPage, desk, qtbot, tmp_path) as made:
        yield made


def press(button: object, times: int = 1) -> None:
    for _ in range(times):
        button.click()  # type: ignore[attr-defined]


def test_rules_are_written_and_published(page: ClocksPage, desk: FakeDesk) -> None:
    assert page.publishing.holds.text() == "No rules hold yet: nothing is due. Write some, and publish them."
    assert not page.publishing.publish.isEnabled()
    press(page.more_calendars)
    press(page.more_policies)
    page.calendars[0].name.line.setText("Office")
    page.calendars[0].name.line.editingFinished.emit()
    page.calendars[0].zone.line.setText("Europe/Berlin")
    page.calendars[0].hours.line.setText("Mon-Fri 9-12, 13-17; Sat 10-14")
    form = page.policies[0]
    form.calendar.setCurrentIndex(form.calendar.findText("Office"))
    form.name.line.setText("Usual")
    form.teams.line.setText("Billing")
    form.times["next"].line.setText("8h, 4h, 1h, 30m")
    form.stands["asleep"].setChecked(True)
    press(page.publishing.save)
    (draft,) = [one for one in desk.done if isinstance(one, Draft)]
    assert draft.policies == (
        Policy(
            id=draft.policies[0].id, name="Usual", calendar=draft.calendars[0].id, teams=("billing",),
            targets=(
                Target(metric="first", minutes=(480, 240, 60, 15), pauses=("snoozed",)),
                Target(metric="next", minutes=(480, 240, 60, 30), pauses=("snoozed",)),
                Target(metric="stagnation", minutes=(2880, 1440, 720, 360)),
            ),
            ladder=(Rung(after=0, to="peer"), Rung(after=15, to="digest"), Rung(after=60, to="lead")),
        ),
    )  # fmt: skip
    assert len(draft.calendars[0].windows) == 11
    assert "Some cases have no policy: let the last one be for all" in page.publishing.verdict.accessibleName()
    assert in_force(desk.view) is None
    press(page.publishing.publish)
    assert in_force(desk.view) is None  # it asks once more
    press(page.publishing.publish)
    rules = in_force(desk.view)
    assert rules is not None
    assert (rules.number, rules.policies) == (1, draft.policies)
    assert page.publishing.holds.text().startswith("Version 1 holds since")


def test_what_somebody_has_published_meanwhile_is_not_overwritten(page: ClocksPage, desk: FakeDesk) -> None:
    press(page.more_policies)
    press(page.publishing.save)
    press(page.publishing.publish, 2)
    (mine,) = [one for one in desk.done if isinstance(one, Draft)][-1:]
    rosa = Actor("rosa", "admin", "Rosa Stein", (), desk.me.scopes)
    desk.act(Draft(regime="hers", calendars=(), policies=mine.policies, previous=mine.regime), rosa)
    desk.act(Publish(regime="hers"), rosa)
    page.policies[0].name.line.setText("Mine")
    press(page.publishing.save)
    press(page.publishing.publish, 2)
    rules = in_force(desk.view)
    assert rules is not None
    assert rules.id == "hers"
    assert "other rules" in page.publishing.verdict.accessibleName()


def test_what_is_wrong_stands_beside_its_field(page: ClocksPage, desk: FakeDesk) -> None:
    press(page.more_policies)
    press(page.more_calendars)
    page.policies[0].times["first"].line.setText("soon")
    page.policies[0].teams.line.setText("Pirates")
    page.calendars[0].hours.line.setText("always")
    press(page.publishing.save)
    words = [label.text() for label in page.widget.findChildren(QLabel) if label.property("role") == "bad"]
    assert "soon is no time. Write it like 30m, 4h or 1h 30m." in words
    assert "There is no team Pirates. Teams are: Billing, Orders." in words
    assert "always is unclear. Write it like Mon-Fri 09:00-12:00, 13:00-17:00." in words
    assert desk.done == []
    page.policies[0].times["first"].line.setText("1h")
    page.policies[0].teams.line.setText("")
    page.calendars[0].hours.line.setText("Mon 9-10")
    page.calendars[0].zone.line.setText("Moon")
    press(page.publishing.save)
    assert page.publishing.verdict.accessibleName() == (
        "Not saved Moon is no time zone. Write it like Europe/Berlin, or UTC."
    )
    assert page.calendars[0].zone.text() == "Moon"  # nothing is lost


def test_a_draft_is_there_again_and_can_be_thrown_away(page: ClocksPage, desk: FakeDesk, tmp_path: Path) -> None:
    press(page.more_policies)
    press(page.publishing.save)
    again = ClocksPage(desk, Settings(tmp_path), page.widget)
    assert [form.name.text() for form in again.policies] == ["New policy"]
    press(again.policies[0].remove, 2)
    assert again.policies == []
    press(again.publishing.discard, 2)
    assert desk.view.page(REGIMES(state="draft")) == []
    again.close()


def test_holidays_come_from_a_file(page: ClocksPage, tmp_path: Path) -> None:
    press(page.more_calendars)
    form = page.calendars[0]
    file = tmp_path / "days.ics"
    events = "DTSTART:20270501\r\nSUMMARY:Labour Day", "DTSTART:20270501T100000\r\nSUMMARY:Party"
    body = "".join(f"BEGIN:VEVENT\r\n{one}\r\nEND:VEVENT\r\n" for one in events)
    file.write_text(f"BEGIN:VCALENDAR\r\n{body}END:VCALENDAR\r\n", "utf-8")
    form.take(file)
    assert form.holidays == (Holiday(20270501, "Labour Day"),)
    assert form.verdict.accessibleName() == "1 days added 1 entries were left out.\nParty: it is no whole day"
    form.take(tmp_path / "missing.ics")
    assert form.verdict.accessibleName() == "missing.ics cannot be read."
    file.write_bytes(b"\x00\xff")
    form.take(file)
    assert form.verdict.accessibleName() == "This is no calendar file. It must be in the iCalendar form (.ics)."
    press(form.clear, 2)
    assert form.holidays == ()


# --- What is due


@pytest.fixture
def timed(desk: FakeDesk) -> FakeDesk:
    """A first answer is due an hour after the case came in, counted around the clock; warned at four fifths."""
    targets = (Target(metric="first", minutes=(60, 60, 60, 60)),)
    desk.do(Draft(regime="r1", calendars=(), policies=(Policy(id="p", name="Usual", targets=targets),)))
    desk.do(Publish(regime="r1"))
    desk.open_case("c1")
    return desk


def case(desk: FakeDesk) -> Case:
    found = desk.view.get(Case, "c1")
    assert isinstance(found, Case)
    return found


@pytest.mark.parametrize(
    ("later", "figure", "sentence", "tone", "ink"),
    [
        (0, "1:00:00", "Reply in 1:00:00", "plain", "muted"),
        (48 * MINUTE - 1, "12:01", "Reply in 12:01", "plain", "muted"),
        (48 * MINUTE, "12:00", "Reply soon 12:00", "warn", "warn"),
        (HOUR - 1, "0:01", "Reply soon 0:01", "warn", "warn"),
        (HOUR + 4 * MINUTE + 12_000, "−4:12", "Reply overdue 4:12", "bad", "bad"),
    ],
)
def test_what_is_due_in_figures_and_words(
    timed: FakeDesk, later: int, figure: str, sentence: str, tone: str, ink: str
) -> None:
    timed.time = case(timed).opened_at + later
    due = due_of(case(timed), timed.now())
    assert due is not None
    assert (due.figure, due.sentence, due.tone, due.ink) == (figure, sentence, tone, ink)
    row = facts(timed, case(timed))
    assert row is not None
    assert (row.waits, row.waits_tone) == (figure, ink)
    assert sentence in row.spoken()


def test_the_chip_counts_and_explains(timed: FakeDesk, qtbot: QtBot) -> None:
    header = CaseHeader(timed)
    qtbot.addWidget(header)
    header.show()
    header.show_case(case(timed))
    assert header.due.text() == "Reply in 1:00:00"
    assert header.due.accessibleName() == "Reply in 1:00:00. Why?"
    timed.time += HOUR + MINUTE
    header.show_clock(case(timed))
    assert header.due.text() == "Reply overdue 1:00"
    header.due.setFocus()
    qtbot.keyClick(header.due, Qt.Key.Key_Space)
    (dialog,) = header.findChildren(WhyDialog)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Rules: Usual, version 1. Calendar: Around the clock, UTC." in words
    assert "Counts, since the customer wrote" in words
    assert words.count("1 h 00 min") == 2  # the step, and the sum
    dialog.accept()
    timed.act(Snooze(case="c1", until=timed.time + HOUR), timed.colleague())
    header.show_case(case(timed))
    assert not header.due.isVisible()


def test_where_the_rules_are_missing_it_says_so(timed: FakeDesk, qtbot: QtBot) -> None:
    timed._write([("regime", "r1", None)])
    dialog = open_why(timed, "c1", "first", None)  # type: ignore[arg-type]
    assert dialog is not None
    qtbot.addWidget(dialog)
    assert any("does not hold all that is needed" in label.text() for label in dialog.findChildren(QLabel))
    assert timed.view.get(Ruling, "clocks") is not None
    dialog.accept()


# --- A draft tried on old cases


class Asked(FakeDesk):
    """Whose server answers when the test wants."""

    def read(self, where: str, then: Any) -> None:
        self.asked.append((where, then))

    asked: list[tuple[str, Any]]


def test_a_draft_is_tried_portion_by_portion(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Asked()
    desk.asked = []
    desk._me = msgspec.structs.replace(desk.me, role="admin", scopes=desk.me.scopes | {"planning"})
    window = QWidget()
    qtbot.addWidget(window)
    page = ClocksPage(desk, Settings(tmp_path), window)
    qtbot.addWidget(page.widget)
    page.widget.show()
    press(page.more_policies)
    trial = page.trial
    trial.days.line.setText("soon")
    press(trial.try_it)
    assert desk.asked == []
    trial.days.line.setText("7")
    press(trial.try_it)
    (draft,) = desk.view.page(REGIMES(state="draft"))
    where, then = desk.asked.pop()
    assert where == f"/api/v1/clocks/drafts/{draft.id}/backtest?days=7"
    ended = [["billing", "first", 5, 60_000, True, late, False] for late in (True, False)]
    then({"cases": 200, "until": 9, "after": "c9", "draft": ended, "holds": ended[1:], "held": 2}, "")
    assert trial.verdict.accessibleName() == "200 cases counted so far…"
    where, then = desk.asked.pop()
    assert where.endswith("?days=7&until=9&after=c9")
    then({"cases": 3, "until": 0, "after": "", "draft": ended, "holds": [], "held": 2}, "")
    assert trial.verdict.accessibleName() == "203 cases counted Late by the draft: 2. By version 2, which holds: 0."
    (row,) = (trial.table.things.item(at) for at in range(trial.table.things.rowCount()))
    assert (row.team, row.metric, row.draft.count, row.draft.late, row.holds.warned) == ("Billing", "first", 4, 2, 1)
    press(trial.try_it)
    _, then = desk.asked.pop()
    tiers = [[*one, tier] for one in ended for tier in ("", "gold")]
    then({"cases": 3, "until": 0, "after": "", "draft": tiers, "holds": [], "held": 2}, "")
    found = [trial.table.things.item(at) for at in range(trial.table.things.rowCount())]
    assert [(one.team, one.draft.count) for one in found] == [("Billing", 2), ("Billing · gold", 2)]
    press(trial.try_it)
    _, then = desk.asked.pop()
    press(trial.stop)
    then({"cases": 3, "until": 0, "after": "", "draft": ended, "holds": [], "held": 2}, "")  # comes too late
    assert trial.verdict.accessibleName().startswith("Stopped")
    press(trial.try_it)
    desk.asked.pop()[1](None, "Not connected.")
    assert trial.verdict.accessibleName() == "The server cannot be asked now. Not connected."
    press(trial.try_it)
    desk.asked.pop()[1]({"cases": "x"}, "")
    assert trial.verdict.accessibleName().endswith("The server's answer cannot be read.")
    assert trial.try_it.isEnabled()
    page.close()
    desk.close()
