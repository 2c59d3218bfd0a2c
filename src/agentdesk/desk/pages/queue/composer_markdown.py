"""Markdown by keys and buttons: what is selected becomes bold or a list, and a list goes on by itself."""

from __future__ import annotations

import re

from PySide6.QtGui import QGuiApplication, QTextBlock, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from agentdesk.text.rich import FENCED

SIGNS = {"bold": "**", "italic": "*", "struck": "~~", "code": "`"}
HEADS = {"bullets": "- ", "numbers": "1. ", "quote": "> "}
_HEAD = re.compile(r"([ ]{0,3}(?:>[ ]?){1,9})?([ \t]{0,40}(?:[-*]|(\d{1,6})([.)]))[ \t]+)?")
_LISTED = re.compile(r"([ \t]*)([-*]|\d{1,6}[.)])[ \t]+")
_ADDRESS = re.compile(r"https?://[^\s<>()]{1,2000}", re.IGNORECASE)
_BREAK = "\u2029"


def put(field: QTextEdit, kind: str) -> None:
    """Make what is selected look so, or no longer: bold, italic, struck, code, link, bullets, numbers, quote."""
    if kind == "link":
        link(field)
    elif kind in SIGNS:
        _wrap(field, SIGNS[kind])
    else:
        _head(field, kind)


def _wrap(field: QTextEdit, sign: str) -> None:
    """Signs around the selection, or around the caret for what is typed next; taken away where they stand already."""
    cursor = field.textCursor()
    start, end = sorted((cursor.position(), cursor.anchor()))
    text, size = _text(field, start, end), len(sign)
    start, end = start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()) if text.strip() else 0)
    if _BREAK in _text(field, start, end):
        return _wrap_lines(field, start, end, sign)
    cursor.beginEditBlock()
    if _text(field, start - size, start) == sign == _text(field, end, end + size) and not _doubled(field, start, sign):
        _replace(cursor, end, end + size, "")
        _replace(cursor, start - size, start, "")
        start, end = start - size, end - size
    else:
        _replace(cursor, end, end, sign)
        _replace(cursor, start, start, sign)
        start, end = start + size, end + size
    cursor.endEditBlock()
    _select(field, start, end)


def _doubled(field: QTextEdit, start: int, sign: str) -> bool:
    """Whether the sign before is half of a longer one: two stars are no star twice."""
    return sign == "*" and _text(field, start - 2, start) == "**" and _text(field, start - 3, start) != "***"


def _wrap_lines(field: QTextEdit, start: int, end: int, sign: str) -> None:
    """Each line for itself: what opens in a line ends in it."""
    cursor, places, at = field.textCursor(), list[tuple[int, int]](), start
    for line in _text(field, start, end).split(_BREAK):
        head = _HEAD.match(line)
        begin = at + (head.end() if head is not None and at != start else 0)
        if line.strip() and begin < at + len(line):
            places.append((begin, at + len(line.rstrip())))
        at += len(line) + 1
    cursor.beginEditBlock()
    for begin, stop in reversed(places):
        _replace(cursor, stop, stop, sign)
        _replace(cursor, begin, begin, sign)
    cursor.endEditBlock()
    _select(field, start, end + 2 * len(sign) * len(places))


def link(field: QTextEdit, address: str = "") -> None:
    """A link of what is selected, to an address, to the one in the clipboard, or to one that is typed next."""
    cursor = field.textCursor()
    start, end = sorted((cursor.position(), cursor.anchor()))
    words = _text(field, start, end)
    if _BREAK in words:
        return
    found = address or QGuiApplication.clipboard().text().strip()
    address = found if is_address(found) and found != words else ""
    if is_address(words) and not address:
        address, words = words, ""
    cursor.beginEditBlock()
    _replace(cursor, start, end, f"[{words}]({address})")
    cursor.endEditBlock()
    behind = start + len(f"[{words}](")
    at = start + 1 if not words else behind + len(address) + 1 if address else behind
    _select(field, at, at)


def is_address(text: str) -> bool:
    """Whether a text is one web address and nothing else."""
    return _ADDRESS.fullmatch(text) is not None


def _head(field: QTextEdit, kind: str) -> None:
    """Signs at the beginning of each selected line; taken away if all have them."""
    cursor = field.textCursor()
    lines = _selected(field)
    wanted = [line for line in lines if line.text().strip()] or lines[:1]
    has = [_has(line.text(), kind) for line in wanted]
    cursor.beginEditBlock()
    for number, line in enumerate(wanted, 1):
        found = _has(line.text(), kind)
        other = _LISTED.match(line.text()) if kind != "quote" else None
        if all(has):
            _replace(cursor, line.position(), line.position() + len(found), "")
        elif not found:
            sign = f"{number}. " if kind == "numbers" else HEADS[kind]
            end = other.end() if other is not None else 0
            _replace(cursor, line.position(), line.position() + end, sign)
    cursor.endEditBlock()


def _has(line: str, kind: str) -> str:
    """What stands at the line's beginning if it is of this kind."""
    patterns = {"bullets": r"[ \t]*[-*][ \t]+", "numbers": r"[ \t]*\d{1,6}[.)][ \t]+", "quote": r"[ ]{0,3}>[ ]?"}
    found = re.match(patterns[kind], line)
    return found[0] if found else ""


def new_line(field: QTextEdit) -> bool:
    """Begin a line that goes on with the list or the quote of this one, or end it where nothing was written; whether
    there is one. In code, a line goes on as deep as it is.
    """
    cursor = field.textCursor()
    block = cursor.block()
    text, column = block.text(), cursor.positionInBlock()
    if cursor.hasSelection():
        return False
    if block.previous().isValid() and block.previous().userState() >= FENCED:
        return _open(cursor, text[: len(text) - len(text.lstrip(" \t"))][:column])
    head = _HEAD.match(text)
    if head is None or not head[0].strip() or column < head.end():
        return False
    if not text[head.end() :].strip():
        kept = head[1] if head[2] and head[1] else ""  # an item that is empty ends its list, then its quote
        _replace(cursor, block.position(), block.position() + len(text), kept)
        field.setTextCursor(cursor)
        return True
    sign = head[2] or ""
    if head[3]:
        sign = sign.replace(head[3], str(int(head[3]) + 1), 1)
    return _open(cursor, (head[1] or "") + sign)


def _open(cursor: QTextCursor, begin: str) -> bool:
    if not begin:
        return False
    cursor.insertText("\n" + begin, QTextCharFormat())
    return True


def _selected(field: QTextEdit) -> list[QTextBlock]:
    cursor = field.textCursor()
    block = field.document().findBlock(cursor.selectionStart())
    last = field.document().findBlock(cursor.selectionEnd())
    found = [block]
    while block != last:
        block = block.next()
        found.append(block)
    return found


def _text(field: QTextEdit, start: int, end: int) -> str:
    """The document's text there, counted as Qt counts; a line's end is one sign."""
    most = field.document().characterCount() - 1
    if not 0 <= start <= end <= most:
        return ""
    cursor = QTextCursor(field.document())
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText()


def _replace(cursor: QTextCursor, start: int, end: int, text: str) -> None:
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(text, QTextCharFormat())


def _select(field: QTextEdit, start: int, end: int) -> None:
    cursor = field.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    field.setTextCursor(cursor)
