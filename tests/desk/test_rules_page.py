"""The page of rules: written, kept in a draft, tried, published, switched off and brought back; all it did is told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from tests.desk.fake_desk import FakeDesk
from tests.desk.paged import desk_as
from tests.desk.ruled_desk import VIP, ruled, settle

from agentdesk.desk.acts import ActRow
from agentdesk.desk.pages.rules import RulesPage
from agentdesk.desk.pages.rules.editor import RuleEditor
from agentdesk.desk.pages.rules.words import said
from agentdesk.desk.shell import Shell
from agentdesk.domain.cases import Case, DefineField, RetireField
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.kernel import Trait
from agentdesk.domain.macros import AddMacro, Wording
from agentdesk.domain.people import Person, Team
from agentdesk.domain.rules import IN_FORCE, Automation, Firing, Rule, in_force


@pytest.fixture
def desk() -> FakeDesk:
    return desk_as("supervisor", "rules")


def opened(desk: FakeDesk, shell: Shell) -> RulesPage:
    """The page, looked at."""
    made = RulesPage(desk, shell.settings, shell)
    made.widget.show()
    return made


def endings(page: RulesPage) -> list[str]:
    things = page.history.table.things
    return [things.item(row).state + " " + things.item(row).why for row in range(things.rowCount())]


def test_a_rule_is_typed_kept_and_published_and_acts(desk: FakeDesk, shell: Shell) -> None:
    page = opened(desk, shell)
    assert "nothing happens by itself" in page.publishing.holds.text()
    editor = page.edit(None)
    editor.name.line.setText("Later")
    editor.when.setCurrentIndex(editor.when.findData("priority"))
    editor.about.setCurrentIndex(editor.about.findData("3"))
    editor.after.line.setText("soon")
    assert not editor.done_with()
    editor.after.line.setText("2h")
    assert not editor.done_with()
    assert "does nothing" in editor.wrong.text()
    editor.acts._add(Act("tag", "late"))
    assert editor.done_with()
    draft = page.publishing.draft()
    assert draft is not None
    (rule,) = draft.rules
    assert (rule.when, rule.about, rule.after, rule.acts) == ("priority", "3", 120, (Act("tag", "late"),))
    again = RuleEditor(desk, rule, False, page.keep, page.without, shell)
    assert again.read() == rule, "what was kept is shown as it was typed"
    again.deleteLater()
    page.publishing.publish.confirmed.emit()
    book = in_force(desk.view)
    assert book is not None
    assert book.rules == draft.rules
    assert page.publishing.draft() is None
    assert list(page.cards) == [rule.id]


def test_the_switch_holds_at_once_and_older_versions_come_back(desk: FakeDesk, shell: Shell) -> None:
    page = opened(ruled(desk), shell)
    page.cards["vip"].switch.click()
    held = desk.view.get(Automation, IN_FORCE)
    assert held.off == ("vip",)
    desk.open_case("c9", customer="u9", customer_name="Lena Sorensen")
    settle(desk)
    assert desk.view.get(Case, "c9").priority == 1
    page.all_off.confirmed.emit()
    assert page.publishing.holds.text().startswith("All rules are stopped.")
    page.all_on.click()
    page.publishing.discard.confirmed.emit()
    assert page.publishing.draft() is None
    page.versions.back.confirmed.emit()
    book = in_force(desk.view)
    assert (book.number, book.rules) == (3, (VIP,))


def test_what_they_did_is_told_in_words(desk: FakeDesk, shell: Shell) -> None:
    page = opened(ruled(desk), shell)
    desk.time += 1
    settle(desk)
    page.shown()
    assert {"done ", "stopped ring", "waits "} <= set(endings(page))
    table = page.history.table
    cells = {table.model().index(row, 2).data() for row in range(table.things.rowCount())}
    ring = "Urgent is tagged → High is urgent → Urgent is tagged"
    assert f"Stopped: the rules go round in a ring, {ring}" in cells
    one = next(table.things.item(row) for row in range(table.things.rowCount()))
    assert isinstance(one, Firing)
    table.choose(one.id)
    table.activated.emit(table.currentIndex())
    assert desk.opened == [("case", one.case)]


def test_a_draft_is_tried_on_old_cases_and_says_when_nobody_can_be_asked(
    desk: FakeDesk, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Any]] = []
    monkeypatch.setattr(desk, "read", lambda where, then: asked.append((where, then)))
    page = opened(ruled(desk), shell)
    preview = page.preview
    preview.days.line.setText("many")
    preview.try_it.click()
    assert not asked
    preview.days.line.setText("30")
    preview.try_it.click()
    (first,) = asked
    assert first[0] == "/api/v1/rules/drafts/d1/matches?days=30"
    some = ["vip", "ruled1", 1, desk.time]
    told = {"cases": 200, "until": 5, "after": "c1", "draft": {"vip": 100}, "holds": {}, "held": 2, "some": [some]}
    first[1](told, "")
    assert asked[1][0].endswith("&until=5&after=c1")
    asked[1][1]({**told, "cases": 3, "until": 0, "after": "", "draft": {"vip": 32}, "some": []}, "")
    words = preview.verdict.accessibleName()
    assert words.startswith("203 cases counted")
    assert "Big customers first: 132 times" in words
    assert preview.table.things.rowCount() == 1
    preview.try_it.click()
    asked[2][1](None, "Not connected.")
    assert preview.verdict.accessibleName() == "The server cannot be asked now. Not connected."
    preview.try_it.click()
    asked[3][1]({"cases": "x"}, "")
    assert preview.verdict.accessibleName().endswith("The server's answer cannot be read.")
    assert preview.try_it.isEnabled()


def test_a_rule_about_a_field_that_was_taken_out_of_use_stays_about_it(desk: FakeDesk, shell: Shell) -> None:
    for id, title in (("f1", "Product"), ("f2", "Colour")):
        assert desk.do(DefineField(field=id, title=title))
    rule = Rule(id="r1", name="Coloured", when="field", about="f2", acts=(Act("tag", "colour"),))
    page = opened(desk, shell)
    assert page.keep(rule) == ""
    assert desk.do(RetireField(field="f2"))
    again = page.edit(rule)
    assert again.about.currentText() == "Colour"
    assert again.read() == rule
    again.reject()


def test_the_words_on_a_card_follow_the_names_in_them(desk: FakeDesk, shell: Shell) -> None:
    page = opened(ruled(desk), shell)
    desk.put(msgspec.structs.replace(desk.view.get(Team, "orders"), name="Parcels"))
    words = [one.text() for one in page.cards["wait"].findChildren(QLabel)]
    assert any("Parcels" in one for one in words), words


def test_for_a_name_one_record_is_read(desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    view = desk.view
    desk.do(AddMacro(macro="m1", name="Late refund", texts=(Wording("en", "Soon."),), acts=(), audience="all"))
    monkeypatch.setattr(type(view), "page", lambda *_, **__: pytest.fail("all of them are read"))
    acts = (Act("assign", "rosa"), Act("team", "orders"), Act("reply", "m1"), Act("assign", "nobody"))
    for when, about, told in (("assigned", "rosa", "Rosa Stein"), ("moved", "orders", "Orders"), ("moved", "x", "x")):
        words = said(Rule(id="r", name="A rule", when=when, about=about, acts=acts), view)
        assert words.split(": ")[1] == told
        does = words.rpartition(": ")[2].split("; ")
        assert does[0] == "Give to Rosa Stein"
        assert does[1:] == ["Move to the team Orders", "Answer with the macro Late refund", "Give to nobody"]


def test_who_has_left_is_still_called_by_name(desk: FakeDesk) -> None:
    desk.put(msgspec.structs.replace(desk.view.get(Person, "rosa"), active=False))
    desk.put(msgspec.structs.replace(desk.view.get(Team, "orders"), retired=True))
    acts = (Act("assign", "rosa"), Act("team", "orders"))
    words = said(Rule(id="r", name="A rule", when="assigned", about="rosa", acts=acts), desk.view)
    assert words == (
        "Somebody has it now: Rosa Stein (no longer here): Give to Rosa Stein (no longer here); "
        "Move to the team Orders (no longer here)"
    )


def test_nothing_is_read_for_nobody(desk: FakeDesk, shell: Shell) -> None:
    page = opened(ruled(desk), shell)
    page.widget.hide()
    before = endings(page)
    desk.open_case("c9", customer="u9", customer_name="Lena Sorensen")
    settle(desk)
    assert endings(page) == before
    page.shown()
    assert len(endings(page)) > len(before)


def test_cases_are_counted_beside_the_editor(desk: FakeDesk, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    page, then = opened(ruled(desk), shell), list[Any]()
    monkeypatch.setattr(desk, "prepare", lambda asked, show: then.append(show))
    editor = page.edit(VIP)
    assert editor.counted.text() == "Counting…"
    then.pop()()
    assert editor.counted.text() == "Cases on this laptop of which it is true now: 1"
    editor._count()
    editor.reject()
    then.pop()()
    assert editor.counted.text() == "Counting…", "nobody asks any more"


def test_what_was_asked_is_counted_whatever_is_typed_meanwhile(
    desk: FakeDesk, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(desk, "read", lambda where, then: asked.append(where))
    page = opened(ruled(desk), shell)
    with monkeypatch.context() as waiting:
        waiting.setattr(desk, "waits", lambda kind, id: True)
        page.preview.try_it.click()
    page.preview.days.line.setText("7 or 8")
    page.preview.heard()
    assert asked == ["/api/v1/rules/drafts/d1/matches?days=30"]


def test_a_trial_runs_beside_and_ends(desk: FakeDesk, shell: Shell) -> None:
    page = opened(ruled(desk), shell)
    page.trial.click()
    desk.open_case("c9", customer="u9", customer_name="Lena Sorensen")
    desk.time += 1
    settle(desk)
    page.shown()
    assert "tried " in endings(page)
    page.trial.click()
    assert desk.view.get(Automation, IN_FORCE).trial == ""


def test_rules_are_said_to_be_published_once_the_server_has_taken_them(desk: FakeDesk, shell: Shell) -> None:
    page = opened(ruled(desk), shell)
    desk.online = False
    for press in (page.publishing.publish, page.versions.back):
        press.confirmed.emit()
        assert page.publishing.verdict.accessibleName().startswith("Being published"), (
            "the server has not said anything yet"
        )
        desk.take_back(list(desk._waiting)[-1])  # the server asks who this is, and the proof is called off
        assert page.publishing.verdict.accessibleName().startswith("Not published")
    page.publishing.publish.confirmed.emit()
    page.cards["vip"].switch.click()
    words = page.publishing.verdict.accessibleName()
    desk.connect()
    assert page.publishing.verdict.accessibleName() == words, "what was said later stays"


def test_fields_of_the_dictionary_are_asked_and_filled_in(desk: FakeDesk, shell: Shell) -> None:
    assert desk.do(DefineField(field="f1", title="Size", type="choice", options=("small", "big")))
    page = opened(desk, shell)
    editor = page.edit(None)
    editor.name.line.setText("Big")
    editor.when.setCurrentIndex(editor.when.findData("moved"))
    editor.about.setCurrentIndex(editor.about.findData("orders"))
    editor.condition.more_every.click()
    row = editor.condition.every[0]
    row.field.setCurrentIndex(row.field.findText("Size"))
    row.how.setCurrentIndex(row.how.findData("is"))
    row.value.setText("BIG")
    act = editor.acts._add(Act("fill"))
    assert not act.field.isHidden()
    act.value.setText("huge")
    assert not editor.done_with()
    assert "small, big" in act._wrong.text()
    act.value.setText("small")
    assert editor.done_with()
    draft = page.publishing.draft()
    assert draft is not None
    (rule,) = draft.rules
    assert (rule.when, rule.about, rule.acts) == ("moved", "orders", (Act("fill", "small", "f1"),))
    assert rule.condition.clauses == ((Trait("field:f1", "is", ("big",)),),)
    words = [one.text() for one in page.cards[rule.id].findChildren(QLabel)]
    assert any("If Size is one of big: Fill in Size: small" in one for one in words), words
    assert desk.do(RetireField(field="f1"))
    again = page.edit(rule)
    assert again.condition.every[0].field.currentText() == "Size"
    assert again.acts.rows[0].field.currentText() == "Size"
    again.reject()


def test_of_people_with_one_name_an_action_means_one(desk: FakeDesk, shell: Shell) -> None:
    """Opened and kept again, too."""
    desk.put(
        *(Person(f"anna{n}", "org", 1, "Anna Roth", f"anna{n}@example.org", "agent", ("billing",)) for n in (1, 2))
    )
    row = ActRow(Act("assign", "anna2"), desk.view, lambda _: None)
    assert row.value.text() == "Anna Roth (anna2@example.org)"
    assert row.read() == Act("assign", "anna2")
    row.value.setText("Anna Roth")
    assert row.read() is None
    assert "Anna Roth (anna1@example.org)" in row.value.accessibleDescription()
    row.deleteLater()
