"""The one style sheet, with its token placeholders filled in."""

from __future__ import annotations

import re
from functools import cache

from PySide6.QtGui import QColor

from agentdesk.desk.resources import resource
from agentdesk.desk.theme.tokens import Tokens

_PLACE = re.compile(r"@([a-z][a-z0-9_]*)")


@cache
def _template() -> str:
    return resource("theme/desk.qss").read_text("utf-8")


def _css(color: QColor) -> str:
    if color.alpha() == 255:
        return color.name()
    return f"rgba({color.red()},{color.green()},{color.blue()},{color.alpha()})"


def stylesheet(tokens: Tokens) -> str:
    """The style sheet of a look. `@accent` becomes a colour, `@body` a length, `@w_strong` a weight."""
    values = {name: _css(value) for name, value in tokens.colors.items()}
    values |= {name: f"{value}px" for name, value in tokens.sizes.items()}
    values |= {f"w_{name}": str(value) for name, value in tokens.weights.items()}
    return _PLACE.sub(lambda found: values[found[1]], _template())
