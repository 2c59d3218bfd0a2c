"""The pages of the desk, one file a capability; a line here puts one on the rail of those who may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from agentdesk.desk.texts import mark

if TYPE_CHECKING:  # the window is painted before a desk, with all that it knows, is there
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from agentdesk.desk.desk import Desk
    from agentdesk.desk.settings import Settings

    Make = Callable[[Desk, Settings, QWidget], Any]


class Listed(NamedTuple):
    """What the rail needs to know of a page before it is loaded; `make` loads it."""

    id: str
    title: str
    icon: str
    make: Make
    needs: tuple[str, ...]
    """Any of these permissions opens it."""
    shows: tuple[str, ...] = ()
    """The kinds of records that it shows when a page asks for one of them to be opened."""


def _rights(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .rights import RightsPage

    return RightsPage(desk, settings, window)


def _audit(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .audit import AuditPage

    return AuditPage(desk, settings, window)


def _devices(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .devices import DevicesPage

    return DevicesPage(desk, settings, window)


def _privacy(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .privacy import PrivacyPage

    return PrivacyPage(desk, settings, window)


def _server(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .server import ServerPage

    return ServerPage(desk, settings, window)


def _clocks(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .clocks import ClocksPage

    return ClocksPage(desk, settings, window)


def _digest(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .digest import DigestPage

    return DigestPage(desk, settings, window)


def _knowledge(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .knowledge import KnowledgePage

    return KnowledgePage(desk, settings, window)


def _macros(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .macros import MacrosPage

    return MacrosPage(desk, settings, window)


def _forum(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .forum import ForumPage

    return ForumPage(desk, settings, window)


def _friction(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .friction import FrictionPage

    return FrictionPage(desk, settings, window)


def _routing(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .routing import RoutingPage

    return RoutingPage(desk, settings, window)


def _rules(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .rules import RulesPage

    return RulesPage(desk, settings, window)


def _escalation(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .escalation import EscalationPage

    return EscalationPage(desk, settings, window)


def _fields(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .fields import FieldsPage

    return FieldsPage(desk, settings, window)


def _assisting(desk: Desk, settings: Settings, window: QWidget) -> Any:
    from .assisting import AssistingPage

    return AssistingPage(desk, settings, window)


PAGES = (
    Listed("macros", mark("Macros"), "ph.lightning", _macros, ("macro.keep",)),
    Listed(
        "knowledge",
        mark("Knowledge"),
        "ph.books",
        _knowledge,
        ("governed.read",),
        ("document", "help", "lesson", "gap", "draft"),
    ),
    Listed("forum", mark("Forum"), "ph.chats-circle", _forum, ("governed.read",), ("topic", "ask")),
    Listed("friction", mark("Friction"), "ph.bandaids", _friction, ("governed.read",), ("friction", "hurts")),
    Listed("rights", mark("Access"), "ph.key", _rights, ("rights.see", "case.invite", "access.break_glass")),
    Listed("audit", mark("Audit log"), "ph.shield-check", _audit, ("audit.read", "audit.prove", "audit.export")),
    Listed("devices", mark("Devices"), "ph.laptop", _devices, ("device.see",)),
    Listed("privacy", mark("Privacy"), "ph.fingerprint", _privacy, ("retention.see", "hold.set", "subject.find")),
    Listed("digest", mark("Digest"), "ph.newspaper", _digest, ("team.lead",)),
    Listed("assisting", mark("Suggestions"), "ph.sparkle", _assisting, ("assist.measure",)),
    Listed("fields", mark("Fields"), "ph.clipboard-text", _fields, ("case.fields",)),
    Listed("clocks", mark("Due times"), "ph.timer", _clocks, ("clocks.manage",)),
    Listed("routing", mark("Routing"), "ph.git-branch", _routing, ("routing.manage",)),
    Listed("rules", mark("Rules"), "ph.robot", _rules, ("rules.manage",)),
    Listed("escalation", mark("Escalation"), "ph.tree-structure", _escalation, ("routing.manage",)),
    Listed("server", mark("Server"), "ph.hard-drives", _server, ("posture.see",)),
)
