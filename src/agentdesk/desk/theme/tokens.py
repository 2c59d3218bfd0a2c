"""The look as numbers: colours, type, spaces and sizes, light and dark, at any text scale."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication

from agentdesk.desk.resources import resource

MIN_SCALE, MAX_SCALE = 80, 200


@dataclass(frozen=True, slots=True)
class Tokens:
    """One complete look. `colors` by token name, `sizes` in device-independent pixels, already scaled."""

    dark: bool
    high: bool
    motion: bool
    scale: float
    colors: Mapping[str, QColor]
    sizes: Mapping[str, int]
    weights: Mapping[str, int]
    family: str


@cache
def _source() -> dict[str, Any]:
    return dict(json.loads(resource("theme/tokens.json").read_text("utf-8")))


def _sizes(scale: float) -> dict[str, int]:
    """Text scales fully, the rail by half (it must leave room for the work), spaces and radii stay."""
    source = _source()
    sizes: dict[str, int] = {**source["space"], **source["radius"], **source["layout"]}
    sizes |= {name: round(value * scale) for name, value in source["type"].items()}
    sizes |= {name: round(sizes[name] * scale) for name in ("header", "strip", "status")}
    sizes |= {name: round(sizes[name] * (1 + max(0.0, scale - 1) / 2)) for name in ("rail",)}
    sizes["r_chip"] = (sizes["title"] + 4) // 2  # half a pill's height: a larger radius would not be drawn at all
    sizes |= {name: round(sizes[name] * min(1.3, max(1.0, scale))) for name in ("list", "assist")}
    return sizes


@cache
def _family() -> str:
    """The first preferred family that is installed; empty means the system's own UI font."""
    installed = set(QFontDatabase.families())
    return next((name for name in _source()["families"] if name in installed), "")


def load(*, dark: bool = False, high: bool = False, motion: bool = True, percent: int = 100) -> Tokens:
    """The look for one choice of theme, contrast, motion and text scale."""
    source = _source()
    name = "dark" if dark else "light"
    hexes = {**source[name], **(source[f"{name}_high"] if high else {})}
    scale = min(MAX_SCALE, max(MIN_SCALE, percent)) / 100
    return Tokens(
        dark=dark,
        high=high,
        motion=motion,
        scale=scale,
        colors={key: QColor(value) for key, value in hexes.items()},
        sizes=_sizes(scale),
        weights=source["weights"],
        family=_family() if QGuiApplication.instance() else "",
    )


_current: list[Tokens] = []


def current() -> Tokens:
    """The look in force. Painted widgets ask at every paint, so a change of theme needs no wiring."""
    if not _current:
        _current.append(load())
    return _current[0]


def use(tokens: Tokens) -> None:
    """Put a look in force. Only `Theme` calls this."""
    _current[:] = [tokens]
    font.cache_clear()
    metrics.cache_clear()
    mono.cache_clear()


def color(name: str, alpha: int | None = None) -> QColor:
    """The colour of a token, e.g. `color("accent")`; `alpha` 0–255 makes it see-through."""
    found = current().colors[name]
    if alpha is None:
        return found
    see_through = QColor(found)
    see_through.setAlpha(alpha)
    return see_through


def px(name: str) -> int:
    """The size of a token in pixels, e.g. `px("header")`, `px("s8")`, `px("body")`."""
    return current().sizes[name]


def scaled(pixels: float) -> int:
    """A length that must grow with the text, such as a row's height."""
    return round(pixels * current().scale)


@cache
def font(role: str = "body", weight: str = "body", tabular: bool = False) -> QFont:
    """The font of a role (caption, small, body, title, figure); `tabular` keeps clocks from wobbling."""
    made = QFont(QGuiApplication.font())
    made.setPixelSize(px(role))
    made.setWeight(QFont.Weight(current().weights[weight]))
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


@cache
def mono(role: str = "body") -> QFont:
    """The font of code: every sign as wide as the others."""
    made = QFont(font(role))
    made.setFamilies(["JetBrains Mono", "Cascadia Mono", "SF Mono", "DejaVu Sans Mono", "monospace"])
    made.setStyleHint(QFont.StyleHint.Monospace)
    made.setPixelSize(max(8, px(role) - 1))
    return made


@cache
def metrics(role: str = "body", weight: str = "body", tabular: bool = False) -> QFontMetrics:
    """Metrics of `font(...)`, kept, because delegates measure at every row."""
    return QFontMetrics(font(role, weight, tabular))
