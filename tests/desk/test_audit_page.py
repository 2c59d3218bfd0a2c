"""The audit page: what is asked, what is shown, and that a verdict is reached here, whatever the server claims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.audit_desk import KEY, AuditDesk
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages import PAGES
from agentdesk.desk.pages.audit import AuditPage
from agentdesk.desk.shell import Shell
from agentdesk.domain.audit.published import Pin
from agentdesk.domain.kernel import ROLES, may


@pytest.fixture
def desk() -> Iterator[AuditDesk]:
    made = AuditDesk()
    yield made
    made.close()


@pytest.fixture
def page(desk: AuditDesk, shell: Shell, qtbot: QtBot) -> AuditPage:
    made = AuditPage(desk, shell.settings, shell)
    shell.add_page(made)
    shell.show()
    shell.open_page("audit")
    qtbot.waitExposed(shell)
    return made


def press(widget: QWidget, key: Qt.Key, qtbot: QtBot) -> None:
    qtbot.keyClick(widget, key)
    QApplication.processEvents()


def first(page: AuditPage) -> None:
    """Search, and look at the newest entry."""
    page.filters.ask()
    page.list.step(1)


def test_the_keyboard_alone_searches_chooses_and_proves(page: AuditPage, desk: AuditDesk, qtbot: QtBot) -> None:
    qtbot.waitUntil(page.filters.person.hasFocus)
    press(page.filters.person, Qt.Key.Key_Return, qtbot)
    assert desk.asked == [("audit.search", {"limit": 100})]
    assert page.model.rowCount() == 100
    page.list.setFocus()
    press(page.list, Qt.Key.Key_Down, qtbot)
    press(page.list, Qt.Key.Key_Down, qtbot)
    assert page.entry.isVisible()
    page.entry.prove.setFocus()
    press(page.entry.prove, Qt.Key.Key_Space, qtbot)
    assert page.entry.verdict.accessibleName().startswith("Proved on this laptop.")
    rows = page.entry.path.rows()
    assert (rows[0][0], rows[-1][0], len(rows)) == ("entry", "root", 8)


def test_all_can_be_named_and_reached(page: AuditPage, desk: AuditDesk) -> None:
    first(page)
    page.entry.ask_proof()
    for show in (lambda: None, page.show_heads, page.show_export):
        show()
        QApplication.processEvents()
        assert nameless(page.widget) == []
        assert set(keyless(page.widget)) <= {"Button Some entries"}, "arrows reach it, from the chosen one beside it"


def test_more_comes_as_one_goes_down(page: AuditPage, desk: AuditDesk) -> None:
    page.filters.ask()
    assert page.model.rowCount() == 100
    page.list.scrollToBottom()
    QApplication.processEvents()
    assert page.model.rowCount() == 200
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    while page.model.canFetchMore(QModelIndex()):
        page.model.fetchMore(QModelIndex())
    assert page.model.rowCount() == 240
    assert [args.get("before") for _, args in desk.asked] == [None, 140, 40]


def test_fields_become_a_question(page: AuditPage, desk: AuditDesk) -> None:
    page.filters.person.setText("rosa stein")
    page.filters.command.setText(" case.note ")
    page.filters.record.setText("#4711")
    page.filters.since.setText("2026-03-31 14:30")
    page.filters.until.setText("2026-03-31")
    page.filters.outcome.choose("denied")
    page.filters.ask()
    ((_, asked),) = desk.asked
    day = 24 * 3_600_000
    assert asked["person"] == "rosa"
    assert (asked["command"], asked["record"], asked["outcome"]) == ("case.note", "#4711", "denied")
    assert 0 < asked["until"] - asked["since"] < day, "the whole of the last day is meant"


@pytest.mark.parametrize(("field", "typed"), [("since", "yesterday"), ("until", "31.02.2026"), ("person", "No Body")])
def test_what_cannot_be_understood_is_said_at_the_field(
    page: AuditPage, desk: AuditDesk, field: str, typed: str
) -> None:
    line = getattr(page.filters, field)
    line.setText(typed)
    page.filters.ask()
    assert desk.asked == []
    assert line.accessibleDescription().endswith(".")
    assert line.text() == typed
    line.setText("")
    assert line.accessibleDescription() == ""


def test_offline_keeps_what_is_listed(page: AuditPage, desk: AuditDesk) -> None:
    page.filters.ask()
    rows = page.model.rowCount()
    desk.sentence = "This can only be asked while the desk is connected."
    page.model.fetchMore(QModelIndex())
    assert page.model.rowCount() == rows
    assert desk.sentence in page.banner.accessibleName()
    assert page.list.isVisible()
    desk.sentence = ""
    page.model.fetchMore(QModelIndex())
    assert page.model.rowCount() > rows
    assert page.banner.isHidden()


def test_nothing_found_and_nothing_to_be_had_say_different_things(page: AuditPage, desk: AuditDesk) -> None:
    empty = {"entries": [], "before": 0, "size": 9, "indexed": 4}
    desk.answers["audit.search"] = lambda _: empty
    page.filters.ask()
    assert page._here.accessibleName() == "Nothing in the log is like that"
    assert "4 of 9" in page.banner.accessibleName()
    desk.sentence = "The server does not know this question."
    page.filters.ask()
    assert page._here.accessibleName() == "The log lies at the server"


def _spoiled(desk: AuditDesk, **changed: Any) -> None:
    proof = desk.audit_prove({"entry": 239})
    desk.answers["audit.prove"] = lambda _: {**proof, **changed}


LIES: dict[str, dict[str, Any]] = {
    "another leaf": {"leaf": b"x"},
    "another path": {"path": [bytes(32)] * 8},
    "no path": {"path": []},
    "no signature": {"head": {"data": b"", "signature": b""}},
    "not even an answer": {"path": 7},
    "another key": {"key": bytes(32)},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_red(page: AuditPage, desk: AuditDesk, lie: str) -> None:
    first(page)
    _spoiled(desk, **LIES[lie])
    page.entry.ask_proof()
    assert page.entry.verdict.property("tone") == "bad"
    assert page.entry.prove.isEnabled()


def test_a_true_proof_of_another_entry_is_red(page: AuditPage, desk: AuditDesk) -> None:
    first(page)
    _spoiled(desk, **desk.audit_prove({"entry": 3}))
    page.entry.ask_proof()
    assert page.entry.verdict.property("tone") == "bad"
    assert page.entry.path.rows()[-1][2] == "not reached"


def test_another_key_than_the_one_kept_is_red(page: AuditPage, desk: AuditDesk, shell: Shell) -> None:
    def know(key: bytes) -> None:
        desk.pins.keep(Pin(key.hex(), 1, ""))

    first(page)
    know(bytes(32))
    page.entry.ask_proof()
    page.show_heads()
    assert page.entry.verdict.property("tone") == page.heads.verdict.property("tone") == "bad"
    know(KEY)
    page.entry.ask_proof()
    assert page.entry.verdict.property("tone") == "good"


def test_heads_are_compared_here(page: AuditPage, desk: AuditDesk) -> None:
    page.show_heads()
    assert page.heads.model.rowCount() == 4
    page.heads.ask_compare()
    assert page.heads.verdict.property("tone") == "accent", "nothing is chosen yet"
    page.heads.list.setCurrentIndex(page.heads.model.index(2))
    page.heads.ask_compare()
    assert desk.asked[-1] == ("audit.compare", {"first": 120, "second": 240})
    assert page.heads.verdict.property("tone") == "good"
    told = desk.audit_compare({"first": 120, "second": 240})
    for lie in ({"path": []}, {"first": told["second"]}, {"second": told["first"], "path": []}, {"path": "x"}):
        desk.answers["audit.compare"] = lambda _, lie=lie: {**told, **lie}
        page.heads.ask_compare()
        assert page.heads.verdict.property("tone") == "bad", lie


def test_names_need_a_reason(page: AuditPage, desk: AuditDesk) -> None:
    first(page)
    page.entry.ask_names()
    assert [question for question, _ in desk.asked] == ["audit.search"]
    assert page.entry.reason.accessibleDescription().startswith("Say why")
    page.entry.reason.setText("A customer asks.")
    page.entry.ask_names()
    assert desk.asked[-1] == ("audit.unseal", {"entry": 239, "reason": "A customer asks."})
    assert "Rosa Stein" in page.entry._behind.text()
    page.list.step(1)
    assert page.entry._behind.isHidden(), "what was revealed goes with its entry"
    desk.answers["audit.unseal"] = lambda _: {"actor": "", "device": "", "arguments": None}
    page.entry.reason.setText("Again.")
    page.entry.ask_names()
    assert "destroyed" in page.entry._behind.text()


def test_an_answer_that_comes_late_belongs_to_what_was_asked(page: AuditPage, desk: AuditDesk) -> None:
    later: list[Any] = []
    first(page)
    desk.ask = lambda question, args, then: later.append(then)  # type: ignore[method-assign]
    page.entry.ask_proof()
    page.list.step(1)
    later[0](desk.audit_prove({"entry": 239}), "")
    assert page.entry.verdict.isHidden()
    page.filters.ask()
    page.filters.ask()
    later[-2](desk.audit_search({"limit": 3}), "")
    assert page.model.rowCount() == 0
    later[-1](desk.audit_search({"limit": 5}), "")
    assert page.model.rowCount() == 5


@pytest.mark.parametrize(
    ("ends", "span"),
    [
        (("3", "7"), "3-7"),
        (("1,204", "12 040"), "1204-12040"),
        (("7", "3"), None),
        (("", "3"), None),
        (("²", "3"), None),
    ],
)
def test_a_span_is_exported(page: AuditPage, desk: AuditDesk, ends: tuple[str, str], span: str | None) -> None:
    page.show_export()
    page.export.what._buttons["part"].click()
    page.export.first.setText(ends[0])
    page.export.last.setText(ends[1])
    assert page.export.span() == span


def test_a_bundle_is_saved_where_the_person_says(
    page: AuditPage, desk: AuditDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    page.show_export()
    page.export.save.click()
    dialog = page.widget.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "a.zip"))
    dialog.reject()
    assert desk.saved == [("/api/v1/audit/bundle/all", tmp_path / "a.zip")]
    assert page.export.verdict.property("tone") == "good"
    desk.sentence = "The server cannot be reached."
    page.export.fetch("all", tmp_path / "a.zip")
    assert page.export.verdict.property("tone") == "bad"
    assert page.export.save.isEnabled()


def test_it_is_for_those_who_may(shell: Shell) -> None:
    agent = FakeDesk()
    (listed,) = (one for one in PAGES if one.id == "audit")
    assert {role for role in ROLES if any(may(role, one) for one in listed.needs)} == {"auditor", "admin"}
    page = AuditPage(agent, shell.settings, shell)
    assert page.actions == ()
    assert not page.filters.isVisibleTo(page.widget)
    page.widget.deleteLater()
    agent.close()
