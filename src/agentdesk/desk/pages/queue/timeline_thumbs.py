"""Pictures in a timeline: small ones made from attachments, once, and never from a file that could hurt."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.timeline_layout import THUMB
from agentdesk.desk.pictures import Pictures, decoded


class Thumbs(Pictures[QPixmap]):
    """Small pictures by digest, as sharp as the screen."""

    def __init__(self, desk: Desk, told: Callable[[str], None], ratio: Callable[[], float]) -> None:
        super().__init__(desk, told, lambda data, media_type: thumbnail(data, media_type, ratio()))


def thumbnail(data: bytes, media_type: str, ratio: float = 1.0) -> QPixmap | None:
    """A small picture from bytes of this very type; None if they are something else, or too large to be harmless."""
    image = decoded(data, media_type, QSize(round(THUMB[0] * ratio), round(THUMB[1] * ratio)))
    if image is None:
        return None
    picture = QPixmap.fromImage(image)
    picture.setDevicePixelRatio(ratio)
    return picture
