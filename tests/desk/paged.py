"""What tests of a page begin with: a desk of somebody who may use it, and the page in a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.settings import Settings


class Shown(Protocol):
    """As much of a page as it takes to show it."""

    @property
    def widget(self) -> QWidget: ...

    def close(self) -> object: ...


P = TypeVar("P", bound=Shown)


def desk_as(role: str, *scopes: str) -> FakeDesk:
    """A desk of somebody of this role, who sees these scopes as well."""
    made = FakeDesk()
    made._me = msgspec.structs.replace(made.me, role=role, scopes=made.me.scopes | set(scopes))
    return made


@contextmanager
def in_window(
    kind: Callable[[FakeDesk, Settings, QWidget], P], desk: FakeDesk, qtbot: QtBot, folder: Path,
    size: tuple[int, int] = (1_200, 800),
) -> Iterator[P]:  # fmt: skip
    """A page on the screen for as long as this lasts."""
    window = QWidget()
    qtbot.addWidget(window)
    made = kind(desk, Settings(folder), window)
    qtbot.addWidget(made.widget)
    made.widget.resize(*size)
    made.widget.show()
    yield made
    made.close()
