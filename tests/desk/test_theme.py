"""The look holds: contrast, one style sheet, live switching, icons that exist."""

from __future__ import annotations

import ast
import itertools
import plistlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

import agentdesk.desk
from agentdesk.desk import icons, theme
from agentdesk.desk.settings import Settings
from agentdesk.desk.theme import Theme, motion, tokens
from agentdesk.desk.theme.stylesheet import stylesheet

DESK = Path(agentdesk.desk.__file__).parent
LOOKS = [{"dark": dark, "high": high} for dark, high in itertools.product((False, True), repeat=2)]
PLAIN = ("canvas", "surface", "sunken")
PAIRS = [
    *itertools.product(("text", "muted", "faint", "accent", "good", "warn", "bad", "violet"), PLAIN),
    *itertools.product(("text", "muted"), ("accent_soft", "good_soft", "warn_soft", "bad_soft", "violet_soft")),
    *itertools.product(("text", "muted"), ("note", "hover")),
    *((name, f"{name}_soft") for name in ("accent", "good", "warn", "bad", "violet")),
    *itertools.product(("bad", "warn", "good"), ("accent_soft",)),
    ("on_accent", "accent"), ("on_accent", "accent_hover"), ("on_bad", "bad"), ("accent", "hover"),
]  # fmt: skip


def _light(color: QColor) -> float:
    parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in color.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2's ratio."""
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable_on_its_ground(look: dict[str, bool], ink: str, ground: str) -> None:
    colors = tokens.load(**look).colors
    assert contrast(colors[ink], colors[ground]) >= (7 if look["high"] and ink == "text" else 4.5)


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("ground", PLAIN)
def test_focus_and_fields_can_be_seen(look: dict[str, bool], ground: str) -> None:
    colors = tokens.load(**look).colors
    assert contrast(colors["accent"], colors[ground]) >= 3
    assert contrast(colors["field_line"], colors[ground]) >= (3 if not look["high"] else 7)


def test_an_empty_box_to_tick_can_be_seen(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> None:
    settings = Settings(tmp_path)
    Theme(qapp, settings)
    box = QCheckBox("Serves the region")
    qtbot.addWidget(box)
    box.show()
    for look in ("dark", "light"):
        settings.put("look.theme", look)
        image = box.grab().toImage()
        middle = image.height() // 2
        edge = [image.pixelColor(at, middle) for at in range(18)]
        assert max(contrast(one, theme.color("canvas")) for one in edge) >= 3


def test_light_and_dark_name_the_same_tokens() -> None:
    assert tokens.load(dark=False).colors.keys() == tokens.load(dark=True).colors.keys()
    assert tokens.load(dark=True, high=True).colors.keys() == tokens.load().colors.keys()


@pytest.mark.parametrize("percent", [80, 100, 200])
def test_every_placeholder_of_the_style_sheet_is_filled(percent: int) -> None:
    written = stylesheet(tokens.load(percent=percent))
    assert "@" not in re.sub(r"/\*.*?\*/", "", written, flags=re.S)
    assert written.count("{") == written.count("}")


def test_text_scale_is_kept_within_bounds() -> None:
    assert tokens.load(percent=200).sizes["body"] == 26
    assert tokens.load(percent=1000).sizes == tokens.load(percent=200).sizes
    assert tokens.load(percent=1).sizes == tokens.load(percent=80).sizes


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in DESK.rglob("*.py"):
        yield path, ast.parse(path.read_text("utf-8"))


def test_only_the_theme_sets_style_sheets() -> None:
    callers = {
        path.parent.name
        for path, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "setStyleSheet"
    }
    assert callers == {"theme"}


def test_no_colour_is_written_outside_the_tokens() -> None:
    hexes = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
    found = [
        (path.name, node.value)
        for path, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and hexes.fullmatch(node.value)
    ]
    assert found == []


def test_every_icon_named_in_the_desk_exists(qapp: QApplication) -> None:
    names = {
        node.value
        for _, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"ph\.[a-z-]+", node.value)
    }
    assert names
    for name in names:
        icons.glyph(name)
    with pytest.raises(ValueError, match="no icon"):
        icons.glyph("ph.no-such-thing")


def _ink_of(icon: QIcon, state: QIcon.State = QIcon.State.Off) -> set[str]:
    image = icon.pixmap(QSize(32, 32), QIcon.Mode.Normal, state).toImage()
    points = itertools.product(range(image.width()), range(image.height()))
    pixels = (image.pixelColor(x, y) for x, y in points)
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


def test_the_theme_switches_live(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> None:
    settings = Settings(tmp_path)
    settings.put("look.theme", "light")
    switcher = Theme(qapp, settings)
    icon = icons.icon("ph.square", "accent", on_ink="bad")
    light = theme.color("accent").name()
    assert _ink_of(icon) == {light}
    with qtbot.waitSignal(switcher.changed):
        settings.put("look.theme", "dark")
    dark = theme.color("accent").name()
    assert dark != light
    assert _ink_of(icon) == {dark}
    assert _ink_of(icon, QIcon.State.On) == {theme.color("bad").name()}
    assert qapp.palette().color(QPalette.ColorRole.Base) == theme.color("surface")
    settings.put("look.text_scale", 200)
    assert theme.font().pixelSize() == qapp.font().pixelSize() == 26
    settings.put("look.text_scale", 100)
    settings.put("look.motion", "reduced")
    assert theme.current().motion is False


def test_less_motion_is_read_from_the_desktops_file(tmp_path: Path) -> None:
    assert not motion.reduced("linux", tmp_path, tmp_path)
    (tmp_path / "gtk-3.0").mkdir()
    kept = tmp_path / "gtk-3.0/settings.ini"
    for content, expected in (
        ("[Settings]\ngtk-enable-animations=false\n", True),
        ("[Settings]\n", False),
        ("%", False),
    ):
        kept.write_text(content)
        assert motion.reduced("linux", tmp_path, tmp_path) is expected


def test_less_motion_is_read_from_a_macs_file(tmp_path: Path) -> None:
    kept = tmp_path / "Library/Preferences/com.apple.universalaccess.plist"
    kept.parent.mkdir(parents=True)
    assert not motion.reduced("darwin", tmp_path, tmp_path)
    for content, expected in (
        (plistlib.dumps({"reduceMotion": True}), True),
        (plistlib.dumps({}), False),
        (b"junk", False),
    ):
        kept.write_bytes(content)
        assert motion.reduced("darwin", tmp_path, tmp_path) is expected


def test_clocks_do_not_wobble(qapp: QApplication) -> None:
    measure = QFontMetrics(theme.font("small", "strong", tabular=True))
    if theme.current().family != "Inter":
        pytest.skip("the tabular figures of the system's font are its own affair")
    assert measure.horizontalAdvance("1:11") == measure.horizontalAdvance("0:48")
