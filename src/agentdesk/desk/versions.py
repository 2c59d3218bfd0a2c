"""Versions of what holds for all, while one of them is changed on a page."""

from __future__ import annotations

from typing import Protocol


class Version(Protocol):
    """A draft, or what holds or held."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def previous(self) -> str: ...


def made_from(shown: Version | None) -> str:
    """The version that held when a page's fields were filled with this one: what somebody has published since is not
    overwritten.
    """
    if shown is None:
        return ""
    return shown.id if shown.state == "published" else shown.previous
