"""What stands in attached files, to be searched: found by the server, seen by whoever may see the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from ..kernel import (
    Actor,
    Change,
    Command,
    LongText,
    Millis,
    Name,
    Put,
    Question,
    Record,
    View,
    command,
    eq,
    need,
    record,
    ref,
)
from ..kernel.values import Stamp
from .records import Attachment, Message


@record(
    "file_text",
    parent=("case", "case"),
    searchable=("text",),
    time="at",
    classes={"text": "file"},
    public=("case", "message", "state"),
)
class FileText(Record, frozen=True):
    """The words of the attachment with the same id. `state`: read, cut (there is more), large, locked, unreadable,
    missing. Hidden from whom files are hidden, gone when the file goes.
    """

    case: str
    message: str
    text: LongText
    at: Millis
    state: Name = "read"
    stamp: Stamp = ""


FILE_TEXTS = Question("file_text.of_case", FileText, (eq("case", ":case"),), ())


@command("file.read", "system")
class KeepFileText(Command, frozen=True):
    """Keep the words that the server has found in a file."""

    attachment: Annotated[str, ref("attachment")]
    state: Name
    text: LongText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        file = need(view, Attachment, self.attachment)
        if view.get(FileText, file.id) is not None:
            return
        message = view.get(Message, file.message)
        at = message.at if message is not None else now
        yield Put(FileText(file.id, file.scope, 0, file.case, file.message, self.text, at, self.state))
