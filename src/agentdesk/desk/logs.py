"""What the desk says on its error output, which a system may keep: places and kinds of errors, no customer's words."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from agentdesk import __version__
from agentdesk.desk.bugreport import report, short

log = logging.getLogger(__name__)
OURS = "agentdesk"


class Places(logging.Formatter):
    """Our own lines as they are written; of all others who spoke and where, for they may quote what they were given.

    Of an exception its kind and where it came from: its message may quote, too.
    """

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.partition(".")[0] == OURS
        said = record.getMessage() if ours else f"{short(record.pathname)}:{record.lineno} {record.funcName}"
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {said}"
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else f"{line}\n{report(error, __version__)}"


def install() -> Callable[[], None]:
    """From now on, for the whole program. Returns what ends it."""
    handler = logging.StreamHandler()
    handler.setFormatter(Places())
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    logging.captureWarnings(True)
    before, sys.unraisablehook = sys.unraisablehook, _unraisable

    def end() -> None:
        sys.unraisablehook = before
        logging.captureWarnings(False)
        logging.getLogger().removeHandler(handler)

    return end


def _unraisable(found: Any) -> None:
    """What went wrong where nobody could be told, such as while something was let go."""
    error = found.exc_value
    if error is not None:
        log.error("unexpected: %s", report(error, __version__))
