"""Asking for files and places to save: the one place for Qt's file dialog, which must not note where it has been."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSaveFile, QSettings, QStandardPaths
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


def open_file(parent: QWidget, title: str, kind: str, then: Callable[[Path], object]) -> QFileDialog:
    """Let the person choose one file that is there; `kind` says which are shown, as "Calendars (*.ics)"."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(kind)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    return _shown(dialog)


def save_file(parent: QWidget, title: str, name: str, then: Callable[[Path], object], suffix: str = "") -> QFileDialog:
    """Ask where something is to go; under `name`, among what was downloaded, is what is proposed."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(str(Path(folder) / name))
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    return _shown(dialog)


def write(path: Path, data: bytes) -> str:
    """Write a file, whole or not at all; returns why it could not be, or nothing."""
    target = QSaveFile(str(path))
    if target.open(QSaveFile.OpenModeFlag.WriteOnly) and target.write(data) == len(data) and target.commit():
        return ""
    return target.errorString()


def _shown(dialog: QFileDialog) -> QFileDialog:
    dialog.finished.connect(dialog.deleteLater)
    if sys.platform in ("win32", "darwin"):  # the notes lie where no path leads: they go once they are written
        dialog.destroyed.connect(lambda: QSettings(NOTES).remove("FileDialog"))
    dialog.open()
    return dialog
