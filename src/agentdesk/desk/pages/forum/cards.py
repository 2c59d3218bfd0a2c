"""The posts of a thread, one card each: who says it, what they say, how many find it useful, what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.badges import Avatar, Chip
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.frames import Card, Icon
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.page_view import Passage

AT_ONCE = 30
"""Posts that are shown before one asks for more: each is a page of its own."""


class Shown(NamedTuple):
    """A post as it is to be seen. `signs` are (word, tone); `acts` are (what, word)."""

    id: str
    name: str
    team: str
    age: str
    html: str
    votes: int
    voted: bool
    own: bool
    accepted: bool
    signs: tuple[tuple[str, str], ...]
    acts: tuple[tuple[str, str], ...]


class PostCard(QWidget):
    """`show_post` shows one; `acted` tells what was pressed, as an address."""

    acted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: Shown | None = None
        self.up, self._count = IconButton("ph.caret-up", tr("Useful"), checkable=True), label("", "strong")
        self._solved = Icon("ph.check-circle-fill", "good", 18)
        self.avatar, self._name, self._age = Avatar("", 24), label("", "strong"), label("", "muted")
        self._team, self._signs, self._card = Chip(parent=self), QHBoxLayout(), Card()
        self.body, self.acts = Passage(tr("What was said")), Passage(tr("What can be done"))
        self._count.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._signs.setSpacing(6)
        row, column = QHBoxLayout(self), QVBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for sign in (self.up, self._count, self._solved):
            column.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(8)
        for part in (self.avatar, self._name, self._team, self._age):
            head.addWidget(part)
        head.addLayout(self._signs)
        head.addStretch(1)
        self._card.box.addLayout(head)
        self._card.box.addWidget(self.body)
        self._card.box.addWidget(self.acts)
        side = QWidget()
        side.setLayout(column)
        column.setContentsMargins(0, 4, 0, 0)
        side.setFixedWidth(scaled(40))
        row.addWidget(side)
        row.addWidget(self._card, 1)
        self.up.clicked.connect(lambda: self._tell("vote"))
        self.body.followed.connect(self.acted)
        self.acts.followed.connect(self.acted)

    def show_post(self, shown: Shown) -> None:
        """Show this one, or the same as it is now."""
        if shown == self.shown:
            return
        self.shown = shown
        self.up.setChecked(shown.voted)
        self.up.setEnabled(not shown.own)
        self.up.rename(tr("{n} find it useful: {name}", n=shown.votes, name=shown.name))
        self._count.setText(str(shown.votes))
        self._solved.setVisible(shown.accepted)
        self._card.show_tone("good" if shown.accepted else "")
        self.avatar.show_person(shown.name)
        self._name.setText(shown.name)
        self._team.show_chip(shown.team)
        self._age.setText(shown.age)
        self._show_signs(shown.signs)
        self.body.show_html(shown.html)
        self.body.setAccessibleName(tr("What {name} said", name=shown.name))
        links = (f'<a href="act:{what}:{escape(shown.id)}">{escape(word)}</a>' for what, word in shown.acts)
        self.acts.show_html(" · ".join(links))
        self.acts.setVisible(bool(shown.acts))

    def _show_signs(self, signs: Sequence[tuple[str, str]]) -> None:
        while self._signs.count():
            item = self._signs.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for word, tone in signs:
            self._signs.addWidget(Chip(word, tone))

    def _tell(self, what: str) -> None:
        if self.shown is not None:
            self.up.setChecked(self.shown.voted)  # what is so is shown once it is so
            self.acted.emit(f"act:{what}:{self.shown.id}")


class Posts(Sheet):
    """`show_posts` shows these; cards that are there already stay as they are. `followed` tells what was pressed."""

    followed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._cards: dict[str, PostCard] = {}
        self._posts: Sequence[Shown] = ()
        self._most = AT_ONCE
        self.more = Button("")
        self.pictures: Callable[[str], QImage | None] = lambda _: None
        """Finds the pictures of posts."""
        self._list = QVBoxLayout()
        self._list.setSpacing(14)
        self.box.addLayout(self._list)
        self.box.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)
        self.foot = QVBoxLayout()
        self.foot.setSpacing(12)
        self.box.addLayout(self.foot)
        self.box.addStretch(1)
        self.more.clicked.connect(self._more)

    def begin(self) -> None:
        """Another thread: from its top."""
        self._most = AT_ONCE
        self.verticalScrollBar().setValue(0)

    def show_posts(self, posts: Sequence[Shown]) -> None:
        """Show these, the first of them at once."""
        self._posts = posts
        shown = posts[: self._most]
        wanted = {one.id for one in shown}
        for id in [id for id in self._cards if id not in wanted]:
            card = self._cards.pop(id)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        for place, one in enumerate(shown):
            card = self._cards.get(one.id) or self._made(one.id)
            if self._list.indexOf(card) != place:
                self._list.insertWidget(place, card)
            card.show_post(one)
        left = len(posts) - len(shown)
        self.more.setText(tr("Show {n} more", n=left))
        self.more.setAccessibleName(self.more.text())
        self.more.setVisible(left > 0)

    def _made(self, id: str) -> PostCard:
        card = self._cards[id] = PostCard()
        card.body.pictures = lambda address: self.pictures(address)
        card.acted.connect(self.followed)
        return card

    def _more(self) -> None:
        self._most += 4 * AT_ONCE
        self.show_posts(self._posts)

    def _all(self, say: Callable[[PostCard], str]) -> str:
        return "\n".join(say(self._cards[one.id]) for one in self._posts if one.id in self._cards)

    def toPlainText(self) -> str:
        """All that is shown, as text."""
        return self._all(lambda card: f"{card.body.toPlainText()}\n{card.acts.toPlainText()}")

    def html(self) -> str:
        """All that is shown, as it was given."""
        return self._all(lambda card: f"{card.body.html()}\n{card.acts.html()}")
