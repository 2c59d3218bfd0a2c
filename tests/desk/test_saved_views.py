"""Views of one's own: made in the editor, listed with live counts, changed, shared and removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import MINUTE, FakeDesk

from agentdesk.desk.conditions import ConditionForm, said
from agentdesk.desk.conditions.typing import written
from agentdesk.desk.pages.queue.list import ListPanel
from agentdesk.desk.pages.queue.row import facts
from agentdesk.desk.pages.queue.view_editor import ViewEditor
from agentdesk.desk.settings import Settings
from agentdesk.domain.cases import Case, Claim, Tag, UpdateCustomer
from agentdesk.domain.kernel import ME, MINE, Condition, Trait
from agentdesk.domain.people import Person
from agentdesk.domain.views import AddView, RemoveView, SavedView

HOUR = 60 * MINUTE


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    for at in range(6):
        made.time += MINUTE
        made.open_case(f"c{at}", f"Where is parcel {at}?", subject=f"Parcel {at}", customer=f"cu{at}")
    yield made
    made.close()


@pytest.fixture
def panel(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> Iterator[ListPanel]:
    made = ListPanel(desk, Settings(tmp_path))
    qtbot.addWidget(made)
    made.resize(348, 700)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_list()


def rows(panel: ListPanel) -> list[str]:
    return [panel.case_at(row) for row in range(panel.shown_model.rowCount())]


def tab(qtbot: QtBot, panel: ListPanel, title: str) -> str:
    panel.recount()
    qtbot.waitUntil(lambda: panel.counts.settled)
    assert panel.tabs is not None
    id = next(id for id in panel.view_ids() if panel.view_title(id) == title)
    return panel.tabs._buttons[id].text()


def test_a_view_is_made_and_follows_what_happens(qtbot: QtBot, panel: ListPanel, desk: FakeDesk) -> None:
    editor = panel.edit_view(None)
    qtbot.addWidget(editor)
    assert editor.count.text() == "0 cases now"
    owner = editor.form.every[1]
    owner.field.setCurrentIndex(owner.field.findData("tag"))
    owner.value.setText("VIP")
    owner.value.textEdited.emit("VIP")
    editor.form.more_either.click()
    editor.form.more_either.click()
    for row, (field, how, value) in zip(
        editor.form.either, (("subject", "has", "parcel 1, parcel 2"), ("priority", "above", "high")), strict=True
    ):
        row.field.setCurrentIndex(row.field.findData(field))
        row.how.setCurrentIndex(row.how.findData(how))
        row.value.setText(value)
    editor.name.line.setText("Parcels of VIPs")
    editor.order.setCurrentIndex(editor.order.findData("opened"))
    editor.way.setCurrentIndex(1)
    editor.columns["number"].setChecked(True)
    assert editor.keep(as_copy=False)
    (made,) = [one for one in desk.done if isinstance(one, AddView)]
    assert made.condition == Condition((
        (Trait("state", "is", ("open",)),), (Trait("tag", "is", ("VIP",)),),
        (Trait("subject", "has", ("parcel 1", "parcel 2")), Trait("priority", "above", (2,))),
    ))  # fmt: skip
    assert panel.view_id == f"view:{made.view}"
    assert rows(panel) == []
    for case in ("c1", "c2", "c3"):
        desk.act(Tag(case=case, tag="vip"), desk.me)
    qtbot.waitUntil(lambda: rows(panel) == ["c2", "c1"])
    assert tab(qtbot, panel, "Parcels of VIPs") == "Parcels of VIPs 2"
    case = desk.view.get(Case, "c1")
    shown = facts(desk, case, columns=panel.view_columns())
    assert shown is not None
    assert shown.assignee == f"#{case.number}"


def test_what_depends_on_time_comes_and_goes(qtbot: QtBot, panel: ListPanel, desk: FakeDesk) -> None:
    fresh = Condition(((Trait("opened", "later", (-5 * MINUTE,)),),))
    desk.act(AddView(view="v1", name="Fresh", condition=fresh, order="opened"), desk.me)
    qtbot.waitUntil(lambda: "view:v1" in panel.view_ids())
    panel.show_view("view:v1")
    assert rows(panel) == ["c0", "c1", "c2", "c3", "c4", "c5"]
    desk.time += 3 * MINUTE
    panel._each_second()
    qtbot.waitUntil(lambda: rows(panel) == ["c3", "c4", "c5"])
    assert tab(qtbot, panel, "Fresh") == "Fresh 3"


def test_a_customers_field_is_followed(qtbot: QtBot, panel: ListPanel, desk: FakeDesk) -> None:
    of = Condition(((Trait("email", "has", ("@Example.net",)),),))
    desk.act(AddView(view="v1", name="Net", condition=of), desk.me)
    qtbot.waitUntil(lambda: "view:v1" in panel.view_ids())
    panel.show_view("view:v1")
    assert rows(panel) == []
    desk.act(UpdateCustomer(customer="cu3", name="Lena", email="lena@example.NET"), desk.me)
    qtbot.waitUntil(lambda: rows(panel) == ["c3"])
    assert tab(qtbot, panel, "Net") == "Net 1"


def test_another_ones_view_is_copied_and_ones_own_removed(qtbot: QtBot, panel: ListPanel, desk: FakeDesk) -> None:
    lead = msgspec.structs.replace(desk.colleague(), role="supervisor", teams=("billing",))
    mine = Condition(((Trait("owner", "is", (ME,)),), (Trait("team", "is", (MINE,)),)))
    desk.act(AddView(view="v1", name="Ours", condition=mine, audience="team", team="billing"), lead)
    desk.act(Claim(case="c4"), desk.me)
    qtbot.waitUntil(lambda: "view:v1" in panel.view_ids())
    panel.show_view("view:v1")
    assert rows(panel) == ["c4"]
    editor = panel.edit_view(panel.saved())
    qtbot.addWidget(editor)
    assert editor.save.isHidden()
    assert editor.remove.isHidden()
    assert not editor.copy.isHidden()
    assert [row.value.text() for row in editor.form.every] == ["me", "my teams"]
    assert editor.keep(as_copy=True)
    copy = panel.saved()
    assert copy is not None
    assert (copy.owner, copy.audience, copy.condition) == ("mina", "me", mine)
    again = panel.edit_view(copy)
    qtbot.addWidget(again)
    again.remove.click()
    again.remove.click()
    assert isinstance(desk.done[-1], RemoveView)
    assert panel.view_id == "mine"
    assert desk.view.get(SavedView, "v1") is not None


def test_nobody_takes_from_a_team_what_it_has_without_a_word(qtbot: QtBot, panel: ListPanel, desk: FakeDesk) -> None:
    """Of a team that is not one's own a senior sees the views, and may save them only for others."""
    desk._me = msgspec.structs.replace(desk.me, role="senior")
    desk.put(SavedView("v1", "org", 1, "jonas", "team", "orders", "Theirs", Condition(()), "longest", (), desk.time))
    editor = panel.edit_view(desk.view.get(SavedView, "v1"))
    qtbot.addWidget(editor)
    assert (editor.audience.currentData(), editor.audience.currentText()) == (("team", "orders"), "Team Orders")
    assert not editor.keep(as_copy=False)
    assert editor.wrong.text() == "You can share a view only with a team of your own."


