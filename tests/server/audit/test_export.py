"""The export has the documented form, streams, and hides nothing."""

import json
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256

import pytest
from tests.server.audit.conftest import PUBLIC, Log, make_log

from agentdesk_server.audit.export import export
from agentdesk_server.audit.lines import decode, encode


def test_the_documented_form() -> None:
    log = make_log(1)
    lines = log.lines()
    read = [json.loads(each) for each in lines]
    assert [each["line"] for each in read] == ["header", "leaf", "sealed", "head", "head", "end"]
    assert read[0] | {"key": b64decode(read[0]["key"])} == {
        "line": "header",
        "format": 1,
        "epoch": "epoch-1",
        "key": PUBLIC,
    }
    assert b64decode(read[1]["leaf"]) == log.leaves[0]
    assert b64decode(read[3]["head"]) == log.heads[0].data
    assert (read[-1]["leaves"], read[-1]["sealed"], read[-1]["heads"]) == (1, 1, 2)
    assert b64decode(read[-1]["sha256"]) == sha256(b"".join(lines[:-1])).digest()
    assert all(each.endswith(b"}\n") and b" " not in each for each in lines)


def test_heads_and_sealed_payloads_stand_where_they_belong(log: Log) -> None:
    kinds = [json.loads(each)["line"] for each in log.lines()]
    assert kinds == ["header", *["leaf", "sealed"] * 4, "head", *["leaf", "sealed"] * 3, "head", "end"]


def test_it_takes_no_more_than_it_gives(log: Log) -> None:
    taken: list[bytes] = []

    def leaves() -> Iterator[bytes]:
        for each in log.leaves:
            taken.append(each)
            yield each

    lines = export("epoch-1", PUBLIC, leaves(), iter(log.heads), iter(log.sealed))
    for _ in range(3):
        next(lines)
    assert len(taken) <= 2


def test_an_empty_log_is_a_header_a_head_and_an_end() -> None:
    kinds = [json.loads(each)["line"] for each in make_log(0).lines()]
    assert kinds == ["header", "head", "end"]


def test_every_line_has_one_spelling(log: Log) -> None:
    for line in log.lines():
        assert encode(decode(line)) == line
        for harm in (line[:-1], line + b"\n", line.replace(b":", b": ", 1), b" " + line, line.replace(b"\n", b"\r\n")):
            with pytest.raises(ValueError):
                decode(harm)
