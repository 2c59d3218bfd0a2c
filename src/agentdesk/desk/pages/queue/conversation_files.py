"""Attachments: saved where the person wants them, never opened by themselves; and to be sent once more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.reveal import open_reveal, targets_of
from agentdesk.desk.saving import fetched_into
from agentdesk.desk.texts import tr
from agentdesk.desk.verbs import filled
from agentdesk.domain.cases import ATTACHMENTS, Attachment, File
from agentdesk.domain.kernel import Masked, Refusal

MOST_FILES = 500


def fetch_file(parent: QWidget, desk: Desk, id: str) -> None:
    """Save a file; one that is hidden is revealed first, if the person may have that."""
    found = desk.view.get(Attachment, id)
    if found is None:
        return
    file = desk.revealed.over(found)
    if Masked.read(file.digest):
        if open_reveal(desk, targets_of(file) if desk.me.may("field.reveal") else [], parent) is None:
            desk.say(tr("This file is hidden for your role."))
        return
    fetched_into(parent, desk, words(file.name), file.digest)


def files_of(desk: Desk, case: str, message: str) -> list[Attachment]:
    """The files of a message, or of a reply that is planned."""
    return [file for file in desk.view.page(ATTACHMENTS(case=case), limit=MOST_FILES) if file.message == message]


def to_send_again(desk: Desk, files: Sequence[Attachment]) -> list[File]:
    """Files of a reply that comes back, for the next one: the server has the bytes from whoever wrote it. Ids are new:
    each is of one message. What is hidden cannot come along.
    """
    shown = [file for file in files if not Masked.read(file.digest)]
    return [File(desk.new_id(), file.digest, words(file.name), file.size, file.type) for file in shown]


def bring(
    desk: Desk, files: Sequence[Attachment], then: Callable[[list[File], str], None], got: tuple[File, ...] = ()
) -> None:
    """Have the bytes of these files on this laptop, one after the other, to send them; `then` gets them, or why not."""
    if len(got) == len(files):
        then([*got], "")
        return
    file = files[len(got)]

    def came(data: bytes | None, why: str) -> None:
        try:
            staged = None if data is None else desk.stage(data, words(file.name))
        except Refusal as refusal:
            staged, why = None, filled(refusal.sentence, refusal.data)
        if staged is None:
            then([], why)
        else:
            bring(desk, files, then, (*got, staged))

    desk.fetch(file.digest, came)
