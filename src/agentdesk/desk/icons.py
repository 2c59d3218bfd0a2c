"""Phosphor icons, drawn from the font that qtawesome ships, tinted by token at every paint.

qtawesome itself is not imported: its import and first icon cost 0.4 s, its font and character map 7 ms.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from agentdesk.desk.resources import resource_or_none
from agentdesk.desk.theme import color


@cache
def _folder() -> Path:
    if bundled := resource_or_none("icons"):  # an installer brings the font alone
        return Path(bundled)
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the icon font is missing: install the `desk` extra")
    return Path(spec.origin).parent / "fonts"


@cache
def _glyphs() -> dict[str, str]:
    found = next(iter(sorted(_folder().glob("phosphor-charmap-*.json"))))
    return {name: chr(int(code, 16)) for name, code in json.loads(found.read_text("utf-8")).items()}


@cache
def _family() -> str:
    found = next(iter(sorted(_folder().glob("phosphor-*.ttf"))))
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(found)))[0]


@cache
def _font(pixels: int) -> QFont:
    made = QFont(_family())
    made.setPixelSize(pixels)
    made.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    return made


def glyph(name: str) -> str:
    """The character of an icon; a wrong name is a bug and says so."""
    try:
        return _glyphs()[name.removeprefix("ph.")]
    except KeyError:
        raise ValueError(f"no icon is called {name!r}") from None


def paint_icon(painter: QPainter, rect: QRect | QRectF, name: str, ink: str = "muted") -> None:
    """Draw an icon centred in `rect`, as large as fits."""
    area = QRectF(rect)
    painter.save()
    painter.setPen(color(ink))
    painter.setFont(_font(max(1, round(min(area.width(), area.height())))))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, glyph(name))
    painter.restore()


class _Engine(QIconEngine):
    """Draws on demand, so the tint is always that of the theme in force."""

    def __init__(self, name: str, ink: str, on_name: str, on_ink: str) -> None:
        super().__init__()
        self._name, self._ink, self._on_name, self._on_ink = name, ink, on_name, on_ink

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        on = state == QIcon.State.On
        ink = "faint" if mode == QIcon.Mode.Disabled else self._on_ink if on else self._ink
        paint_icon(painter, rect, self._on_name if on else self._name, ink)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._ink, self._on_name, self._on_ink)


def icon(name: str, ink: str = "muted", *, on: str = "", on_ink: str = "accent") -> QIcon:
    """An icon by its Phosphor name (`"ph.tray"`); `on` and `on_ink` are its checked form."""
    glyph(name)
    return QIcon(_Engine(name, ink, on or name, on_ink))
