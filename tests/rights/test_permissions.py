"""Every permission is enforced somewhere on the server; those that nothing asks for yet are named, one by one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import agentdesk.desk.pages
import agentdesk.domain
import agentdesk_server
from agentdesk.domain.catalogue import COMMANDS
from agentdesk.domain.kernel.rights import OWN_SCOPES, PERMISSIONS, ROLES, TEAM_SCOPES
from agentdesk_server.app import DOORS

NOT_YET: frozenset[str] = frozenset()
"""Held by roles and asked for by nothing: nobody may do more for them. This list only ever becomes shorter."""
PAGES = {"rights.see"}
"""Asked for by a page alone: the table of rights is in every copy of the program, nothing of it is the server's."""


def enforced() -> set[str]:
    """The permissions of commands and scopes, and those that a question, a door or a rule asks for by name."""
    found = {spec.may for spec in COMMANDS.values()} | {one[0] for one in (*OWN_SCOPES, *TEAM_SCOPES)}
    found |= {door.may for door in DOORS}
    return (found | asked_by(agentdesk.domain) | asked_by(agentdesk_server)) - {""}


def asked_by(package: ModuleType) -> set[str]:
    """Those that the code of a package asks for by name."""
    found: set[str] = set()
    for path in Path(str(package.__file__)).parent.rglob("*.py"):
        found |= set(asked_in(ast.parse(path.read_text("utf-8"))))
    return found


def asked_in(tree: ast.Module) -> Iterator[str]:
    """What `may(role, permission)` and `who.may(permission)` are called with, also by a module's own constant."""
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) == "may":
            last = node.args[-1] if node.args else None
            if isinstance(last, ast.Constant) and isinstance(last.value, str):
                yield last.value
            elif isinstance(last, ast.Name) and last.id in constants:
                yield constants[last.id]


def test_what_is_asked_for_is_a_permission() -> None:
    assert enforced() - set(PERMISSIONS) == set()


def test_every_permission_is_enforced() -> None:
    assert set(PERMISSIONS) - enforced() == NOT_YET | PAGES
    assert asked_by(agentdesk.desk.pages) >= PAGES


def test_every_permission_is_somebodys() -> None:
    assert set(PERMISSIONS) == frozenset().union(*ROLES.values())


def test_a_guard_is_found_in_a_call_and_by_a_constant() -> None:
    told = 'P = "a.b"\nif not may(role, P) or who.may("c.d"):\n    pass\nmay(x, unknown)'
    assert set(asked_in(ast.parse(told))) == {"a.b", "c.d"}
