"""The generic widgets: they hold their text at every size, take no text for markup, work by keyboard, mirror."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QStyle, QStyleOptionButton, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import nameless

from agentdesk.desk import theme
from agentdesk.desk.settings import Settings
from agentdesk.desk.theme import Theme
from agentdesk.desk.widgets.badges import Avatar, Chip, CountBadge, KeyCap
from agentdesk.desk.widgets.buttons import Button, IconButton, Switch, Tick
from agentdesk.desk.widgets.fields import SearchField, show_wrong
from agentdesk.desk.widgets.frames import Banner, Card, Header, Icon, Pane
from agentdesk.desk.widgets.labels import ElidedLabel, SteadyLabel, label
from agentdesk.desk.widgets.paint import chip_size, count_text, initials, paint_chip
from agentdesk.desk.widgets.states import EmptyState, SkeletonRows
from agentdesk.desk.widgets.stepper import Stepper
from agentdesk.desk.widgets.tabs import Tabs

HOSTILE = "<img src='http://example.invalid/x'><b>bold</b>"


@pytest.fixture
def settings(qapp: QApplication, tmp_path: Path) -> Iterator[Settings]:
    made = Settings(tmp_path)
    Theme(qapp, made)
    yield made
    for key, value in (("look.text_scale", 100), ("look.theme", "light"), ("look.motion", "full")):
        made.put(key, value)


MAKERS: dict[str, Callable[[], QWidget]] = {
    "avatar": lambda: Avatar("Lena Sorensen", presence="good"),
    "chip": lambda: Chip("Billing", "warn", "ph.timer"),
    "keycap": lambda: KeyCap("Ctrl ↵"),
    "count": lambda: CountBadge(12),
    "button": lambda: Button("Escalate", icon="ph.bell"),
    "send": lambda: Button("Send", "primary", hint="Ctrl ↵"),
    "pill": lambda: Button("Note", "pill"),
    "icon button": lambda: IconButton("ph.x", "Close"),
    "icon": lambda: Icon("ph.x"),
    "switch": lambda: Switch("Sound"),
    "tick": lambda: Tick("Serves the region"),
    "search": lambda: SearchField("Search", "/"),
    "header": lambda: Header("Title"),
    "card": lambda: Card("note"),
    "pane": lambda: Pane("sunken", "right"),
    "tabs": lambda: Tabs([("a", "One"), ("b", "Two")]),
    "stepper": lambda: Stepper("Size", 80, 200, 10, "%"),
    "skeleton": lambda: SkeletonRows("Loading"),
    "empty": lambda: EmptyState("ph.tray", "Nothing here", "All done.", "Refresh", print),
    "elided": lambda: ElidedLabel("A long text", "muted"),
}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_each_draws_in_every_look_and_grows_with_the_text(
    name: str, direction: Qt.LayoutDirection, settings: Settings, qtbot: QtBot
) -> None:
    widget = MAKERS[name]()
    qtbot.addWidget(widget)
    widget.setLayoutDirection(direction)
    widget.resize(widget.sizeHint().expandedTo(QSize(80, 24)))
    widget.show()
    settings.put("look.theme", "light")
    before, light = widget.sizeHint(), widget.grab().toImage()
    settings.put("look.theme", "dark")
    assert widget.grab().toImage() != light
    settings.put("look.text_scale", 200)
    grown = widget.sizeHint()
    assert name in ("card", "pane") or grown.width() > before.width() or grown.height() > before.height()
    assert nameless(widget) == []


@pytest.mark.parametrize("percent", [80, 100, 150, 200])
@pytest.mark.parametrize("text", ["Send", "Zurückstellen", "プレミアム"])
def test_buttons_hold_their_words(settings: Settings, qtbot: QtBot, percent: int, text: str) -> None:
    settings.put("look.text_scale", percent)
    made = Button(text, "primary", "ph.bell", "Ctrl ↵")
    qtbot.addWidget(made)
    words = theme.metrics("small", "strong").horizontalAdvance(text) + theme.metrics("small").horizontalAdvance(
        "Ctrl ↵"
    )
    assert made.sizeHint().width() >= words + theme.scaled(14) + 6 + 24
    assert made.sizeHint().height() >= theme.metrics("small", "strong").height()


def test_plain_text_stays_plain(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_state("warn", HOSTILE, HOSTILE, HOSTILE)
    empty = EmptyState("ph.tray", HOSTILE, HOSTILE)
    qtbot.addWidget(empty)
    for holder in (banner, empty):
        labels = holder.findChildren(QLabel)
        assert labels
        assert {found.textFormat() for found in labels} == {Qt.TextFormat.PlainText}
    assert label(HOSTILE).textFormat() == Qt.TextFormat.PlainText


def test_a_cut_text_shows_whole_in_a_tip_that_is_no_markup(qtbot: QtBot) -> None:
    made = ElidedLabel(HOSTILE)
    qtbot.addWidget(made)
    made.resize(60, 20)
    made.show()
    assert made.shown().endswith("…")
    assert "&lt;img" in made.toolTip()
    assert "<img" not in made.toolTip()
    made.resize(2000, 20)
    assert made.toolTip() == ""


def test_a_steady_label_never_moves_its_neighbours(qtbot: QtBot) -> None:
    made = SteadyLabel("Live", "Connecting")
    qtbot.addWidget(made)
    widths = set()
    for text in ("Live", "Connecting"):
        made.setText(text)
        widths.add(made.sizeHint().width())
    assert len(widths) == 1


@pytest.mark.parametrize(("name", "letters"), [
    ("Lena Sorensen", "LS"), ("Anna-Maria da Silva", "AS"), ("lena", "LE"), ("松田 浩", "松浩"), ("松田", "松"),
    ("", "?"), ("  ", "?"), ("!!!", "?"), ("X", "X"),
])  # fmt: skip
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_counts_stay_short() -> None:
    assert (count_text(0), count_text(999), count_text(1000)) == ("0", "999", "999+")


def test_a_chip_keeps_inside_its_rectangle(qapp: QApplication) -> None:
    image = QImage(200, 40, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    box = QRect(QPoint(10, 10), chip_size("x"))
    box.setWidth(60)
    paint_chip(painter, box, "A chip with far too many words", "bad", "ph.timer")
    painter.end()
    outside = [x for x in range(200) if not box.left() - 1 <= x <= box.right() + 1 and image.pixelColor(x, 20).alpha()]
    assert outside == []


def test_a_switch_works_by_keyboard(qtbot: QtBot) -> None:
    made = Switch("Sound")
    qtbot.addWidget(made)
    made.show()
    made.setFocus()
    qtbot.keyClick(made, Qt.Key.Key_Space)
    assert made.isChecked()


def test_an_empty_state_offers_what_to_do(qtbot: QtBot) -> None:
    done: list[str] = []
    made = EmptyState("ph.tray", "Nothing here", action="Refresh", run=lambda: done.append("yes"))
    qtbot.addWidget(made)
    button = made.findChild(Button)
    assert button is not None
    button.click()
    assert done == ["yes"]


def test_skeletons_stand_still_when_motion_is_reduced(settings: Settings, qtbot: QtBot) -> None:
    for motion, moving in (("full", True), ("reduced", False)):
        settings.put("look.motion", motion)
        made = SkeletonRows("Loading")
        qtbot.addWidget(made)
        made.show()
        assert made._pulse.isActive() is moving
        made.hide()
        assert not made._pulse.isActive()


def test_a_wrong_field_says_why(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    show_wrong(field, "A date is needed.")
    assert field.property("wrong") is True
    assert field.accessibleDescription() == "A date is needed."
    show_wrong(field, "")
    assert field.property("wrong") is False
    assert field.toolTip() == ""


def test_a_banner_tells_a_state_and_goes(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_state("warn", "Offline since 10:24.", "All you do is kept.", "1 reply waiting")
    assert banner.isVisible()
    assert banner.accessibleName() == "Offline since 10:24. All you do is kept."
    banner.clear()
    assert banner.isHidden()


def test_a_header_counts(qtbot: QtBot) -> None:
    header = Header("My queue")
    qtbot.addWidget(header)
    header.show_count(9)
    badge = header.findChild(CountBadge)
    assert badge is not None
    assert badge.accessibleName() == "9"
    header.show_count(None)
    assert badge.isHidden()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_ticked_box_has_an_edge_and_a_mark_in_the_dark_too(qtbot: QtBot, settings: Settings, look: str) -> None:
    settings.put("look.theme", look)
    box = Tick("Serves the region")
    qtbot.addWidget(box)
    box.show()

    def inks() -> list[QColor]:
        picture = box.grab(QRect(0, 0, 20, box.height())).toImage()
        return [picture.pixelColor(x, y) for x in range(3, 12) for y in range(picture.height())]

    assert theme.color("accent") not in inks()
    assert theme.color("field_line") in inks()
    box.setChecked(True)
    assert theme.color("accent") in inks()
    assert theme.color("field_line") not in inks()
    ground, mark = theme.color("accent").lightness(), theme.color("on_accent").lightness()
    middle = [one.lightness() for one in inks_in(box)]
    assert any(abs(one - mark) < abs(one - ground) for one in middle), "its mark"


def inks_in(box: Tick) -> list[QColor]:
    """Of the middle of the box itself."""
    option = QStyleOptionButton()
    box.initStyleOption(option)
    area = box.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, box).adjusted(3, 3, -3, -3)
    picture = box.grab(area).toImage()
    return [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
