"""QR codes: read back here by the book, with every block's check bytes; and known values of the standard."""

from __future__ import annotations

import random

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from agentdesk.desk import qr
from agentdesk.desk.widgets.qrcode import QUIET, QrCode

URI = "otpauth://totp/AgentDesk:mina%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=AgentDesk"


def read(grid: qr.Grid) -> bytes:
    """What a code says, read from its modules alone. Fails where a check byte is wrong."""
    size = len(grid)
    number = (size - 17) // 4
    mask = _mask(grid)
    _, fixed = qr._frame(number)
    bits, up, column = [], True, size - 1
    while column > 0:
        if column == 6:
            column -= 1
        for row in reversed(range(size)) if up else range(size):
            bits += [grid[row][x] != qr.turns(mask, row, x) for x in (column, column - 1) if not fixed[row][x]]
        column, up = column - 2, not up
    words = [int("".join("01"[bit] for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)]
    return _text(_blocks(words, number), number)


def _mask(grid: qr.Grid) -> int:
    """From both copies of the format, which must agree and belong to level M."""
    size = len(grid)
    first = [grid[at][8] for at in (0, 1, 2, 3, 4, 5, 7, 8)] + [grid[8][at] for at in (7, 5, 4, 3, 2, 1, 0)]
    second = [grid[8][size - 1 - at] for at in range(8)] + [grid[size - 7 + at][8] for at in range(7)]
    assert first == second
    told = sum(bit << at for at, bit in enumerate(first)) ^ 0b101010000010010
    assert told >> 13 == 0, "level M"
    rest = told
    for at in range(14, 9, -1):
        rest ^= (0b10100110111 << (at - 10)) * (rest >> at & 1)
    assert rest == 0, "the format's own check"
    return told >> 10


def _blocks(words: list[int], number: int) -> list[int]:
    layout = qr.LAYOUTS[number - 1]
    sizes = [size for count, size in layout.blocks for _ in range(count)]
    data: list[list[int]] = [[] for _ in sizes]
    taken = iter(words)
    for at in range(max(sizes)):
        for block, size in zip(data, sizes, strict=True):
            if at < size:
                block.append(next(taken))
    for _ in range(layout.checks):
        for block in data:
            block.append(next(taken))
    for block in data:
        root = 1
        for _ in range(layout.checks):  # whatever is whole is zero at each root of the generator
            value = 0
            for word in block:
                value = _times(value, root) ^ word
            assert value == 0
            root = _times(root, 2)
    return [word for block, size in zip(data, sizes, strict=True) for word in block[:size]]


def _times(left: int, right: int) -> int:
    """The slow way round: long multiplication, then long division."""
    product = 0
    for at in range(8):
        product ^= (left << at) * (right >> at & 1)
    for at in range(15, 7, -1):
        product ^= (0x11D << (at - 8)) * (product >> at & 1)
    return product


def _text(words: list[int], number: int) -> bytes:
    stream = "".join(f"{word:08b}" for word in words)
    counted = 8 if number < 10 else 16
    assert stream[:4] == "0100"
    length = int(stream[4 : 4 + counted], 2)
    body = stream[4 + counted :]
    return bytes(int(body[at : at + 8], 2) for at in range(0, length * 8, 8))


@pytest.mark.parametrize("text", ["", "a", URI, "Grüße an Zoë 荷物", *("x" * qr.room(n) for n in range(1, 16))])
def test_what_is_written_is_read(text: str) -> None:
    assert read(qr.encode(text)) == text.encode()


def test_the_smallest_version_that_holds_it_is_taken() -> None:
    for number in range(1, 15):
        assert len(qr.encode("x" * qr.room(number))) == 17 + 4 * number
        assert len(qr.encode("x" * (qr.room(number) + 1))) == 21 + 4 * number
    with pytest.raises(ValueError, match="too long"):
        qr.encode("x" * (qr.room(15) + 1))


def test_values_of_the_standard() -> None:
    assert [qr.room(n) for n in (1, 2, 7, 9, 10, 15)] == [14, 26, 122, 180, 213, 412]
    assert qr._generator(7) == (127, 122, 154, 164, 11, 68, 117)
    assert qr._checked(7, 12, qr.VERSION_CHECK) == 0b000111110010010100
    assert qr._checked(0b00101, 10, qr.FORMAT_CHECK) ^ qr.FORMAT_MASK == 0b100000011001110


def test_blocks_that_break_are_found() -> None:
    random.seed(7)
    grid = qr.encode(URI)
    grid[20][20] = not grid[20][20]
    with pytest.raises(AssertionError):
        read(grid)


def test_it_is_dark_on_light_whatever_the_theme(qtbot: QtBot) -> None:
    code = QrCode("QR code")
    qtbot.addWidget(code)
    assert code.isHidden()
    code.show_text(URI)
    code.resize(code.wanted())
    picture, side = code.grab().toImage(), code.wanted().width() // (len(code.grid()) + 2 * QUIET)
    ratio = picture.devicePixelRatio()
    for row, line in enumerate(code.grid()):
        for column, dark in enumerate(line):
            at = [int(((one + QUIET) * side + side // 2) * ratio) for one in (column, row)]
            assert picture.pixelColor(*at) == QColor("black" if dark else "white")
    code.show_text("x" * 500)
    assert code.isHidden()
    assert code.grid() == []
