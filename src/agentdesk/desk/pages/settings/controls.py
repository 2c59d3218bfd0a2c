"""The control for a setting, by its type: a switch, a choice, a number."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from agentdesk.desk.follow import follow
from agentdesk.desk.settings import LONGEST, Setting, Settings
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Switch
from agentdesk.desk.widgets.stepper import Stepper
from agentdesk.desk.widgets.tabs import Tabs


def control(setting: Setting, settings: Settings) -> QWidget:
    """A control that shows the value in force, puts what is chosen, and follows changes made elsewhere."""
    if setting.type is bool:
        return _switch(setting, settings)
    if setting.type is str:
        return _choice(setting, settings) if setting.choices else _text(setting, settings)
    return _number(setting, settings)


def _switch(setting: Setting, settings: Settings) -> QWidget:
    made = Switch(tr(setting.title))
    made.setAccessibleDescription(tr(setting.help))
    made.setChecked(settings.flag(setting.key))
    made.toggled.connect(lambda on: settings.put(setting.key, on))
    follow(made, settings.changed, lambda key, value: made.setChecked(bool(value)) if key == setting.key else None)
    return made


def _choice(setting: Setting, settings: Settings) -> QWidget:
    made = Tabs([(value, tr(title)) for value, title in setting.choices], "pill", all_shown=True)
    made.setAccessibleName(tr(setting.title))
    made.setAccessibleDescription(tr(setting.help))
    made.choose(settings.text(setting.key))
    made.chosen.connect(lambda value: settings.put(setting.key, value))
    follow(made, settings.changed, lambda key, value: made.choose(str(value)) if key == setting.key else None)
    return made


def _text(setting: Setting, settings: Settings) -> QWidget:
    made = QLineEdit(settings.text(setting.key))
    made.setAccessibleName(tr(setting.title))
    made.setAccessibleDescription(tr(setting.help))
    made.setPlaceholderText(setting.example)
    made.setMaxLength(LONGEST)
    made.setMinimumWidth(scaled(240))

    def put() -> None:
        typed = made.text().strip()
        if setting.accepts(typed):
            settings.put(setting.key, typed)

    made.editingFinished.connect(put)
    follow(made, settings.changed, lambda key, value: made.setText(str(value)) if key == setting.key else None)
    return made


def _number(setting: Setting, settings: Settings) -> QWidget:
    low, high, step = setting.range
    made = Stepper(tr(setting.title), low, high, step, setting.unit)
    made.show_value(settings.number(setting.key))
    made.changed.connect(lambda value: settings.put(setting.key, value))
    follow(made, settings.changed, lambda key, value: made.show_value(int(value)) if key == setting.key else None)
    return made
