"""The look: tokens, palette, the one style sheet, and the object that switches them live.

Painted widgets read `color("accent")`, `px("s8")`, `font("small", "strong", tabular=True)` at each paint.
Styled widgets set an object name or a property that `resources/theme/desk.qss` knows.
"""

from __future__ import annotations

from agentdesk.desk.theme.manager import Theme
from agentdesk.desk.theme.tokens import Tokens, color, current, font, metrics, mono, px, scaled

__all__ = ["Theme", "Tokens", "color", "current", "font", "metrics", "mono", "px", "scaled"]
