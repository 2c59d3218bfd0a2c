"""The assist worker as a child process: frames through its pipes, and what becomes of it when it ends."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QIODevice, QObject, QProcess, QProcessEnvironment, QTimer, Signal

from agentdesk.assist.frames import Asked, BadFrame, Open, Said, framed, said, taken

PASSED_ON = ("PATH", "PYTHONPATH", "SYSTEMROOT", "LANG", "LC_ALL", "TMPDIR", "TEMP")
"""Of the environment; a key is never in it, nor among the arguments: it goes through the pipe."""
BACK_MS = (1_000, 5_000, 20_000)
"""After an end that nobody wanted it begins again, a few times."""
STEADY_MS = 300_000
"""After so long an end counts as the first."""
GOODBYE_MS = 1_000


class AssistWorker(QObject):
    """Owned by Qt's thread, and never makes it wait. `began`: there is a new process, which knows nothing yet; `ended`:
    it has ended, and whether it begins again by itself.
    """

    began, ended, heard = Signal(), Signal(bool), Signal(object)

    def __init__(self, first: Open, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._first, self._tries, self._data = first, 0, bytearray()
        self._process: QProcess | None = None
        self._back = QTimer(self, singleShot=True)
        self._back.timeout.connect(self.start)
        self._steady = QTimer(self, singleShot=True, interval=STEADY_MS)
        self._steady.timeout.connect(self._forgive)

    @property
    def pid(self) -> int:
        """The process that runs; 0 if none does."""
        return self._process.processId() if self._process is not None else 0

    def start(self) -> None:
        """Begin a process. It is there when `began` says so."""
        self._back.stop()
        self.stop()
        process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(arguments())
        process.setProcessEnvironment(_environment())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.started.connect(self._started)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(lambda *_: self._over(process))
        process.errorOccurred.connect(lambda error: self._failed(process, error))
        self._process, self._data = process, bytearray()
        process.start(QIODevice.OpenModeFlag.ReadWrite)

    def say(self, frame: Asked) -> None:
        """Hand a frame over; nothing happens where no process runs."""
        if self._process is not None and self._process.state() == QProcess.ProcessState.Running:
            self._process.write(framed(frame))

    def stop(self) -> None:
        """End it now: what it knows is on the disk, or is told again."""
        process, self._process = self._process, None
        self._back.stop()
        self._steady.stop()
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(GOODBYE_MS)
            process.deleteLater()

    def _forgive(self) -> None:
        self._tries = 0

    def _started(self) -> None:
        self.say(self._first)
        self._steady.start()
        self.began.emit()

    def _read(self) -> None:
        process = self._process
        if process is None:
            return
        self._data += process.readAllStandardOutput().data()
        try:
            found: list[Said] = [said(body) for body in taken(self._data)]
        except BadFrame:
            process.kill()  # what speaks otherwise than agreed is not listened to
            return
        for frame in found:
            self.heard.emit(frame)

    def _failed(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._over(process)

    def _over(self, process: QProcess) -> None:
        """It has ended without being told to."""
        if process is not self._process:
            return
        self._process = None
        self._steady.stop()
        process.deleteLater()
        again = self._tries < len(BACK_MS)
        if again:
            self._back.start(BACK_MS[self._tries])
            self._tries += 1
        self.ended.emit(again)


def arguments() -> list[str]:
    """What the worker is started with. An installed program is no interpreter that runs modules: it has a switch."""
    return ["--worker"] if getattr(sys, "frozen", False) else ["-s", "-B", "-m", "agentdesk.assist"]


def _environment() -> QProcessEnvironment:
    made = QProcessEnvironment()
    for name in PASSED_ON:
        if name in os.environ:
            made.insert(name, os.environ[name])
    made.insert("OPENBLAS_NUM_THREADS", "1")
    return made
