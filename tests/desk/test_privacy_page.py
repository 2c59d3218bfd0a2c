"""The page of privacy, pressed as a person presses it: find, see consents, keep, export, erase, prove, the schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from tests.desk.audit_desk import KEY, SECRET
from tests.desk.fake_desk import MINUTE, NOW, FakeDesk
from tests.desk.samples import shell_in

from agentdesk.desk.pages import PAGES
from agentdesk.desk.pages.privacy import PrivacyPage
from agentdesk.desk.shell import Shell
from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.head import Head
from agentdesk.domain.audit.leaf import Leaf, encode
from agentdesk.domain.audit.merkle import Tree, leaf_hash
from agentdesk.domain.audit.proofs import nodes_of, prove_inclusion
from agentdesk.domain.cases import Customer
from agentdesk.domain.devices import Device
from agentdesk.domain.kernel import ROLES, may
from agentdesk.domain.people import Team
from agentdesk.domain.privacy import (
    HOLDS,
    RETENTIONS,
    Confirmation,
    Erase,
    Erasure,
    Hold,
    ReleaseHold,
    RetentionRun,
    RunRetention,
    SetHold,
    SetRetention,
)
from agentdesk.domain.privacy.retention import rule_id

OFFLINE = "This can only be asked while the desk is connected."
SCOPE = "privacy"
LENA = {
    "id": "cu1", "name": "Lena Sorensen", "email": "lena@example.org", "region": "eu", "since": NOW, "count": 2,
    "cases": [{"id": "c1", "number": 1, "status": "open", "at": NOW},
              {"id": "c2", "number": 2, "status": "solved", "at": NOW}],
}  # fmt: skip
SAID = {"purpose": "recording", "state": "given", "source": "chat", "at": NOW, "wording": "2026-03", "given_at": NOW}
DUE = [
    {"data_class": "messages", "due": 3, "held": 1, "items": [{"id": f"c{n}", "number": n, "at": NOW} for n in (7, 8)]},
    {"data_class": "facts", "due": 0, "held": 0, "items": []},
]


class Officer(FakeDesk):
    """A desk of an administrator's. `answers` holds what the server says; `sentence` stands before all of it."""

    def __init__(self, role: str = "admin") -> None:
        super().__init__()
        self._me = msgspec.structs.replace(self.me, role=role)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.sentence = ""
        self.answers: dict[str, Any] = {
            "subject.find": {"found": [LENA]},
            "consent.look": {"consents": [SAID]},
            "/api/v1/retention/due": DUE,
        }
        self.saving: list[tuple[str, Path, Callable[[str, str], None], Callable[[int], None]]] = []
        self.put(Team("eu", "org", 1, "Europe", region="eu"))
        for n in (1, 2):
            self.open_case(f"c{n}")

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        self.asked.append((question, args))
        then(*((None, self.sentence) if self.sentence else (self.answers[question], "")))

    def read(self, where: str, then: Callable[[Any, str], None]) -> None:
        self.ask(where, {}, then)

    def save(
        self, where: str, path: Path, then: Callable[[str, str], None], so_far: Callable[[int], None] = lambda _: None
    ) -> None:
        self.saving.append((where, path, then, so_far))


@pytest.fixture
def desk() -> Iterator[Officer]:
    made = Officer()
    yield made
    made.close()


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Shell:
    made = shell_in(tmp_path)
    made.resize(1440, 900)
    qtbot.addWidget(made)
    return made


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
    sheet = found(page)
    assert desk.asked == [("subject.find", {"words": "lena"}), ("consent.look", {"customer": "cu1"})]
    assert sheet.title.text() == "Lena Sorensen"
    assert dict(sheet.facts.facts())["Cases"] == "#1, Open\n#2, Solved"
    assert sheet.consents.lines[0] == ("recording", "given")
    assert {word for _, word in sheet.consents.lines[1:]} == {"never given"}
    assert len(sheet.consents.lines) == 6


def test_nothing_is_asked_for_nothing(page: PrivacyPage, desk: Officer) -> None:
    found(page, "   ")
    assert desk.asked == []


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


def erasure(**fields: Any) -> Erasure:
    told = {"done": NOW, "told": NOW, "devices": 2, "confirmed": 1, "cases": 2, "messages": 9, **fields}
    return Erasure("e1", SCOPE, 0, "0197c2aa-cu1", "request", "mina", NOW, **told)


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


def proofs(erased: str = "e1", command: str = "subject.erase", outcome: str = "done") -> dict[str, Any]:
    """What a server shows: a small log in which the erasure stands at place 5."""
    touched = (("erasure", erased), ("customer", "cu1"))
    leaves = [
        encode(Leaf(n, n, NOW + n, bytes(16), bytes(16), command if n == 5 else "case.note",
                    outcome if n == 5 else "done", touched if n == 5 else (), bytes(32), (bytes(32),)))  # type: ignore[arg-type]
        for n in range(9)
    ]  # fmt: skip
    data = head_.encode(Head("e1", 9, Tree().append(leaves)[0].root, 9, NOW))
    path = prove_inclusion(nodes_of([leaf_hash(leaf) for leaf in leaves]), 5, 9)
    one = {
        "index": 5,
        "leaf": leaves[5],
        "path": path,
        "head": {"data": data, "signature": SECRET.sign(data)},
        "key": KEY,
    }
    return {"proofs": [one], "evidence": b"the file\n"}


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
    card.write(str(tmp_path / "no" / "where.jsonl"))
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
