"""Completes operators and their values in the search line, while one types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from PySide6.QtCore import QObject, QStringListModel
from PySide6.QtWidgets import QCompleter, QLineEdit

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import CHANNELS
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.tiers import known_tiers
from agentdesk.desk.widgets.fields import edged
from agentdesk.domain.cases import Customer
from agentdesk.domain.kernel import Masked
from agentdesk.domain.kernel.terms import Term
from agentdesk.domain.people import PEOPLE, TEAMS
from agentdesk.domain.queue import OPEN
from agentdesk.domain.seeking import begun
from agentdesk.domain.seeking.reading import HAS, OPERATORS, PLACES, SORTS, STATES

HELP = {
    "from": mark("who wrote it"),
    "to": mark("whom it was written to"),
    "tag": mark("a tag of the case"),
    "tier": mark("the customer's tier"),
    "is": mark("open, solved, mine, unread, note…"),
    "before": mark("until the day before"),
    "after": mark("from this day on"),
    "in": mark("a team, a channel, notes, the archive"),
    "has": mark("with a file"),
    "sort": mark("newest or best first"),
}
MOST, MOST_READ = 9, 200


class SearchHelp(QObject):
    """Offers what can stand where one is writing; nothing is written until one of them is chosen."""

    def __init__(self, line: QLineEdit, desk: Desk) -> None:
        super().__init__(line)
        self._line, self._desk = line, desk
        self._offers: dict[str, str] = {}
        self._completer = QCompleter(QStringListModel(self), self)
        self._completer.setWidget(line)
        edged(self._completer)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(self._choose)
        popup = self._completer.popup()
        assert popup is not None
        popup.setAccessibleName(tr("What can be looked for"))
        self._popup = popup
        line.textEdited.connect(lambda _: self._offer())

    def offers(self, text: str, at: int) -> dict[str, str]:
        """What can be written at a place: as it is shown, and what it puts in place of what is begun there."""
        operator, part, _ = begun(text, at)
        if not operator:
            return _operators(part)
        found = dict.fromkeys(_fitting(self._values(operator, part), part))
        return {value: _quoted(value) + " " for value in found}

    def _values(self, operator: str, part: str) -> Iterable[str]:
        values: dict[str, Callable[[], Iterable[str]]] = {
            "from": lambda: self._people(part),
            "to": lambda: self._people(part),
            "tag": self._tags,
            "tier": lambda: known_tiers(self._desk.view),
            "is": lambda: _named(STATES),
            "before": _days,
            "after": _days,
            "in": self._places,
            "has": lambda: _named(HAS),
            "sort": lambda: _named(SORTS),
        }
        return values[operator]()

    def _people(self, part: str) -> Iterable[str]:
        yield tr("me")
        yield from (person.name for person in self._desk.view.page(PEOPLE(), limit=MOST_READ))
        if len(part) > 1:
            for _, customer in self._desk.index.hits("customer", (Term(part, starts=True),), MOST):
                if isinstance(customer, Customer) and not Masked.spans(customer.name):
                    yield customer.name

    def _tags(self) -> Iterable[str]:
        cases = self._desk.view.page(OPEN(), limit=MOST_READ)
        return sorted({words(tag) for case in cases for tag in case.tags if not Masked.spans(tag)})

    def _places(self) -> Iterable[str]:
        yield from _named(PLACES)
        yield from (team.name for team in self._desk.view.page(TEAMS(), limit=MOST_READ))
        yield from (tr(name) for name, _ in CHANNELS.values())

    # --- The list that opens ---

    def _offer(self) -> None:
        self._offers = self.offers(self._line.text(), self._line.cursorPosition())
        if not self._offers:
            self._popup.hide()
            return
        model = self._completer.model()
        assert isinstance(model, QStringListModel)
        model.setStringList(list(self._offers))
        self._completer.complete()

    def _choose(self, shown: str) -> None:
        text, at = self._line.text(), self._line.cursorPosition()
        start = begun(text, at)[2]
        put = self._offers.get(shown, "")
        self._line.setText(text[:start] + put + text[at:].lstrip())
        self._line.setCursorPosition(start + len(put))
        if put.endswith(":"):
            self._offer()


def _operators(part: str) -> dict[str, str]:
    """Operators that begin so, each with what it is for."""
    if not part:
        return {}
    found = [one for name, one in OPERATORS.items() if name.startswith(part.lower())]
    return {
        tr("{operator} {meaning}", operator=_own(one), meaning=tr(HELP[one])): _own(one) for one in dict.fromkeys(found)
    }


def _own(operator: str) -> str:
    """The operator as it is called in the reader's language."""
    return {
        "from": tr("from:"), "to": tr("to:"), "tag": tr("tag:"), "tier": tr("tier:"), "is": tr("is:"),
        "before": tr("before:"), "after": tr("after:"), "in": tr("in:"), "has": tr("has:"), "sort": tr("sort:"),
    }[operator]  # fmt: skip


def _named(known: Mapping[str, str]) -> list[str]:
    """The values of an operator in the reader's language: each has its English name, then its German one."""
    names: dict[str, list[str]] = {}
    for name, meant in known.items():
        names.setdefault(meant, []).append(name)
    own = tr("from:") != "from:"
    return [some[1] if own and len(some) > 1 else some[0] for some in names.values()]


def _days() -> list[str]:
    return [tr("today"), tr("yesterday"), "7d", "30d", "1y"]


def _fitting(values: Iterable[str], part: str) -> list[str]:
    begin = part.casefold()
    fitting = (
        one for one in values if any(word.startswith(begin) for word in (one.casefold(), *one.casefold().split()))
    )
    return list(islice(fitting, MOST))


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
