"""What a person may choose: settings as data, kept in one readable file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from agentdesk.desk.texts import mark

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to choose. `type` is str, int or bool; `choices` are (value, label); a range bounds an int.

    A str without choices is a text of one line; `example` shows how it may look.
    """

    key: str
    type: type[str] | type[int] | type[bool]
    default: Value
    title: str
    help: str
    group: str
    choices: tuple[tuple[str, str], ...] = ()
    range: tuple[int, int, int] = (0, 0, 1)
    unit: str = ""
    example: str = ""

    def accepts(self, value: object) -> bool:
        """Whether a value may be kept; a file edited by hand is not trusted."""
        if type(value) is not self.type:
            return False
        if self.choices:
            return value in {choice for choice, _ in self.choices}
        if isinstance(value, str):
            return len(value) <= LONGEST and value.isprintable()
        low, high, _ = self.range
        return not isinstance(value, int) or isinstance(value, bool) or low <= value <= high


LOOK, LANGUAGE, WORK, NOTIFY = mark("Look"), mark("Language"), mark("Work"), mark("Notifications")
NETWORK = mark("Network")
LONGEST = 1_000
SYSTEM = ("system", mark("System"))

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "look.theme", str, "system", mark("Theme"), mark("Light, dark, or as the system says."), LOOK,
        choices=(SYSTEM, ("light", mark("Light")), ("dark", mark("Dark"))),
    ),
    Setting(
        "look.text_scale", int, 100, mark("Text size"), mark("Makes all text smaller or larger."), LOOK,
        range=(80, 200, 10), unit="%",
    ),
    Setting(
        "look.contrast", str, "system", mark("Contrast"), mark("High contrast makes lines and text stronger."), LOOK,
        choices=(SYSTEM, ("normal", mark("Normal")), ("high", mark("High"))),
    ),
    Setting(
        "look.motion", str, "system", mark("Motion"), mark("Reduced motion stops everything that slides or fades."),
        LOOK, choices=(SYSTEM, ("full", mark("Full")), ("reduced", mark("Reduced"))),
    ),
    Setting(
        "language", str, "system", mark("Language"), mark("Takes effect at the next start."), LANGUAGE,
        choices=(SYSTEM, ("en", "English"), ("de", "Deutsch")),
    ),
    Setting(
        "work.enter_sends", bool, False, mark("Enter sends"),
        mark("Enter sends a reply and Shift+Enter starts a new line. Otherwise Ctrl+Enter sends."), WORK,
    ),
    Setting(
        "work.open_next", bool, True, mark("Open the next conversation"),
        mark("After you solve or snooze a conversation, the next one in the list opens."), WORK,
    ),
    Setting(
        "work.spelling", bool, True, mark("Check spelling"),
        mark("Marks words that no dictionary of the conversation's language knows. Their menu has what may be meant."),
        WORK,
    ),
    Setting(
        "work.assist", bool, True, mark("Suggestions"),
        mark("Suggests answers from macros, articles and solved cases. Worked out on this laptop: nothing leaves it."),
        WORK,
    ),
    Setting(
        "work.ghost", bool, True, mark("Finish lines while typing"),
        mark("Shows how a line may go on, as your team has written it. Tab or → takes it, Escape does not."), WORK,
    ),
    Setting(
        "notify.desktop", bool, True, mark("Desktop notifications"),
        mark("Tells you about new work and mentions while another window is in front."), NOTIFY,
    ),
    Setting(
        "notify.preview", bool, False, mark("Show text in notifications"),
        mark("Off: a notification names the kind of event only, so nobody reads customer text over your shoulder."),
        NOTIFY,
    ),
    Setting("notify.sound", bool, True, mark("Sound"), mark("A short sound when a chat waits for you."), NOTIFY),
    Setting(
        "network.proxy", str, "system", mark("Proxy"),
        mark("How this computer gets to the server. A server on this computer itself is always reached directly."),
        NETWORK,
        choices=(SYSTEM, ("direct", mark("None")), ("own", mark("Own"))),
    ),
    Setting(
        "network.proxy_address", str, "", mark("Address of your own proxy"), mark("Its name and its port."), NETWORK,
        example="proxy.example:3128",
    ),
    Setting(
        "network.authorities", str, "", mark("Certificate authorities"),
        mark("A file (PEM) with those that your company signs its own servers by. They count beside the system's."),
        NETWORK, example="/etc/ssl/company.pem",
    ),
)  # fmt: skip


def _write(path: Path, data: Mapping[str, object]) -> None:
    """Write whole or not at all: a laptop may lose power at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False), "utf-8")
    os.replace(fresh, path)


def _read(path: Path) -> dict[str, object]:
    """What is in a file; a missing or broken one counts as empty, so a bad edit never stops the desk."""
    try:
        loaded = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


class Settings(QObject):
    """The choices made, over files in one folder: `settings.json` (choices, keys), `window.json` (memory)."""

    changed = Signal(str, object)

    def __init__(self, folder: Path, known: tuple[Setting, ...] = SETTINGS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file, self._memory_file = folder / "settings.json", folder / "window.json"
        self.known = {setting.key: setting for setting in known}
        self._kept, self._memory = _read(self._file), _read(self._memory_file)

    def get(self, key: str) -> Value:
        """The value in force: the chosen one, or the default if it was never chosen or is not acceptable."""
        setting, kept = self.known[key], self._kept.get(key)
        return kept if isinstance(kept, str | int) and setting.accepts(kept) else setting.default

    def text(self, key: str) -> str:
        """A choice among names."""
        return str(self.get(key))

    def number(self, key: str) -> int:
        """A whole number."""
        return int(self.get(key))

    def flag(self, key: str) -> bool:
        """A yes or no."""
        return bool(self.get(key))

    def put(self, key: str, value: Value) -> None:
        """Choose, keep and tell; an unacceptable value is a ValueError."""
        if not self.known[key].accepts(value):
            raise ValueError(f"{key} cannot be {value!r}")
        if self.get(key) == value:
            return
        self._kept[key] = value
        _write(self._file, self._kept)
        self.changed.emit(key, value)

    def keys(self) -> dict[str, str]:
        """Remapped keys: action id to key; an empty key switches an action's key off."""
        kept = self._kept.get("keys")
        found = kept.items() if isinstance(kept, dict) else ()
        return {str(action): key for action, key in found if isinstance(key, str)}

    def put_keys(self, keys: Mapping[str, str]) -> None:
        """Keep the remapped keys."""
        self._kept["keys"] = dict(keys)
        _write(self._file, self._kept)

    def recall(self, name: str) -> str:
        """What was remembered of the window under this name (geometry, splitters), or an empty text."""
        return str(self._memory.get(name, ""))

    def remember(self, name: str, value: str) -> None:
        """Remember something of the window; it is no choice, so nobody is told. An empty text forgets the name too."""
        if not value and self._memory.pop(name, None) is not None:
            _write(self._memory_file, self._memory)
        elif value and self._memory.get(name) != value:
            self._memory[name] = value
            _write(self._memory_file, self._memory)
