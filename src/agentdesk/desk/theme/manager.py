"""Follows the system and the settings, and puts the matching look in force, live."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal, SignalInstance
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QStyleFactory

from agentdesk.desk.theme import tokens
from agentdesk.desk.theme.motion import reduced
from agentdesk.desk.theme.palette import palette
from agentdesk.desk.theme.stylesheet import stylesheet

KEYS = ("look.theme", "look.contrast", "look.motion", "look.text_scale")


STYLED = "agentdesk.styled"


class Choices(Protocol):
    """What the theme needs of the settings."""

    @property
    def changed(self) -> SignalInstance: ...

    def text(self, key: str) -> str: ...

    def number(self, key: str) -> int: ...


class Theme(QObject):
    """One per application. Make it before the first window; `changed` fires after every switch."""

    changed = Signal()

    def __init__(self, app: QApplication, choices: Choices) -> None:
        super().__init__(app)
        self._app, self._choices = app, choices
        self._system_font = QFont(app.font())
        places = QStandardPaths.StandardLocation
        home, config = (
            QStandardPaths.writableLocation(at) for at in (places.HomeLocation, places.GenericConfigLocation)
        )
        self._system_moves = not reduced(sys.platform, Path(home), Path(config))
        if app.property(STYLED) is None:  # once: a new style is put on every widget there is, at any cost
            app.setStyle(QStyleFactory.create("Fusion"))
            app.setProperty(STYLED, True)
        self.apply()
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self.apply)
        hints.accessibility().contrastPreferenceChanged.connect(self.apply)
        choices.changed.connect(self._setting_changed)

    def _setting_changed(self, key: str, _value: object) -> None:
        if key in KEYS:
            self.apply()

    def _wanted(self) -> tokens.Tokens:
        hints = self._app.styleHints()
        theme, contrast = self._choices.text("look.theme"), self._choices.text("look.contrast")
        system_dark = hints.colorScheme() == Qt.ColorScheme.Dark
        system_high = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        motion = self._choices.text("look.motion")
        return tokens.load(
            dark=system_dark if theme == "system" else theme == "dark",
            high=system_high if contrast == "system" else contrast == "high",
            motion=self._system_moves if motion == "system" else motion == "full",
            percent=self._choices.number("look.text_scale"),
        )

    def apply(self, *_: object) -> None:
        """Put the wanted look in force; does nothing when it already is."""
        wanted = self._wanted()
        if getattr(self, "_applied", None) == wanted:
            return
        self._applied = wanted
        tokens.use(wanted)
        base = QFont(self._system_font)
        if wanted.family:
            base.setFamily(wanted.family)
        base.setPixelSize(wanted.sizes["body"])
        self._app.setFont(base)
        tokens.use(wanted)
        self._app.setPalette(palette(wanted))
        self._app.setStyleSheet(stylesheet(wanted))
        self.changed.emit()
