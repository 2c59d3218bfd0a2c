"""The tiers of customers that are in use here: offered wherever one is typed."""

from __future__ import annotations

from agentdesk.domain.clocks import in_force
from agentdesk.domain.kernel import View
from agentdesk.domain.kernel.conditions import folded
from agentdesk.domain.queue import OPEN

MOST_READ = 200


def known_tiers(view: View) -> list[str]:
    """Those that the due times speak of, and those of open cases; each once, however it is written."""
    regime = in_force(view)
    named = [tier for policy in (regime.policies if regime is not None else ()) for tier in policy.tiers]
    named += sorted(case.customer_tier for case in view.page(OPEN(), limit=MOST_READ) if case.customer_tier)
    found: dict[str, str] = {}
    for tier in named:
        found.setdefault(folded(tier), tier)
    return list(found.values())
