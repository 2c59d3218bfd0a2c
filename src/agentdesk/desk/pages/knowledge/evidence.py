"""Evidence for an article: what shows that it is right, to be saved, added and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtWidgets import QWidget

from agentdesk.desk.attaching import size_word
from agentdesk.desk.choosing import open_files
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.knowledge.words import day
from agentdesk.desk.saving import save_library_file
from agentdesk.desk.texts import tr
from agentdesk.desk.verbs import filled
from agentdesk.desk.widgets.asking import Asking
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Pane, spread
from agentdesk.desk.widgets.page_view import Passage
from agentdesk.domain.governed import FILES_OF, Attach, Detach, Document, LibraryFile
from agentdesk.domain.governed.files import MOST, MOST_AT_ONCE
from agentdesk.domain.kernel import File, Refusal


class Evidence(Pane):
    """`show_document` lists what there is; links save or take away."""

    def __init__(self, desk: Desk, asking: Asking, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._asking, self._document = desk, asking, ""
        self.list, self.add = Passage(tr("Evidence")), Button(tr("Add evidence…"), icon="ph.paperclip")
        self.box.addWidget(self.list)
        self.box.addWidget(spread(self.add, None))
        self.list.followed.connect(self.act)
        self.add.clicked.connect(self.choose)

    def show_document(self, document: Document) -> None:
        """What there is for this one."""
        self._document = document.id
        found = self._desk.view.page(FILES_OF(document=document.id, use="evidence"), limit=MOST)
        self.add.setVisible(self._desk.me.may("governed.write"))
        self.list.setVisible(bool(found))
        self.list.show_html("".join(self._line(one, document) for one in found))

    def _line(self, file: LibraryFile, document: Document) -> str:
        me, id = self._desk.me, escape(file.id)
        name, size = escape(words(file.name)), escape(size_word(file.size))
        told = tr("by {name}, {day}", name=person_name(self._desk.view, file.by), day=day(file.at))
        note = f"{escape(words(file.note))}<br>" if file.note else ""
        may = me.id in (file.by, document.owner) or me.may("governed.approve")
        drop = f' \u00b7 <a href="act:drop:{id}">{escape(tr("Take away"))}</a>' if may else ""
        return f'<p>{note}<a href="act:file:{id}">{name}</a> {size}<br>{escape(told)}{drop}</p>'

    def act(self, address: str) -> None:
        """Do what a link says."""
        what, _, id = address.removeprefix("act:").partition(":")
        if what == "drop":
            self._desk.do(Detach(file=id))
        else:
            save_library_file(self, self._desk, id)

    def choose(self) -> None:
        """Let the person choose files."""
        open_files(self, tr("Add evidence"), self.take)

    def take(self, paths: Sequence[Path]) -> None:
        """Take files in, and ask what they show."""
        document, files = self._document, list[File]()
        for path in paths[:MOST_AT_ONCE]:
            try:
                files.append(self._desk.stage(path, path.name))
            except Refusal as refusal:
                self._desk.say(filled(refusal.sentence, refusal.data))
            except OSError:
                self._desk.say(tr("{name} cannot be read.", name=path.name))
        if len(paths) > MOST_AT_ONCE:
            self._desk.say(tr("Only the first {n} files are taken.", n=MOST_AT_ONCE))
        if files:

            def attach(note: str) -> str:
                return self._desk.attempt(Attach(document=document, files=tuple(files), note=note))

            self._asking.ask(tr("What does it show?"), tr("Add evidence"), attach)
