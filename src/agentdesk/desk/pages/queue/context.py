"""The context zone: who writes, what the case is, what else there is; a column, or a panel that slides over."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from agentdesk.assist.frames import Card as Suggested
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.assist_drafts import Drafts
from agentdesk.desk.pages.queue.assist_section import AssistSection
from agentdesk.desk.pages.queue.assist_state import Suggestions
from agentdesk.desk.pages.queue.context_chain import ChainSection
from agentdesk.desk.pages.queue.context_fields import FieldsSection
from agentdesk.desk.pages.queue.context_identities import IdentitiesSection
from agentdesk.desk.pages.queue.context_mail import MailSection
from agentdesk.desk.pages.queue.context_read import ReadSection
from agentdesk.desk.pages.queue.context_sections import (
    CaseSection,
    CasesSection,
    CustomerSection,
    FilesSection,
    TagsSection,
)
from agentdesk.desk.pages.queue.timeline_source import NAMED
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import current, px
from agentdesk.desk.widgets.buttons import IconButton
from agentdesk.desk.widgets.frames import Header, Pane, restyle
from agentdesk.domain.cases import Case
from agentdesk.sync.replica import Touched

KINDS = (
    *("alias", "case", "field", "filled", "customer", "attachment", "follow", "mail", "miss", "person", "team", "use"),
    *("graph_in_force", "handoff", "stand"),
)
NARROW = 1240
"""In a window narrower than this the zone slides over the conversation when asked for."""


class _Body(Pane):
    """The zone itself, wherever it hangs."""

    inserted = Signal(object, str, str)
    """A suggestion is to be put into what is being written, as this text."""
    drafted = Signal(str)
    """The same for a draft of the service."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("surface")
        self.suggestions = Suggestions(desk, self)
        self.drafts = Drafts(desk, self.suggestions, self)
        self.head = Header(tr("Details"))
        self.close_button = IconButton("ph.x", tr("Close the details"))
        self.head.add(self.close_button)
        self._desk = desk
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area = area
        self.renew()
        self.box.addWidget(self.head)
        self.box.addWidget(area, 1)
        self.box.addStretch(0)  # keeps the heading at the top while there is nothing below it

    def renew(self) -> None:
        """New sections, in which nothing was ever shown."""
        desk = self._desk
        self.assist = AssistSection(desk, self.suggestions, self._insert, self.drafts, self.drafted.emit)
        self.sections = (
            self.assist, CustomerSection(desk), IdentitiesSection(desk), MailSection(desk), ReadSection(desk),
            CaseSection(desk), ChainSection(desk), FieldsSection(desk), TagsSection(desk),
            CasesSection(desk, tr("Other conversations of this customer"), linked=False),
            CasesSection(desk, tr("Linked conversations"), linked=True), FilesSection(desk),
        )  # fmt: skip
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for section in self.sections:
            box.addWidget(section)
        box.addStretch(1)
        self.sections[0].line.hide()
        inner.setProperty("ground", "clear")
        self.area.setWidget(inner)

    def _insert(self, card: Suggested, text: str, bare: str) -> None:
        self.inserted.emit(card, text, bare)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.close_button.isVisible():
            self.close_button.click()
        else:
            super().keyPressEvent(event)


class ContextPanel(QWidget):
    """Shows a case's context. In a narrow window it leaves its place and waits behind the button of `adapt`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._case = desk, ""
        self._shown: Case | None = None
        self._page: QWidget | None = None
        self._button: QAbstractButton | None = None
        self.body = _Body(desk)
        self.body.setAccessibleName(tr("Details"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.body)
        self.body.close_button.clicked.connect(self.slide_away)
        self.body.close_button.hide()
        self.body.area.hide()
        self._move = QPropertyAnimation(self.body, b"pos", self)
        self._move.setDuration(140)
        self._move.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fit()
        self.destroyed.connect(desk.listen(KINDS, self._heard))
        desk.revealed.changed.connect(self._show)
        desk.sight.changed.connect(self._renew)

    def show_case(self, case_id: str | None) -> None:
        """Another case, or none."""
        self._case = case_id or ""
        if not self._case:
            self.slide_away()
        self._show()

    def _renew(self) -> None:
        """Also what is hidden at the moment was shown to other eyes."""
        self.body.renew()
        self._show()

    def _heard(self, touched: Sequence[Touched] | None) -> None:
        if self._case and (touched is None or self._shown is None or any(map(self._concerns, touched))):
            self._show()

    def _concerns(self, one: Touched) -> bool:
        """Whether a change can be seen here: most are to cases of other customers."""
        shown = self._shown
        if shown is None or one.id in (shown.id, shown.customer) or one.id in shown.linked:
            return True
        for record in (one.old, one.new):
            if getattr(record, "case", "") == shown.id or getattr(record, "customer", "") == shown.customer:
                return True
        return one.kind in NAMED or one.kind in ("field", "graph_in_force")

    def _show(self) -> None:
        case = self._shown = self._desk.view.get(Case, self._case) if self._case else None
        self.body.area.setVisible(case is not None)
        self.body.suggestions.show_case(case)
        self.body.drafts.show_case(case)
        if case is not None:
            for section in self.body.sections:
                section.show_case(case)

    # --- Narrow windows ---

    def adapt(self, page: QWidget, button: QAbstractButton) -> None:
        """Follow the width of the window of `page`, over which `button` brings the zone where there is no room: no
        splitter, which makes a column of what is put on it.
        """
        self._page, self._button = page, button
        button.clicked.connect(self.slide)
        page.installEventFilter(self)
        self._choose_place()

    @property
    def floating(self) -> bool:
        """Whether the zone waits behind its button."""
        return self.body.parent() is not self

    def slide(self) -> None:
        """Bring the zone over the page, or take it away again."""
        if not self.floating or self._page is None:
            return
        if self.body.isVisible():
            self.slide_away()
            return
        end = self._page.width() - self.body.width()
        self._place_body()
        self.body.show()
        self.body.raise_()
        self.body.close_button.setFocus()
        if current().motion:
            self._move.setStartValue(QPoint(self._page.width(), 0))
            self._move.setEndValue(QPoint(end, 0))
            self._move.start()

    def slide_away(self) -> None:
        """Take the zone away, if it lies over the page."""
        if self.floating:
            self.body.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._choose_place()
        return super().eventFilter(watched, event)

    def _choose_place(self) -> None:
        assert self._page is not None
        assert self._button is not None
        narrow = self._page.window().width() < NARROW
        if narrow != self.floating:
            self._hang(narrow)
        self._button.setVisible(narrow)
        if narrow:
            self._place_body()

    def _hang(self, over: bool) -> None:
        self._row.removeWidget(self.body)
        self.body.setParent(self._page if over else self)
        self.body.close_button.setVisible(over)
        restyle(self.body, edge="left" if over else "")
        if not over:
            self._row.addWidget(self.body)
        self.body.setVisible(not over)
        self.setVisible(not over)

    def _place_body(self) -> None:
        if self._page is not None:
            self._move.stop()
            self.body.setGeometry(self._page.width() - px("assist"), 0, px("assist"), self._page.height())

    def sizeHint(self) -> QSize:
        return QSize(px("assist"), super().sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self.setMinimumWidth(px("assist") * 5 // 8)
        self.setMaximumWidth(px("assist") * 3 // 2)
