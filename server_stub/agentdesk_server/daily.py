"""What may be spent in a day (UTC), counted in the server's store: it outlives the process."""

from __future__ import annotations

import msgspec

from agentdesk_server.authority.kept import Kept

DAY_MS = 86_400_000


class Daily(msgspec.Struct, frozen=True):
    """A count under a name of the store, of so many `unit`."""

    name: str
    unit: str

    def spent(self, kept: Kept, now: int) -> int:
        """Of this day so far."""
        found = msgspec.json.decode(kept.get(self.name) or b"{}", type=dict[str, int])
        return found.get(self.unit, 0) if found.get("day", 0) == now // DAY_MS else 0

    def spend(self, kept: Kept, now: int, size: int, most: int) -> bool:
        """So many more, if the day has room for all of them. On the authority's thread."""
        count = self.spent(kept, now) + size
        if count > most:
            return False
        kept.put(self.name, msgspec.json.encode({"day": now // DAY_MS, self.unit: count}))
        return True
