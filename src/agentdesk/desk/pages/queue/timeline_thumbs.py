"""Pictures in a timeline: small ones made from attachments, once, and never from a file that could hurt."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.timeline_layout import THUMB
from agentdesk.domain.cases import Attachment
from agentdesk.domain.kernel import Masked

TYPES = {"image/png": b"png", "image/jpeg": b"jpeg", "image/gif": b"gif", "image/webp": b"webp"}
MOST_BYTES = 8 * 1024 * 1024
MOST_SIDE = 12_000
MEGABYTES = 96
KEPT = 200
AGAIN_MS = 30_000


class Thumbs:
    """Small pictures by digest. Asks for the bytes of what is shown; `told` is called when one has come."""

    def __init__(self, desk: Desk, told: Callable[[str], None], ratio: Callable[[], float]) -> None:
        self._desk, self._told, self._ratio = desk, told, ratio
        self._made: dict[str, QPixmap | None] = {}
        self._failed: dict[str, int] = {}
        desk.sight.changed.connect(self._forget)

    def get(self, file: Attachment) -> QPixmap | None:
        """The picture, or None while there is none."""
        if file.type not in TYPES or file.size > MOST_BYTES or Masked.read(file.digest):
            return None
        if self._desk.now() - self._failed.get(file.digest, 0) < AGAIN_MS:
            return None
        if file.digest not in self._made:
            self._made[file.digest] = None
            self._desk.fetch(file.digest, lambda data, _why: self._take(file, data))
        return self._made.get(file.digest)

    def _forget(self) -> None:
        """They were made for other eyes."""
        self._made.clear()
        self._failed.clear()

    def _take(self, file: Attachment, data: bytes | None) -> None:
        picture = thumbnail(data, file.type, self._ratio()) if data else None
        if picture is None:  # offline, or no picture at all: asked again after a while, if it is still looked at
            self._failed[file.digest] = self._desk.now()
            self._made.pop(file.digest, None)
            return
        while len(self._made) >= KEPT:
            del self._made[next(iter(self._made))]
        self._made[file.digest] = picture
        self._told(file.digest)


def thumbnail(data: bytes, media_type: str, ratio: float = 1.0) -> QPixmap | None:
    """A small picture from bytes of this very type; None if they are something else, or too large to be harmless."""
    image = decoded(data, media_type, QSize(round(THUMB[0] * ratio), round(THUMB[1] * ratio)))
    if image is None:
        return None
    picture = QPixmap.fromImage(image)
    picture.setDevicePixelRatio(ratio)
    return picture


def decoded(data: bytes, media_type: str, most: QSize) -> QImage | None:
    """The same, no larger than asked for."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(TYPES[media_type]))
    QImageReader.setAllocationLimit(MEGABYTES)
    reader.setDecideFormatFromContent(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > MOST_SIDE:
        return None
    if size.width() > most.width() or size.height() > most.height():
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image
