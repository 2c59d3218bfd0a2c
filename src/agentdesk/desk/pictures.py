"""Pictures from bytes that could be anything: none is larger than asked for, none comes from a file that could hurt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from agentdesk.desk.desk import Desk
from agentdesk.domain.kernel import Masked
from agentdesk.text.pictures import picture_type

P = TypeVar("P")

TYPES = {"image/png": b"png", "image/jpeg": b"jpeg", "image/gif": b"gif", "image/webp": b"webp"}
MOST_BYTES = 8 * 1024 * 1024
MOST_SIDE = 12_000
MEGABYTES = 96
LARGEST = QSize(2_000, 2_000)
"""A picture that is put into an article is no larger (pixels)."""
QUALITY = 88
KEPT = 200
AGAIN_MS = 30_000


class Kept(Protocol):
    """A file whose bytes can be fetched."""

    @property
    def digest(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def type(self) -> str: ...


class Pictures(Generic[P]):
    """Pictures by digest. Asks for the bytes of what is shown; `told` is called when one has come, `make` draws it."""

    def __init__(
        self, desk: Desk, told: Callable[[str], None], make: Callable[[bytes, str], P | None], kept: int = KEPT
    ) -> None:
        self._desk, self._told, self._draw, self._most = desk, told, make, kept
        self._made: dict[str, P | None] = {}
        self._failed: dict[str, int] = {}
        desk.sight.changed.connect(self._forget)

    def get(self, file: Kept) -> P | None:
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

    def _take(self, file: Kept, data: bytes | None) -> None:
        picture = self._draw(data, file.type) if data else None
        if picture is None:  # offline, or no picture at all: asked again after a while, if it is still looked at
            self._failed[file.digest] = self._desk.now()
            self._made.pop(file.digest, None)
            return
        while len(self._made) >= self._most:
            del self._made[next(iter(self._made))]
        self._made[file.digest] = picture
        self._told(file.digest)


def lightened(data: bytes) -> tuple[bytes, str] | None:
    """A picture as it goes into an article, with its type: drawn anew, so that neither where it was taken nor by whom
    goes with it, and no larger than `LARGEST`. None if these bytes are no picture. What moves goes as it is: there is
    no more in it than what is seen.
    """
    told = picture_type(data)
    image = decoded(data, told, LARGEST) if told and len(data) <= MOST_BYTES else None
    if image is None:
        return None
    if told == "image/gif":
        return data, told
    return encoded(image, "jpeg" if told == "image/jpeg" else "png")


def encoded(image: QImage, form: str = "png") -> tuple[bytes, str] | None:
    """A picture as the bytes of a file, with its type."""
    data, buffer = QByteArray(), QBuffer()
    buffer.setBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    done = image.save(buffer, form, QUALITY if form == "jpeg" else -1)  # type: ignore[call-overload]
    return (bytes(data.data()), f"image/{form}") if done else None


def decoded(data: bytes, media_type: str, most: QSize) -> QImage | None:
    """A picture from bytes of this very type, no larger than asked for; None if they are something else, or too large
    to be harmless.
    """
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
