"""Rights in words: areas, roles, and what somebody holds."""

from __future__ import annotations

from agentdesk.desk.texts import mark, tr
from agentdesk.domain.kernel import role_named

AREAS = {
    "case": mark("Cases"),
    "hidden": mark("Hidden data and emergencies"),
    "people": mark("People and teams"),
    "device": mark("Devices"),
    "privacy": mark("Personal data"),
    "time": mark("Work in time"),
    "knowledge": mark("What is written down"),
    "audit": mark("Proof"),
    "server": mark("Running the server"),
}
_PREFIXES = {
    "case": "case",
    "customer": "case",
    "history": "case",
    "view": "case",
    "macro": "case",
    "field": "hidden",
    "access": "hidden",
    "availability": "people",
    "team": "people",
    "person": "people",
    "site": "people",
    "rights": "people",
    "device": "device",
    "consent": "privacy",
    "retention": "privacy",
    "hold": "privacy",
    "subject": "privacy",
    "residency": "privacy",
    "clocks": "time",
    "routing": "time",
    "rules": "time",
    "governed": "knowledge",
    "answer": "knowledge",
    "audit": "audit",
}
_ROLES = {
    "agent": mark("Agent"),
    "senior": mark("Senior"),
    "supervisor": mark("Supervisor"),
    "quality": mark("Quality"),
    "planner": mark("Planner"),
    "admin": mark("Admin"),
    "auditor": mark("Auditor"),
}


def area_of(permission: str) -> str:
    """Under which heading a permission stands; what is new and has none concerns the server."""
    return _PREFIXES.get(permission.partition(".")[0], "server")


def role_word(role: str) -> str:
    """A role's name; one that is none stays as it is."""
    return tr(_ROLES.get(role_named(role), role))
