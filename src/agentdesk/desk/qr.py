"""QR codes (ISO/IEC 18004) of short texts: byte mode, error correction M. Pure: no widget, no picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

Grid = list[list[bool]]
"""Rows of modules; true is dark. Without the quiet zone of four light modules around."""


class Layout(NamedTuple):
    """A version at level M: check bytes of each block, how many blocks of which data length, places of alignment."""

    checks: int
    blocks: tuple[tuple[int, int], ...]
    aligned: tuple[int, ...]


LAYOUTS = (
    Layout(10, ((1, 16),), ()),
    Layout(16, ((1, 28),), (6, 18)),
    Layout(26, ((1, 44),), (6, 22)),
    Layout(18, ((2, 32),), (6, 26)),
    Layout(24, ((2, 43),), (6, 30)),
    Layout(16, ((4, 27),), (6, 34)),
    Layout(18, ((4, 31),), (6, 22, 38)),
    Layout(22, ((2, 38), (2, 39)), (6, 24, 42)),
    Layout(22, ((3, 36), (2, 37)), (6, 26, 46)),
    Layout(26, ((4, 43), (1, 44)), (6, 28, 50)),
    Layout(30, ((1, 50), (4, 51)), (6, 30, 54)),
    Layout(22, ((6, 36), (2, 37)), (6, 32, 58)),
    Layout(22, ((8, 37), (1, 38)), (6, 34, 62)),
    Layout(24, ((4, 40), (5, 41)), (6, 26, 46, 66)),
    Layout(24, ((5, 41), (5, 42)), (6, 26, 48, 70)),
)
"""Versions 1 to 15 (tables 9 and E.1): up to 412 bytes."""
PATCH = (0xEC, 0x11)
FORMAT_MASK, FORMAT_CHECK, VERSION_CHECK = 0x5412, 0x537, 0x1F25
FINDER = (0b1111111, 0b1000001, 0b1011101, 0b1011101, 0b1011101, 0b1000001, 0b1111111)


def encode(text: str) -> Grid:
    """The code of a text in the smallest version that holds it. `ValueError` if none here does."""
    data = text.encode()
    number = next((n for n in range(1, len(LAYOUTS) + 1) if len(data) <= room(n)), 0)
    if not number:
        raise ValueError("too long for a QR code")
    bits = list(_bits(_interleaved(_words(data, number), LAYOUTS[number - 1])))
    grid, fixed = _frame(number)
    _pour(grid, fixed, bits)
    return min((_masked(grid, fixed, mask, number) for mask in range(8)), key=penalty)


def room(number: int) -> int:
    """How many bytes a version holds."""
    return sum(count * size for count, size in LAYOUTS[number - 1].blocks) - (2 if number < 10 else 3)


# --- The bytes ---


def _words(data: bytes, number: int) -> list[int]:
    """Mode, length and data as bytes, filled up (7.4)."""
    counted = 8 if number < 10 else 16
    stream = f"{0b0100:04b}{len(data):0{counted}b}" + "".join(f"{byte:08b}" for byte in data)
    whole = sum(count * size for count, size in LAYOUTS[number - 1].blocks)
    stream += "0" * min(4, whole * 8 - len(stream))
    stream += "0" * (-len(stream) % 8)
    words = [int(stream[at : at + 8], 2) for at in range(0, len(stream), 8)]
    return words + [PATCH[at % 2] for at in range(whole - len(words))]


def _interleaved(words: list[int], layout: Layout) -> list[int]:
    """The blocks with their check bytes, one byte of each in turn (7.6)."""
    blocks, at = [], 0
    for count, size in layout.blocks:
        for _ in range(count):
            blocks.append(words[at : at + size])
            at += size
    checks = [remainder(block, layout.checks) for block in blocks]
    longest = max(map(len, blocks))
    mixed = [block[at] for at in range(longest) for block in blocks if at < len(block)]
    return mixed + [check[at] for at in range(layout.checks) for check in checks]


def _bits(words: Iterable[int]) -> Iterator[bool]:
    return (bool(word >> at & 1) for word in words for at in range(7, -1, -1))


def times(left: int, right: int) -> int:
    """A product in the field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    for at in range(7, -1, -1):
        product = product << 1 ^ (product >> 7) * 0x11D
        product ^= (right >> at & 1) * left
    return product


@cache
def _generator(degree: int) -> tuple[int, ...]:
    """The product of (x - 2^i) for i below the degree, without its leading 1."""
    found, root = [1], 1
    for _ in range(degree):
        found = [a ^ times(b, root) for a, b in zip([*found, 0], [0, *found], strict=True)]
        root = times(root, 2)
    return tuple(found[1:])


def remainder(block: Iterable[int], degree: int) -> list[int]:
    """The check bytes of a block (Reed-Solomon)."""
    rest = [0] * degree
    for word in block:
        factor = word ^ rest[0]
        rest = [a ^ times(b, factor) for a, b in zip([*rest[1:], 0], _generator(degree), strict=True)]
    return rest


