"""The page of friction as somebody presses it: reported from a case, passed on, answered, doubted; who owns what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.paged import desk_as, in_window

from agentdesk.desk.pages.friction import FrictionPage
from agentdesk.desk.widgets.buttons import Button
from agentdesk.domain.friction import FRICTIONS, PROCESSES, AnswerFriction, Friction, Report
from agentdesk.domain.people import Person


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = desk_as("supervisor", "library")
    mina = made.view.get(Person, "mina")
    made.put(msgspec.structs.replace(mina, role="supervisor"))
    yield made
    made.close()


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot, tmp_path: Path) -> Iterator[FrictionPage]:
    with in_window(FrictionPage, desk, qtbot, tmp_path, (1_000, 800)) as made:
        yield made


def press(page: FrictionPage, name: str) -> None:
    """The one button that is read out so, or begins so."""
    QApplication.processEvents()
    found = [one for one in page.widget.findChildren(Button) if one.accessibleName().startswith(name)]
    (button,) = [one for one in found if one.isVisible()]
    button.click()


def said(page: FrictionPage) -> str:
    QApplication.processEvents()
    return "\n".join(one.text() for one in page.widget.findChildren(QLabel) if one.isVisible())


def only(desk: FakeDesk, state: str) -> Friction:
    (found,) = desk.view.page(FRICTIONS(state=state))
    assert isinstance(found, Friction)
    return found


def test_what_hurts_in_one_case_is_not_said_of_another(page: FrictionPage, desk: FakeDesk) -> None:
    desk.open_case("c1", customer_name="Ida Lang")
    desk.open_case("c2", customer_name="Bo Berg")
    page.show_record("hurts", "c1")
    page.form.text.line.setText("Ida Lang filled in two forms")
    page.show_record("hurts", "c2")
    assert page.form.text.text() == ""
    page.show_record("hurts", "c1")
    page.form.keep()
    assert only(desk, "open").words == "[hidden: name] filled in two forms"
    assert desk.drafts.get("c1", "friction") is None


def test_what_is_too_long_is_not_cut(page: FrictionPage, desk: FakeDesk) -> None:
    page.form.begin(None)
    page.form.text.line.setText("form " * 101)
    page.form.keep()
    assert page.form.isVisible()
    assert "at most 500" in said(page)
    assert not desk.view.page(FRICTIONS(state="open"))


def test_from_a_case_to_an_answer_that_is_doubted(page: FrictionPage, desk: FakeDesk) -> None:
    """Names of the customer never leave the form; what is refused stays typed; the reporter has the last word."""
    desk.open_case("c1", customer_name="Ida Lang")
    page.show_record("hurts", "c1")
    page.form.keep()
    assert page.form.isVisible()
    page.form.text.line.setText("Ida Lang filled in two forms")
    page.form.keep()
    found = only(desk, "open")
    assert (found.case, found.owner) == ("c1", "mina")
    assert "Ida" not in found.words
    assert "two forms" in found.words
    assert page.tabs.current() == "reported"
    page.shown()
    page.show_tab("mine")
    press(page, "Answer…")
    page.asking.field.line.setText("From May on it is one form.")
    page.asking.done.click()
    assert only(desk, "answered").answer == "From May on it is one form."
    assert "Nothing waits for an answer of yours." in said(page)
    page.show_tab("reported")
    press(page, "This is no answer…")
    page.asking.field.line.setText("May is far.")
    page.asking.done.click()
    assert "No answer, because: May is far." in said(page)
    press(page, "Open the conversation")
    assert desk.opened[-1] == ("case", "c1")


def test_a_process_has_an_owner_and_what_is_late_says_so(page: FrictionPage, desk: FakeDesk) -> None:
    """Days that are none are said beside the field; the owner is asked first; what is seen is told once."""
    page.show_tab("processes")
    page.add.click()
    page.process.name.line.setText("Refunds")
    page.process.days.line.setText("x")
    page.process.keep()
    assert page.process.isVisible()
    page.process.days.line.setText("2")
    page.process.keep()
    (process,) = desk.view.page(PROCESSES())
    assert (process.name, process.days) == ("Refunds", 2)
    desk.act(Report(friction="f1", words="It hurts.", process=process.id), desk.colleague("rosa"))
    counts: list[int] = []
    page.badge.connect(counts.append)
    page.shown()
    assert counts[0] == 1 if only(desk, "open").owner == "mina" else counts[0] == 0
    assert counts[-1] == 0
    desk.time = only(desk, "open").due + 1
    page.show_tab("open")
    assert "Late" in said(page) or any(one.accessibleName() == "Late" for one in page.widget.findChildren(QWidget))
    desk.act(AnswerFriction(friction="f1", answer="Done."), desk.me)
    assert only(desk, "answered").answered_by == "mina"
