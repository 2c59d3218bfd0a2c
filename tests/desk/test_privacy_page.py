"""The page of privacy, pressed as a person presses it: find, see consents, keep, export, erase, prove, the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from tests.desk.fake_desk import MINUTE, NOW
from tests.desk.privacy_desk import LENA, SCOPE, Officer, erasure, proofs

from agentdesk.desk.pages import PAGES
from agentdesk.desk.pages.privacy import PrivacyPage
from agentdesk.desk.shell import Shell
from agentdesk.domain.cases import Customer
from agentdesk.domain.devices import Device
from agentdesk.domain.kernel import ROLES, may
from agentdesk.domain.privacy import (
    HOLDS,
    RETENTIONS,
    Confirmation,
    Erase,
    Hold,
    ReleaseHold,
    RetentionRun,
    RunRetention,
    SetHold,
    SetRetention,
)
from agentdesk.domain.privacy.retention import rule_id

OFFLINE = "This can only be asked while the desk is connected."


@pytest.fixture
def desk() -> Iterator[Officer]:
    made = Officer()
    yield made
    made.close()


def opened(desk: Officer, shell: Shell) -> PrivacyPage:
    made = PrivacyPage(desk, shell.settings, shell)
    shell.add_page(made)
    shell.open_page("privacy")
    shell.show()
    QApplication.processEvents()
    return made


@pytest.fixture
def page(desk: Officer, shell: Shell) -> PrivacyPage:
    return opened(desk, shell)


def found(page: PrivacyPage, words: str = "lena") -> Any:
    """The sheet of whoever is found."""
    assert page.people is not None
    page.people.who.setText(words)
    page.people.go.click()
    return page.people.sheet


def panel(page: PrivacyPage, id: str) -> Any:
    page.tabs._buttons[id].click()
    QApplication.processEvents()
    return getattr(page, id)


# -- people


def test_somebody_is_found_and_seen_with_every_purpose(page: PrivacyPage, desk: Officer) -> None:
    found(page, "   ")
    assert desk.asked == [], "nothing is asked for nothing"
    sheet = found(page)
    assert desk.asked == [("subject.find", {"words": "lena"}), ("consent.look", {"customer": "cu1"})]
    assert sheet.title.text() == "Lena Sorensen"
    assert dict(sheet.facts.facts())["Cases"] == "#1, Open\n#2, Solved"
    assert sheet.consents.lines[0] == ("recording", "given")
    assert {word for _, word in sheet.consents.lines[1:]} == {"never given"}
    assert len(sheet.consents.lines) == 6


def test_nobody_and_offline_say_different_things(page: PrivacyPage, desk: Officer) -> None:
    people = page.people
    assert people is not None
    desk.sentence = OFFLINE
    found(page)
    assert people._here.accessibleName() == "Nobody can be looked for now."
    desk.sentence = ""
    desk.answers["subject.find"] = {"found": []}
    found(page)
    assert people._here.accessibleName() == "Nobody is found by that"
    desk.answers["subject.find"] = {"found": [LENA]}
    found(page)
    desk.sentence = OFFLINE
    found(page)
    assert OFFLINE in people.banner.accessibleName()
    assert people.table.things.rowCount() == 1, "who was found stays"
    desk.sentence = ""
    desk.answers["subject.find"] = {"found": 7}
    found(page)
    assert "cannot be read" in people.banner.accessibleName()


def test_consents_that_cannot_be_had_say_why(page: PrivacyPage, desk: Officer) -> None:
    desk.answers["consent.look"] = {"consents": [{"purpose": 1}]}
    sheet = found(page)
    assert "cannot be read" in sheet.consents._words.text()
    assert sheet.consents.lines == []


# -- holds


def test_a_hold_is_set_with_a_reason_and_let_go(page: PrivacyPage, desk: Officer) -> None:
    sheet = found(page)
    sheet.keep.reason.setText("court")
    sheet.keep.go.click()
    assert sheet.keep.wrong.text().startswith("Say why")
    assert sheet.keep.reason.text() == "court"
    sheet.keep.what.setCurrentIndex(1)
    sheet.keep.reason.setText("A court has asked  for it.")
    sheet.keep.go.click()
    (wish,) = desk.done
    assert isinstance(wish, SetHold)
    assert (wish.kind, wish.about, wish.reason) == ("case", "c1", "A court has asked for it.")
    assert sheet.keep.state.accessibleName() == "Held: #1"
    assert page.tabs._buttons["holds"].text() == "Legal holds 1"
    holds = panel(page, "holds")
    holds.table.step(1)
    assert dict(holds.sheet.facts.facts())["Why"] == "A court has asked for it."
    holds.sheet.release.click()
    holds.sheet.release.click()
    assert isinstance(desk.done[-1], ReleaseHold)
    assert holds.sheet.chip.text() == "Released"
    assert not holds.sheet.release.isVisible()
    assert page.tabs._buttons["holds"].text() == "Legal holds"


def test_what_the_rules_refuse_stands_at_the_field(page: PrivacyPage, desk: Officer) -> None:
    sheet = found(page)
    for _ in range(2):
        sheet.keep.reason.setText("A court has asked for it.")
        sheet.keep.go.click()
    assert sheet.keep.wrong.text() == "This is held already."
    assert sheet.keep.reason.text() == "A court has asked for it."


# -- export


def test_all_about_one_person_is_saved_and_its_digest_shown(page: PrivacyPage, desk: Officer, tmp_path: Path) -> None:
    export = found(page).export
    export.save.click()
    dialog = page.widget.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "lena.zip"))
    dialog.reject()
    ((where, path, then, so_far),) = desk.saving
    assert (where, path) == ("/api/v1/subjects/cu1/export", tmp_path / "lena.zip")
    assert not export.save.isEnabled()
    assert export.verdict.property("tone") == "accent"
    so_far(5 << 20)
    assert "so far" in export.verdict.accessibleName()
    then("ab" * 32, "")
    assert export.verdict.property("tone") == "good"
    assert "ab" * 32 in export.digest.text()
    opened_: list[Path] = []
    export.open_folder = lambda path: bool(opened_.append(path))
    export.folder.click()
    assert opened_ == [tmp_path / "lena.zip"]
    assert desk.sentences[-1].startswith("The folder cannot be opened.")


def test_an_export_that_fails_can_be_asked_for_again(page: PrivacyPage, desk: Officer, tmp_path: Path) -> None:
    export = found(page).export
    export.fetch("cu1", tmp_path / "x.zip")
    desk.saving[0][2]("", "The download was interrupted.")
    assert export.verdict.property("tone") == "bad"
    assert export.save.isEnabled()
    assert not export.digest.isVisible()


# -- erasure


def test_all_data_goes_after_a_second_press(page: PrivacyPage, desk: Officer) -> None:
    sheet = found(page)
    sheet.ground.setCurrentIndex(sheet.ground.findData("objection"))
    sheet.erase.click()
    assert desk.done == []
    sheet.erase.click()
    (wish,) = desk.done
    assert isinstance(wish, Erase)
    assert (wish.customer, wish.reason) == ("cu1", "objection")
    assert desk.view.get(Customer, "cu1") is None
    assert not sheet.erase.isVisible()
    assert sheet.erased.accessibleName() == "Waiting for laptops"
    sheet.look.click()
    assert page._stack.currentWidget() is page.erasures
    assert page.erasures.table.current().id == wish.erasure


def test_a_held_customer_is_not_erased(page: PrivacyPage, desk: Officer) -> None:
    sheet = found(page)
    sheet.keep.reason.setText("A court has asked for it.")
    sheet.keep.go.click()
    sheet.erase.click()
    sheet.erase.click()
    assert "legal hold" in sheet.erased.accessibleName()
    assert desk.view.get(Customer, "cu1") is not None


def test_the_laptops_that_owe_their_word_come_first(page: PrivacyPage, desk: Officer) -> None:
    desk.put(
        erasure(),
        Confirmation("x1", SCOPE, 0, "e1", "cu1", "dario", "desk-1", NOW, NOW),
        Confirmation("x2", SCOPE, 0, "e1", "cu1", "rosa", "desk-2", NOW),
        Device("d2", "it", 0, "rosa", "Rosa's laptop", "active", "k" * 43, "desk-2"),
    )
    assert page.tabs._buttons["erasures"].text() == "Erasures 1"
    page.show_erasure("e1")
    sheet = page.erasures.sheet
    rows = [[sheet.devices.things.index(row, at).data() for at in range(3)] for row in range(2)]
    assert rows[0] == ["Rosa Stein", "Rosa's laptop", "not yet"]
    assert rows[1][:2] == ["Dario Vitale", "desk-1"]
    assert "1 of 2 laptops" in sheet.progress.accessibleName()
    desk.put(Confirmation("x2", SCOPE, 0, "e1", "cu1", "rosa", "desk-2", NOW, NOW), erasure(confirmed=2))
    assert sheet.progress.property("tone") == "good"
    assert page.tabs._buttons["erasures"].text() == "Erasures"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"done": 0, "told": 0, "devices": 0, "confirmed": 0}, "The server is erasing."),
        ({"told": 0, "devices": 0, "confirmed": 0}, "The laptops are being listed."),
        ({"confirmed": 2}, "Gone everywhere."),
    ],
)
def test_progress_is_in_words(page: PrivacyPage, desk: Officer, fields: dict[str, Any], words: str) -> None:
    desk.put(erasure(**fields))
    page.show_erasure("e1")
    assert words in page.erasures.sheet.progress.accessibleName()


def test_an_erasure_is_proved_here_and_the_proof_saved(page: PrivacyPage, desk: Officer, tmp_path: Path) -> None:
    desk.put(erasure())
    page.show_erasure("e1")
    card = page.erasures.sheet.proof
    desk.answers["subject.prove"] = proofs()
    card.prove.click()
    assert card.verdict.property("tone") == "good"
    assert "9 entries" in card.verdict.accessibleName()
    card.save.click()
    dialog = page.widget.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "proof.jsonl"))
    dialog.reject()
    assert (tmp_path / "proof.jsonl").read_bytes() == b"the file\n"
    assert "verify-audit" in card.how.text()
    card.write(tmp_path / "no" / "where.jsonl")
    assert card.how.text().startswith("Could not be saved")


LIES: dict[str, Any] = {
    "no entry": {"proofs": [], "evidence": b""},
    "of another": proofs("e2"),
    "refused": proofs(outcome="refused"),
    "another command": proofs(command="case.solve"),
    "no signature": {"proofs": [{**proofs()["proofs"][0], "key": bytes(32)}]},
    "damaged": {"proofs": [{**proofs()["proofs"][0], "path": []}]},
    "nonsense": {"proofs": 7},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_red(page: PrivacyPage, desk: Officer, lie: str) -> None:
    desk.put(erasure())
    page.show_erasure("e1")
    card = page.erasures.sheet.proof
    desk.answers["subject.prove"] = LIES[lie]
    card.prove.click()
    assert card.verdict.property("tone") == "bad"
    assert not card.save.isVisible()
    assert card.prove.isEnabled()


# -- the schedule


def test_what_is_kept_how_long_is_set_by_class_and_region(page: PrivacyPage, desk: Officer) -> None:
    schedule = panel(page, "schedule")
    assert schedule.rules.things.rowCount() == 6, "a class without a rule is listed too"
    form = schedule.form
    form.days.setText("90 days")
    form.go.click()
    assert form.wrong.text().startswith("Write how many days, from 0 to 36")
    form.region.setCurrentIndex(form.region.findData("eu"))
    form.days.setText("90")
    form.go.click()
    assert desk.done == [SetRetention(data_class="messages", days=90, basis="consent", region="eu")]
    assert len(desk.view.page(RETENTIONS())) == 1
    assert schedule.rules.things.rowCount() == 7
    form.what.setCurrentIndex(form.what.findData("facts"))
    assert not form.region.isVisible(), "measures lie in no region"
    form.go.click()
    assert desk.done[-1] == SetRetention(data_class="facts", days=90, basis="consent", region="")


def test_a_rule_is_changed_from_the_list(page: PrivacyPage, desk: Officer) -> None:
    desk.do(SetRetention(data_class="visitors", days=7, basis="interest"))
    schedule = panel(page, "schedule")
    assert schedule.rules.choose(rule_id("visitors", ""))
    form = schedule.form
    assert (form.what.currentData(), form.days.text(), form.basis.currentData()) == ("visitors", "7", "interest")


def test_nothing_is_deleted_before_it_was_looked_at(page: PrivacyPage, desk: Officer) -> None:
    due = panel(page, "schedule").due
    assert not due.run.isVisible()
    due.look.click()
    assert due.counts == [("messages", 3, 1), ("facts", 0, 0)]
    assert due.verdict.accessibleName().startswith("3 would go.")
    assert [due.table.things.item(row).item.number for row in range(2)] == [7, 8]
    assert due._more.text() == "2 of 3 are listed."
    due.run.click()
    assert desk.done == []
    due.run.click()
    (wish,) = desk.done
    assert isinstance(wish, RunRetention)
    assert due.verdict.accessibleName().startswith("The server is deleting.")
    desk.put(msgspec.structs.replace(desk.view.get(RetentionRun, wish.run), cases=3, done=NOW))
    assert due.verdict.accessibleName() == "3 are gone."
    assert not due.run.isVisible()


def test_an_old_look_is_taken_anew(page: PrivacyPage, desk: Officer) -> None:
    due = panel(page, "schedule").due
    due.look.click()
    desk.time += 11 * MINUTE
    due.run.click()
    due.run.click()
    assert desk.done == []
    assert len([one for one, _ in desk.asked if one.startswith("/api")]) == 2


@pytest.mark.parametrize(
    ("answer", "words"), [([], "Nothing would go today."), ("x", "The server cannot be asked now.")]
)
def test_nothing_due_and_nothing_to_be_had(page: PrivacyPage, desk: Officer, answer: Any, words: str) -> None:
    desk.answers["/api/v1/retention/due"] = answer
    due = panel(page, "schedule").due
    due.look.click()
    assert due.verdict.accessibleName().startswith(words)
    assert not due.run.isVisible()


# -- who may what


def test_an_auditor_looks_and_does_nothing(shell: Shell) -> None:
    desk = Officer("auditor")
    desk.put(Hold("h1", SCOPE, 0, "cu1", "", "A court has asked for it.", "mina", NOW), erasure())
    page = opened(desk, shell)
    assert page.people is None
    holds = panel(page, "holds")
    holds.table.step(1)
    assert not holds.sheet.release.isVisible()
    schedule = panel(page, "schedule")
    assert not schedule.form.isVisible()
    schedule.due.look.click()
    assert schedule.due.table.isVisible()
    assert not schedule.due.run.isVisible()
    page.show_erasure("e1")
    assert page.erasures.sheet.proof.isVisible()
    assert len(desk.view.page(HOLDS())) == 1
    page.close()
    page.widget.deleteLater()
    desk.close()


def test_it_is_for_those_who_may() -> None:
    (listed,) = (one for one in PAGES if one.id == "privacy")
    assert {role for role in ROLES if any(may(role, one) for one in listed.needs)} == {"auditor", "admin"}
