"""Messages in the reader's language, by the operator's service: below the words as they were written, never instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QLocale, QObject

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.header import language_name
from agentdesk.desk.pages.queue.timeline_items import Below, Item
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.cases import Case, Message
from agentdesk.domain.translating import TRANSLATION, Translation, target_for

ICON, QUESTION = "ph.translate", "translate.text"
WHY = {
    "off": mark("Nothing is translated here: your administrator has set no service."),
    "language": mark("The service does not translate into this language."),
    "long": mark("This is too long to be translated at once."),
    "busy": mark("Too much is translated at the moment. Try again in a minute."),
    "spent": mark("No more can be translated today."),
    "slow": mark("The translation took too long. Try again."),
    "unreachable": mark("The translation service cannot be reached. Try again later, or tell your administrator."),
    "refused": mark("The translation service did not accept this. Try again later, or tell your administrator."),
    "unclear": mark("The translation service gave an answer that cannot be read."),
}


def service(desk: Desk) -> Translation | None:
    """What can be translated here by this person; None if nothing can."""
    found = desk.view.get(Translation, TRANSLATION)
    return found if found is not None and found.on and desk.me.may("case.reply") else None


def own_language(desk: Desk) -> str:
    """Into which language messages are translated for the reader: their own, else English, else the first there is."""
    found = service(desk)
    if found is None:
        return ""
    return target_for(found, QLocale().name()) or target_for(found, "en") or found.languages[0]


def is_foreign(desk: Desk, message: Message) -> bool:
    """Whether a customer's message is likely to be in another language than the reader's."""
    target = own_language(desk) if message.kind == "customer" and message.text else ""
    case = desk.view.get(Case, message.case) if target else None
    if case is None:
        return False
    return not case.language or case.language[:2].lower() != target[:2].lower()


def answer_of(result: Any, why: str) -> tuple[str, str]:
    """The translation, with what got lost in it; or why there is none."""
    if why or not isinstance(result, dict):
        return "", why or tr(WHY["unclear"])
    text, code = words(str(result.get("text", ""))), str(result.get("why", ""))
    if not text:
        return "", tr(WHY.get(code, WHY["unclear"]))
    return text, ""


def lost_words(result: Any) -> str:
    """That names or numbers are missing in a translation; nothing if none are."""
    lost = result.get("lost", 0) if isinstance(result, dict) else 0
    return tr("{n} names or numbers got lost in it. Look at the original.", n=lost) if lost else ""


class Translations(QObject):
    """What was translated of messages, for as long as the window stands; `changed` is called when there is more or less
    of it. Asked again after a failure, it tries anew.
    """

    def __init__(self, desk: Desk, changed: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._changed = desk, changed
        self._below: dict[str, Below] = {}
        """Message → what stands below it."""
        desk.sight.changed.connect(self._forget)

    def laid(self, items: Iterable[Item]) -> list[Item]:
        """The entries with what stands below them."""
        found = self._below
        return [replace(one, below=found[one.key]) if one.key in found else one for one in items]

    def ask(self, message: Message) -> None:
        """Have a message translated, or take its translation away."""
        below, target = self._below.get(message.id), own_language(self._desk)
        if below is not None and below.text:
            del self._below[message.id]
        elif not target:
            self._desk.say(tr(WHY["off"]))
            return
        else:
            self._below[message.id] = Below(tr("Translating…"))
            args = {"case": message.case, "message": message.id, "target": target}
            self._desk.ask(QUESTION, args, lambda result, why: self._came(message.id, result, why))
        self._changed()

    def _came(self, id: str, result: Any, why: str) -> None:
        if id not in self._below:  # other eyes look here now
            return
        text, wrong = answer_of(result, why)
        if wrong:
            self._below[id] = Below(tr("Not translated: {why}", why=wrong), failed=True)
        else:
            language = language_name(str(result.get("language", "")))
            head = tr("Translated from {language} by a service", language=language) if language else tr("Translated")
            self._below[id] = Below(head, text, lost_words(result))
        self._changed()

    def _forget(self) -> None:
        self._below.clear()
