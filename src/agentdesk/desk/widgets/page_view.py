"""Safe HTML as a page one reads: nothing is fetched, links are told to whoever shows it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from agentdesk.desk.theme import color, font

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
        self.anchorClicked.connect(
            lambda url: self.followed.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        )

    def show_html(self, html: str) -> None:
        """Another page, in the colours of the theme; stays where one reads if it is the same."""
        if html == self._html:
            return
        self._html = html
        self._show()

    def html(self) -> str:
        """What is shown, as it was given."""
        return self._html

    def loadResource(self, kind: int, address: QUrl | str) -> Any:
        """Pictures stand in the page itself; nothing else is loaded."""
        inline = QUrl(address).scheme() == "data" and int(kind) == _PICTURES
        return super().loadResource(kind, address) if inline else None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._html:
            self._show()

    def _show(self) -> None:
        self.document().setDefaultFont(font("body"))
        self.document().setDefaultStyleSheet(_sheet())
        self.setHtml(self._html)
        self.document().setMetaInformation(QTextDocument.MetaInformation.DocumentUrl, "")


def _sheet() -> str:
    """The tokens as far as Qt's own subset of style sheets goes."""
    text, muted, accent, sunken, line = (color(name).name() for name in ("text", "muted", "accent", "sunken", "line"))
    return (
        f"body {{ color: {text}; }} a {{ color: {accent}; }} blockquote {{ color: {muted}; }}"
        f"code, pre {{ background-color: {sunken}; font-family: monospace; }}"
        f"th, td {{ border: 1px solid {line}; padding: 4px 8px; }} p, li {{ line-height: 140%; }}"
        "h1, h2, h3 { font-weight: 600; }"
    )
