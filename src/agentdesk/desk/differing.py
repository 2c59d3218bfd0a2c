"""What is different between two versions of a text, as a page shows it: a sign says what the colour says."""

from __future__ import annotations

from html import escape

from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color
from agentdesk.domain.governed import Line, differences


def differing(old: str, new: str) -> str:
    """Safe HTML of what has changed from one text to the other, line by line."""
    return "".join(map(_line, differences(old, new))) or f"<p>{escape(tr('The words are the same.'))}</p>"


def _line(line: Line) -> str:
    ground = {"+": color("good_soft"), "-": color("bad_soft")}.get(line.sign)
    style = f' style="background-color: {ground.name()}"' if ground is not None else ""
    return f"<p{style}><code>{escape(line.sign)}</code> {escape(line.text) or '&nbsp;'}</p>"
