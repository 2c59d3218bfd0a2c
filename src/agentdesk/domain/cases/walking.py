"""All answers to a question, page by page."""

from __future__ import annotations

from collections.abc import Iterator

from ..kernel import Asked, View
from ..kernel.view import R

PAGE = 500


def every(view: View, asked: Asked[R]) -> Iterator[R]:
    """Each record that answers, in the question's order. For what has an end: what one person follows, say."""
    after = None
    while True:
        page = view.page(asked, after, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = asked.key(page[-1])
