"""A draft as a card: each sentence with its sources, what no source supports marked; nothing goes in unchecked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from agentdesk.assist.frames import Card as Shown
from agentdesk.desk.assist.feeding import of_owner
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.assist_card import with_icon
from agentdesk.desk.pages.queue.assist_drafts import Drafted, Drafts
from agentdesk.desk.pages.queue.assist_sheet import open_source
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import ElidedLabel, label
from agentdesk.domain.suggestions.drafting import Sentence

WRONG = {
    "source": mark("no source is named"),
    "words": mark("no source says this"),
    "number": mark("a number is in no source"),
    "link": mark("a link is in no source"),
    "negation": mark("the source says the opposite"),
    "language": mark("whether the source says the opposite cannot be told in this language"),
    "placeholder": mark("somebody is named who is not in the case"),
}


class DraftCard(Card):
    """`insert` puts a text into the reply."""

    def __init__(self, desk: Desk, drafts: Drafts, one: Drafted, insert: Callable[[str], object]) -> None:
        super().__init__("note")
        self._desk, self._drafts, self._one, self._insert = desk, drafts, one, insert
        self.setAccessibleName(tr("Draft of the service"))
        self.away = IconButton("ph.x", tr("Dismiss the draft"))
        self.away.clicked.connect(drafts.dismiss)
        self.box.addWidget(spread(ElidedLabel(tr("Draft of {model}", model=one.draft.model), "strong"), self.away))
        self.box.addWidget(with_icon("ph.robot", "warn", tr("Written by a model: check each sentence.")))
        for sentence in one.draft.sentences:
            self.box.addWidget(self._sentence(sentence))
        self._sources()
        self.insert = Button(self._word(), "link")
        self.insert.setAccessibleName(self._word())
        self.insert.setEnabled(bool(one.clean))
        self.insert.clicked.connect(self._press)
        self.box.addWidget(spread(self.insert, None))

    def _sentence(self, one: Sentence) -> QWidget:
        if not one.wrong:
            told = label(one.text, wrap=True, selectable=True)
            told.setAccessibleName(tr("{words} (by {sources})", words=one.text, sources=", ".join(one.sources)))
            return told
        why = ", ".join(tr(WRONG[word]) for word in one.wrong if word in WRONG)
        return with_icon("ph.warning", "warn", tr("“{words}” – {why}", words=one.text, why=why))

    def _sources(self) -> None:
        for place, cited in enumerate(self._one.draft.sources, 1):
            if any(f"S{place}" in sentence.sources for sentence in self._one.draft.sentences):
                name = tr("Read source S{n}: {title}", n=place, title=cited.title)
                button = Button(name, "link")
                button.setAccessibleName(name)
                button.clicked.connect(lambda _=False, source=cited.source: self._read(source))
                self.box.addWidget(spread(button, None))

    def _word(self) -> str:
        if self._one.unread:
            return tr("Read the source")
        if len(self._one.clean) < len(self._one.draft.sentences):
            return tr("Insert what its sources support")
        return tr("Insert the draft")

    def _press(self) -> None:
        if self._one.unread:
            self._read(self._one.unread)
        elif self._one.clean:
            self._insert(" ".join(sentence.text for sentence in self._one.clean))

    def _read(self, source: str) -> None:
        """Show it as it is now; that counts as read."""
        found = next(iter(of_owner(self._desk.view, source, self._desk.now())), None)
        if found is None:
            self._desk.say(tr("This source is no longer there."))
            return
        shown = Shown(source=source, kind=found.kind, title=found.title, text=found.text, language=found.language,
                      version=found.version, at=found.at, internal=found.internal, band="", why="")  # fmt: skip
        open_source(self._desk, shown, self)
        self._drafts.opened(source)


def draft_rows(desk: Desk, drafts: Drafts, insert: Callable[[str], object]) -> list[QWidget]:
    """What stands below the cards: the draft, or what asks for one."""
    if (one := drafts.now) is not None:
        return [DraftCard(desk, drafts, one, insert)]
    if drafts.waiting:
        return [label(tr("The service writes a draft…"), "small", wrap=True)]
    told: list[QWidget] = [label(drafts.why, "warn", wrap=True)] if drafts.why else []
    if drafts.offered:
        button = Button(tr("Ask for a draft"), icon="ph.robot")
        button.setToolTip(tr("A service outside writes it, from masked words and the sources found here."))
        button.setAccessibleName(tr("Ask for a draft"))
        button.clicked.connect(drafts.ask)
        told.append(spread(button, None))
    return told


def drawn(drafts: Drafts) -> tuple[object, ...]:
    """What of it is seen: another value, another picture."""
    one = drafts.now
    return (drafts.waiting, drafts.why, drafts.offered, one and (one.suggestion, one.draft, frozenset(one.opened)))
