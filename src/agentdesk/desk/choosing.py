"""Asking for files and places to save: the one place for Qt's file dialog, which must not note where it has been."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

NOTES = "QtProject"
"""Under this name Qt's dialog keeps the folders that were looked at, for all programs of a person together."""


def note_nothing() -> None:
    """Folders may be called like customers: Qt's notes go nowhere, and none are read. For the whole program."""
    if sys.platform not in ("win32", "darwin"):
        for format in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(format, QSettings.Scope.UserScope, os.devnull)


def open_files(parent: QWidget, title: str, then: Callable[[Sequence[Path]], object]) -> QFileDialog:
    """Let the person choose files that are there."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    return _shown(dialog)


def save_file(parent: QWidget, title: str, name: Path, then: Callable[[Path], object], suffix: str = "") -> QFileDialog:
    """Ask where something is to go; `name` is what is proposed."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(str(name))
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    return _shown(dialog)


def _shown(dialog: QFileDialog) -> QFileDialog:
    dialog.finished.connect(dialog.deleteLater)
    if sys.platform in ("win32", "darwin"):  # the notes lie where no path leads: they go once they are written
        dialog.destroyed.connect(lambda: QSettings(NOTES).remove("FileDialog"))
    dialog.open()
    return dialog
