"""Small things drawn by hand, the same in widgets and in list rows: avatars, chips, key caps, counts, bars."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from agentdesk.desk.icons import paint_icon
from agentdesk.desk.theme import color, font, metrics, scaled

CENTER = Qt.AlignmentFlag.AlignCenter


class Tone(NamedTuple):
    """Ground, ink and edge of a chip, as token names."""

    ground: str
    ink: str
    edge: str = ""


TONES = {
    "plain": Tone("sunken", "muted", "line"),
    "accent": Tone("accent_soft", "accent"),
    "good": Tone("good_soft", "good"),
    "warn": Tone("warn_soft", "warn"),
    "bad": Tone("bad_soft", "bad"),
    "violet": Tone("violet_soft", "violet"),
    "note": Tone("note", "text", "note_line"),
}


def initials(name: str) -> str:
    """Two letters for a name; one for a name without spaces in a script without capitals."""
    parts = [part for part in name.replace("-", " ").split() if part[0].isalnum()]
    if not parts:
        return "?"
    picked = parts[0][0] + (parts[-1][0] if len(parts) > 1 else parts[0][1:2] if parts[0].isascii() else "")
    return picked.upper()


def rounded(painter: QPainter, rect: QRect | QRectF, radius: float, ground: str, edge: str = "") -> None:
    """A rounded box in token colours; its hairline lies inside the rectangle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRectF(rect)
    painter.setBrush(color(ground))
    painter.setPen(QPen(color(edge), 1) if edge else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5) if edge else area, radius, radius)
    painter.restore()


def focus_ring(painter: QPainter, rect: QRect | QRectF, radius: float = 6) -> None:
    """The visible focus of something painted."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color("accent"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()


def paint_avatar(painter: QPainter, rect: QRect | QRectF, name: str, tone: str = "accent") -> None:
    """A person as a circle with initials; on a selected row use tone "surface"."""
    area = QRectF(rect)
    ground, ink = ("surface", "accent") if tone == "surface" else (TONES[tone].ground, TONES[tone].ink)
    rounded(painter, area, area.width() / 2, ground)
    painter.save()
    written = font("caption", "strong")
    if area.width() < 26:
        written.setPixelSize(max(7, round(area.width() * 0.4)))
    painter.setFont(written)
    painter.setPen(color(ink))
    painter.drawText(area, CENTER, initials(name))
    painter.restore()


def paint_presence(painter: QPainter, avatar: QRect | QRectF, token: str, ground: str = "canvas") -> None:
    """The presence dot at an avatar's lower right, ringed by the ground it lies on."""
    area = QRectF(avatar)
    middle = QPointF(area.right() - area.width() * 0.1, area.bottom() - area.width() * 0.1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color(ground), 2))
    painter.setBrush(color(token))
    painter.drawEllipse(middle, area.width() * 0.14, area.width() * 0.14)
    painter.restore()


def chip_size(text: str, icon: str = "") -> QSize:
    """How much room a chip takes."""
    measure: QFontMetrics = metrics("caption", "medium")
    sign = scaled(12) + 4 if icon else 0
    return QSize(measure.horizontalAdvance(text) + sign + 16, max(measure.height() + 5, scaled(20)))


def paint_chip(painter: QPainter, rect: QRect, text: str, tone: str = "plain", icon: str = "") -> None:
    """A chip; the text is elided if the rectangle is too narrow."""
    look = TONES[tone]
    rounded(painter, rect, rect.height() / 2, look.ground, look.edge)
    inside = rect.adjusted(8, 0, -8, 0)
    rtl = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    if icon:
        side = scaled(12)
        left = inside.right() - side + 1 if rtl else inside.left()
        paint_icon(painter, QRect(left, rect.center().y() - side // 2 + 1, side, side), icon, look.ink)
        inside = inside.adjusted(0, 0, -side - 4, 0) if rtl else inside.adjusted(side + 4, 0, 0, 0)
    painter.save()
    painter.setFont(font("caption", "medium"))
    painter.setPen(color(look.ink))
    shown = metrics("caption", "medium").elidedText(text, Qt.TextElideMode.ElideRight, inside.width() + 1)
    painter.drawText(inside, CENTER | Qt.TextFlag.TextSingleLine, shown)
    painter.restore()


def keycap_size(text: str) -> QSize:
    """How much room a key cap takes."""
    measure = metrics("caption", "strong")
    return QSize(max(measure.horizontalAdvance(text) + 10, measure.height() + 3), measure.height() + 4)


def paint_keycap(painter: QPainter, rect: QRect, text: str) -> None:
    """A key as on a keyboard: `Ctrl K`, `↵`."""
    rounded(painter, rect, 4, "sunken", "line")
    painter.save()
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # "Ctrl ↵" is no sentence to be turned round
    painter.setFont(font("caption", "strong"))
    painter.setPen(color("muted"))
    painter.drawText(rect, CENTER, text)
    painter.restore()


def count_text(count: int) -> str:
    """A count short enough for a badge."""
    return str(count) if count < 1000 else "999+"


def badge_size(text: str) -> QSize:
    """How much room a count takes."""
    measure = metrics("caption", "strong", True)
    height = measure.height() + 4
    return QSize(max(measure.horizontalAdvance(text) + 10, height), height)


def paint_badge(painter: QPainter, rect: QRect, text: str, ground: str = "accent_soft", ink: str = "accent") -> None:
    """A count in a pill."""
    rounded(painter, rect, rect.height() / 2, ground)
    painter.save()
    painter.setFont(font("caption", "strong", True))
    painter.setPen(color(ink))
    painter.drawText(rect, CENTER, text)
    painter.restore()
