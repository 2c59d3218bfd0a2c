"""Safe HTML as a page one reads: nothing is fetched, links are told to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QImage, QResizeEvent, QTextBlockFormat, QTextCursor, QTextDocument, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from agentdesk.desk.theme import color, font

PAUSE_MS = 50
"""After so long without another width pictures are made to fit it."""
_OBJECT = "\ufffc"
"""Stands in a text where a picture is."""
_PICTURES = 2
"""`QTextDocument.ResourceType.ImageResource`; other resources are style sheets and pages, and none is wanted."""


class PageView(QTextBrowser):
    """`show_html` replaces the page; `followed` tells the address of a link that was pressed."""

    followed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "bare")
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(18)
        self._html = ""
        self.pictures: Callable[[str], QImage | None] = lambda _: None
        """Finds the picture at an address of the page that is none of the network's."""
        self._pictured = False
        self._wider = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._wider.timeout.connect(self._fit)
        self.anchorClicked.connect(
            lambda url: self.followed.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        )

    def show_html(self, html: str, *, stay: bool = False) -> None:
        """Another page, in the colours of the theme; stays where one reads if it is the same, or nearly (`stay`)."""
        if html == self._html:
            return
        self._html, self._pictured = html, False
        if stay:
            self._fit()
        else:
            self._show()

    def html(self) -> str:
        """What is shown, as it was given."""
        return self._html

    def loadResource(self, kind: int, address: QUrl | str) -> Any:
        """Pictures stand in the page itself, or are known to who shows it; nothing else is loaded."""
        if int(kind) != _PICTURES:
            return None
        url = QUrl(address)
        if url.scheme() == "data":
            return super().loadResource(kind, address)
        found = self.pictures(url.toString())
        self._pictured |= found is not None
        return self._fitted(found) if found is not None else None

    def _fitted(self, picture: QImage) -> QImage:
        """No wider than the page, as sharp as it is."""
        bar = self.verticalScrollBar()
        comes = self.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAsNeeded and not bar.isVisible()
        room = self.viewport().width() - 2 * round(self.document().documentMargin()) - comes * bar.sizeHint().width()
        ratio = picture.devicePixelRatio()
        if not 0 < room < picture.deviceIndependentSize().width():
            return picture
        made = picture.scaledToWidth(round(room * ratio), Qt.TransformationMode.SmoothTransformation)
        made.setDevicePixelRatio(ratio)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pictured and event.size().width() != event.oldSize().width():
            self._wider.start()

    def _fit(self) -> None:
        at = self.verticalScrollBar().value()
        self._show()
        self.verticalScrollBar().setValue(at)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._html:
            self._show()

    def _show(self) -> None:
        self.document().setDefaultFont(font("body"))
        self.document().setDefaultStyleSheet(_sheet())
        self.setHtml(self._html)
        if "<img" in self._html:
            _close_up(self.document())
        self.document().setMetaInformation(QTextDocument.MetaInformation.DocumentUrl, "")


class Passage(PageView):
    """A page that is as high as its text; whoever holds it scrolls."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.document().setDocumentMargin(0)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self.updateGeometry())

    def sizeHint(self) -> QSize:
        return QSize(200, self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._high())

    def _high(self) -> int:
        return int(self.document().size().height()) + 4

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def _close_up(document: QTextDocument) -> None:
    """No air below pictures: lines of text are set wide, and a picture is as high as many of them."""
    cursor, single = QTextCursor(document), QTextBlockFormat()
    single.setLineHeight(100, QTextBlockFormat.LineHeightTypes.SingleHeight.value)
    block = document.begin()
    while block.isValid():
        if _OBJECT in block.text():
            cursor.setPosition(block.position())
            cursor.mergeBlockFormat(single)
        block = block.next()


def _sheet() -> str:
    """The tokens as far as Qt's own subset of style sheets goes."""
    text, muted, accent, sunken, line = (color(name).name() for name in ("text", "muted", "accent", "sunken", "line"))
    note, edge = color("note").name(), color("note_line").name()
    return (
        f"body {{ color: {text}; }} a {{ color: {accent}; }} blockquote {{ color: {muted}; }}"
        f"code, pre {{ background-color: {sunken}; font-family: monospace; }}"
        f"th, td {{ border: 1px solid {line}; padding: 4px 8px; }} p, li {{ line-height: 140%; }}"
        f"td.alone {{ background-color: {note}; border: 1px solid {edge}; padding: 6px 12px; }}"
        "h1, h2, h3 { font-weight: 600; }"
    )
