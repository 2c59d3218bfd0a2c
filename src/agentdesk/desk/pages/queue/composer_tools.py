"""Buttons and keys of the composer for how words look: bold to quotes, and the preview."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from agentdesk.desk.actions import native
from agentdesk.desk.icons import icon
from agentdesk.desk.pages.queue.composer_markdown import put
from agentdesk.desk.pages.queue.composer_preview import Preview
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.widgets.buttons import IconButton

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.composer import Composer

LOOKS = (
    ("bold", mark("Bold"), "ph.text-bolder", "Ctrl+B"),
    ("italic", mark("Italic"), "ph.text-italic", "Ctrl+I"),
    ("struck", mark("Struck through"), "ph.text-strikethrough", "Ctrl+Shift+X"),
    ("code", mark("Code"), "ph.code", "Ctrl+E"),
    ("link", mark("Link"), "ph.link", "Ctrl+Shift+K"),
    ("numbers", mark("Numbered list"), "ph.list-numbers", "Ctrl+Shift+7"),
    ("bullets", mark("List"), "ph.list-bullets", "Ctrl+Shift+8"),
    ("quote", mark("Quote"), "ph.quotes", "Ctrl+Shift+9"),
)
"""Kind, title, icon, key."""
PREVIEW_KEY = "Ctrl+Shift+P"


class Tools(QObject):
    """Belongs to a composer: `buttons` go below its field, `preview` stands in its place."""

    def __init__(self, composer: Composer) -> None:
        super().__init__(composer)
        self._composer = composer
        self.preview = Preview(composer.desk)
        self.looks = IconButton("ph.text-aa", tr("How words look"))
        self.looks.setMenu(QMenu(self.looks))
        self.looks.setPopupMode(self.looks.ToolButtonPopupMode.InstantPopup)
        for kind, title, picture, key in LOOKS:
            entry = self.looks.menu().addAction(icon(picture), f"{tr(title)}\t{native(key)}")
            entry.triggered.connect(partial(self._put, kind))
        self.look = IconButton("ph.eye", tr("Preview"), checkable=True, key=native(PREVIEW_KEY))
        self.look.toggled.connect(self._show)
        self.buttons = (self.looks, self.look)

    def put(self, kind: str) -> None:
        """Make what is selected look so."""
        self.look.setChecked(False)
        put(self._composer.box, kind)
        self._composer.focus()

    def _put(self, kind: str, _checked: bool = False) -> None:
        self.put(kind)

    def toggle(self) -> None:
        """Show what is written as it will be read, or go on writing."""
        self.look.toggle()

    def end(self) -> None:
        """Something else is written now."""
        self.look.setChecked(False)

    def _show(self, on: bool) -> None:
        composer = self._composer
        if on:
            composer.writing.stop()
            self.preview.show_text(composer.text(), composer.kind == "note", composer.box.height())
        had = composer.box.hasFocus() or self.preview.hasFocus()
        composer.box.setVisible(not on)
        self.preview.setVisible(on)
        self.look.rename(tr("Go on writing") if on else tr("Preview"), native(PREVIEW_KEY))
        if had:
            (self.preview if on else composer.box).setFocus()
