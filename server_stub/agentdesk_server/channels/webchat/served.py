"""Whether a site's visitors are served here, or by the server of another region."""

from __future__ import annotations

from agentdesk.domain.kernel import Refusal, refuse_foreign
from agentdesk.domain.people import Team
from agentdesk.domain.sites import Site
from agentdesk_server.authority import Database
from agentdesk_server.authority.shown import Shown
from agentdesk_server.authority.truth import Truth


def refuse_foreign_site(reader: Database, site: Site) -> None:
    """Refuses a site whose team serves a region that keeps its customers' data. Not even a visitor is noted then."""
    team = reader.records.of(Team, site.team)
    refuse_foreign(Truth(reader.records, Shown(reader.conn)), team.region if team is not None else "")


def is_served(reader: Database, site: Site) -> bool:
    """Whether its visitors may write here."""
    try:
        refuse_foreign_site(reader, site)
    except Refusal:
        return False
    return True
