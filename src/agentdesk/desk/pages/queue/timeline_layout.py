"""Where everything of a timeline's entry lies, worked out for one width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPixmap, QTextDocument

from agentdesk.desk.pages.queue.timeline_items import Below, Item
from agentdesk.desk.pages.queue.timeline_rich import dress
from agentdesk.desk.pages.queue.timeline_text import document_of, fit
from agentdesk.desk.pages.queue.timeline_words import Word
from agentdesk.desk.rich import LineAt, LookAt
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import metrics, scaled
from agentdesk.domain.cases import Attachment

EDGE, GAP, PAD_X, PAD_Y = 18, 10, 12, 9
LONG = 4_000
"""A longer text shows its start until one asks for all."""
THUMB = (280, 180)
META = ("caption", "body")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the line above a bubble."""

    text: str
    ink: str = "faint"
    icon: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that answers to a click."""

    area: QRectF
    action: str
    target: str = ""
    tip: str = ""


@dataclass(slots=True)
class Said:
    """What an entry says, before it has a size: made from an item by the timeline."""

    words: str = ""
    names: list[tuple[int, int]] = field(default_factory=list)
    who: str = ""
    pieces: list[Piece] = field(default_factory=list)
    side: str = "left"
    tone: str = "customer"
    icon: str = ""
    hidden: list[tuple[int, int]] = field(default_factory=list)
    looks: list[LookAt] = field(default_factory=list)
    lines: list[LineAt] = field(default_factory=list)
    short: str = ""
    """What is new in it, if the rest is folded until one asks for it."""
    below: Below | None = None
    """What `words` and `short` end with; it is never cut off."""


@dataclass(slots=True)
class FileBox:
    """One attachment's place; `picture` if it can be shown."""

    area: QRectF
    file: Attachment
    picture: QPixmap | None = None


@dataclass(slots=True)
class Laid:
    """An entry with every part in its place, from the entry's own top left corner."""

    item: Item
    said: Said
    width: int
    height: float = 0
    document: QTextDocument | None = None
    shown: str = ""
    """The words of the document."""
    text_at: QPointF = field(default_factory=QPointF)
    bubble: QRectF = field(default_factory=QRectF)
    avatar: QRectF = field(default_factory=QRectF)
    meta: list[tuple[QRectF, Piece]] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    files: list[FileBox] = field(default_factory=list)
    more: QRectF = field(default_factory=QRectF)


Pictures = Callable[[Attachment], QPixmap | None]


def bubble_width(width: int) -> int:
    """The widest a bubble may be."""
    return max(160, min(scaled(560), round((width - 2 * EDGE) * 0.76) - scaled(24) - GAP))


def estimator(width: int) -> Callable[[Item], float]:
    """About how high an entry will be: good enough for a scroll bar."""
    line = metrics("body").height() * 1.32
    room = max(12, round((bubble_width(width) - 2 * PAD_X) / (metrics("body").averageCharWidth() * 1.05)))
    tops, file = (top_room(False), top_room(True)), scaled(36)

    def guess(item: Item) -> float:
        if item.message is None or item.kind != "message":
            return line + 16
        text = item.message.text[:LONG]
        lines = 1 + len(text) // room + text.count("\n")
        return lines * line + 2 * PAD_Y + tops[item.joined] + file * len(item.files)

    return guess


def top_room(joined: bool) -> float:
    """The room above a bubble: a gap, and the line that says who and when."""
    return 4.0 if joined else 14.0 + metrics(*META).height() + 4


def lay_out(item: Item, said: Said, width: int, pictures: Pictures, whole: bool) -> Laid:
    """Work out an entry for a width; `whole`: a long text is shown to its end."""
    laid = Laid(item, said, width)
    if item.kind != "message":
        laid.height = metrics("small").height() + (26 if item.kind == "day" else 18)
        return laid
    most = bubble_width(width) - 2 * PAD_X
    inside = _lay_text(laid, said, most, whole)
    content = _lay_files(laid, most, inside[1], pictures)
    _place_bubble(laid, max(inside[0], content[0]), content[1])
    if not item.joined:
        _lay_meta(laid)
    return laid


