"""Records from before there were stamps: written again, some at a time. Until then what they hold is hidden."""

from __future__ import annotations

from agentdesk.domain.kernel import RECORDS
from agentdesk.domain.masking import StampAnew
from agentdesk.store.shape import quoted
from agentdesk_server.authority import Database

AT_ONCE = 100


class Restamping:
    """One walk over all kinds of records that carry stamps, begun when the server starts."""

    def __init__(self, reader: Database) -> None:
        self._reader = reader
        self._kinds = [kind for kind, spec in RECORDS.items() if spec.stamped]
        self._after = ""

    def next(self) -> StampAnew | None:
        """The command that stamps the next of them; None once there are no more."""
        while self._kinds:
            statement = f"SELECT id FROM {quoted(self._kinds[0])} WHERE id>? AND stamp='' ORDER BY id LIMIT {AT_ONCE}"
            ids = tuple(id for (id,) in self._reader.conn.execute(statement, (self._after,)))
            if ids:
                self._after = ids[-1]
                return StampAnew(kind=self._kinds[0], records=ids)
            self._kinds.pop(0)
            self._after = ""
        return None
