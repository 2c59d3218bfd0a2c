"""For whom something is kept: the choice between oneself, a team of one's own, and everybody."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.fields import choice
from agentdesk.domain.people import Team

Audience = tuple[str, str]
"""As commands have it, and which team it is, if it is one."""


def audiences(desk: Desk, permission: str, now: Audience = ("me", "")) -> QComboBox:
    """What this person can choose. What is so `now` stands among it, though it may be refused: whoever changes a name
    does not share anything with fewer without a word.
    """
    made, known = choice(tr("For whom")), [("me", "")]
    if desk.me.may(permission):
        known += [*(("team", team) for team in desk.me.teams), ("all", "")]
    for one in known if now in known else (*known, now):
        made.addItem(_title(desk, *one), one)
    made.setCurrentIndex(known.index(now) if now in known else len(known))
    return made


def _title(desk: Desk, audience: str, team: str) -> str:
    found = desk.view.get(Team, team) if team else None
    titles = {"me": tr("Only me"), "all": tr("Everybody")}
    return titles.get(audience) or tr("Team {name}", name=found.name if found else team)
