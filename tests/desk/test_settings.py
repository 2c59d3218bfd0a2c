"""Settings: each with help, kept safely, read with distrust; the page shows and changes them all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tests.desk.access import nameless
from tests.desk.samples import act

from agentdesk.desk.actions import ActionBook
from agentdesk.desk.pages.settings import SettingsForm, SettingsPage
from agentdesk.desk.settings import SETTINGS, Setting, Settings
from agentdesk.desk.widgets.buttons import Button, IconButton, Switch
from agentdesk.desk.widgets.keyfield import KeyField
from agentdesk.desk.widgets.labels import QLabel
from agentdesk.desk.widgets.stepper import Stepper
from agentdesk.desk.widgets.tabs import Tabs


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_each_setting_is_whole(setting: Setting) -> None:
    assert setting.accepts(setting.default)
    assert setting.title
    assert setting.help.endswith(".")
    assert setting.group


def test_keys_are_unique() -> None:
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)


def test_a_choice_is_kept_and_told_once(tmp_path: Path, qtbot: QtBot) -> None:
    settings = Settings(tmp_path)
    told: list[tuple[str, object]] = []
    settings.changed.connect(lambda key, value: told.append((key, value)))
    settings.put("look.theme", "dark")
    settings.put("look.theme", "dark")
    assert told == [("look.theme", "dark")]
    assert Settings(tmp_path).text("look.theme") == "dark"
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize(
    ("key", "value"), [("look.theme", "pink"), ("look.text_scale", 500), ("notify.sound", 1), ("look.text_scale", True)]
)
def test_an_unacceptable_value_is_refused(tmp_path: Path, key: str, value: str | int) -> None:
    settings = Settings(tmp_path)
    with pytest.raises(ValueError, match="cannot be"):
        settings.put(key, value)
    assert settings.get(key) == settings.known[key].default


@pytest.mark.parametrize("content", ["", "{", "[]", '{"look.theme": 3, "look.text_scale": "big", "keys": [1]}', "\x00"])
def test_a_broken_file_counts_as_defaults(tmp_path: Path, content: str) -> None:
    (tmp_path / "settings.json").write_text(content)
    settings = Settings(tmp_path)
    assert all(settings.get(setting.key) == setting.default for setting in SETTINGS)
    assert settings.keys() == {}


def test_memory_is_apart_from_choices(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.remember("window.geometry", "abc")
    assert Settings(tmp_path).recall("window.geometry") == "abc"
    assert settings.recall("never") == ""
    assert not (tmp_path / "settings.json").exists()


@pytest.fixture
def form(tmp_path: Path, qtbot: QtBot) -> SettingsForm:
    settings = Settings(tmp_path)
    book = ActionBook(settings, settings)
    book.add([act("case.reply", "R", title="Reply"), act("case.note", "N", title="Note")])
    page = SettingsPage(settings, book, lambda: settings.remember("tested", "yes"))
    made = page.widget
    assert isinstance(made, SettingsForm)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    page.shown()
    return made


def test_the_form_shows_every_setting_and_key_by_name(form: SettingsForm) -> None:
    words = " ".join(row.words for section in form.sections for row in section.rows)
    assert all(setting.title.casefold() in words for setting in SETTINGS)
    assert "reply" in words
    assert nameless(form) == []


def test_controls_change_settings_and_follow_them(form: SettingsForm, tmp_path: Path, qtbot: QtBot) -> None:
    switch = next(found for found in form.findChildren(Switch) if found.accessibleName() == "Sound")
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    tabs = next(found for found in form.findChildren(Tabs) if found.accessibleName() == "Theme")
    qtbot.mouseClick(tabs._buttons["dark"], Qt.MouseButton.LeftButton)
    stepper = form.findChild(Stepper)
    assert stepper is not None
    qtbot.mouseClick(stepper.findChildren(IconButton)[1], Qt.MouseButton.LeftButton)
    kept = json.loads((tmp_path / "settings.json").read_text())
    assert (kept["notify.sound"], kept["look.theme"], kept["look.text_scale"]) == (False, "dark", 110)
    form._settings.put("notify.sound", True)
    form._settings.put("look.theme", "light")
    form._settings.put("look.text_scale", 200)
    assert switch.isChecked()
    assert tabs.current() == "light"
    assert stepper.value() == 200


def test_search_leaves_only_what_is_meant(form: SettingsForm) -> None:
    form.search.setText("kontrast")
    assert not any(section.isVisible() for section in form.sections)
    assert form._nothing.isVisible()
    form.search.setText("contrast lines")
    shown = [row for section in form.sections for row in section.rows if row.isVisible()]
    assert len(shown) == 1
    form.search.setText("")
    assert all(section.isVisible() for section in form.sections)


def test_a_key_is_changed_refused_and_reset_in_the_form(form: SettingsForm, qtbot: QtBot) -> None:
    row = next(row for row in form.sections[-1].rows if "reply" in row.words)
    field = row.findChild(KeyField)
    reset = row.findChild(IconButton)
    assert field is not None
    assert reset is not None
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    qtbot.keyClick(field, Qt.Key.Key_N)
    assert any("already" in found.text() for found in row.findChildren(QLabel) if found.isVisible())
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    qtbot.keyClick(field, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert form._book.key_of("case.reply") == "Ctrl+Y"
    assert field.text() == "Ctrl Y"
    qtbot.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert form._book.key_of("case.reply") == "R"
    assert not reset.isEnabled()


def test_the_self_test_button_runs_the_hook(form: SettingsForm, qtbot: QtBot) -> None:
    button = next(found for found in form.findChildren(Button) if "test" in found.text())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert form._settings.recall("tested") == "yes"


def test_the_form_outlives_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    settings = Settings(tmp_path)
    form = SettingsForm(settings, ActionBook(settings, settings), None)
    form.deleteLater()
    qtbot.wait(1)
    settings.put("notify.sound", False)
