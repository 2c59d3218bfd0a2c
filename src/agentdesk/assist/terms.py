"""Words of a text as they are looked up: small, without accents; ideographs alone. And codes: what names one thing."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40
CODE = re.compile(r"(?<![\w@.-])(?=[\w./-]*\d)(?=[\w./-]*[A-Za-z-])[A-Za-z0-9][A-Za-z0-9./-]{2,38}[A-Za-z0-9](?![\w@])")
"""Letters and digits in one word: E-4711, ERR_503, INV-2024/7. What names one thing exactly."""
_WORD = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff]|[^\W_]+")


def terms(text: str) -> list[str]:
    """All words in order, as often as they stand there."""
    if not text.isascii():
        spread = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in spread if not unicodedata.combining(sign))
    return [word[:LONGEST] for word in _WORD.findall(text.lower())]


def codes(text: str) -> list[str]:
    """What looks like the number or code of one thing, as it is written."""
    return list(dict.fromkeys(CODE.findall(text)))[:8]
