"""The page of a mail as it was laid out: made safe by the server, and no wider than its place."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QImage,
    QPixmap,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QTextFragment,
    QTextFrame,
    QTextImageFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from agentdesk.desk.pages.queue.mail_pictures import REMOTE
from agentdesk.desk.pages.queue.timeline_text import link_tip
from agentdesk.desk.texts import tr

MISSING = QSizeF(16, 16)
NARROWEST = 100.0
TALLEST = 2_000.0
"""Pictures and tables are fitted to no less than this width, and to this height (px)."""


class MailSight(QTextBrowser):
    """Shows HTML that the server has made safe. It loads nothing, runs nothing, and goes nowhere by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures: dict[str, QImage] = {}
        self._sizes: list[tuple[int, QSizeF]] = []
        self.setAccessibleName(tr("The mail as it was laid out"))
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.anchorClicked.connect(self._follow)
        self.highlighted.connect(lambda url: self.setToolTip(link_tip(url.toString()) if url.host() else ""))

    def loadResource(self, type: int, name: QUrl | str) -> object:
        """Nothing but what stands in the page itself, and pictures that were brought: no file, no network."""
        url = QUrl(name)
        if url.scheme() == REMOTE:
            return self.pictures.get(url.path())
        return super().loadResource(type, url) if url.scheme() == "data" else None

    def show_page(self, html: str) -> None:
        """Lay it out, with the pictures that are there by now."""
        at = self.verticalScrollBar().value()
        self.document().clear()
        self.setHtml(html)
        self._sizes = [*self._measured()]
        self._fit()
        self.verticalScrollBar().setValue(at)

    def _follow(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https") and url.host():
            QDesktopServices.openUrl(url)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _measured(self) -> Iterator[tuple[int, QSizeF]]:
        """Where pictures stand, and how large they would be by what the mail says, or are by themselves; what is not
        there is a small sign.
        """
        document, block = self.document(), self.document().begin()
        while block.isValid():
            pieces = block.begin()
            while not pieces.atEnd():
                piece = pieces.fragment()
                looks = piece.charFormat()
                if looks.isImageFormat():
                    told = looks.toImageFormat()
                    own = document.resource(QTextDocument.ResourceType.ImageResource, QUrl(told.name()))
                    there = isinstance(own, QImage | QPixmap)
                    size = _size(told, QSizeF(own.size())) if there else MISSING
                    yield from ((at, size) for at in range(piece.position(), _end(piece)))
                pieces += 1
            block = block.next()

    def _fit(self) -> None:
        """Nothing is wider than the page, whatever the mail says: pictures keep their shape, tables take the width."""
        most = max(NARROWEST, self.viewport().width() - 2 * self.document().documentMargin())
        cursor = QTextCursor(self.document())
        for at, size in self._sizes:
            cursor.setPosition(at)
            cursor.setPosition(at + 1, QTextCursor.MoveMode.KeepAnchor)
            looks, fits = cursor.charFormat().toImageFormat(), size
            if size.width() > most or size.height() > TALLEST:
                fits = size.scaled(most, TALLEST, Qt.AspectRatioMode.KeepAspectRatio)
            if looks.isValid() and size.isValid() and (looks.width(), looks.height()) != (fits.width(), fits.height()):
                looks.setWidth(fits.width())
                looks.setHeight(fits.height())
                cursor.setCharFormat(looks)
        for frame in _frames(self.document().rootFrame()):
            if isinstance(frame, QTextTable):
                _narrow(frame, most)


def _size(told: QTextImageFormat, natural: QSizeF) -> QSizeF:
    """As browsers do: one side that is told goes with the shape of the picture."""
    width, height = told.width(), told.height()
    if width <= 0 and height <= 0:
        return natural
    shape = natural.width() / natural.height() if natural.width() > 0 and natural.height() > 0 else 1.0
    return QSizeF(width if width > 0 else height * shape, height if height > 0 else width / shape)


def _end(piece: QTextFragment) -> int:
    return piece.position() + piece.length()


def _frames(frame: QTextFrame) -> Iterator[QTextFrame]:
    waiting = [frame]
    while waiting:
        waiting += (one := waiting.pop()).childFrames()
        yield one


def _narrow(table: QTextTable, most: float) -> None:
    looks = table.format()
    if looks.width().type() == QTextLength.Type.FixedLength and looks.width().rawValue() > most:
        looks.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    columns = looks.columnWidthConstraints()
    if sum(one.rawValue() for one in columns if one.type() == QTextLength.Type.FixedLength) > most:
        looks.setColumnWidthConstraints([QTextLength() for _ in columns])
    if looks != table.format():
        table.setFormat(looks)
