"""Files that go with what one writes: chips that can be taken off again, and sentences for what cannot go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QLocale, QMimeData, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from agentdesk.desk.choosing import open_files
from agentdesk.desk.desk import Desk
from agentdesk.desk.pictures import encoded
from agentdesk.desk.texts import tr
from agentdesk.desk.verbs import filled
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.buttons import IconButton
from agentdesk.domain.cases import File
from agentdesk.domain.kernel import Refusal

MOST_FILES = 10


class Picture(NamedTuple):
    """A picture that is in no file."""

    name: str
    data: bytes


def brought_by(source: QMimeData) -> tuple[list[Path], QImage | None]:
    """The files that were pasted or dropped, or the picture that is in none of them and no words stand for."""
    paths = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
    picture = QImage(source.imageData()) if not paths and source.hasImage() and not source.hasText() else None
    return paths, picture


class FilesText(QPlainTextEdit):
    """A plain text into which files and pictures can be pasted and dropped: `files_given`, `picture_given`."""

    files_given, picture_given = Signal(list), Signal(QImage)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        paths, picture = brought_by(source)
        if paths:
            self.files_given.emit(paths)
        elif picture is not None:
            self.picture_given.emit(picture)
        else:
            super().insertFromMimeData(source)


class FileStrip(QWidget):
    """The files of the text being written. `changed` after each change; `wrong` tells why one could not be taken."""

    changed = Signal()
    wrong = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._files: list[File] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 4, 0, 0)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self.hide()

    def files(self) -> tuple[File, ...]:
        """What goes along."""
        return tuple(self._files)

    def show_files(self, files: Sequence[File]) -> None:
        """These files instead."""
        self._files = list(files)
        self._fill()

    def clear(self) -> None:
        """Nothing goes along any more."""
        self.show_files(())
        self.changed.emit()

    def take(self, paths: Sequence[Path | Picture]) -> None:
        """Take files in."""
        for path in paths:
            if len(self._files) >= MOST_FILES:
                self.wrong.emit(tr("At most {n} files can go with one message.", n=MOST_FILES))
                break
            self._stage(path)
        self._fill()
        self.changed.emit()

    def take_picture(self, image: QImage) -> None:
        """Take in a picture from the clipboard, as a file of its own that is never on the disk in the clear."""
        made = encoded(image)
        if made is not None:
            self.take([Picture(tr("picture.png"), made[0])])
        else:
            self.wrong.emit(tr("This picture cannot be read."))

    def choose(self) -> None:
        """Let the person choose files."""
        open_files(self, tr("Attach files"), self.take)

    def _stage(self, path: Path | Picture) -> None:
        try:
            source = path.data if isinstance(path, Picture) else path
            self._files.append(self._desk.stage(source, path.name))
        except Refusal as refusal:
            self.wrong.emit(filled(refusal.sentence, refusal.data))
        except OSError:
            self.wrong.emit(tr("{name} cannot be read.", name=path.name))

    def _remove(self, file: File) -> None:
        self._files.remove(file)
        self._fill()
        self.changed.emit()

    def _fill(self) -> None:
        while self._row.count() > 1:
            taken = self._row.takeAt(0)
            if taken is not None and (widget := taken.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, file in enumerate(self._files):
            self._row.insertWidget(place, file_chip(file, lambda file=file: self._remove(file)))  # type: ignore[misc]
        self.setVisible(bool(self._files))


def file_chip(file: File, remove: Callable[[], None]) -> QWidget:
    """A file with a cross to take it off."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    name = file.name if len(file.name) <= 28 else f"{file.name[:18]}…{file.name[-8:]}"
    chip = Chip(tr("{name}, {size}", name=name, size=size_word(file.size)), icon="ph.paperclip")
    chip.setToolTip(file.name)
    cross = IconButton("ph.x", tr("Take off {name}", name=file.name), size=10)
    cross.clicked.connect(remove)
    row.addWidget(chip)
    row.addWidget(cross)
    return holder


def size_word(size: int) -> str:
    """A file's size: 12 KB, 3.4 MB."""
    return str(QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat))
