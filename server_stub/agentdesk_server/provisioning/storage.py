"""Where the protocol reads and writes: people and groups as they are, changed through commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from scim2_models import Resource, ResourceType, ResponseParameters, SearchRequest
from scim2_models.path import AttrPath, CompareOperator, Comparison
from scim2_server.storage import ScimStorage, SearchPage

from agentdesk.domain.people import Person
from agentdesk_server.authority import Database

from .groups import Groups
from .models import USERS
from .settings import folded
from .users import Users
from .world import World


class Shelf(Protocol):
    """What users and groups have in common."""

    def get(self, world: World, id: str, /) -> Resource[Any]: ...

    def create(self, world: World, resource: Any, /) -> Resource[Any]: ...

    def update(self, world: World, resource: Any, /) -> Resource[Any]: ...

    def delete(self, world: World, id: str, /) -> None: ...


class Storage(ScimStorage):
    """One request at a time, on a thread of its own."""

    def __init__(self, database: Database, users: Users, groups: Groups) -> None:
        self._database, self._users, self._groups = database, users, groups

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> Resource[Any]:
        world = World(self._database)
        return self._of(resource_type).get(world, resource_id)

    def create(self, resource_type: ResourceType, resource: Any) -> Resource[Any]:
        return self._of(resource_type).create(World(self._database), resource)

    def update(
        self, resource_type: ResourceType, resource: Any, *, expected_version: str | None = None
    ) -> Resource[Any]:
        return self._of(resource_type).update(World(self._database), resource)

    def delete(self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None) -> None:
        self._of(resource_type).delete(World(self._database), resource_id)

    def _of(self, resource_type: ResourceType) -> Shelf:
        return self._users if resource_type.name == USERS.name else self._groups

    def search(
        self, resource_types: list[ResourceType], search_request: SearchRequest[Any], *, position: Any = None
    ) -> SearchPage:
        """One page. Without filter and order only what is on it is made."""
        asked, world = search_request, World(self._database)
        start, most = (asked.start_index or 1) - 1, asked.count or 0
        if asked.filter is None and asked.sort_by is None and [one.name for one in resource_types] == [USERS.name]:
            people = list(world.people.values())
            return SearchPage(len(people), [self._users.shown(world, one) for one in people[start : start + most]])
        found = [one for one in self._candidates(world, resource_types, asked) if _fits(asked, one)]
        if asked.sort_by is not None:
            found = _sorted(asked, found)
        return SearchPage(len(found), found[start : start + most])

    def _candidates(
        self, world: World, types: Iterable[ResourceType], asked: SearchRequest[Any]
    ) -> Iterator[Resource[Any]]:
        for one in types:
            if one.name == USERS.name:
                yield from (self._users.shown(world, person) for person in _people(world, asked))
            else:
                yield from self._groups.all(world)


def _fits(asked: SearchRequest[Any], resource: Resource[Any]) -> bool:
    return asked.filter is None or bool(asked.filter.match(resource))


def _people(world: World, asked: SearchRequest[Any]) -> Iterable[Person]:
    """Whom a filter can mean: what directories ask before each act has an index, anything else looks at everybody."""
    node = asked.filter.ast if asked.filter is not None else None
    if not isinstance(node, Comparison) or node.op != CompareOperator.eq or not isinstance(node.value, str):
        return world.people.values()
    find = _finder(world, node.attr_path)
    return world.people.values() if find is None else find(node.value)


def _finder(world: World, path: AttrPath) -> Callable[[str], Iterable[Person]] | None:
    match path.attr.lower(), (path.sub_attr or "").lower():
        case "username", "":
            return lambda value: world.named(folded(value))
        case "externalid", "":
            return world.with_external
        case "id", "":
            return lambda value: [one for one in [world.person(value)] if one is not None]
        case _:
            return None


def _sorted(asked: SearchRequest[Any], found: list[Resource[Any]]) -> list[Resource[Any]]:
    """In the wanted order, those without a value last."""

    def key(resource: Resource[Any]) -> tuple[bool, Any, str]:
        value = asked.sort_value(resource)
        return value is None, "" if value is None else value, str(resource.id)

    return sorted(found, key=key, reverse=asked.sort_order == SearchRequest.SortOrder.descending)
