"""Search results sifted again: whether a record still matches the words once some of it is masked."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlcipher3 import dbapi2

from agentdesk.domain.kernel import RECORDS, Record
from agentdesk.domain.kernel.terms import Term, terms_of

from .search import Finder, expression, find_table
from .shape import quoted


class Sieve:
    """Tells which records still match words once they are masked: by the same rules, in an index of its own."""

    def __init__(self) -> None:
        self._conn = dbapi2.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._finder = Finder(self._conn)

    def close(self) -> None:
        self._conn.close()

    def matching(self, kind: str, text: str, records: Sequence[Record]) -> list[bool]:
        """For each of the records, whether it matches plain words as it is here."""
        return self.saying(kind, terms_of(text), records)

    def saying(self, kind: str, terms: Sequence[Term], records: Sequence[Record]) -> list[bool]:
        """For each of the records, whether it says what it must as it is here; what it must not is not looked at."""
        query = expression(terms)
        if not query or not records:
            return [bool(terms)] * len(records)
        spec, find = RECORDS[kind], quoted("find_" + kind)
        self._conn.execute("BEGIN")
        try:
            self._conn.execute(find_table(spec))
            self._finder.add(spec, [(i, *msgspec.structs.astuple(record)) for i, record in enumerate(records)])
            rows = self._conn.execute(f"SELECT rowid FROM {find} WHERE {find} MATCH ?", (query,))
            found = {number for (number,) in rows}
        finally:
            self._conn.execute("ROLLBACK")
        return [i in found for i in range(len(records))]
