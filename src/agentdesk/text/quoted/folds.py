"""What of a text is quoted and what is a signature: stretches to fold, found line by line.

Nothing is deleted, and in doubt nothing is folded: a customer's words that go unread cost more than a quote that shows.
"""

from __future__ import annotations

import msgspec

from . import phrases

MOST = 20_000
"""Lines that are looked at; what stands below is not folded."""
_LONGEST = 500
_HEAD, _FIELDS, _SIGNATURE = 4, 7, 12
"""Lines that the head of a quote may take; that its fields stand in; that a signature without the agreed mark has."""
_ENDS = (":", "：", "wrote", "-")
_HEADS = 500
"""Lines that are tried as the head of a quote."""


class Fold(msgspec.Struct, frozen=True):
    """A stretch of the text that is shown folded, never deleted: `kind` is "quote" or "signature"."""

    start: int
    end: int
    kind: str


def find_folds(text: str) -> tuple[Fold, ...]:
    """The stretches to fold, in their order, none touching another of its kind."""
    lines = [line[:_LONGEST].rstrip() for line in text.split("\n", MOST)[:MOST]]
    kinds = [""] * len(lines)
    end = _tail(lines)
    for number in range(end, len(lines)):
        kinds[number] = "quote"
    _mark_quoted(lines, kinds, end)
    _mark_signature(text, lines, kinds)
    return _stretches(text, kinds)


def _is_quoted(line: str) -> bool:
    return phrases.QUOTED.match(line) is not None


def _tail(lines: list[str]) -> int:
    """The line from which on all is an earlier mail, unquoted; the number of lines if there is none. Above it some
    words must be left: else it is no answer, but what a form has sent, or the mail itself.
    """
    seen, heads = False, 0
    for number, line in enumerate(lines):
        if phrases.FORWARDED.match(line):  # what is forwarded is what the writer wants to show
            return len(lines)
        if not line or _is_quoted(line):
            continue
        if seen and (_is_original(line) or _is_fields(lines, number)):
            return _with_rule_above(lines, number)
        heads += line.endswith(_ENDS)
        start = _head(lines, number) if heads <= _HEADS else None
        if start is not None and any(lines[:start]) and not _quotes_follow(lines, number):
            return start
        seen = seen or not phrases.RULE.match(line)
    return len(lines)


def _is_original(line: str) -> bool:
    return line.lstrip(" *")[:2] in ("--", "__", "==") and phrases.ORIGINAL.match(line) is not None


def _is_fields(lines: list[str], number: int) -> bool:
    """Whether the fields of a mail stand here: who and two more, and what about or an address. Where somebody wants to
    go from and to when, there are fields as well.
    """
    first = lines[number]
    if not (phrases.FROM.match(first) or phrases.FIELD.match(first)):
        return False
    block = lines[number : number + _FIELDS]
    sender = next((line for line in block if phrases.FROM.match(line)), "")
    below = sum(phrases.FIELD.match(line) is not None for line in block[1:])
    return below >= 2 and bool(sender) and ("@" in sender or any(map(phrases.SUBJECT.match, block)))


def _with_rule_above(lines: list[str], number: int) -> int:
    """A line drawn above belongs to what it divides off."""
    above = number - 1
    while above >= 0 and not lines[above]:
        above -= 1
    return above if above >= 0 and phrases.RULE.match(lines[above]) else number


def _head(lines: list[str], last: int) -> int | None:
    """Where "On … Ann wrote:" begins if it ends in this line."""
    if not lines[last].endswith(_ENDS):
        return None
    found = None
    for start in range(last, max(-1, last - _HEAD), -1):
        line = lines[start]
        if not line or _is_quoted(line):
            break
        whole = " ".join(lines[start : last + 1])
        if _is_head(whole, start == last) and (start == last or _can_begin(line)):
            found = start
    return found


def _is_head(text: str, is_one_line: bool) -> bool:
    dated = phrases.DATED.search(_without_addresses(text)) is not None
    wrote = phrases.WROTE.search(text) is not None
    by_address = "@" in text and text.endswith((":", "：", "wrote"))
    begins = phrases.STARTS.match(text) is not None
    return dated and (by_address or (wrote and begins)) and (begins or (is_one_line and wrote))


def _without_addresses(text: str) -> str:
    return " ".join(word for word in text.split() if "@" not in word)


def _can_begin(line: str) -> bool:
    return any(sign.isdigit() for sign in line) and not line.endswith((".", "!", "?"))


def _quotes_follow(lines: list[str], number: int) -> bool:
    return _is_quoted(next((line for line in lines[number + 1 :] if line), ""))


def _mark_quoted(lines: list[str], kinds: list[str], end: int) -> None:
    """Quoted lines, the heads above them, and lines that broke off quoted ones."""
    quoted = [number for number in range(end) if _is_quoted(lines[number])]
    for number in quoted:
        kinds[number] = "quote"
    for number in quoted:
        if number + 2 < end and lines[number + 1] and kinds[number + 2] and not kinds[number + 1]:
            kinds[number + 1] = "quote"
        if not number or not kinds[number - 1]:
            _mark_head(lines, kinds, number)


def _mark_head(lines: list[str], kinds: list[str], first: int) -> None:
    above = first - 1
    while above >= 0 and not lines[above]:
        above -= 1
    start = _head(lines, above) if above >= 0 else None
    for number in range(first if start is None else start, first):
        kinds[number] = "quote"


def _mark_signature(text: str, lines: list[str], kinds: list[str]) -> None:
    """From the mark of a signature to the end, or to what is quoted below."""
    exact, below = _exact_marks(text), _below(lines, kinds)
    for number, line in enumerate(lines):
        if kinds[number] or not line:
            continue
        mark, device = phrases.MARK.match(line), _is_device(lines, number)
        if mark or device:
            last, size = below[number]
            if number in exact or size <= _SIGNATURE + 1:
                _fill(kinds, number, last)
            elif device:
                kinds[number] = "signature"


def _below(lines: list[str], kinds: list[str]) -> list[tuple[int, int]]:
    """For each line the next one that is quoted, and how many lines up to there are not empty. Found once for all: in
    a text of nothing but marks each would count what is below it.
    """
    found: list[tuple[int, int]] = []
    last, size = len(lines), 0
    for number in reversed(range(len(lines))):
        last, size = (number, 0) if kinds[number] else (last, size + bool(lines[number]))
        found.append((last, size))
    return found[::-1]


def _fill(kinds: list[str], first: int, last: int) -> None:
    for number in range(first, last):
        kinds[number] = "signature"


def _exact_marks(text: str) -> set[int]:
    """Lines that are exactly "-- ", as agreed."""
    return {number for number, line in enumerate(text.split("\n", MOST)[:MOST]) if line == "-- "}


def _is_device(lines: list[str], number: int) -> bool:
    return (not number or not lines[number - 1]) and phrases.DEVICE.match(lines[number]) is not None


def _stretches(text: str, kinds: list[str]) -> tuple[Fold, ...]:
    """Lines of one kind that follow one another, with the empty lines between them, as places in the text."""
    starts = [0]
    for line in text.split("\n", MOST)[:MOST]:
        starts.append(starts[-1] + len(line) + 1)
    found: list[Fold] = []
    broken = False  # by a line that is not folded
    for number, kind in enumerate(kinds):
        begin, end = starts[number], starts[number + 1] - 1
        if kind and found and found[-1].kind == kind and not broken:
            found[-1] = Fold(found[-1].start, end, kind)
        elif kind:
            found.append(Fold(begin, end, kind))
        broken = not kind and (broken or bool(text[begin:end].strip()))
    return tuple(found)
