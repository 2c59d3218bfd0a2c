"""When suggestions begin: some time after the window stands, as the person has chosen; and what the window says."""

from __future__ import annotations

import secrets
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from agentdesk.desk import holding
from agentdesk.desk.actions import GENERAL, Action
from agentdesk.desk.assist.assist import STOPPED
from agentdesk.desk.bridge import Bridge
from agentdesk.desk.glance import folder_of
from agentdesk.desk.live import Live
from agentdesk.desk.settings import Settings
from agentdesk.desk.statusline import StatusLine
from agentdesk.desk.texts import tr

SETTING = "work.assist"
LATER_MS = 1_500
"""After the queue stands: nobody waits for a suggestion before that."""


class Beginning(QObject):
    """Belongs to a session. `parent_folder` is where the files of this profile lie; None: they are nowhere."""

    def __init__(
        self, live: Live, bridge: Bridge, settings: Settings, line: StatusLine, parent_folder: Path | None
    ) -> None:
        super().__init__(live)
        self._live, self._bridge, self._settings, self._line = live, bridge, settings, line
        self._folder = parent_folder
        live.assist.changed.connect(self._show)
        settings.changed.connect(self._chosen)
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._begin)
        self._later.start()

    def actions(self) -> tuple[Action, ...]:
        """What can be done about it."""
        assist = self._live.assist
        return (
            Action("assist.again", tr("Start suggestions again"), tr(GENERAL), lambda _: assist.again(), "ph.sparkle",
                   when=lambda _: assist.standing == STOPPED),
        )  # fmt: skip

    def _begin(self) -> None:
        if self._settings.flag(SETTING) and self._live.me.may("answer.use"):
            self._bridge.run(self._key, self._start)
            return
        if (folder := self._kept_in()) is not None:
            holding.drop_index(folder)
        self._live.assist.stop()

    def _kept_in(self) -> Path | None:
        """Where this person's files lie; None: nothing is kept."""
        if self._folder is None or not self._live.vault.lasting:
            return None
        return folder_of(self._folder, self._live.identity)

    def _key(self) -> tuple[bytes, str]:
        """The index's key and path, from a keyring that may take its time. What is not kept has neither."""
        if (folder := self._kept_in()) is not None:
            key = holding.index_key(self._live.vault, folder, self._live.identity)
            if key is not None:
                return key, str(folder / holding.INDEX)
        return secrets.token_bytes(32), ""

    def _start(self, found: tuple[bytes, str] | None, error: BaseException | None) -> None:
        if self._settings.flag(SETTING):
            self._live.assist.start(*(found or (secrets.token_bytes(32), "")))

    def _chosen(self, key: str, value: object) -> None:
        if key == SETTING:
            self._begin()

    def _show(self) -> None:
        self._line.show_assist(self._live.assist.word(), self._live.assist.why())
