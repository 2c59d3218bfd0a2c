"""What one can do, as data: menu, palette, cheat sheet, keys and help all come from this one list."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from agentdesk.desk.texts import mark, tr


@dataclass(frozen=True, slots=True)
class Context:
    """Where the person is: the open page (its id and itself), what it is about, whether they are typing."""

    page: str = ""
    host: Any = None
    subject: str = ""
    typing: bool = False


def _always(_context: Context) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `key` is portable text (`"R"`, `"Ctrl+Return"`, `"Shift+E"`, `"?"`); `page` is the id of
    the page it belongs to, empty for everywhere; `when` says whether it can be done now; `run` does it."""

    id: str
    title: str
    group: str
    run: Callable[[Context], object]
    icon: str = "ph.caret-right"
    key: str = ""
    when: Callable[[Context], bool] = _always
    page: str = ""
    listed: bool = True
    """Whether the palette lists it; a move such as "next row" need not be there."""
    words: str = ""
    """More words to find it by in the palette."""


class KeyStore(Protocol):
    """Where remapped keys are kept; `Settings` is one."""

    def keys(self) -> dict[str, str]: ...

    def put_keys(self, keys: dict[str, str], /) -> None: ...


class KeyRefused(Exception):
    """A key that cannot be given; its text is a sentence for the person."""


GENERAL = mark("General")
_MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")


def normal(key: str) -> str:
    """A key in portable, canonical writing; empty if it is none."""
    return QKeySequence(key, QKeySequence.SequenceFormat.PortableText).toString(
        QKeySequence.SequenceFormat.PortableText
    )


def native(key: str) -> str:
    """A key as this system writes it, e.g. ⌘K on a Mac."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


_CAPS = {
    "Return": "↵", "Enter": "↵", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "Backspace": "⌫", "Tab": "⇥",
    "Escape": "Esc", "Space": "␣",
}  # fmt: skip


def cap(key: str) -> str:
    """A key as written on a key cap: `Ctrl K`, `Ctrl ↵`, `Shift E`."""
    found = native(key)
    parts = [part for chord in found.split(", ") for part in chord.replace("++", "+＋").split("+")]
    return " ".join(_CAPS.get(part, part) for part in parts).replace("＋", "+")


def types_text(key: str) -> bool:
    """Whether the key writes a character, so it must stay quiet while a text field has the focus."""
    parts = normal(key).split(", ")[0].split("+")
    return not {"Ctrl", "Alt", "Meta"} & set(parts) and len(parts[-1]) <= 1


def _check(key: str) -> None:
    """Alt+letter is refused: Alt Gr types letters in many languages, and Alt opens menus."""
    parts = normal(key).split("+")
    if not normal(key) or parts[-1] in _MODIFIERS:
        raise KeyRefused(tr("This is not a key that can be used."))
    if "Alt" in parts and "Ctrl" not in parts and len(parts[-1]) == 1:
        raise KeyRefused(tr("Alt with a letter types characters in many languages. Choose another key."))


class ActionBook(QObject):
    """All actions of the program, with the keys in force."""

    changed = Signal()

    def __init__(self, store: KeyStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._actions: dict[str, Action] = {}

    def add(self, actions: Iterable[Action]) -> None:
        """Enter actions; an id is given once."""
        for action in actions:
            if action.id in self._actions:
                raise ValueError(f"the action {action.id} is there twice")
            self._actions[action.id] = action
        self.changed.emit()

    def drop(self, gone: Callable[[Action], bool]) -> None:
        """Strike out actions: what they did is no longer there. Keys given to them are kept for when it comes back."""
        self._actions = {id: action for id, action in self._actions.items() if not gone(action)}
        self.changed.emit()

    def renew(self, old: Collection[str], actions: Sequence[Action]) -> None:
        """Put these in the place of those, which stand in one row: they are others now, or are called otherwise."""
        before = list(itertools.takewhile(lambda action: action.id not in old, self._actions.values()))
        behind = [action for action in self._actions.values() if action.id not in old][len(before) :]
        self._actions = {action.id: action for action in (*before, *actions, *behind)}
        self.changed.emit()

    def all(self) -> tuple[Action, ...]:
        """Every action, in the order they were entered."""
        return tuple(self._actions.values())

    def get(self, action_id: str) -> Action:
        """The action with this id."""
        return self._actions[action_id]

    def can(self, action: Action, context: Context) -> bool:
        """Whether it can be done here and now."""
        return action.page in ("", context.page) and action.when(context)

    def possible(self, context: Context) -> tuple[Action, ...]:
        """What can be done here and now: the page's own first."""
        found = [action for action in self.all() if self.can(action, context)]
        return tuple(sorted(found, key=lambda action: not action.page))

    def run(self, action_id: str, context: Context) -> bool:
        """Do it if it can be done; whether it was."""
        action = self._actions[action_id]
        if not self.can(action, context):
            return False
        action.run(context)
        return True

    def key_of(self, action_id: str) -> str:
        """The key in force: the remapped one or the default; empty if it has none."""
        kept = self._store.keys().get(action_id)
        return normal(self._actions[action_id].key if kept is None else kept)

    def has_default_key(self, action_id: str) -> bool:
        """Whether its key was not remapped."""
        remapped = self._store.keys()
        return action_id not in remapped

    def keys(self) -> dict[str, str]:
        """Action id to key in force, for all actions that have one."""
        remapped = self._store.keys()
        found = {a.id: normal(remapped.get(a.id, a.key)) for a in self.all()}
        return {action_id: key for action_id, key in found.items() if key}

    def at_key(self, key: str, context: Context) -> Action | None:
        """What a key does here and now."""
        if context.typing and types_text(key):
            return None
        wanted, keys = normal(key), self.keys()
        return next((action for action in self.possible(context) if keys.get(action.id) == wanted), None)

    def _clash(self, action: Action, key: str) -> Action | None:
        """Another action that could hear the same key: on the same page, or anywhere."""
        for other_id, other_key in self.keys().items():
            other = self._actions[other_id]
            meet = "" in (other.page, action.page) or other.page == action.page
            if other is not action and other_key == key and meet:
                return other
        return None

    def remap(self, action_id: str, key: str) -> None:
        """Give an action another key, or none (""); a clash or an unusable key is a KeyRefused."""
        action, wanted = self._actions[action_id], normal(key)
        if key:
            _check(key)
            if clash := self._clash(action, wanted):
                raise KeyRefused(tr("{key} already does “{title}”.", key=native(wanted), title=clash.title))
        self._keep(action_id, wanted)

    def reset(self, action_id: str) -> None:
        """Back to the default key, unless another action has taken it meanwhile."""
        action = self._actions[action_id]
        if action.key and (clash := self._clash(action, normal(action.key))):
            raise KeyRefused(tr("{key} already does “{title}”.", key=native(action.key), title=clash.title))
        self._keep(action_id, None)

    def _keep(self, action_id: str, key: str | None) -> None:
        kept = {known: value for known, value in self._store.keys().items() if known != action_id}
        if key is not None and key != normal(self._actions[action_id].key):
            kept[action_id] = key
        self._store.put_keys(kept)
        self.changed.emit()
