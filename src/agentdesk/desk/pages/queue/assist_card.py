"""One suggestion as a card: its text, where it comes from and how old that is, why it is here, and what can be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from agentdesk.assist.frames import Card as Suggested
from agentdesk.desk.actions import cap
from agentdesk.desk.desk import Desk
from agentdesk.desk.names import case_number
from agentdesk.desk.pages.queue.context_parts import Flow
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import ago
from agentdesk.desk.widgets.badges import Chip, KeyCap
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.frames import Card, Icon, spread
from agentdesk.desk.widgets.labels import ElidedLabel, label, tip
from agentdesk.domain.cases import Case
from agentdesk.domain.suggestions import Reason
from agentdesk.text.rich import lines_of

SHOWN = 320
"""Characters of the text on the card; all of it stands in its tool tip."""
BANDS = {"strong": mark("Strong match"), "good": mark("Good match"), "fair": mark("Possible match")}
ICONS = {"macro": "ph.lightning", "article": "ph.book-open", "post": "ph.chats-circle", "case": "ph.check-circle"}
TOUCHY = {
    "refund": mark("money"),
    "legal": mark("the law"),
    "safety": mark("safety"),
    "identity": mark("identity"),
}
FORMS = {
    "near": mark("It addresses the customer informally; you write formally."),
    "formal": mark("It addresses the customer formally; you write informally."),
}
REASONS: tuple[tuple[Reason, str], ...] = (
    ("wrong", mark("It does not fit")),
    ("outdated", mark("It is outdated")),
    ("tone", mark("The tone is wrong")),
    ("not_needed", mark("Not needed")),
)


class SuggestionCard(Card):
    """`place` counts from 0. `read`: its source was opened, or need not be."""

    def __init__(
        self, desk: Desk, card: Suggested, place: int, text: str, read: bool,
        insert: Callable[[], object], open_: Callable[[], object], dismiss: Callable[[Reason], object],
    ) -> None:  # fmt: skip
        super().__init__("note" if card.internal else "accent" if place == 0 else "")
        self.source = card.source
        self._desk, self._card = desk, card
        name = tr("Suggestion {n}: {title}", n=place + 1, title=card.title)
        self.setAccessibleName(name)
        self.insert = Button(tr("Insert"), "link")
        self.insert.setAccessibleName(tr("Insert suggestion {n}", n=place + 1))
        self.insert.clicked.connect(lambda: insert())
        self.look = IconButton("ph.arrow-square-out", tr("Open the source of suggestion {n}", n=place + 1))
        self.look.clicked.connect(lambda: open_())
        self.away = IconButton("ph.x", tr("Dismiss suggestion {n}", n=place + 1))
        self.away.setMenu(self._reasons(dismiss))
        self.away.setPopupMode(self.away.ToolButtonPopupMode.InstantPopup)
        self.box.addWidget(self._head(place))
        text = "\n".join(line.words for line in lines_of(text))
        shown = label(_short(text), wrap=True, selectable=True)
        shown.setToolTip(tip(text))
        shown.setAccessibleName(f"{name}. {text}")
        self.box.addWidget(shown)
        self.box.addWidget(self._chips())
        self._warn(read)
        self.box.addWidget(spread(self.insert, None))

    def _head(self, place: int) -> QWidget:
        band = ElidedLabel(tr(BANDS.get(self._card.band, BANDS["fair"])), "small")
        return spread(KeyCap(cap(f"Ctrl+{place + 1}")), band, self.look, self.away, spacing=6)

    def _reasons(self, dismiss: Callable[[Reason], object]) -> QMenu:
        menu = QMenu(self)
        for reason, words in REASONS:
            menu.addAction(tr(words)).triggered.connect(lambda _=False, reason=reason: dismiss(reason))
        return menu

    def _chips(self) -> QWidget:
        holder = QWidget()
        flow = Flow()
        flow.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(flow)
        card = self._card
        for words, icon in (
            (self._named(), ICONS.get(card.kind, "ph.info")),
            (self._state(), ""),
            (self._why(), ""),
            (tr("in your wording") if card.own else "", "ph.pencil-simple"),
        ):
            if words:
                chip = Chip(words, "plain", icon)
                chip.setToolTip(tip(words))
                flow.addWidget(chip)
        return holder

    def _named(self) -> str:
        """What it comes from."""
        card = self._card
        if card.kind == "macro":
            return tr("Macro: {name}", name=_cut(card.title))
        if card.kind == "case":
            case = self._desk.view.get(Case, card.source.partition(":")[2])
            return tr("{number} solved", number=case_number(case.number)) if case is not None else ""
        return _cut(card.title)

    def _state(self) -> str:
        """Which state of it, and how old."""
        age = ago(self._desk.now() - self._card.at) if self._card.at else ""
        if self._card.kind in ("macro", "article"):
            return " · ".join(filter(None, (tr("version {n}", n=self._card.version), age)))
        return age

    def _why(self) -> str:
        card = self._card
        if card.why == "code":
            return tr("has {words}", words=", ".join(card.words))
        if card.past:
            return tr("used in {n} similar cases", n=card.past)
        if card.kind == "case":
            return tr("answered a similar case")
        return tr("about {words}", words=", ".join(card.words[:3])) if card.words else tr("similar in meaning")

    def _warn(self, read: bool) -> None:
        card = self._card
        if card.internal:
            self._line(tr("For colleagues only: not for a customer."), "ph.lock-simple")
            self.insert.setText(tr("Insert in a note"))
        elif card.touchy and not read:
            about = ", ".join(tr(TOUCHY[one]) for one in card.touchy if one in TOUCHY)
            self._line(tr("About {what}: read the source before you use it.", what=about), "ph.warning")
            self.insert.setText(tr("Read the source"))

        if card.form in FORMS:
            self._line(tr(FORMS[card.form]), "ph.users")

    def _line(self, words: str, icon: str) -> None:
        self.box.addWidget(with_icon(icon, "warn", words))


def with_icon(icon: str, ink: str, words: str) -> QWidget:
    """A sentence that may need more lines, after a picture."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    row.addWidget(Icon(icon, ink, 13), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(words, "small", wrap=True), 1)
    return holder


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + "…"


def _cut(title: str) -> str:
    return title if len(title) <= 34 else title[:33].rstrip() + "…"
