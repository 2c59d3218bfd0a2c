"""Sites: the pages that may show the chat widget, each with a public key and its allowed origins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from .kernel import (
    Actor,
    Change,
    Command,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    ShortText,
    View,
    clean,
    command,
    eq,
    need,
    record,
    ref,
)
from .kernel.values import ID_PATTERN
from .people import Team, TeamId

ORIGIN = re.compile(r"^https?://[a-z0-9.-]+(:\d{1,5})?$|^\*$")
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


@record("site", complete=True, public=("key", "name", "team", "origins", "greeting", "color"))
class Site(Record, frozen=True):
    """A web site that customers write from. `key` is public: it names the site and gives no rights by itself."""

    key: Name
    name: Name
    team: str
    origins: tuple[str, ...]
    greeting: ShortText = ""
    color: Name = "#2F5FDE"
    active: bool = True


SITE_BY_KEY = Question("site.by_key", Site, (eq("key", ":key"),), ())
SITES = Question("site.all", Site, (), ("name",))


@command("site.add", "site.manage", "system", fresh=True)
class AddSite(Command, frozen=True):
    """Let a web site's visitors write to a team."""

    site: Annotated[str, ref("site", creates=True)]
    key: Annotated[str, Meta(pattern=ID_PATTERN)]
    name: Name
    team: TeamId
    origins: tuple[str, ...]
    greeting: ShortText = ""
    color: Name = "#2F5FDE"

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Site, self.site) is not None:
            return
        open_team(view, self.team)
        check_origins(self.origins)
        check_color(self.color)
        if view.page(SITE_BY_KEY(key=self.key), limit=1):
            raise Refusal("The key {key} is already in use.", "key", key=self.key)
        name, color = clean(self.name), clean(self.color)
        yield Put(Site(self.site, "org", 0, self.key, name, self.team, self.origins, clean(self.greeting), color))


@command("site.update", "site.manage", "system", fresh=True)
class UpdateSite(Command, frozen=True):
    """Change a site's name, origins or greeting, or close it."""

    site: Annotated[str, ref("site")]
    name: Name
    team: TeamId
    origins: tuple[str, ...]
    greeting: ShortText = ""
    color: Name = "#2F5FDE"
    active: bool = True

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Site, self.site, "There is no such site.")
        if self.active:  # a site can be closed whatever has become of its team
            open_team(view, self.team)
            check_color(self.color)
        check_origins(self.origins)
        greeting = clean(self.greeting)
        name, color = clean(self.name), clean(self.color)
        yield Put(Site(old.id, "org", 0, old.key, name, self.team, self.origins, greeting, color, self.active))


def open_team(view: View, team: str) -> None:
    """Refuses a team that is not there, or no longer takes cases."""
    if need(view, Team, team, "There is no such team.").retired:
        raise Refusal("This team does not take cases any more.", "retired")


def check_color(color: str) -> None:
    """Refuses what no browser would paint."""
    if not COLOR.fullmatch(clean(color)):
        raise Refusal("{color} is not a colour. Write it like #2F5FDE.", "color", color=color[:60])


def check_origins(origins: tuple[str, ...]) -> None:
    """Refuses what a browser would never send as an origin."""
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise Refusal(
                "{origin} is not an origin. Write it like https://shop.example, without a path.",
                "origin",
                origin=origin,
            )
