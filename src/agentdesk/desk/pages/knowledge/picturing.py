"""Pictures on their way into an article: pasted, dropped or chosen, drawn anew, and asked what they show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPlainTextEdit

from agentdesk.desk.attaching import Picture
from agentdesk.desk.choosing import open_files
from agentdesk.desk.desk import Desk
from agentdesk.desk.pictures import MOST_BYTES, encoded, lightened
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.verbs import filled
from agentdesk.desk.widgets.asking import Asking
from agentdesk.domain.governed.files import MOST, address_of, named_in
from agentdesk.domain.kernel import File, Refusal

ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
KIND = "pictures"
"""Under this word the pictures lie that came for a draft and are not saved with it yet."""
NO_PICTURE = mark("{name} is no picture that can be shown. Choose a PNG, JPEG, GIF or WebP file of at most 8 MB.")
_SIGNS = str.maketrans(dict.fromkeys("[]\n\r\t\\", " "))


class Picturing(QObject):
    """`files` are the pictures that came since the last time it was saved, by their ids."""

    def __init__(self, desk: Desk, text: QPlainTextEdit, asking: Asking) -> None:
        super().__init__(text)
        self._desk, self._text, self._asking = desk, text, asking
        self.files: dict[str, File] = {}
        self._waiting: list[File] = []
        self._key = ""
        asking.stop.clicked.connect(self._waiting.clear)

    def begin(self, key: str) -> None:
        """Another article, with what came for its draft before."""
        self._key = key
        draft = self._desk.drafts.get(key, KIND)
        kept = msgspec.json.decode(draft.text, type=tuple[File, ...]) if draft is not None else ()
        self.files.clear()
        self.files.update({file.id: file for file in kept})
        self._waiting.clear()
        self._asking.hide()

    def saved(self) -> None:
        """They went with the draft."""
        self._desk.drafts.discard(self._key, KIND)

    def named(self) -> tuple[File, ...]:
        """Those that the text names, as they go with it."""
        text = self._text.toPlainText()
        return tuple(file for id, file in self.files.items() if named_in(text, id))

    def choose(self) -> None:
        """Let the person choose pictures."""
        open_files(self._text, tr("Put in pictures"), self.take)

    def take(self, paths: Sequence[Path]) -> None:
        """Take in files, one after the other."""
        for path in paths:
            if len(self.named()) + len(self._waiting) >= MOST:
                self._desk.say(tr("At most {n} new pictures can go with one draft. Save it first.", n=MOST))
                break
            try:
                data = path.read_bytes() if path.is_file() and path.stat().st_size <= MOST_BYTES else b""
            except OSError:
                data = b""
            self._add(Picture(path.name, data))
        self._ask()

    def take_picture(self, image: QImage) -> None:
        """Take in a picture from the clipboard."""
        made = encoded(image)
        self._add(Picture(tr("picture.png"), made[0] if made is not None else b""))
        self._ask()

    def _add(self, picture: Picture) -> None:
        made = lightened(picture.data)
        if made is None:
            self._desk.say(tr(NO_PICTURE, name=picture.name))
            return
        data, media_type = made
        try:
            self._waiting.append(self._desk.stage(data, Path(picture.name).stem + ENDINGS[media_type]))
        except Refusal as refusal:
            self._desk.say(filled(refusal.sentence, refusal.data))

    def _ask(self) -> None:
        """What the next one shows, in words, for those who do not see it."""
        if self._waiting:
            asked = tr("What does {name} show? Say it for those who cannot see it.", name=self._waiting[0].name)
            self._asking.ask(asked, tr("Put it in"), self._put_in)

    def _put_in(self, told: str) -> str:
        words = " ".join(told.translate(_SIGNS).split())
        if not words:
            return tr("Say in a few words what it shows.")
        if self._waiting:
            file = self._waiting.pop(0)
            self.files[file.id] = file
            self._desk.drafts.typed(self._key, KIND, msgspec.json.encode([*self.files.values()]).decode(), 0)
            self._text.insertPlainText(f"![{words}]({address_of(file.id)})")
            self._text.setFocus()
        self._ask()
        return ""
