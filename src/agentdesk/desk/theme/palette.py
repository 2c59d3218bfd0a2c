"""Tokens as a QPalette, so that what Qt draws by itself agrees with what we draw."""

from __future__ import annotations

from PySide6.QtGui import QPalette

from agentdesk.desk.theme.tokens import Tokens

_ROLES = {
    "Window": "canvas",
    "WindowText": "text",
    "Base": "surface",
    "AlternateBase": "sunken",
    "Text": "text",
    "Button": "surface",
    "ButtonText": "text",
    "BrightText": "on_accent",
    "ToolTipBase": "surface",
    "ToolTipText": "text",
    "PlaceholderText": "faint",
    "Highlight": "accent",
    "HighlightedText": "on_accent",
    "Link": "accent",
    "LinkVisited": "violet",
    "Accent": "accent",
    "Light": "surface",
    "Midlight": "line_soft",
    "Mid": "line",
    "Dark": "line",
    "Shadow": "line",
}


def palette(tokens: Tokens) -> QPalette:
    """The palette of a look."""
    made = QPalette()
    for role, token in _ROLES.items():
        made.setColor(QPalette.ColorRole[role], tokens.colors[token])
    for role in ("WindowText", "Text", "ButtonText"):
        made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[role], tokens.colors["faint"])
    return made
