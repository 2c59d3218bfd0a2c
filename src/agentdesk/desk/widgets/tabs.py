"""Segmented tabs with counts; those that do not fit wait in a menu."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QSizePolicy, QWidget

from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button, IconButton


class Tabs(QWidget):
    """Tabs by id. `chosen` tells the id the person chose; `choose()` chooses without telling."""

    chosen = Signal(str)

    def __init__(
        self, tabs: Iterable[tuple[str, str]], kind: str = "tab", *, all_shown: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._all_shown = all_shown
        across = QSizePolicy.Policy.Fixed if all_shown else QSizePolicy.Policy.Ignored
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self._titles = dict(tabs)
        self._counts: dict[str, int] = {}
        self._group = QButtonGroup(self)
        self._buttons = {tab: self._make(tab, title, kind) for tab, title in self._titles.items()}
        self._more = IconButton("ph.dots-three", tr("More views"), parent=self)
        self._more.setMenu(QMenu(self._more))
        self._more.setPopupMode(self._more.ToolButtonPopupMode.InstantPopup)
        self._more.menu().aboutToShow.connect(self._fill_more)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._gap = 2 if kind == "tab" else 5
        row.setSpacing(self._gap)
        for button in self._buttons.values():
            row.addWidget(button)
        row.addWidget(self._more)
        row.addStretch(1)
        self.choose(next(iter(self._titles)))

    def _make(self, tab: str, title: str, kind: str) -> Button:
        button = Button(title, kind)
        self._group.addButton(button)
        button.clicked.connect(lambda: self.chosen.emit(tab))
        return button

    def current(self) -> str:
        """The id of the chosen tab."""
        return next(tab for tab, button in self._buttons.items() if button.isChecked())

    def choose(self, tab: str) -> None:
        """Choose a tab without telling anyone."""
        self._buttons[tab].setChecked(True)
        self._fit()

    def rename(self, tab: str, title: str) -> None:
        """Another title for a tab."""
        if self._titles[tab] != title:
            self._titles[tab] = title
            self._buttons[tab].setText(self._text(tab))
            self._buttons[tab].setAccessibleName(title)
            self._fit()

    def show_count(self, tab: str, count: int | None) -> None:
        """The count beside a tab's title; None takes it away."""
        if count is None:
            self._counts.pop(tab, None)
        else:
            self._counts[tab] = count
        text = self._text(tab)
        button = self._buttons[tab]
        if button.text() != text:
            button.setText(text)
            button.setAccessibleName(text)
            self._fit()

    def _text(self, tab: str) -> str:
        title = self._titles[tab].replace("&", "&&")
        return f"{title} {self._counts[tab]}" if tab in self._counts else title

    def sizeHint(self) -> QSize:
        heights = [button.sizeHint().height() for button in self._buttons.values()]
        return QSize(sum(button.sizeHint().width() + self._gap for button in self._buttons.values()), max(heights))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() if self._all_shown else QSize(60, self.sizeHint().height())

    def _fit(self) -> None:
        """Show as many tabs as there is room for, the chosen one always."""
        widths = {tab: button.sizeHint().width() + self._gap for tab, button in self._buttons.items()}
        chosen = self.current()
        everything = self._all_shown or sum(widths.values()) <= self.width()
        room = self.width() - widths[chosen] - (0 if everything else self._more.sizeHint().width() + 4)
        full = False
        for tab, button in self._buttons.items():
            if tab != chosen:
                full = full or (not everything and room < widths[tab])
                room -= widths[tab]
            button.setVisible(tab == chosen or not full)
        self._more.setVisible(not everything)

    def _fill_more(self) -> None:
        menu = self._more.menu()
        menu.clear()
        for tab, button in self._buttons.items():
            if not button.isVisible():
                menu.addAction(self._text(tab)).triggered.connect(lambda _=False, tab=tab: self._choose_hidden(tab))

    def _choose_hidden(self, tab: str) -> None:
        self.choose(tab)
        self.chosen.emit(tab)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()