# --- The modules ---


def _frame(number: int) -> tuple[Grid, Grid]:
    """What is the same in every code of a version, and which modules these are."""
    size = 17 + 4 * number
    grid, fixed = ([[False] * size for _ in range(size)] for _ in range(2))

    def put(row: int, column: int, dark: bool) -> None:
        if 0 <= row < size and 0 <= column < size:
            grid[row][column], fixed[row][column] = dark, True

    for at in range(size):
        put(6, at, at % 2 == 0)
        put(at, 6, at % 2 == 0)
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        for row in range(-1, 8):
            for column in range(-1, 8):
                inside = 0 <= row < 7 and 0 <= column < 7
                put(top + row, left + column, inside and bool(FINDER[row] >> column & 1))
    places = LAYOUTS[number - 1].aligned
    ends = {(6, 6), (6, size - 7), (size - 7, 6)}
    for row, column in ((a, b) for a in places for b in places if (a, b) not in ends):
        for down in range(-2, 3):
            for across in range(-2, 3):
                put(row + down, column + across, max(abs(down), abs(across)) != 1)
    for row, column, _ in _format_places(size):
        put(row, column, False)
    put(size - 8, 8, True)
    for at in range(18) if number >= 7 else ():
        dark = bool(_checked(number, 12, VERSION_CHECK) >> at & 1)
        put(size - 11 + at % 3, at // 3, dark)
        put(at // 3, size - 11 + at % 3, dark)
    return grid, fixed


def _format_places(size: int) -> Iterator[tuple[int, int, int]]:
    """(row, column, bit) of both copies of the format (figure 25)."""
    first = [(at, 8) for at in (0, 1, 2, 3, 4, 5, 7, 8)] + [(8, at) for at in (7, 5, 4, 3, 2, 1, 0)]
    second = [(8, size - 1 - at) for at in range(8)] + [(size - 7 + at, 8) for at in range(7)]
    for places in (first, second):
        yield from ((row, column, bit) for bit, (row, column) in enumerate(places))


def _checked(value: int, length: int, generator: int) -> int:
    """A value with its check bits after it (BCH); `length` is how many these are."""
    rest = value << length
    for at in range(rest.bit_length() - 1, length - 1, -1):
        if rest >> at & 1:
            rest ^= generator << (at - length)
    return value << length | rest


def _pour(grid: Grid, fixed: Grid, bits: list[bool]) -> None:
    """The bits in columns of two, up and down in turn, from the right (7.7.3)."""
    size, at, up = len(grid), 0, True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):
        for row in range(size - 1, -1, -1) if up else range(size):
            for column in (right, right - 1):
                if not fixed[row][column]:
                    grid[row][column] = at < len(bits) and bits[at]
                    at += 1
        up = not up


def turns(mask: int, row: int, column: int) -> bool:
    """Whether a mask turns this module round (table 10)."""
    both = row * column
    return (
        (row + column) % 2,
        row % 2,
        column % 3,
        (row + column) % 3,
        (row // 2 + column // 3) % 2,
        both % 2 + both % 3,
        (both % 2 + both % 3) % 2,
        ((row + column) % 2 + both % 3) % 2,
    )[mask] == 0


def _masked(grid: Grid, fixed: Grid, mask: int, number: int) -> Grid:
    found = [
        [dark != (not fixed[row][column] and turns(mask, row, column)) for column, dark in enumerate(line)]
        for row, line in enumerate(grid)
    ]
    told = _checked(mask, 10, FORMAT_CHECK) ^ FORMAT_MASK  # level M is 00, before the mask's three bits
    for row, column, bit in _format_places(17 + 4 * number):
        found[row][column] = bool(told >> bit & 1)
    return found


def penalty(grid: Grid) -> int:
    """How hard a code is to read (7.8.3)."""
    size, lines = len(grid), [*grid, *([row[at] for row in grid] for at in range(len(grid)))]
    total = sum(_runs(line) for line in lines)
    for row in range(size - 1):
        for column in range(size - 1):
            four = grid[row][column] + grid[row][column + 1] + grid[row + 1][column] + grid[row + 1][column + 1]
            total += 3 * (four in (0, 4))
    for line in lines:
        text = "".join("1" if dark else "0" for dark in line)
        total += 40 * sum(text.startswith(("10111010000", "00001011101"), at) for at in range(size - 10))
    dark, modules = sum(map(sum, grid)), size * size
    return total + 10 * (abs(20 * dark - 10 * modules) // modules)


def _runs(line: list[bool]) -> int:
    total, length, last = 0, 0, None
    for dark in [*line, None]:
        if dark == last:
            length += 1
            continue
        total += length - 2 if length >= 5 else 0
        length, last = 1, dark
    return total