def _lay_text(laid: Laid, said: Said, most: float, whole: bool) -> tuple[float, float]:
    """The document, from the bubble's inner corner; returns width and height of what is inside so far."""
    if not said.words:
        return 0.0, 0.0
    below = f"\n\n{said.below.words}" if said.below is not None else ""
    shown = (said.words if whole else said.short or said.words).removesuffix(below)
    folded, cut = shown + below != said.words, len(shown) > LONG and not whole
    laid.shown = (shown[:LONG] + "…" if cut else shown) + below
    ours = [(len(laid.shown) - back, n) for back, n in said.below.ours()] if said.below is not None else []
    if cut or folded:
        laid.document = document_of(laid.shown, ours=ours)
    else:
        laid.document = document_of(said.words, said.names, said.hidden, ours)
    if not folded:
        dress(laid.document, shown[:LONG] if cut else shown, said.looks, said.lines)
    width = fit(laid.document, most)
    height = laid.document.size().height()
    if cut or folded:
        text = more_text(laid)
        line = metrics("small", "strong")
        laid.more = QRectF(0, height + 6, line.horizontalAdvance(text), line.height())
        height, width = laid.more.bottom(), max(width, laid.more.width())
    return width, height


def more_text(laid: Laid) -> str:
    """What asks for the rest of a text."""
    item = laid.item
    if laid.said.short and len(laid.said.short) <= LONG:
        return tr("Show what is quoted")
    return tr("Show all {n} characters", n=len(item.message.text) if item.message else 0)


def _lay_files(laid: Laid, most: float, top: float, pictures: Pictures) -> tuple[float, float]:
    widest = 0.0
    for file in laid.item.files:
        top += 8 if top else 0
        picture = pictures(file)
        if picture is not None:
            shown = picture.size() / picture.devicePixelRatio()
            area = QRectF(0, top, shown.width(), shown.height())
        else:
            wanted = metrics("small").horizontalAdvance(file.name) + scaled(24) + 130
            area = QRectF(0, top, min(most, max(180, wanted)), scaled(32))
        laid.files.append(FileBox(area, file, picture))
        widest, top = max(widest, area.width()), area.bottom()
    return widest, top


def _place_bubble(laid: Laid, inner: float, height: float) -> None:
    """Put the bubble at its side, and move what is inside to its place."""
    side, top = scaled(24), top_room(laid.item.joined)
    width = inner + 2 * PAD_X
    right = laid.said.side == "right"
    left = laid.width - EDGE - side - GAP - width if right else EDGE + side + GAP
    laid.bubble = QRectF(left, top, width, height + 2 * PAD_Y)
    laid.text_at = QPointF(left + PAD_X, top + PAD_Y)
    laid.height = laid.bubble.bottom()
    if not laid.item.joined:
        laid.avatar = QRectF(laid.width - EDGE - side if right else EDGE, top - 2, side, side)
    for box in laid.files:
        box.area.translate(laid.text_at)
        tip = tr("Save {name}", name=box.file.name)
        laid.spots.append(Spot(box.area, "file", box.file.id, tip))
    if not laid.more.isEmpty():
        laid.more.translate(laid.text_at)
        laid.spots.append(Spot(laid.more, "more", laid.item.key))


def _lay_meta(laid: Laid) -> None:
    """The line above the bubble: on the right side it ends where the bubble ends."""
    line = metrics(*META)
    widths = [line.horizontalAdvance(p.text) + (scaled(12) + 4 if p.icon else 0) for p in laid.said.pieces]
    dot = line.horizontalAdvance(" · ")
    total = sum(widths) + dot * max(0, len(widths) - 1)
    right = laid.said.side == "right"
    at = max(EDGE, laid.bubble.right() - total) if right else laid.bubble.left()
    top = laid.bubble.top() - 4 - line.height()
    for piece, width in zip(laid.said.pieces, widths, strict=True):
        area = QRectF(at, top, min(width, laid.width - EDGE - at), line.height())
        laid.meta.append((area, piece))
        if piece.action:
            laid.spots.append(Spot(area.adjusted(-2, -3, 2, 3), piece.action, laid.item.key, piece.text))
        at += width + dot


def pieces_of(word: Word | None) -> list[Piece]:
    """A state's words as parts of the line above a bubble."""
    if word is None:
        return []
    parts = [Piece(word.text, word.ink, word.icon)]
    return [*parts, Piece(word.action_text, "accent", "", word.action)] if word.action else parts
