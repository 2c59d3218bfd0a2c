"""The page of macros: a card for each, its editor, and files of many."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk import choosing
from agentdesk.desk.actions import Action
from agentdesk.desk.acts import said
from agentdesk.desk.desk import Desk
from agentdesk.desk.fuzzy import score
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.macros.editor import MacroEditor
from agentdesk.desk.pages.macros.files import LARGEST, read, written
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.fields import SearchField
from agentdesk.desk.widgets.frames import Card, Header, Pane, empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.macros import MACROS, USES, Macro
from agentdesk.domain.people import Team

TITLE, ICON = mark("Macros"), "ph.lightning"
WATCHES = ("macro", "macro_use")
WIDEST, MOST = 760, 300


class MacrosPage(QObject):
    """A page for the shell."""

    badge = None
    id, icon, place = "macros", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk, self._window = desk, window
        self.cards: dict[str, Button] = {}
        self.search = SearchField(tr("Search macros"))
        self.new = Button(tr("New macro"), "primary", "ph.plus")
        self.bring, self.take_out = Button(tr("Import…")), Button(tr("Export…"))
        self.verdict, self.told = Verdict(), label("", "muted", wrap=True)
        self._list, self._sheet = QVBoxLayout(), Sheet(self.title)
        self.widget = self._lay_out()
        self.new.clicked.connect(lambda: self.edit(None))
        self.bring.clicked.connect(
            lambda: choosing.open_file(self.widget, tr("Import macros"), tr("Macros (*.json)"), self.take)
        )
        self.take_out.clicked.connect(
            lambda: choosing.save_file(self.widget, tr("Export macros"), "macros.json", self.write, "json")
        )
        self.search.textChanged.connect(lambda _: self._show())
        self._forget = desk.listen(WATCHES, lambda _: self._show())
        self._show()

    def _lay_out(self) -> QWidget:
        pane, head = Pane(), Header(self.title)
        head.add(self.take_out, self.bring, self.new)
        pane.box.addWidget(head)
        self._list.setSpacing(8)
        self.search.setMaximumWidth(scaled(WIDEST))
        self._sheet.add(self.search, self.verdict, self.told)
        self._sheet.box.addLayout(self._list)
        self._sheet.box.addStretch(1)
        pane.box.addWidget(self._sheet, 1)
        return pane

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return (
            Action("macros.new", tr("New macro"), self.title, lambda _: self.edit(None), "ph.plus", "Ctrl+N",
                   page=self.id),
        )  # fmt: skip

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        self._show()

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    def macros(self) -> list[Macro]:
        """Those that are looked for, the best first; all by their names."""
        found = list(self._desk.view.page(MACROS(), limit=5_000))
        text = self.search.text().strip()
        if not text:
            return found
        worth = [(max(score(text, one.name), *(score(text, w.text) // 2 for w in one.texts), 0), one) for one in found]
        return [one for value, one in sorted(worth, key=lambda pair: -pair[0]) if value]

    def _show(self) -> None:
        empty(self._list)
        self.cards.clear()
        found = self.macros()
        for macro in found[:MOST]:
            self._list.addWidget(self._card(macro))
        words = "" if found else tr("No macros yet. A macro is words and actions that are used again and again.")
        if found[MOST:]:
            words = tr("{n} more. Type a few letters to find them.", n=len(found) - MOST)
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def _card(self, macro: Macro) -> Card:
        card, view = Card(), self._desk.view
        card.setMaximumWidth(scaled(WIDEST))
        team = view.get(Team, macro.team) if macro.team else None
        whose = {"me": tr("Only me"), "all": tr("Everybody")}.get(macro.audience, team.name if team else macro.team)
        edit = Button(tr("Edit"), "quiet")
        edit.setAccessibleName(tr("Edit {name}", name=macro.name))
        edit.clicked.connect(lambda: self.edit(macro))
        card.box.addWidget(spread(label(macro.name, "strong"), label(whose, "small"), None, edit))
        text = " ".join(macro.texts[0].text.split())[:200] if macro.texts else ""
        does = "; ".join(said(act, view) for act in macro.acts)
        for words in filter(None, (text, does)):
            card.box.addWidget(label(words, "muted", wrap=True))
        card.box.addWidget(label(self._facts(macro), "caption", wrap=True))
        self.cards[macro.id] = edit
        return card

    def _facts(self, macro: Macro) -> str:
        languages = ", ".join(one.language or tr("all others") for one in macro.texts)
        uses = self._desk.view.count(USES(macro=macro.id))
        by = person_name(self._desk.view, macro.owner) or macro.owner
        return tr(
            "Version {n} by {name}. Languages: {languages}. Used {uses} times in the cases on this laptop.",
            n=macro.version, name=by, languages=languages or "–", uses=uses,
        )  # fmt: skip

    def edit(self, macro: Macro | None) -> MacroEditor:
        """Open the editor: of a macro, or of a new one."""
        dialog = MacroEditor(self._desk, macro, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    # --- Files ---

    def take(self, path: Path) -> None:
        """Bring in what a file holds, as one's own."""
        try:
            with path.open("rb") as file:
                wishes = read(file.read(LARGEST + 1), self._desk.new_id)
        except OSError:
            self.verdict.show_state("bad", tr("{name} cannot be read.", name=path.name))
            return
        except Refusal as refusal:
            self.verdict.show_state("bad", tr("Nothing was imported"), tr(refusal.sentence, **refusal.data))
            return
        left = [f"{wish.name}: {why}" for wish in wishes if (why := self._desk.attempt(wish))]
        done = len(wishes) - len(left)
        self.verdict.show_state("warn" if left else "good", tr("{n} macros imported", n=done), "\n".join(left[:10]))

    def write(self, path: Path) -> None:
        """Write all that are looked for into a file."""
        found = self.macros()
        why = choosing.write(path, written(found))
        if why:
            self.verdict.show_state("bad", tr("{name} cannot be written.", name=path.name), why)
        else:
            self.verdict.show_state("good", tr("{n} macros exported", n=len(found)), path.name)
