"""What the palette lists: entries from actions and from providers, ranked and grouped for a query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from agentdesk.desk.actions import Action, ActionBook, Context, cap
from agentdesk.desk.fuzzy import score

LIMIT = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette. `hint` is shown paler after the title, `key` as a cap at the end;
    `action` is the id of the action behind it, if one is."""

    title: str
    group: str
    run: Callable[[], object]
    icon: str = "ph.caret-right"
    hint: str = ""
    key: str = ""
    words: str = ""
    action: str = ""


Provider = Callable[[str], Iterable[Entry]]
"""Gives entries for what was typed, best first; it does its own matching (and may look into the replica)."""


def of_actions(book: ActionBook, context: Context) -> list[Entry]:
    """All that can be done here and now."""
    keys = book.keys()
    return [_of(action, cap(keys.get(action.id, "")), context) for action in book.possible(context) if action.listed]


def _of(action: Action, key: str, context: Context) -> Entry:
    def run() -> object:
        return action.run(context)

    return Entry(action.title, action.group, run, action.icon, key=key, words=action.words, action=action.id)


def _worth(query: str, entry: Entry) -> int:
    return max(score(query, entry.title), score(query, entry.words) // 2 if entry.words and query.strip() else 0)


def ranked(query: str, actions: Sequence[Entry], provided: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """Groups with their entries: the group of the best match first, in each the best first."""
    worth = [(value, entry) for entry in actions if (value := _worth(query, entry))]
    worth += [(max(_worth(query, entry), 1), entry) for entry in provided]
    if query.strip():
        worth.sort(key=lambda pair: -pair[0])
    groups: dict[str, list[Entry]] = {}
    for _, entry in worth[:LIMIT]:
        groups.setdefault(entry.group, []).append(entry)
    return list(groups.items())
