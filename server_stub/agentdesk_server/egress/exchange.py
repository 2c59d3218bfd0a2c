"""One HTTP/1.1 request and its answer, over a connection that is there already; sizes are limited."""

from __future__ import annotations

from asyncio import StreamReader, StreamWriter

import h11

from .targets import EgressError

PIECE = 16 * 1024
MOST_HEAD = 64 * 1024


async def exchange(
    reader: StreamReader, writer: StreamWriter, request: h11.Request, body: bytes, most: int
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in small letters; of several alike the last counts) and body. Raises `EgressError`."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
    try:
        writer.write(connection.send(request) or b"")
        writer.write(connection.send(h11.Data(data=body)) or b"")
        writer.write(connection.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        head = await _head(connection, reader)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        return head.status_code, headers, await _body(connection, reader, headers, most)
    except h11.ProtocolError:
        raise EgressError("garbled", "The other side does not answer as HTTP wants it.") from None


async def _next(connection: h11.Connection, reader: StreamReader) -> object:
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(PIECE))
    return event


async def _head(connection: h11.Connection, reader: StreamReader) -> h11.Response:
    while not isinstance(event := await _next(connection, reader), h11.Response):
        if not isinstance(event, h11.InformationalResponse):
            raise EgressError("garbled", "The other side ended before it answered.")
    return event


async def _body(connection: h11.Connection, reader: StreamReader, headers: dict[str, str], most: int) -> bytes:
    if headers.get("content-encoding", "identity").lower() != "identity":
        # We asked for none. What is packed could grow a thousandfold.
        raise EgressError("garbled", "The other side packed its answer although it was asked not to.")
    found = bytearray()
    while isinstance(event := await _next(connection, reader), h11.Data):
        found += event.data
        if len(found) > most:
            raise EgressError("large", f"The answer is longer than the {most} bytes that are read.")
    return bytes(found)
