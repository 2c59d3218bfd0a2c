"""Records on the wire: arrays in field order for the binary subprotocol, maps for JSON, cut to the peer's schema."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import msgspec

from agentdesk.domain.kernel import RECORDS, SCHEMA, Command, Record
from agentdesk.domain.kernel.commands import COMMANDS

from .wire import UNREADABLE, BadMessage

_pack = msgspec.msgpack.Encoder()
_json = msgspec.json.Encoder()
Row = tuple[Any, ...]


def encode_rows(kind: str, records: Sequence[Record], *, binary: bool, schema: int = SCHEMA) -> bytes:
    """Records of one kind as a peer of that schema number reads them."""
    width = RECORDS[kind].width(schema)
    fields = RECORDS[kind].fields
    if binary:
        rows: list[Any] = [msgspec.structs.astuple(record)[:width] for record in records]
        return _pack.encode(rows)
    return _json.encode([{name: getattr(record, name) for name in fields[:width]} for record in records])


def decode_rows(kind: str, raw: msgspec.Raw, *, binary: bool) -> list[Row]:
    """Rows as tuples in field order, every field checked. Raises `BadMessage`; kinds unknown here give no rows."""
    if kind not in RECORDS:
        return []
    try:
        if binary:
            return _row_decoder(kind)(raw)
        return [msgspec.structs.astuple(record) for record in _map_decoder(kind)(raw)]
    except UNREADABLE as error:
        raise BadMessage(f"{kind}: {error}"[:200]) from error


def record_of(kind: str, row: Row) -> Record:
    """The record behind a checked row."""
    return RECORDS[kind].cls(*row)


def decode_command(name: str, raw: msgspec.Raw | bytes, *, binary: bool) -> Command:
    """The command of that name. Raises `KeyError` for an unknown name, `BadMessage` for arguments that do not fit."""
    cls = COMMANDS[name].cls
    try:
        if binary:
            return _command_decoder(cls, True)(raw)
        return _command_decoder(cls, False)(raw)
    except UNREADABLE as error:
        raise BadMessage(f"{name}: {error}"[:300]) from error


@cache
def _row_decoder(kind: str) -> Callable[[Any], list[Row]]:
    rows: Any = types.GenericAlias(list, (RECORDS[kind].row_type,))
    return msgspec.msgpack.Decoder(rows).decode


@cache
def _map_decoder(kind: str) -> Callable[[Any], list[Record]]:
    records: Any = types.GenericAlias(list, (RECORDS[kind].cls,))
    return msgspec.json.Decoder(records).decode


@cache
def _command_decoder(cls: type[Command], binary: bool) -> Callable[[Any], Command]:
    return msgspec.msgpack.Decoder(cls).decode if binary else msgspec.json.Decoder(cls).decode
