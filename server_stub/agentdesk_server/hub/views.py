"""Views: which classes of personal data each role sees masked. One encoding serves all desks of a view."""

from __future__ import annotations

from functools import cache

from agentdesk.domain.kernel import ROLES, MaskView, role_named

POLICY = 1
HIDDEN: dict[str, frozenset[str]] = dict.fromkeys(ROLES, frozenset())
"""Role → hidden classes. A role that is not here sees nothing at all."""


@cache
def view_of(role: str) -> MaskView:
    """The view of a role; `KeyError` for one that has none."""
    role = role_named(role)
    return MaskView(role=role, policy=POLICY, hidden=HIDDEN[role])
