"""The last look at what is written, before it goes: what is missing, and what its writer may have forgotten."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.composer import NOTE, Composer
from agentdesk.desk.pages.queue.composer_mentions import colleague_named
from agentdesk.desk.texts import tr
from agentdesk.domain.kernel import clean
from agentdesk.domain.macros import unfilled
from agentdesk.text.replies import left_open, promised_file

MOST_TEXT = 200_000


class LastLook:
    """Belongs to a composer. What it doubts it says once: who sends the same again has looked."""

    def __init__(self, desk: Desk, composer: Composer) -> None:
        self._desk, self._composer = desk, composer
        self._looked = ("", "", 0)

    def ready(self) -> str | None:
        """What is written, if it may go; else why not stands beside it."""
        composer = self._composer
        text = clean(composer.text())
        note, wrong = composer.kind == NOTE, ""
        if not text and not composer.strip.files():
            wrong = tr("There is nothing in this note.") if note else tr("There is nothing in this reply.")
        elif len(text) > MOST_TEXT:
            wrong = tr("This is too long: at most {n} characters can be sent.", n=MOST_TEXT)
        elif not note:
            wrong = self._doubt(text)
        if wrong:
            composer.show_wrong(wrong)
            return None
        return text

    def _doubt(self, text: str) -> str:
        """What a writer may have forgotten, said once: who sends the same again has looked."""
        looked = (self._composer.case, text, len(self._composer.strip.files()))
        if looked == self._looked:
            return ""
        self._looked = looked
        if (left := left_open(text)) and not unfilled(text):  # those of a macro are refused
            return tr("“{words}” is still to be filled in. Fill it in, or send once more as it is.", words=left)
        if called := colleague_named(self._desk.view, text):
            return tr("The customer would read “{name}”, and nobody is told. Write a note, or send once more as it is.",
                      name=called)  # fmt: skip
        if not self._composer.strip.files() and (said := promised_file(text)):
            return tr("“{words}”, but no file is attached. Attach it, or send once more as it is.", words=said)
        return ""
