"""The words of a PDF, page by page."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from .kinds import MOST_PAGES, Unreadable


def pdf_words(data: bytes) -> Iterator[str]:
    """Each page's words; a page that cannot be read is passed over. Raises `Unreadable` if none can."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every oddity, with words of the file
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("locked")
    read = 0
    for at in range(min(len(reader.pages), MOST_PAGES)):
        try:
            text = reader.pages[at].extract_text()
        except Exception:  # noqa: S112  # hostile pages raise whatever they meet; the others may be well
            continue
        read += 1
        yield text
    if not read:
        raise Unreadable("unreadable")
