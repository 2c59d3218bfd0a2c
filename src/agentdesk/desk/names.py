"""What people and cases are called on the screen, and how counts are written."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from agentdesk.desk.texts import mark, tr
from agentdesk.domain.kernel import View
from agentdesk.domain.people import Person, Team

ITSELF = ("clock", "gate", "system")
"""As whom the server writes down what nobody has asked for."""
CHANNELS = {
    "chat": (mark("chat"), "ph.chat-circle"),
    "email": (mark("e-mail"), "ph.envelope-simple"),
    "phone": (mark("phone"), "ph.phone"),
    "web": (mark("web form"), "ph.globe"),
}


def person_name(view: View, id: str) -> str:
    """A person's name; the program's for what the server does by itself, else the id where it is not known."""
    found = view.get(Person, id)
    return found.name if found is not None else "AgentDesk" if id in ITSELF else id


def team_name(view: View, id: str) -> str:
    """A team's name; the id where it is not known."""
    found = view.get(Team, id)
    return found.name if found is not None else id


def kept_words(region: str) -> str:
    """Why nothing can be done here with what another region keeps; nothing if it is kept here."""
    if not region:
        return ""
    return tr("Kept in the region {region}: here it can only be read. Work on it there.", region=region)


def number(count: int) -> str:
    """A count as the reader's language groups it."""
    return QLocale().toString(count)


def case_number(number: int) -> str:
    """A case's number with thin spaces: "#48 213"; a dot row while the server has not given one."""
    return f"#{number:,}".replace(",", "\u202f") if number else "#…"


def channel_words(channel: str) -> tuple[str, str]:
    """The name of a channel, and its icon."""
    name, icon = CHANNELS.get(channel, (channel, "ph.chat-circle"))
    return tr(name), icon
