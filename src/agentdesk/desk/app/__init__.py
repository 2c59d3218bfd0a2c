"""The desk program: composes window, sign-in, files, worker and pages, and passes on. The window paints first."""

from __future__ import annotations

from agentdesk.desk.app.command import NAME, arguments, data_folder, loop, main, run
from agentdesk.desk.app.program import Program

__all__ = ["NAME", "Program", "arguments", "data_folder", "loop", "main", "run"]
