"""What is typed on the page of routing, as values: four numbers, names of teams and people."""

from __future__ import annotations

from collections.abc import Mapping

from agentdesk.desk.texts import tr
from agentdesk.desk.typed import Unclear, parts, whole


def four(text: str, high: int) -> tuple[int, int, int, int]:
    """Four whole numbers, from low to urgent."""
    found = [whole(one, 0, high) for one in parts(text)]
    if len(found) != 4:
        raise Unclear(tr("Write four whole numbers, from low to urgent: 240, 60, 15, 5."))
    return found[0], found[1], found[2], found[3]


def ids(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of what is named, one after another; `names` has the name of each id."""
    by_name = {name.casefold(): id for id, name in names.items()}
    found = []
    for part in parts(text):
        if part.casefold() not in by_name:
            raise Unclear(
                tr("{name} is not known here. There are: {names}.", name=part, names=", ".join(names.values()))
            )
        found.append(by_name[part.casefold()])
    return tuple(dict.fromkeys(found))
