"""Files that a command names: only what its giver has brought or may read, and as large as the bytes are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from agentdesk.domain.cases import BY_DIGEST, Attachment
from agentdesk.domain.governed import LIBRARY_BY_DIGEST, LibraryFile
from agentdesk.domain.kernel import Actor, Command, File, Refusal, file_name, said_before, spec_of, visible
from agentdesk.domain.kernel.commands import command_spec

from .credentials import Credentials
from .truth import Truth

NAMED_IN = 1_000
"""So many records of a kind that name the same bytes are looked at before the answer is no."""
FILES = (Attachment, LibraryFile)
"""The kinds of record that name bytes by their digest."""
Named = Attachment | LibraryFile


class Uploads:
    """Looks at the files of commands before they are decided. On the authority's thread and connection."""

    def __init__(self, conn: Any, truth: Truth) -> None:
        self._kept, self._truth = Credentials(conn), truth

    def checked(self, command: Command, who: Actor) -> Command:
        """The command with its files as they are. Raises `Refusal`, the same whether or not such bytes exist.

        The server's own adapters have looked at what their customers brought. What was said before and done is not
        looked at again: repeating it changes nothing, and its row may be gone.
        """
        fields = [field for field in command_spec(command).files if getattr(command, field)]
        if not fields or who.role in ("system", "channel") or said_before(command, self._truth, who):
            return command
        return msgspec.structs.replace(
            command, **{field: tuple(self._file(file, who) for file in getattr(command, field)) for field in fields}
        )

    def _file(self, file: File, who: Actor) -> File:
        size = self._kept.upload(file.digest, person_owner(who.id))
        if size is None:
            size = self._seen(file.digest, who)
        if size is None:
            name = file_name(file.name)
            raise Refusal("{name} has not reached the server. Please attach it again.", "file_missing", name=name)
        return msgspec.structs.replace(file, size=size)

    def _seen(self, digest: str, who: Actor) -> int | None:
        """The size of a file of a record that the person sees."""
        named = named_by(self._truth, digest)
        return next((one.size for one in named if visible(self._truth.scopes(kind_of(one), one.id), who)), None)


def named_by(records: Any, digest: str) -> Iterator[Named]:
    """The records that name these bytes; `records` is what has a `page`, the truth or a reader of it."""
    for question in (BY_DIGEST, LIBRARY_BY_DIGEST):
        yield from records.page(question(digest=digest), limit=NAMED_IN)


def kind_of(file: Named) -> str:
    """Of which kind a record is that names bytes."""
    return spec_of(file).kind


def names_bytes(table: str) -> str:
    """An SQL condition: some record names the digest of a row of this table."""
    kinds = (spec_of(cls).kind for cls in FILES)
    return " OR ".join(f"EXISTS (SELECT 1 FROM {kind} WHERE {kind}.digest = {table}.digest)" for kind in kinds)


def person_owner(person: str) -> str:
    """How an upload remembers a person who brought it."""
    return f"person:{person}"
