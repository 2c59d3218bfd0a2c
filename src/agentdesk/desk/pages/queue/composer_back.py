"""Replies that come back to be written on: text and files join what is written for their case meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from agentdesk.desk.pages.queue.composer import REPLY, Composer
from agentdesk.domain.cases import File


def give_back(composer: Composer, case: str, text: str, files: Sequence[File] = ()) -> None:
    """A reply to this case came back, whether or not the case is shown."""
    give_files(composer, case, files)
    if case == composer.case:
        composer.show_kind(REPLY)
        composer.put_text(_joined(text, composer.text()))
        composer.focus()
    else:
        draft = composer.desk.drafts.get(case, REPLY)
        text = _joined(text, draft.text if draft else "")
        composer.desk.drafts.typed(case, REPLY, text, len(text))


def give_files(composer: Composer, case: str, files: Sequence[File]) -> None:
    """Files came back: those of the reply to this case, each once."""
    kept = composer.files.get((case, REPLY), ())
    have = {file.digest for file in kept}
    composer.files[case, REPLY] = (*kept, *(file for file in files if file.digest not in have))
    if (case, REPLY) == (composer.case, composer.kind):
        composer.strip.show_files(composer.files[case, REPLY])


def _joined(text: str, now: str) -> str:
    """A text that came back before what is written now, once if both are the same."""
    now = now.strip()
    return text if not now or now == text.strip() else f"{text}\n\n{now}"
