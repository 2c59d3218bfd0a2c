"""What a running server is made of, as the doors see it, and how it was asked to run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .audit.room import Room
from .authority import Database
from .certificate import Certificate
from .core import Core
from .egress import Egress
from .gate import Gate
from .gate.entry import Entry
from .gate.errands import Errands
from .gate.oidc import Oidc
from .provisioning.directory import DirectoryDesk
from .writer import Writer

if TYPE_CHECKING:  # these import the doors, which import this
    from .channels.email.mailroom import Mailroom
    from .channels.webchat import WebChat
    from .hub import Hub
    from .metrics import Metrics
    from .portal.help import Shelf
    from .regions import Sending


@dataclass(frozen=True)
class Settings:
    """How the operator wants the server to run."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 18080
    behind_proxy: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    echo: bool = False
    names: tuple[str, ...] = ()
    """Host names under which the server is reached, beside this machine's own."""
    egress_allow: tuple[str, ...] = ()
    """Origins inside the own network, or without TLS, that the server may call."""
    egress_ca: Path | None = None
    """Certificate authorities for outgoing calls, beside the system's."""


@dataclass(frozen=True)
class Server:
    """All parts of a running server."""

    settings: Settings
    core: Core
    hub: Hub
    gate: Gate
    entry: Entry
    errands: Errands
    oidc: Oidc
    directory: DirectoryDesk
    metrics: Metrics
    webchat: WebChat
    egress: Egress
    tls: Certificate | None
    admin_token: str
    audit: Room
    regions: Sending
    mail: Mailroom
    help: Shelf

    @property
    def writer(self) -> Writer:
        return self.core.writer

    @property
    def reader(self) -> Database:
        return self.core.reader

    @property
    def clock(self) -> Callable[[], int]:
        return self.core.clock

    @property
    def behind_proxy(self) -> bool:
        return self.settings.behind_proxy

    @property
    def folder(self) -> Path:
        return self.settings.folder