def test_what_is_unclear_is_said_beside_it(qtbot: QtBot, panel: ListPanel) -> None:
    editor = panel.edit_view(None)
    qtbot.addWidget(editor)
    row = editor.form.every[0]
    for field, how, value, sentence in (
        ("state", "is", "closed", "closed is not known here. Known are: open, asleep, solved."),
        ("due", "within", "soon", "soon is no time. Write it like 30m, 4h, 3d or 2w."),
        ("opened", "after", "2026-13-01", "2026-13-01 is no day. Write it like 2026-12-01 or 2026-12-01 9:00."),
        ("priority", "is", "very", "very is no priority. There are: Low, Normal, High, Urgent."),
        ("number", "above", "x", "x is no whole number."),
        ("text", "has", " ", "Type what it is compared with."),
    ):
        row.field.setCurrentIndex(row.field.findData(field))
        row.how.setCurrentIndex(row.how.findData(how))
        row.value.setText(value)
        assert not editor.keep(as_copy=False)
        assert row._wrong.text() == sentence
    row.value.setText("parcel")
    assert not editor.keep(as_copy=False)
    assert editor.wrong.text() == "A view needs a name."


def test_whatever_is_written_can_be_read_again(qtbot: QtBot, desk: FakeDesk) -> None:
    some = Condition((
        (Trait("due", "sooner", (2 * HOUR,)),), (Trait("updated", "sooner", (-72 * HOUR,)),),
        (Trait("opened", "after", (desk.time // (24 * HOUR) * 24 * HOUR + HOUR,)),), (Trait("owner", "unset"),),
        (Trait("priority", "not", (0, 3)), Trait("team", "not", ("billing", MINE)), Trait("said", "lacks", ("x",))),
    ))  # fmt: skip
    form = ConditionForm(some, desk.view)
    qtbot.addWidget(form)
    assert form.read() == some
    assert said(some, desk.view).startswith("Due sooner than in 2h; Last word longer ago than 3d; Opened from then on")
    assert written(Trait("owner", "is", ("gone",)), desk.view) == "gone"


def test_who_is_called_alike_is_told_apart(qtbot: QtBot, desk: FakeDesk) -> None:
    for id, name in (("tom1", "Tom Ward"), ("tom2", "Tom Ward"), ("sun", "Sun, Li")):
        desk.put(Person(id, "org", 1, name, f"{id}@example.org", "agent", ("billing",)))
    of = Condition(((Trait("owner", "is", ("tom1",)),), (Trait("owner", "not", ("tom2", "sun")),)))
    form = ConditionForm(of, desk.view)
    qtbot.addWidget(form)
    assert form.read() == of, "whoever opens a view and saves it has changed nothing"
    assert [row.value.text() for row in form.every] == [
        "Tom Ward (tom1@example.org)", "Tom Ward (tom2@example.org), Sun Li",
    ]  # fmt: skip


def test_everything_in_the_editor_has_a_name(qtbot: QtBot, panel: ListPanel) -> None:
    editor: ViewEditor = panel.edit_view(None)
    qtbot.addWidget(editor)
    assert nameless(editor) == []
    assert keyless(editor) == []
