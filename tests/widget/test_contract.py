"""The AsyncAPI document is whole: every frame has a schema, every example keeps it, every reference leads somewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator
from tests.widget.contract import FROM_SERVER, FROM_VISITOR, document, faults, judge

from agentdesk_server.health import frames_document


def references(node: Any) -> Iterator[str]:
    """All `$ref`s below a node."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_reference_leads_somewhere() -> None:
    found = list(references(document()))
    assert len(found) > 50
    papers = {"": document(), "/api/v1/frames": json.loads(frames_document())}
    for reference in found:
        paper, _, way = reference.partition("#/")
        node = papers[paper]
        for step in way.split("/"):
            node = node[step]


def test_every_schema_is_a_schema() -> None:
    for schema in document()["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)


def test_the_operations_name_every_frame() -> None:
    for operation, kinds in (("hear", FROM_VISITOR), ("speak", FROM_SERVER)):
        messages = document()["operations"][operation]["messages"]
        names = [message["$ref"].rsplit("/", 1)[1] for message in messages]
        schemas = [document()["components"]["messages"][name]["payload"]["$ref"].rsplit("/", 1)[1] for name in names]
        consts = {document()["components"]["schemas"][name]["properties"]["t"]["const"] for name in schemas}
        assert consts == kinds


def test_the_examples_keep_their_schemas() -> None:
    count = 0
    for name, message in document()["components"]["messages"].items():
        for example in message.get("examples", []):
            count += 1
            assert not list(judge(name).iter_errors(example["payload"]))
    assert count


@pytest.mark.parametrize(
    ("way", "frame"),
    [
        ("up", {"t": "say", "id": "not-a-uuid", "text": "x"}),
        ("up", {"t": "say", "id": "01939d2c-7a10-4c3e-9b1f-4f2a6d8e0c55", "text": "version 4"}),
        ("up", {"t": "say", "id": "01939d2c-7a10-7c3e-9b1f-4f2a6d8e0c55", "text": "x" * 4001}),
        ("up", {"t": "hello", "last": -1}),
        ("up", {"t": "typing"}),
        ("up", {"t": "welcome"}),
        ("up", {"t": "ping", "token": "secret"}),
        ("down", {"t": "messages", "items": [{"seq": 1}], "more": False}),
        ("down", {"t": "typing", "on": True}),
    ],
)
def test_the_judge_sees_what_is_wrong(way: str, frame: dict[str, Any]) -> None:
    assert faults(way, frame)
