"""Types of fields: times, texts with their limits, references."""

from __future__ import annotations

import re
from typing import Annotated, Any

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

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u2028\u2029\ufeff]")


def ref(kind: str, *, creates: bool = False) -> Meta:
    """The id of a record of `kind`; `creates` marks the one that the command itself brings into being."""
    return Meta(pattern=ID_PATTERN, extra={"ref": kind, "creates": creates})


def clean(text: str) -> str:
    """Text as it may be stored: no control characters, no lone surrogates, one kind of line end, trimmed."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


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
    """The start of a text, on one line, for lists and notifications."""
    line = " ".join(text[: limit * 2].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def meta_of(hint: Any) -> dict[str, Any]:
    """What `ref` said of a field's type, or nothing."""
    for meta in getattr(hint, "__metadata__", ()):
        if isinstance(meta, Meta) and meta.extra:
            return dict(meta.extra)
    return {}
