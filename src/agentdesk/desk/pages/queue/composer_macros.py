"""Macros in the composer: chosen after a slash, filled in, and what they do goes with what is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject

from agentdesk.desk import acts as acting
from agentdesk.desk.desk import Desk
from agentdesk.desk.entries import Entry
from agentdesk.desk.pages.queue.composer import NOTE, REPLY, Composer
from agentdesk.desk.pages.queue.composer_articles import article_entries
from agentdesk.desk.pages.queue.list_choices import best
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import IconButton
from agentdesk.desk.widgets.frames import spread
from agentdesk.desk.widgets.labels import ElidedLabel
from agentdesk.domain.cases import Case, Note, Reply
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.kernel import Command, Masked
from agentdesk.domain.macros import (
    MACROS,
    USES,
    Macro,
    MacroNote,
    MacroReply,
    RunMacro,
    filled,
    text_for,
    values_for,
)
from agentdesk.domain.people import Team

MOST = 2_000
SHOWN = 60


class Chosen(NamedTuple):
    """A macro that goes with what is being written in a case."""

    macro: str
    version: int
    acts: tuple[Act, ...]
    words: str


class Macros(QObject):
    """Belongs to a composer. `seen` says what was on the screen."""

    def __init__(self, desk: Desk, composer: Composer, seen: Callable[[], int]) -> None:
        super().__init__(composer)
        self._desk, self._composer, self._seen = desk, composer, seen
        self._chosen: dict[tuple[str, str], Chosen] = {}
        self.line, self.drop = ElidedLabel("", "small"), IconButton("ph.x", tr("Without what the macro does"))
        self.strip = spread(self.line, self.drop)
        card = composer.strip.parentWidget()
        if card is not None and (inside := card.layout()) is not None:
            inside.addWidget(self.strip)
        self.strip.hide()
        self.drop.clicked.connect(self.clear)
        composer.box.macro_asked.connect(lambda: self.choose(slash=True))
        composer.box.article_asked.connect(self.choose_article)
        composer.shown.connect(self._show)

    def choose(self, slash: bool = False) -> None:
        """Ask for a macro or an article: a few letters of its name, Enter. `slash`: one was typed, and may be meant."""
        case = self._desk.view.get(Case, self._composer.case) if self._composer.case else None
        if case is None:
            return
        macros = self._desk.view.page(MACROS(), limit=MOST)
        counted = [(self._desk.view.count(USES(macro=one.id)), one) for one in macros]
        counted.sort(key=lambda pair: -pair[0])
        entries = [self._entry(case, macro, uses) for uses, macro in counted]
        entries += article_entries(self._desk, self._composer, case)
        plain = Entry(tr("Type a slash"), tr("Other"), lambda: self._composer.box.insertPlainText("/"), "ph.minus")
        more = [plain] if slash else []
        if not macros:
            more.append(Entry(tr("Make a macro on the page Macros"), tr("Other"), lambda: None, "ph.lightning"))
        self._composer.chooser.open(tr("Use a macro…"), lambda text: [*best(text, entries), *more])

    def choose_article(self) -> None:
        """Ask for an article alone: two brackets were typed, and may have been meant."""
        case = self._desk.view.get(Case, self._composer.case) if self._composer.case else None
        if case is None:
            return
        entries = article_entries(self._desk, self._composer, case)
        field = self._composer.box
        plain = Entry(tr("Type two brackets"), tr("Other"), lambda: field.insertPlainText("[["), "ph.minus")
        self._composer.chooser.open(tr("Put in an article…"), lambda text: [*best(text, entries), plain])

    def _entry(self, case: Case, macro: Macro, uses: int) -> Entry:
        text = filled(text_for(macro, case.language), values_for(case, self._desk.me))
        does = "; ".join(acting.said(act, self._desk.view) for act in macro.acts)
        hint = " ".join((text or does).split())[:SHOWN]
        team = self._desk.view.get(Team, macro.team) if macro.team else None
        group = {"me": tr("My macros"), "all": tr("Macros for all")}.get(
            macro.audience, team.name if team else macro.team
        )
        used = tr("used {n} times", n=uses) if uses else ""
        return Entry(macro.name, group, lambda: self.use(macro), "ph.lightning", hint, used, words=f"{text} {does}")

    def use(self, macro: Macro) -> None:
        """Write the macro's words; what it does waits until they are sent. Without words it is done at once."""
        case = self._desk.view.get(Case, self._composer.case) if self._composer.case else None
        if case is None:
            return
        text = filled(text_for(macro, case.language), values_for(case, self._desk.me))
        does = "; ".join(acting.said(act, self._desk.view) for act in macro.acts)
        if not text:
            run = RunMacro(case=case.id, macro=macro.id, version=macro.version, run=self._desk.new_id(),
                           seen=self._seen(), acts=macro.acts)  # fmt: skip
            if self._desk.do(run):
                self._desk.say(tr("Done: {what}", what=does))
            return
        self._composer.box.insertPlainText(Masked.shown(text, lambda _: "…"))
        self._composer.focus()
        self.take(macro)

    def take(self, macro: Macro) -> None:
        """Its words are written: what it does goes with them when they are sent."""
        does = "; ".join(acting.said(act, self._desk.view) for act in macro.acts)
        self._chosen[self._key()] = Chosen(macro.id, macro.version, macro.acts, does)
        self._show()

    def does(self, case: str) -> bool:
        """Whether a chosen macro would do something when the reply to this case is sent."""
        chosen = self._chosen.get((case, REPLY))
        return chosen is not None and bool(chosen.acts)

    def _key(self) -> tuple[str, str]:
        return self._composer.case, self._composer.kind

    def _show(self) -> None:
        chosen = self._chosen.get(self._key())
        self.strip.setVisible(chosen is not None and bool(chosen.acts))
        self.line.setText(tr("When sent: {what}", what=chosen.words) if chosen is not None else "")

    def clear(self) -> None:
        """The words stay; what the macro would do is not done."""
        self._chosen.pop(self._key(), None)
        self._show()

    def again(self, command: Command) -> None:
        """An answer came back: what its macro does waits again until it is sent."""
        if isinstance(command, MacroReply):
            does = "; ".join(acting.said(act, self._desk.view) for act in command.acts)
            self._chosen[command.case, REPLY] = Chosen(command.macro, command.version, command.acts, does)
            self._show()

    def with_macro(self, command: Note | Reply, seen: int) -> Note | Reply | MacroNote | MacroReply:
        """What is sent, with what the chosen macro does: one wish, done once or not at all."""
        chosen = self._chosen.get((command.case, NOTE if isinstance(command, Note) else REPLY))
        if chosen is None:
            return command
        if isinstance(command, Note):
            return MacroNote(
                case=command.case, macro=chosen.macro, version=chosen.version, acts=chosen.acts,
                message=command.message, text=command.text, files=command.files, seen=seen,
            )  # fmt: skip
        return MacroReply(
            case=command.case, macro=chosen.macro, version=chosen.version, acts=chosen.acts, message=command.message,
            text=command.text, files=command.files, seen=seen, hold=command.hold,
        )  # fmt: skip
