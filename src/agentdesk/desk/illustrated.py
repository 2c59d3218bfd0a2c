"""Texts of the library with their pictures: fetched once, drawn no wider than a page; till then their words stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.pictures import Kept, Pictures, decoded
from agentdesk.domain.governed import LibraryFile
from agentdesk.domain.governed.files import file_at
from agentdesk.domain.kernel import File
from agentdesk.text.markdown import html_of

WIDEST, HIGHEST = 680, 1_200
"""Of a picture on a page, in the pixels that the page is laid out in."""
MOST, KEPT = 40, 60
"""Pictures of one text that are drawn, the others stand as their words; and drawn ones that are kept."""
_PLACE = "/attached/"


class Illustrated:
    """Markdown as a page shows it, with the pictures it names: files of the library, and `more`, which are not saved.
    `again` is called when one has come: who shows the page shows it anew.
    """

    def __init__(
        self, desk: Desk, page: QWidget, again: Callable[[], None], more: Mapping[str, File] | None = None,
        widest: int = WIDEST,
    ) -> None:  # fmt: skip
        self._desk, self._page, self._widest = desk, page, widest
        self._more: Mapping[str, File] = more if more is not None else {}
        self._over = False
        self._pictures: Pictures[QImage] = Pictures(desk, lambda _: again(), self._drawn, KEPT)

    def html(self, markdown: str) -> str:
        """Safe HTML of a text; what has not come, or may not be seen, stands as its words."""
        seen: set[str] = set()

        def place(address: str) -> str:
            id = file_at(address)
            seen.add(id)
            return self.place(id) if len(seen) <= MOST else ""

        return html_of(markdown, place)

    def place(self, id: str) -> str:
        """The address of a file's picture on the page, once it is there; nothing before."""
        file = self._file(id)
        return f"{_PLACE}{id}" if file is not None and self._pictures.get(file) is not None else ""

    def _file(self, id: str) -> Kept | None:
        return (self._more.get(id) or self._desk.view.get(LibraryFile, id)) if id else None

    def stop(self) -> None:
        """Look for nothing any more: a page may be drawn anew after what it showed was closed."""
        self._over = True

    def found(self, address: str) -> QImage | None:
        """The picture at such an address: for `PageView.pictures`."""
        if self._over:
            return None
        file = self._file(address.removeprefix(_PLACE)) if address.startswith(_PLACE) else None
        return self._pictures.get(file) if file is not None else None

    def _drawn(self, data: bytes, media_type: str) -> QImage | None:
        ratio = self._page.devicePixelRatioF()
        image = decoded(data, media_type, QSize(round(self._widest * ratio), round(HIGHEST * ratio)))
        if image is not None:
            image.setDevicePixelRatio(ratio)
        return image
