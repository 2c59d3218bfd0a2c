"""Types of fields: times, texts with their limits, references."""

from __future__ import annotations

import re
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct
from msgspec.structs import replace

END = r"(?![\s\S])"
"""The end of a text in every dialect of patterns; in some, `$` also stands before a last line break."""
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,119}" + END

Millis = Annotated[int, Meta(description="milliseconds since 1970-01-01 UTC; 0 = never", ge=0, le=2**53 - 1)]
Name = Annotated[str, Meta(max_length=200)]
ShortText = Annotated[str, Meta(max_length=500)]
Text = Annotated[str, Meta(max_length=20_000)]
Stamp = Annotated[str, Meta(description="what the server found out about the texts of a record when it was written")]
LongText = Annotated[str, Meta(max_length=200_000)]

_WORD = r"[^\s\u0e00-\u0eff\u2e80-\uff00\uff5f-\U0003ffff]"
"""A sign of a word that is cut if it does not end; scripts that put no space between words can end anywhere."""
_CUT_OFF = re.compile(rf"(?:(?={_WORD}*\d|[\W_]+\s){_WORD}++\s++)*+{_WORD}*\Z")
"""At the end of a text that goes on: a word that may be half of one, and before it numbers that may go on in it."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u2028\u2029\ufeff]")

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX 9); marks that turn nothing stay."""


def ref(kind: str, *, creates: bool = False) -> Meta:
    """The id of a record of `kind`; `creates` marks the one that the command itself brings into being."""
    return Meta(pattern=ID_PATTERN, extra={"ref": kind, "creates": creates})


def clean(text: str) -> str:
    """Text as it may be stored: no control characters, no lone surrogates, one kind of line end, trimmed."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def upright(text: str) -> str:
    """A name or title as it may stand in a sentence: nothing in it turns, or breaks off, what stands around it."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _TURNING.sub("", _CONTROL.sub("", text))


def dashed(word: str) -> str:
    """A word of a key that may be missing: "-" stands for none, and no word that anybody gives looks like it."""
    return word if word.strip("-") else word + "-"


def whole(value: Any) -> Any:
    """The same without half characters, as input methods and names of files bring them: no encoding takes them.

    Two halves that belong together become the one character that they are.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    if isinstance(value, tuple | list):
        return type(value)(map(whole, value))
    if isinstance(value, dict):
        return {whole(name): whole(one) for name, one in value.items()}
    if isinstance(value, Struct):
        return replace(value, **{name: whole(getattr(value, name)) for name in value.__struct_fields__})
    return value


def first_line(text: str, limit: int = 140) -> str:
    """The start of a text, on one line, for lists and notifications.

    It never ends within a number or a word: half a card, address or name is not found to be one, and would be shown to
    those from whom the whole is hidden.
    """
    line = " ".join(text[: limit * 2].split())
    if len(line) <= limit and len(text) <= limit * 2:
        return line
    kept = _CUT_OFF.sub("", line[: limit - 1], count=1).rstrip()
    return (kept or re.split(r"[\d@]", line[: limit - 1], maxsplit=1)[0]) + "…"


def longest(cls: type[Struct], field: str) -> int:
    """How many characters a text of this field may have, as its type says. `KeyError` if it says nothing."""
    hints = [get_type_hints(cls, include_extras=True)[field]]
    for hint in hints:
        for meta in metas_of(hint):
            if meta.max_length is not None:
                return meta.max_length
        hints.extend(get_args(hint))
    raise KeyError(f"{cls.__name__}.{field} has no bound")


def metas_of(hint: Any) -> list[Meta]:
    """All that a type says of its values besides what they are."""
    return [meta for meta in getattr(hint, "__metadata__", ()) if isinstance(meta, Meta)]


def inner_of(hint: Any) -> Any:
    """The type of what a tuple or list holds."""
    if get_origin(hint) is Annotated:
        return inner_of(get_args(hint)[0])
    args = get_args(hint)
    return args[0] if args else hint


def meta_of(hint: Any) -> dict[str, Any]:
    """What `ref` said of a field's type, or nothing."""
    for meta in metas_of(hint):
        if meta.extra:
            return dict(meta.extra)
    return {}
